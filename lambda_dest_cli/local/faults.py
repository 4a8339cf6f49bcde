"""An error as the embedded AWS answers it."""


class ApiFault(Exception):
    """A refusal in AWS's own words: HTTP status, error code, message, and the reason that throttling has."""

    def __init__(self, status: int, code: str, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.reason = reason
