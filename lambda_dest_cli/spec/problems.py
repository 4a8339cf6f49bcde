"""Everything that is wrong in specs, told at once."""

from collections.abc import Iterable

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.complaint import Complaint, Place

UNREADABLE = "LDS100"
"""The id of what is wrong with the file itself rather than with what it asks for."""
OUT_OF_RANGE = "LDS108"


class SpecProblems(UsageProblem):
    """A spec that cannot be meant; ``complaints`` are in the order of the file."""

    code = "Spec"

    def __init__(self, complaints: Iterable[Complaint]) -> None:
        self.complaints = tuple(sorted(complaints, key=lambda each: each.place))
        super().__init__("\n".join(map(told, self.complaints)))


def told(complaint: Complaint) -> str:
    """Give a complaint as one line, with its hint behind it."""
    hint = f" ({complaint.hint})" if complaint.hint else ""
    return f"{complaint.place}: {complaint.message}{hint}"


def unreadable(place: Place, message: str, hint: str = "") -> Complaint:
    """Complain of the file itself."""
    return Complaint(place, UNREADABLE, message, hint)
