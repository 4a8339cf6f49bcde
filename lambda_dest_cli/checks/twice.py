"""LDS106: one target in two slots, where a reader cannot easily tell what arrives apart."""

from collections.abc import Iterator
from itertools import combinations

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding

_SORTED_BY_DETAIL_TYPE = "events"
"""A bus is meant to be shared: the two kinds of record have detail-types of their own, and rules pick by them."""


def _run(subject: Subject, _aws: Aws, report: Reporter) -> Iterator[Finding]:
    for (first, arn), (second, other) in combinations(subject.routes().items(), 2):
        if arn != other or arn.service == _SORTED_BY_DETAIL_TYPE:
            continue
        what = (
            "every failed event arrives twice, once as a record and once bare"
            if {first, second} == {Slot.ON_FAILURE, Slot.DEAD_LETTER}
            else "its readers must tell successes from failures themselves"
        )
        yield report.at(second, arn).warning(
            f"{subject.label(arn)} is the {first.words} too, which AWS allows: {what}", cure.another(subject, second)
        )


CHECK = Check(
    id="LDS106",
    title="No queue, topic or function is in two slots",
    explanation=(
        "AWS allows one target in several slots. A record then says in requestContext.condition whether it is a "
        "success or a failure, and a dead letter is the bare event, so whoever reads the target has to know. With one "
        "target for both on-failure and the dead-letter queue, every failed event arrives twice. An EventBridge bus is "
        "no matter for a warning: its rules tell them apart. It says nothing when all is well."
    ),
    run=_run,
    offline=True,
)
