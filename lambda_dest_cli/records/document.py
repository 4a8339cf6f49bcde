"""An outcome as the contract spells it: what JSON prints, and what ``--where`` is asked of."""

from typing import Any

from lambda_dest_cli.destinations import type_of
from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.records.json_text import parse


def document(line: OutcomeLine) -> dict[str, Any]:
    """Give an outcome's members by their names; ``record`` is RawJson, text that is passed on as it is."""
    kind = type_of(line.destination)
    members: dict[str, Any] = {
        "time": line.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "function": line.function,
        "qualifier": line.qualifier,
        "function_arn": line.function_arn,
        "outcome": line.outcome and str(line.outcome),
        "condition": line.condition,
        "attempts": line.attempts,
        "request_id": line.request_id,
        "error_type": line.error_type,
        "error_message": line.error_message,
        "slot": line.slot and str(line.slot),
        "destination": str(line.destination),
        "destination_type": kind.name if kind else line.destination.service,
        "record": line.record,
    }
    return members | ({} if line.logs is None else {"logs": list(line.logs)})


def parsed(line: OutcomeLine) -> dict[str, Any]:
    """Give the same with ``record`` as the values that it stands for."""
    return document(line) | {"record": parse(line.record.text)[1]}
