"""LDS209: records that were not delivered, where SNS's size limit may be why."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import many, past_of, told
from lambda_dest_cli.checks.reached import reached
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.past import Metric


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    past, when = past_of(subject, aws)
    for one in reached(subject, aws, report, "sns"):
        metric = Metric.DEAD_LETTER_ERRORS if one.slot is Slot.DEAD_LETTER else Metric.UNDELIVERED
        counted = past.get(metric)
        if counted is None:
            continue
        yield one.here.warning(
            f"{many(counted.value, 'delivery', 'deliveries')} failed {when}, and {one.label} takes 256 KB at most: if "
            "the other checks find nothing, the records were too large",
            cure.another(subject, one.slot),
            told(metric, counted),
        )


CHECK = Check(
    id="LDS209",
    title="Records are not too large for a topic",
    explanation=(
        "SNS takes messages up to 256 KB, while an asynchronous event alone may be 1 MB. What does not fit is not "
        "delivered. Sizes cannot be seen from outside, so this speaks up only where deliveries did fail "
        "(DestinationDeliveryFailures, for a dead-letter topic DeadLetterErrors). A queue takes 1 MiB, and a bucket, "
        "for failures, every size. It says nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/general/latest/gr/sns.html",
    run=_run,
    ahead=False,
)
