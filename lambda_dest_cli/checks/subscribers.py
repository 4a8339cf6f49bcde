"""LDS207: somebody is subscribed to a topic."""

from collections.abc import Iterator
from shlex import quote

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import many
from lambda_dest_cli.checks.lost import lost
from lambda_dest_cli.checks.reached import topics
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, topic in topics(subject, aws, report):
        if topic.confirmed != 0:
            continue
        evidence = {"subscriptions_confirmed": 0, "subscriptions_pending": topic.pending or 0}
        subscribe = f"aws sns subscribe --topic-arn {quote(str(one.arn))} --protocol email --notification-endpoint WHO"
        if topic.pending:
            waiting = many(topic.pending, "subscription waits", "subscriptions wait")
            yield one.here.warning(
                f"nobody has confirmed a subscription of {one.label}, {waiting} for it: until then what is sent there "
                "is lost",
                f"open the link that SNS has sent, or subscribe again\n{subscribe}",
                evidence,
            )
        else:
            yield lost(one, f"nobody is subscribed to {one.label}: what is sent there is lost", subscribe, evidence)


CHECK = Check(
    id="LDS207",
    title="Somebody is subscribed to each topic",
    explanation=(
        "SNS keeps nothing: what is published to a topic without a confirmed subscription is gone, and for Lambda it "
        "was delivered, so that no metric of the function moves. A subscription by mail or HTTP takes messages only "
        "once its owner has confirmed it. For failures it is a failure, for successes a warning. It says nothing when "
        "all is well."
    ),
    page="https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html",
    run=_run,
    ahead=False,
)
