"""LDS504: events are run long before their maximum age."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, Check
from lambda_dest_cli.checks.looking_back import last, past_of, told
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import DEFAULT_EVENT_AGE_SECONDS
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric

_NEAR = 0.8


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, words = past_of(subject, aws)
    oldest = past.get(Metric.AGE)
    if oldest is None:
        return
    limit, age = _limit(subject), oldest.value / 1_000
    if age >= _NEAR * limit:
        throttled = " while invocations were throttled" if Metric.THROTTLES in past else ""
        yield report.warning(
            f"events waited up to {age:.0f} s {words}, {last(oldest)}{throttled}; at {limit} s they are given up",
            _hint(subject, limit),
            {**told(Metric.AGE, oldest), "maximum_event_age_in_seconds": limit},
        )


def _limit(subject: Subject) -> int:
    """Give the shortest maximum age in use, in seconds: the metric does not say through which qualifier events came."""
    configured = subject.state.configurations.values()
    return min((each.maximum_event_age_in_seconds for each in configured), default=DEFAULT_EVENT_AGE_SECONDS)


def _hint(subject: Subject, limit: int) -> str:
    if limit == DEFAULT_EVENT_AGE_SECONDS:
        return "give the function more concurrency: they cannot wait longer"
    return f"lds configure {subject.name} --max-age 6h\nlets events wait longer; or give the function more concurrency"


CHECK = Check(
    id="LDS504",
    title="Events run long before their maximum age",
    explanation=(
        "The metric AsyncEventAge is the time from accepting an event to running it; it grows with throttling and with "
        "retries. An event that reaches the maximum age is given up, as EventAgeExceeded, without another attempt. "
        "From four fifths of it on this warns. It says nothing when all is well."
    ),
    page=METRICS_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
