"""What the history checks share: what CloudWatch counted of a subject's function."""

from collections.abc import Iterable, Mapping

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import CredentialsProblem, LdsError
from lambda_dest_cli.model.past import Counted, Metric, Past, moment


def past_of(subject: Subject, aws: Aws) -> tuple[Past, str]:
    """Give the metrics of a subject's function, and the words for the stretch of time.

    Nothing where nobody looks back (ahead of a write), and nothing where CloudWatch cannot be read: LDS500 says that,
    once a run.
    """
    if aws.history is None:
        return {}, ""
    try:
        return aws.history.of(subject.facts.name), aws.history.window.words
    except CredentialsProblem:
        raise
    except LdsError:
        return {}, ""


def told(metric: Metric, counted: Counted) -> Mapping[str, object]:
    """Give the evidence of one metric."""
    return {"metric": str(metric), "value": counted.value, "last": counted.last.isoformat()}


def last(counted: Counted) -> str:
    """Say when it last happened."""
    return f"last about {moment(counted.last)}"


def many(value: float, one: str, more: str) -> str:
    """Count things."""
    return f"{value:.0f} {one if value == 1 else more}"


def listed(names: Iterable[str], most: int = 5) -> str:
    """Name the first few of many."""
    every = list(names)
    beside = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + beside
