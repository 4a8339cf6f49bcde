"""LDS105: an age limit that leaves no time for the retries."""

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
    possible = 0 if age <= _FIRST_RETRY_SECONDS else 1 if age < _SECOND_RETRY_SECONDS else retries
    if possible < retries:
        left = "no retry" if possible == 0 else "one retry"
        wanted = "one is" if retries == 1 else f"{retries} are"
        yield report.warning(
            f"the maximum age of {age} s leaves time for {left}, though {wanted} set",
            f"lds configure {subject.name} --max-age 10m",
            {"maximum_event_age_in_seconds": age, "maximum_retry_attempts": retries, "possible_retries": possible},
        )


CHECK = Check(
    id="LDS105",
    title="The maximum age leaves time for the retries",
    explanation=(
        "Lambda retries after one minute and again after two more, and makes no retry that would come past the "
        "maximum age of the event. At 60 s no retry is ever made, below 180 s at most one. It says nothing when all "
        "is well."
    ),
    run=_run,
    offline=True,
)
