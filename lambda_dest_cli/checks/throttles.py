"""LDS505: invocations were not throttled."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, Check
from lambda_dest_cli.checks.looking_back import last, many, past_of, told
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, words = past_of(subject, aws)
    throttled = past.get(Metric.THROTTLES)
    if throttled and Metric.RECEIVED in past:  # one that is only ever called synchronously keeps no events waiting
        yield report.warning(
            f"{many(throttled.value, 'attempt was', 'attempts were')} throttled {words}, {last(throttled)}: events "
            "wait, and are given up at their maximum age",
            f"aws lambda put-function-concurrency --function-name {subject.facts.name} "
            "--reserved-concurrent-executions N\nor ask AWS for a higher limit of the account",
            told(Metric.THROTTLES, throttled),
        )


CHECK = Check(
    id="LDS505",
    title="Attempts were not throttled",
    explanation=(
        "The metric Throttles counts attempts for which there was no concurrency. An asynchronous event is then put "
        "back and tried again, after one second at first and after five minutes at last, until its maximum age; these "
        "attempts do not count as retries, and --retries 0 does not stop them. It says nothing of a function to which "
        "no asynchronous event came, and nothing when all is well."
    ),
    page=METRICS_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
