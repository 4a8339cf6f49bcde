"""LDS104: an age limit that leaves no time for the retries."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding

# The first retry comes after one minute, the second two minutes later, and Lambda looks ahead: a retry that would come
# past the age is not made (Developer Guide, "How Lambda handles errors and retries"; recorded on AWS, Nov 2025: age 60
# gives no retry, 90 gives one).
_FIRST_RETRY_SECONDS = 60
_SECOND_RETRY_SECONDS = 180


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    retries, age = subject.config.maximum_retry_attempts, subject.config.maximum_event_age_in_seconds
    if retries >= 1 and age <= _FIRST_RETRY_SECONDS:
        yield report.warning(
            f"the maximum age of {age} s leaves no time for a retry, though {retries} are set",
            f"raise it: lds configure {subject.name} --max-age 10m",
        )
    elif retries > 1 and age < _SECOND_RETRY_SECONDS:
        yield report.warning(
            f"the maximum age of {age} s leaves time for one retry, though {retries} are set",
            f"raise it: lds configure {subject.name} --max-age 10m",
        )


CHECK = Check(
    id="LDS104",
    title="The maximum age leaves time for the retries",
    explanation=(
        "Lambda retries after one minute and again after two more, and makes no retry that would come past the "
        "maximum age of the event. At 60 s no retry is ever made, below 180 s at most one."
    ),
    run=_run,
    offline=True,
)
