"""LDS216: a bucket keeps the records until somebody looks."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.amounts import DAY_SECONDS, KEPT_SECONDS
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import many
from lambda_dest_cli.checks.reached import reached
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    written = f"aws/lambda/async/{subject.facts.name}/"
    for one in reached(subject, aws, report, "s3"):
        bucket = aws.bucket(one.arn, subject.facts.arn.account)
        if bucket.expiries_why:
            yield one.here.skipped(f"whether {one.label} deletes records early is not known: {bucket.expiries_why}")
        early = [
            each
            for each in bucket.expiries
            if each.days * DAY_SECONDS < KEPT_SECONDS
            and (written.startswith(each.prefix) or each.prefix.startswith(written))
        ]
        if early:
            soonest = min(early, key=lambda each: each.days)
            named = f" ({soonest.rule})" if soonest.rule else ""
            yield one.here.warning(
                f"{one.label} deletes what is below {soonest.prefix or '/'} after {many(soonest.days, 'day', 'days')} "
                f"by a lifecycle rule{named}: a failure of a Friday evening may be gone on Monday",
                f"aws s3api get-bucket-lifecycle-configuration --bucket {one.arn.resource}\n"
                f"and keep what is below {written} for longer",
                {"rule": soonest.rule, "prefix": soonest.prefix, "days": soonest.days},
            )


CHECK = Check(
    id="LDS216",
    title="A bucket keeps the records for four days at least",
    explanation=(
        "Lambda writes failures below aws/lambda/async/FUNCTION/. A lifecycle rule of the bucket that reaches there "
        "deletes them after its number of days, whether somebody has read them or not. Less than 4 is a warning. It "
        "says nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    run=_run,
    ahead=False,
)
