"""LDS503: no event was dropped without a trace."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, Check
from lambda_dest_cli.checks.looking_back import last, many, past_of, told
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, words = past_of(subject, aws)
    lost = past.get(Metric.DROPPED)
    if lost and not _has_failure_path(subject):
        yield report.failure(
            f"{many(lost.value, 'event', 'events')} failed {words} and went nowhere, {last(lost)}: the function has "
            "no failure path under any qualifier",
            f"lds configure {subject.name} --on-failure sqs:{subject.facts.name}-failed",
            told(Metric.DROPPED, lost),
        )


def _has_failure_path(subject: Subject) -> bool:
    """Look at every qualifier: the metric does not say through which one the events came."""
    state = subject.state
    configured = any(config.on_failure for config in state.configurations.values())
    return configured or bool(subject.dead_letter or state.facts.dead_letter)


CHECK = Check(
    id="LDS503",
    title="No failed event was lost for want of a failure path",
    explanation=(
        "The metric AsyncEventsDropped counts events that ended without success, also those whose record reached a "
        "destination. Where there is neither an on-failure destination nor a dead-letter queue, under no qualifier, "
        "each of them is lost for good. It says nothing when all is well."
    ),
    page=METRICS_PAGE,
    run=_run,
    ahead=False,
    per_function=True,
)
