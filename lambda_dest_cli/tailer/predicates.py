"""What a person asks of an outcome in a language of its own: JMESPath, and regular expressions."""

import json
import re
from collections.abc import Callable

import jmespath
from jmespath.exceptions import JMESPathError

from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.outcome import OutcomeLine
from lambda_dest_cli.records.document import parsed

Predicate = Callable[[OutcomeLine], bool]
_NOTHING: tuple[object, ...] = (None, False, "", [], {})
"""What is false in JMESPath (specification, "Or Expressions"); zero is not."""


def where(expression: str, note: Callable[[str], None]) -> Predicate:
    """Ask a JMESPath expression of the outcome as JSON prints it; raises UsageProblem where it is none.

    Where it cannot be evaluated (a function of a string meets a null) the outcome is not meant; that is said once.
    """
    try:
        compiled = jmespath.compile(expression)
    except JMESPathError as error:
        words = " ".join(str(error).split())
        raise UsageProblem(
            f"--where is no JMESPath expression: {words}", "such as: record.requestPayload.n > `3`"
        ) from error
    said: list[str] = []

    def takes(line: OutcomeLine) -> bool:
        try:
            found = compiled.search(parsed(line))
        except JMESPathError as error:
            if not said:
                said.append(expression)
                note(f"--where does not fit an outcome, which is left out: {error}")
            return False
        return not any(found is each or (type(found) is type(each) and found == each) for each in _NOTHING)

    return takes


def grep(pattern: str) -> Predicate:
    """Look for a regular expression in the outcome's texts; raises UsageProblem where it is none.

    It is looked for in the record as JSON prints it, but with every character as itself, and in the log lines.
    """
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError) as error:
        raise UsageProblem(f"--grep is no regular expression: {error}") from error

    def takes(line: OutcomeLine) -> bool:
        record = parsed(line)["record"]
        text = record if isinstance(record, str) else json.dumps(record, ensure_ascii=False)
        return any(compiled.search(each) for each in (text, *(line.logs or ())))

    return takes
