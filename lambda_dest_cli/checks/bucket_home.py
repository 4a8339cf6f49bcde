"""LDS215: a bucket is in the function's account and region, which its ARN does not say."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks import cure
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.reached import reached
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    home = subject.facts.arn
    for one in reached(subject, aws, report, "s3"):
        instead = cure.another(subject, one.slot)
        region = one.target.region
        if region and region != home.region:
            yield one.here.warning(
                f"{one.label} is in {region}, the function in {home.region}: AWS documents no delivery across regions",
                instead,
                {"region": region},
            )
        if not aws.bucket(one.arn, home.account).owned:
            yield one.here.warning(
                f"{one.label} belongs to another account than the function's: what failed is handed to strangers, if "
                "that is not meant",
                f"{instead}\nor have the role's policy ask for s3:ResourceAccount",
            )


CHECK = Check(
    id="LDS215",
    title="A bucket is in the function's account and region",
    explanation=(
        "A bucket's ARN tells neither account nor region. When a bucket is deleted, anybody may make one of the same "
        "name, and gets the function's failed events from then on; AWS recommends the condition s3:ResourceAccount in "
        "the role's policy against that. Delivery to another region is not documented. It says nothing when all is "
        "well."
    ),
    run=_run,
    ahead=False,
)
