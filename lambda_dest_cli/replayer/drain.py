"""Events on their way to Step Functions: written into a bucket as JSON lines, some hundreds in a file.

To a run this is a sender: an event is accepted once its file is in the bucket, and only then may its message go.
"""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import NoReturn

from lambda_dest_cli.aws.parts import Parts
from lambda_dest_cli.errors import LdsError
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.replay import Answer, Event, State

PART_EVENTS = 1_000
_PART_BYTES = 32 * 1024 * 1024
_LINE_BYTES = 200 * 1024
"""Below the 256 KiB that a state of Step Functions takes: the event is in its child's input twice over."""
_IDLE_LOOKS = 10
_EXACT = 2**53
TOO_LARGE = "it is too large for a state of Step Functions; send it without --engine"
INEXACT = "Step Functions would change a number in it; send it without --engine"


class Drain:
    """Sends by writing."""

    def __init__(self, parts: Parts, function: Arn, run: str, sleep: Callable[[float], object]) -> None:
        self._parts = parts
        self._function = function
        self._run = run
        self._sleep = sleep
        self._lines: list[tuple[int, bytes]] = []
        self._size = 0
        self._answers: list[tuple[int, Answer]] = []
        self._idle = 0
        self._number = 0

    def submit(self, seq: int, event: Event) -> None:
        """Have an event written."""
        line, why = _line(event, self._function)
        if why:
            self._answers.append((seq, Answer(State.FAILED, words=why)))
            return
        self._lines.append((seq, line))
        self._size += len(line)
        self._idle = 0
        if len(self._lines) >= PART_EVENTS or self._size >= _PART_BYTES:
            self._write()

    def answers(self, wait_seconds: float) -> list[tuple[int, Answer]]:
        """Give the answers of what has been written; what has been waiting for a while is written first."""
        if self._lines and not self._answers and wait_seconds > 0:
            self._idle += 1
            if self._idle >= _IDLE_LOOKS:
                self._write()
        if not self._answers and wait_seconds > 0:
            self._sleep(wait_seconds)
        found, self._answers = self._answers, []
        return found

    def close(self) -> None:
        """Do nothing: nothing is under way."""

    def _write(self) -> None:
        self._number += 1
        body = b"\n".join(line for _, line in self._lines) + b"\n"
        try:
            key = self._parts.put(f"{self._run}-{self._number:06}.jsonl", body)
        except LdsError as problem:
            # Whether it is there nobody knows; what is there will be sent.
            answers = [Answer(State.UNKNOWN, words=problem.message, fatal=True) for _ in self._lines]
        else:
            answers = [Answer(State.ACCEPTED, f"{key}:{number}") for number in range(1, len(self._lines) + 1)]
        self._answers += [(seq, answer) for (seq, _), answer in zip(self._lines, answers, strict=True)]
        self._lines, self._size, self._idle = [], 0, 0


def _line(event: Event, function: Arn) -> tuple[bytes, str]:
    """Give the line of an event, or why it must not go this way."""
    target = event.target
    if f"function:{target.name}" != function.resource:
        return b"", f"it is of {target.name}, which the state machine may not invoke"
    address = str(function) if target.qualifier == LATEST else f"{function}:{target.qualifier}"
    text = event.payload.decode("utf-8", "surrogatepass")
    line = json.dumps({"function": address, "payload": text, "request_id": event.request_id}).encode()
    if len(line) > _LINE_BYTES:
        return b"", TOO_LARGE
    return (line, "") if exact(text) else (b"", INEXACT)


def exact(text: str) -> bool:
    """Say whether every number of a JSON text keeps its value where numbers are of double precision."""
    try:
        json.loads(text, parse_int=_whole, parse_float=_decimal, parse_constant=_constant)
    except ValueError:
        return False
    return True


def _whole(text: str) -> int:
    if abs(Decimal(text)) > _EXACT:
        raise ValueError(text)
    return 0


def _decimal(text: str) -> float:
    if Decimal(text) != Decimal(repr(float(text))):
        raise ValueError(text)
    return 0.0


def _constant(text: str) -> NoReturn:
    raise ValueError(text)
