"""LDS208: the filter policies of a topic's subscriptions let the records through."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import listed
from lambda_dest_cli.checks.lost import lost
from lambda_dest_cli.checks.reached import Reached, topics
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.outlet import Filter, Subscription
from lambda_dest_cli.records.foreseen import DEAD_LETTER_ATTRIBUTES, record
from lambda_dest_cli.records.pattern import Match, match

_MOST_READ = 20
"""Each filter is a call. A topic with more subscriptions that all let nothing through is left alone."""


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one, topic in topics(subject, aws, report):
        confirmed = [each for each in aws.subscriptions(one.arn) if each.confirmed] if topic.confirmed != 0 else []
        if not confirmed or len(confirmed) > _MOST_READ:
            continue
        if any(_may_pass(aws.filter(each.arn), one, subject) for each in confirmed):
            continue
        yield lost(
            one,
            f"no subscription of {one.label} lets through what is sent there: the filter policy of "
            f"{listed(map(_words, confirmed))} cannot match, and the record is lost",
            f"aws sns set-subscription-attributes --subscription-arn {confirmed[0].arn} "
            "--attribute-name FilterPolicy --attribute-value '{}'",
            {"subscriptions": [each.arn for each in confirmed]},
        )


def _may_pass(chosen: Filter, one: Reached, subject: Subject) -> bool:
    """Say whether a filter may let the record through: it is said not to only where that is certain."""
    if not chosen.policy:
        return True
    dead = one.slot is Slot.DEAD_LETTER
    if not chosen.of_body:
        return match(chosen.policy, DEAD_LETTER_ATTRIBUTES if dead else {}) is not Match.NO
    # A dead letter's body is the event itself, of which nothing can be foreseen.
    foreseen = record(subject.facts.arn, subject.qualifier, one.slot is Slot.ON_SUCCESS)
    return dead or match(chosen.policy, foreseen) is not Match.NO


def _words(subscription: Subscription) -> str:
    return f"{subscription.protocol} {subscription.endpoint}".strip()


CHECK = Check(
    id="LDS208",
    title="The filter policies of a topic's subscriptions let the records through",
    explanation=(
        "A subscription with a filter policy takes only what matches it. Lambda sets no message attributes on a "
        "record (on a dead letter RequestID, ErrorCode and ErrorMessage), so a filter on any other attribute never "
        "matches. A filter on the message body is said not to match only where that is certain. Where no subscription "
        "can take the records they are lost, and no metric of the function moves. Set FilterPolicyScope to "
        "MessageBody, or take the filter away. It says nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/sns/latest/dg/sns-message-filtering.html",
    run=_run,
    ahead=False,
)
