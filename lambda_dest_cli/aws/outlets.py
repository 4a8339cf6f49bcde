"""What takes a record from a destination on: subscriptions and their filters, rules and their targets."""

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outlet import Filter, Rule

_DISABLED = "DISABLED"


class Outlets:
    """What stands behind the destinations of one account."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    def filter(self, subscription: str) -> Filter:
        """Read a subscription's filter policy."""
        arn = Arn.parse(subscription)
        with calling("sns:GetSubscriptionAttributes", subscription):
            answer = self._session.client("sns", arn.region).get_subscription_attributes(SubscriptionArn=subscription)
        found = answer.get("Attributes", {})
        return Filter(found.get("FilterPolicy", ""), found.get("FilterPolicyScope") == "MessageBody")

    def rules(self, bus: Arn) -> tuple[Rule, ...]:
        """Give the rules of a bus."""
        with calling("events:ListRules", str(bus)):
            pages = self._session.client("events", bus.region).get_paginator("list_rules")
            found = [rule for page in pages.paginate(EventBusName=_bus(bus)) for rule in page.get("Rules", [])]
        return tuple(Rule(each["Name"], each.get("State") != _DISABLED, each.get("EventPattern", "")) for each in found)

    def rule_targets(self, bus: Arn, rule: str) -> tuple[str, ...]:
        """Give the ARNs of what a rule sends to."""
        with calling("events:ListTargetsByRule", rule):
            paginator = self._session.client("events", bus.region).get_paginator("list_targets_by_rule")
            pages = paginator.paginate(EventBusName=_bus(bus), Rule=rule)
            found = [target for page in pages for target in page.get("Targets", [])]
        return tuple(each["Arn"] for each in found)

    def matches(self, bus: Arn, pattern: str, event: str) -> bool:
        """Have EventBridge say whether a pattern matches an event."""
        with calling("events:TestEventPattern", str(bus)):
            answer = self._session.client("events", bus.region).test_event_pattern(EventPattern=pattern, Event=event)
            return answer["Result"]


def _bus(arn: Arn) -> str:
    """Name a bus of the caller's own account, as an emulator knows it too."""
    return arn.resource.removeprefix("event-bus/")
