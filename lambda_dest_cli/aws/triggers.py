"""What invokes functions: event source mappings, subscriptions, rules, notifications, and who is allowed to."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple, TypeVar

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.parallel import each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.invoker import Invoker, Invokers
from lambda_dest_cli.model.outlet import Subscription

_IDLE_MAPPINGS = frozenset({"Disabled", "Disabling", "Deleting"})
# Developer Guide, "Invoking Lambda with events from other AWS services": these invoke asynchronously. Who invokes
# synchronously (API Gateway, Cognito, …) is no matter of destinations.
_ASYNCHRONOUS = frozenset({"s3", "sns", "events", "ses", "iot", "config", "logs", "cloudformation", "codecommit"})
_DEFAULT_BUS = "default"
_FUNCTION = "lambda"
"""The protocol of a subscription whose endpoint is a function's ARN."""
_Found = TypeVar("_Found")


class _Allowance(NamedTuple):
    """One service that a function's resource policy lets invoke, and the thing it names as its source."""

    service: str
    source: str


class Triggers:
    """The ways into the functions of one account and region."""

    def __init__(self, session: AwsSession) -> None:
        self._session = session

    def of_queue(self, queue: Arn) -> tuple[str, ...]:
        """Give the functions that an event source mapping feeds from a queue, as the ARNs it names."""
        with calling("lambda:ListEventSourceMappings", str(queue)):
            pages = (
                self._session.client("lambda", queue.region)
                .get_paginator("list_event_source_mappings")
                .paginate(EventSourceArn=str(queue))
            )
            found = [mapping for page in pages for mapping in page.get("EventSourceMappings", [])]
        active = (each for each in found if each.get("State", "Enabled") not in _IDLE_MAPPINGS)
        return tuple(each.get("FunctionArn", "") for each in active)

    def of_topic(self, topic: Arn) -> tuple[Subscription, ...]:
        """Give the subscriptions of a topic."""
        with calling("sns:ListSubscriptionsByTopic", str(topic)):
            pages = (
                self._session.client("sns", topic.region)
                .get_paginator("list_subscriptions_by_topic")
                .paginate(TopicArn=str(topic))
            )
            found = [subscription for page in pages for subscription in page.get("Subscriptions", [])]
        return tuple(
            Subscription(each.get("SubscriptionArn", ""), each.get("Protocol", ""), each.get("Endpoint", ""))
            for each in found
        )

    def policy(self, function: Arn) -> str:
        """Give the policy of a function, or of its version or alias that the ARN names; empty where it has none."""
        client = self._session.client("lambda", function.region)
        ref = FunctionRef.parse(str(function))
        named: Any = {"Qualifier": ref.qualifier} if ref.qualified else {}
        with calling("lambda:GetPolicy", str(function)):
            try:
                return client.get_policy(FunctionName=f"{ref.account}:function:{ref.name}", **named)["Policy"]
            except client.exceptions.ResourceNotFoundException:
                return ""

    def of_function(self, function: Arn, aliases: Iterable[str]) -> Invokers:
        """Say what invokes a function asynchronously: unqualified, and through each alias.

        Whoever invokes is let in by the policy of that qualifier, which names rule, topic or bucket as its source; the
        source then says whether it does. Never raises but CredentialsProblem: what cannot be read is told.
        """
        answers = each(lambda qualifier: self._of_qualifier(function, qualifier), (LATEST, *aliases))
        return Invokers(
            tuple(one for answer in answers for one in answer.invokers),
            tuple(dict.fromkeys(why for answer in answers for why in answer.unread)),
        )

    def _of_qualifier(self, function: Arn, qualifier: str) -> Invokers:
        address = str(function) if qualifier == LATEST else f"{function}:{qualifier}"
        allowances, why = _tried(partial(self._allowances, function, qualifier))
        buses = sorted({_bus(each.source) for each in allowances if each.service == "events"} | {_DEFAULT_BUS})
        reads = [
            *(partial(self._rules, address, qualifier, bus) for bus in buses),
            *(partial(self._senders, address, qualifier, allowance) for allowance in dict.fromkeys(allowances)),
        ]
        answers = [_tried(read) for read in reads]
        unread = [why, *(why for _, why in answers)]
        return Invokers(tuple(one for found, _ in answers for one in found), tuple(filter(None, unread)))

    def _allowances(self, function: Arn, qualifier: str) -> list[_Allowance]:
        named: Any = {} if qualifier == LATEST else {"Qualifier": qualifier}
        client = self._session.client("lambda")
        with calling("lambda:GetPolicy", f"{function}:{qualifier}"):
            try:
                policy = client.get_policy(FunctionName=str(function), **named)["Policy"]
            except client.exceptions.ResourceNotFoundException:
                return []
        return list(_allowances(policy))

    def _rules(self, address: str, qualifier: str, bus: str) -> Iterator[Invoker]:
        with calling("events:ListRuleNamesByTarget", address):
            pages = (
                self._session.client("events")
                .get_paginator("list_rule_names_by_target")
                .paginate(TargetArn=address, EventBusName=bus)
            )
            names = [name for page in pages for name in page.get("RuleNames", [])]
        at = "" if bus == _DEFAULT_BUS else f" of the bus {bus}"
        return (Invoker(f"the rule {name}{at}", qualifier, certain=True) for name in names)

    def _senders(self, address: str, qualifier: str, allowance: _Allowance) -> Iterator[Invoker]:
        service, source = allowance
        if service == "events":
            return
        if service == "sns" and source:
            if (_FUNCTION, address) in ((each.protocol, each.endpoint) for each in self.of_topic(Arn.parse(source))):
                yield Invoker(f"the topic {Arn.parse(source).resource}", qualifier, certain=True)
        elif service == "s3" and source:
            if address in self._notified(Arn.parse(source)):
                yield Invoker(f"the bucket {Arn.parse(source).resource}", qualifier, certain=True)
        else:
            yield Invoker(source or f"{service}.amazonaws.com", qualifier, certain=False)

    def _notified(self, bucket: Arn) -> list[str]:
        with calling("s3:GetBucketNotification", str(bucket)):
            answer = self._session.client("s3").get_bucket_notification_configuration(Bucket=bucket.resource)
        return [each["LambdaFunctionArn"] for each in answer.get("LambdaFunctionConfigurations", [])]


def _tried(read: Callable[[], Iterable[_Found]]) -> tuple[list[_Found], str]:
    """Give what was found, or why it could not be read. A source that is gone invokes nothing."""
    try:
        return list(read()), ""
    except NotFound:
        return [], ""
    except CredentialsProblem:
        raise
    except LdsError as problem:
        return [], problem.message


def _bus(rule: str) -> str:
    """Give the bus out of a rule's ARN: ``rule/NAME`` is of the default one, ``rule/BUS/NAME`` of another."""
    _, _, path = rule.partition(":rule/")
    return path.rpartition("/")[0] or _DEFAULT_BUS


def _allowances(policy: str) -> Iterator[_Allowance]:
    for statement in _many(json.loads(policy).get("Statement", [])):
        principal = statement.get("Principal", {})
        services = _many(principal.get("Service", [])) if isinstance(principal, dict) else []
        if statement.get("Effect") != "Allow":
            continue
        for service in (name.partition(".")[0] for name in services):
            if service in _ASYNCHRONOUS:
                yield from (_Allowance(service, source) for source in _sources(statement) or [""])


def _sources(statement: Mapping[str, Any]) -> list[str]:
    """Give what the conditions on aws:SourceArn name; a pattern names nothing that could be asked."""
    blocks = statement.get("Condition", {}).values()
    values = [value for block in blocks for key, value in block.items() if key.lower() == "aws:sourcearn"]
    return [each for value in values for each in _many(value) if not set("*?") & set(each)]


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
