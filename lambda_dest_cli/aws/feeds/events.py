"""Buses: a rule for a while (EventBridge User Guide, "Event bus rules").

A new rule takes effect after a while, so a probe is put on the bus until one comes through. It is an event of our own
source that names the rule; a rule of somebody else that takes every event takes it too.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.feed import FeedSettings
from lambda_dest_cli.aws.feeds.tap import TapFeed, Tapping
from lambda_dest_cli.aws.feeds.tap_queue import OWNER, TAP
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.destinations import label
from lambda_dest_cli.errors import AccessDenied, NotFound, Rejected, UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.outcome import Message, Watch
from lambda_dest_cli.model.tap import TapPart

if TYPE_CHECKING:
    from types_boto3_events.client import EventBridgeClient

PROBE_SOURCE, PROBE_TYPE = "lds.tap", "lds tail: is this rule in effect?"
PROBE_SECONDS = 5
"""How often a probe is sent."""
PATIENCE_SECONDS = 90
_RESULT = "Lambda Function Invocation Result"
_TARGET = "lds"
_PATTERN_BYTES = 2_048
"""The longest event pattern (EventBridge User Guide, "Quotas")."""
_DEFAULT = "default"


def bus_feed(watch: Watch, session: AwsSession, settings: FeedSettings) -> TapFeed:
    """Make the feed of a bus."""
    return TapFeed(watch, session, settings, _Rule)


class _Rule:
    """What leads from the bus to the queue."""

    def __init__(self, tapping: Tapping) -> None:
        self._bus, self._session, self._settings = tapping.watch.destination, tapping.session, tapping.settings
        self._queue = tapping.queue
        name, bus = tapping.queue.name, self._bus.resource.removeprefix("event-bus/")
        resource = f"rule/{name}" if bus == _DEFAULT else f"rule/{bus}/{name}"
        self.source = Arn(self._bus.partition, "events", self._bus.region, self._bus.account, resource)
        self._pattern = event_pattern(_prefixes(tapping.watch))
        self._made = False
        self._first_probe = self._last_probe = 0.0

    def part(self) -> TapPart:
        """Say what is made."""
        settings = {"pattern": self._pattern, "target": str(self._queue.arn)}
        return TapPart("rule", str(self.source), settings)

    def make(self) -> None:
        """Make the rule; raises UsageProblem for a bus of another account, where only that account can."""
        if self._bus.account != self._queue.arn.account:
            raise UsageProblem(
                f"{self._bus} is of another account, which alone can make a rule on it",
                "watch it with that account's credentials: --profile",
            )
        bus, name = bus_and_name(self.source)
        tags = [{"Key": key, "Value": value} for key, value in self._queue.tags().items() if key in (TAP, OWNER)]
        with calling("events:PutRule", label(self._bus)):
            self._events.put_rule(
                Name=name,
                EventBusName=bus,
                EventPattern=json.dumps(self._pattern),
                Description=f"lds tail: goes with the queue {name}",
                Tags=tags,  # type: ignore[arg-type]
            )
        self._made = True
        with calling("events:PutTargets", label(self._bus)):
            answer = self._events.put_targets(
                Rule=name, EventBusName=bus, Targets=[{"Id": _TARGET, "Arn": str(self._queue.arn)}]
            )
        for refused in answer.get("FailedEntries", []):
            raise Rejected(f"{label(self._bus)}: events:PutTargets: {refused.get('ErrorMessage')}")

    def works(self) -> bool:
        """Send a probe when it is time for one; give up waiting when none ever comes through."""
        now = self._settings.clock()
        if not self._first_probe:
            self._first_probe = now
        if now - self._first_probe > PATIENCE_SECONDS:
            return self._unsure(f"no probe came through in {PATIENCE_SECONDS} seconds")
        if now - self._last_probe < PROBE_SECONDS:
            return False
        self._last_probe = now
        try:
            self._send()
        except AccessDenied as problem:
            return self._unsure(problem.message)
        return False

    def is_probe(self, message: Message) -> bool:
        """Tell probes, also those of somebody else's rule, from events; no record is as short."""
        body = message.body if isinstance(message.body, str) else ""
        return len(body) < _PATTERN_BYTES and PROBE_TYPE in body and _is_probe(body)

    def remove(self) -> None:
        """Remove the rule."""
        if self._made:
            remove_rule(self._session, self.source)

    def _send(self) -> None:
        functions = _function_arns(self._pattern)
        detail = {"tap": self._queue.name, "requestContext": {"functionArn": functions[0] if functions else ""}}
        with calling("events:PutEvents", label(self._bus)):
            self._events.put_events(
                Entries=[
                    {
                        "EventBusName": bus_and_name(self.source)[0],
                        "Source": PROBE_SOURCE,
                        "DetailType": PROBE_TYPE,
                        "Detail": json.dumps(detail),
                    }
                ]
            )

    def _unsure(self, why: str) -> bool:
        self._settings.note(
            f"{label(self._bus)}: whether the rule is in effect is not known ({why}); "
            "what happens within a minute from now may be missing"
        )
        return True

    @property
    def _events(self) -> "EventBridgeClient":
        return self._session.client("events", self._bus.region)


def event_pattern(prefixes: tuple[str, ...]) -> dict[str, object]:
    """Give the pattern of the outcomes of these functions, or of all; of all too where they are too many to name."""
    pattern: dict[str, object] = {
        "source": ["lambda", "aws.lambda", PROBE_SOURCE],
        "detail-type": [f"{_RESULT} - Success", f"{_RESULT} - Failure", PROBE_TYPE],
    }
    named = {"requestContext": {"functionArn": [{"prefix": each} for each in prefixes]}}
    narrow = pattern | {"detail": named}
    return narrow if prefixes and len(json.dumps(narrow)) <= _PATTERN_BYTES else pattern


def remove_rule(session: AwsSession, rule: Arn) -> None:
    """Remove a rule, its target first: a rule with targets cannot be deleted. Raises what AWS says."""
    bus, name = bus_and_name(rule)
    events = session.client("events", rule.region)
    try:
        with calling("events:RemoveTargets", str(rule)):
            events.remove_targets(Rule=name, EventBusName=bus, Ids=[_TARGET])
        with calling("events:DeleteRule", str(rule)):
            events.delete_rule(Name=name, EventBusName=bus)
    except NotFound:
        pass  # the rule has gone, or the whole bus


def bus_and_name(rule: Arn) -> tuple[str, str]:
    """Read a rule's ARN, which leaves the default bus out."""
    bus, _, name = rule.resource.removeprefix("rule/").rpartition("/")
    return bus or _DEFAULT, name


def _prefixes(watch: Watch) -> tuple[str, ...]:
    """Give how the ARNs of the functions begin in a record, which always names a qualifier."""
    return tuple(sorted(f"{function}:{qualifier or ''}" for function, qualifier in watch.only))


def _function_arns(pattern: dict[str, object]) -> tuple[str, ...]:
    return tuple(_each_prefix(pattern.get("detail")))


def _each_prefix(detail: object) -> Iterator[str]:
    context = detail.get("requestContext") if isinstance(detail, dict) else None
    for each in context["functionArn"] if isinstance(context, dict) else ():
        yield each["prefix"]


def _is_probe(body: str) -> bool:
    try:
        event = json.loads(body)
    except ValueError:
        return False
    return isinstance(event, dict) and event.get("source") == PROBE_SOURCE
