"""LDS409: asynchronous events come, so that the configuration has an effect and its history tells something."""

from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import METRICS_PAGE, FleetCheck
from lambda_dest_cli.checks.looking_back import listed, many, past_of
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.past import Metric, Past

_ID = "LDS409"


def _run(subjects: Sequence[Subject], aws: Aws) -> Iterator[Finding]:
    pasts: dict[str, Past] = {}
    words = ""
    for subject in subjects:
        pasts[subject.facts.name], words = past_of(subject, aws)
    if not words:  # nobody looks back, or CloudWatch cannot be read, which LDS500 says
        return
    busy = {name: past for name, past in pasts.items() if Metric.RECEIVED in past}
    if busy:
        received = sum(past[Metric.RECEIVED].value for past in busy.values())
        yield Finding(
            _ID,
            State.PASS,
            f"{many(received, 'asynchronous event', 'asynchronous events')} came {words} to "
            f"{many(len(busy), 'function', 'functions')}",
            evidence={"functions": sorted(busy), "received": received},
        )
    idle = sorted(set(pasts) - set(busy))
    if idle:
        directly = [name for name in idle if Metric.INVOCATIONS in pasts[name]]
        yield Finding(
            _ID,
            State.SKIP,
            f"no asynchronous event came {words} to {listed(idle)}: the metrics say nothing of what would become of "
            f"one{_also(directly)}",
            hint="lds doctor --since 14d\nlooks further back",
            evidence={"functions": idle, "invoked_otherwise": directly},
        )


def _also(directly: Sequence[str]) -> str:
    """Say which were called and waited for (by an API, a queue or a stream), which no destination concerns."""
    return f"; {listed(directly)} ran synchronously only, which no destination concerns" if directly else ""


CHECK = FleetCheck(
    id=_ID,
    title="Asynchronous events come",
    explanation=(
        "Destinations, the dead-letter queue, retries and the maximum age concern asynchronous invocations alone: "
        "those of S3, SNS, EventBridge and the like, and of Invoke with InvocationType=Event. An API, a queue or a "
        "stream invokes synchronously, and a function invoked in no other way has a configuration without effect. "
        "Where no event came, the metrics are silent, and silence is not health: this says so once for all functions, "
        "as 'could not be checked', which is no alarm."
    ),
    page=METRICS_PAGE,
    run=_run,
)
