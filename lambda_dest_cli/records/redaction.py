"""An outcome without what it carried: the shape of every payload stays, its values go.

For a screen that others see, or a log that is kept longer than the data may be.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.model.raw_json import RawJson

HIDDEN = "***"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STAND_INS = {"true": "false", "null": "null", "false": "false"}
_TOLD = ("version", "timestamp", "requestContext", "responseContext")
"""What Lambda itself writes into a record; everything else comes from the event or the function."""
_ERROR_TYPE = ("responsePayload", "errorType")


def redacted(line: OutcomeLine) -> OutcomeLine:
    """Give the outcome with texts as ``***``, numbers as 0 and truths as false; keys, lists and null stay.

    What Lambda says of the invocation stays, and the type of an error; its message goes, and so do lines of logs.
    """
    return replace(
        line,
        record=RawJson("".join(_redacted(line.record.text, line.function_arn is not None))),
        error_message=line.error_message and HIDDEN,
        logs=None if line.logs is None else tuple(HIDDEN for _ in line.logs),
    )


def _redacted(text: str, is_record: bool) -> Iterator[str]:
    """Give the pieces of a JSON text; ``path`` has the key that each object is at, and None for each array."""
    path: list[str | None] = []
    is_key = False
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in "{[":
            path.append("" if piece == "{" else None)
            is_key = piece == "{"
            yield piece
        elif piece in "}]":
            path.pop()
            is_key = False
            yield piece
        elif piece in ",:":
            is_key = piece == "," and bool(path) and path[-1] is not None
            yield piece
        elif is_key:
            path[-1] = piece[1:-1]
            yield piece
        else:
            yield piece if is_record and _is_told(path) else _stand_in(piece)


def _is_told(path: list[str | None]) -> bool:
    return bool(path) and (path[0] in _TOLD or tuple(path) == _ERROR_TYPE)


def _stand_in(piece: str) -> str:
    return f'"{HIDDEN}"' if piece.startswith('"') else _STAND_INS.get(piece, "0")
