"""What arrives at destinations, made into outcomes. Pure; nothing that a message holds makes it raise."""

from lambda_dest_cli.records.envelope import Envelope, Kind, open_message
from lambda_dest_cli.records.json_text import member
from lambda_dest_cli.records.line import outcome_line

__all__ = ["Envelope", "Kind", "member", "open_message", "outcome_line"]
