"""LDS108: retries and maximum age are within what Lambda takes."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import RETRIES_PAGE, Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import EVENT_AGE_RANGE, RETRY_ATTEMPTS_RANGE
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    retries, age = subject.config.maximum_retry_attempts, subject.config.maximum_event_age_in_seconds
    if retries not in RETRY_ATTEMPTS_RANGE:
        yield report.failure(
            f"{retries} retries are set; Lambda takes {_from_to(RETRY_ATTEMPTS_RANGE)}",
            f"lds configure {subject.name} --retries {_nearest(retries, RETRY_ATTEMPTS_RANGE)}",
            {"maximum_retry_attempts": retries},
        )
    if age not in EVENT_AGE_RANGE:
        yield report.failure(
            f"a maximum age of {age} s is set; Lambda takes {_from_to(EVENT_AGE_RANGE)} s",
            f"lds configure {subject.name} --max-age {_nearest(age, EVENT_AGE_RANGE)}",
            {"maximum_event_age_in_seconds": age},
        )


def _from_to(allowed: range) -> str:
    return f"{allowed[0]} to {allowed[-1]}"


def _nearest(number: int, allowed: range) -> int:
    return min(max(number, allowed[0]), allowed[-1])


CHECK = Check(
    id="LDS108",
    title="Retries and maximum age are within what Lambda takes",
    explanation=(
        "Lambda takes 0 to 2 retries, and a maximum age of 60 to 21,600 seconds (six hours). It refuses anything else, "
        "so such a number can only come from a file. It says nothing when all is well."
    ),
    page=RETRIES_PAGE,
    run=_run,
    offline=True,
)
