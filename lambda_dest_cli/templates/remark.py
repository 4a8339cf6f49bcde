"""What is found wrong, before it is known whether another function's declaration found the same at the same place."""

from dataclasses import replace
from typing import NamedTuple

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.model.finding import State


class Remark(NamedTuple):
    """A complaint, and whom it is about: that stands before the message."""

    subject: str
    complaint: Complaint

    def told(self) -> Complaint:
        """Give the complaint with its subject."""
        return (
            replace(self.complaint, message=f"{self.subject}: {self.complaint.message}")
            if self.subject
            else self.complaint
        )


def failure(id_: str, subject: str, place: Place, message: str, hint: str = "") -> Remark:
    """Say what cannot be deployed, or cannot work."""
    return Remark(subject, Complaint(place, id_, message, hint))


def warning(id_: str, subject: str, place: Place, message: str, hint: str = "") -> Remark:
    """Say what can be deployed and loses something."""
    return Remark(subject, Complaint(place, id_, message, hint, State.WARN))
