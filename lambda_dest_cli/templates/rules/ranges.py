"""LDS105 and LDS108: the age leaves time for the retries, and both are numbers that Lambda takes."""

import re
from collections.abc import Iterator

from lambda_dest_cli.model.configuration import DEFAULT_RETRY_ATTEMPTS, EVENT_AGE_RANGE, RETRY_ATTEMPTS_RANGE
from lambda_dest_cli.templates.declaration import Declaration, Number, Reading
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.remark import Remark, failure, warning
from lambda_dest_cli.templates.rules.rule import Rule

_TIME, _RANGES = "LDS105", "LDS108"
_WHOLE = re.compile(r"[+-]?\d{1,9}(\.0*)?", re.ASCII)
# The first retry comes after one minute, the second two minutes later, and Lambda makes none that would come past the
# age (Developer Guide, "How Lambda handles errors and retries"; recorded on AWS, Nov 2025).
_FIRST_RETRY_SECONDS = 60
_SECOND_RETRY_SECONDS = 180


def _ranges(reading: Reading) -> Iterator[Remark]:
    for declaration in reading.declarations:
        yield from _out_of_range(declaration, declaration.retries, RETRY_ATTEMPTS_RANGE, "maximum retry attempts", "")
        yield from _out_of_range(declaration, declaration.age, EVENT_AGE_RANGE, "maximum event age", " seconds")


def _time(reading: Reading) -> Iterator[Remark]:
    for declaration in reading.declarations:
        yield from _no_time(declaration)


def _out_of_range(about: Declaration, number: Number | None, allowed: range, what: str, unit: str) -> Iterator[Remark]:
    if number is None or not is_whole(number.text):
        return
    value = _value(number)
    hint = f"it is {allowed[0]} to {allowed[-1]}{unit}"
    if value is None:
        shown = "empty" if number.is_text or not number.text else f"{number.text!r}, which is not a whole number"
        yield failure(_RANGES, about.subject, number.place, f"the {what} is {shown}", hint)
    elif value not in allowed:
        yield failure(
            _RANGES, about.subject, number.place, f"the {what} is {value}{unit}, which Lambda does not take", hint
        )


def _value(number: Number | None) -> int | None:
    """Read a setting: CloudFormation takes a text that is a number too."""
    if number is None or not _WHOLE.fullmatch(number.text.strip()):
        return None
    return int(float(number.text))


def _no_time(about: Declaration) -> Iterator[Remark]:
    age = _value(about.age)
    retries = DEFAULT_RETRY_ATTEMPTS if about.retries is None else _value(about.retries)
    if about.age is None or age is None or retries is None:
        return
    if age not in EVENT_AGE_RANGE or retries not in RETRY_ATTEMPTS_RANGE:
        return
    possible = 0 if age <= _FIRST_RETRY_SECONDS else 1 if age < _SECOND_RETRY_SECONDS else retries
    if possible < retries:
        left = "no retry" if possible == 0 else "one retry"
        by_default = " by default" if about.retries is None else ""
        wanted = f"{'one is' if retries == 1 else f'{retries} are'} set{by_default}"
        message = f"the maximum event age of {age} seconds leaves time for {left}, though {wanted}"
        hint = "Lambda retries after one minute and again after two more: raise the age, or lower the retries"
        yield warning(_TIME, about.subject, about.age.place, message, hint)


TIME = Rule(_TIME, "The maximum age leaves time for the retries", _time)
RANGES = Rule(_RANGES, "Retries and maximum age are within what Lambda takes", _ranges)
