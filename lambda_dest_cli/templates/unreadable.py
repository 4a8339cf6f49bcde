"""A file, or a part of one, that cannot be read."""

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.complaint import Complaint, Place

UNREADABLE = "LDS100"
READABLE_TITLE = "The file can be read, and is of a kind that lds knows"

DEEPEST = 100
"""How many tables and lists may be in one another. CloudFormation's own templates stay far below."""
MOST_NODES = 2_000_000
"""How many pieces a file may have once its aliases are written out."""


class Unreadable(UsageProblem):
    """Nothing more can be said of the file than this."""

    def __init__(self, place: Place, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.place = place

    @property
    def complaint(self) -> Complaint:
        """The same, as validation reports it."""
        return unread(self.place, self.message, self.hint)


def unread(place: Place, message: str, hint: str = "") -> Complaint:
    """Complain of something that cannot be read."""
    return Complaint(place, UNREADABLE, message, hint)
