"""Complaints as GitHub annotations: workflow commands, one a line, that a job prints and GitHub shows beside the code.

GitHub Docs, "Workflow commands for GitHub Actions": ``::error file=…,line=…,col=…,title=…::message``. Its toolkit
escapes ``%``, CR and LF everywhere, and ``:`` and ``,`` in properties too.
"""

from collections.abc import Iterator

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.report import ValidateReport
from lambda_dest_cli.render.inert import inert

_COMMANDS = {State.FAIL: "error", State.WARN: "warning"}


def as_document(report: ValidateReport) -> str:
    """Write one command a complaint; nothing at all where there are none."""
    return "\n".join(_command(complaint) for complaint in report.complaints)


def _command(complaint: Complaint) -> str:
    properties = ",".join(f"{name}={_property(value)}" for name, value in _properties(complaint))
    text = "\n".join(inert(line) for line in (complaint.message, *complaint.hint.splitlines()))
    return f"::{_COMMANDS.get(complaint.state, 'notice')} {properties}::{_message(text)}"


def _properties(complaint: Complaint) -> Iterator[tuple[str, str]]:
    place = complaint.place
    yield "file", place.file
    if place.line:
        yield "line", str(place.line)
        yield "col", str(place.column)
    yield "title", complaint.id


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(inert(text)).replace(":", "%3A").replace(",", "%2C")
