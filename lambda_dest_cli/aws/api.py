"""What the engines are handed: everything of AWS that they may ask, each read made once a run."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import TypeVar

from lambda_dest_cli.aws.buckets import Buckets
from lambda_dest_cli.aws.functions import Functions
from lambda_dest_cli.aws.holdings import HoldingsReader
from lambda_dest_cli.aws.keys import Keys
from lambda_dest_cli.aws.metrics import History
from lambda_dest_cli.aws.outlets import Outlets
from lambda_dest_cli.aws.queues import oldest_message_seconds
from lambda_dest_cli.aws.roles import Roles
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.aws.targets import Targets
from lambda_dest_cli.aws.triggers import Triggers
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.bucket import Bucket
from lambda_dest_cli.model.caller import Caller
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionHealth
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.invoker import Invokers
from lambda_dest_cli.model.key import Key, KeyGrant
from lambda_dest_cli.model.outlet import Filter, Rule, Subscription
from lambda_dest_cli.model.past import Window
from lambda_dest_cli.model.permission import Holdings, Permission, Question, Role
from lambda_dest_cli.model.target import Target

_Answer = TypeVar("_Answer")


@dataclass
class Aws:
    """One account and region. What the checks ask again and again is remembered for the run."""

    session: AwsSession
    sleep: Callable[[float], object]
    clock: Callable[[], float] = time.time
    history: History | None = None
    """What CloudWatch counted; None where nobody looks back."""
    _memory: dict[object, object] = field(default_factory=dict)
    _permissions: dict[Arn, dict[Question, Permission]] = field(default_factory=dict)
    _locks: dict[object, Lock] = field(default_factory=dict)

    @cached_property
    def functions(self) -> Functions:
        """Lambda's functions."""
        return Functions(self.session, self.sleep)

    @cached_property
    def roles(self) -> Roles:
        """IAM's roles."""
        return Roles(self.session)

    @cached_property
    def held(self) -> HoldingsReader:
        """The policies that IAM's roles hold."""
        return HoldingsReader(self.session)

    @cached_property
    def triggers(self) -> Triggers:
        """What invokes functions."""
        return Triggers(self.session)

    @cached_property
    def targets(self) -> Targets:
        """The destinations."""
        return Targets(self.session, self.key)

    @cached_property
    def keys(self) -> Keys:
        """The keys that destinations are encrypted with."""
        return Keys(self.session)

    @cached_property
    def outlets(self) -> Outlets:
        """What stands behind topics and buses."""
        return Outlets(self.session)

    @cached_property
    def buckets(self) -> Buckets:
        """S3's buckets."""
        return Buckets(self.session)

    def look_back(self, functions: Iterable[str], window: Window) -> None:
        """Have the metrics of these functions read together, once one of them is asked for."""
        self.history = History(self.session, functions, window)

    def caller(self) -> tuple[Caller, float]:
        """Say who asks, and this machine's time (epoch seconds) when AWS answered; asks once."""
        return self._once("caller", lambda: (self.session.caller(), self.clock()))

    def function(self, ref: FunctionRef) -> FunctionFacts:
        """Read a function under a qualifier, once; raises NotFound."""
        return self._once(("function", ref.name, ref.qualifier), lambda: self.functions.get(ref))

    def health(self, ref: FunctionRef) -> FunctionHealth:
        """Read a function's state and reserved concurrency, once; raises NotFound."""
        return self._once(("health", ref.name), lambda: self.functions.health(ref))

    def configurations(self, ref: FunctionRef) -> Mapping[str, EventInvokeConfig]:
        """Read the configuration of every qualifier of a function, once; raises NotFound."""
        return self._once(("configurations", ref.name), lambda: self.functions.configurations(ref))

    def consumers(self, queue: Arn) -> tuple[str, ...]:
        """Give the functions that an event source mapping feeds from a queue, as the ARNs it calls them by."""
        return self._once(("consumers", queue), lambda: self.triggers.of_queue(queue))

    def subscriptions(self, topic: Arn) -> tuple[Subscription, ...]:
        """Give the subscriptions of a topic."""
        return self._once(("subscriptions", topic), lambda: self.triggers.of_topic(topic))

    def subscribed(self, topic: Arn) -> tuple[str, ...]:
        """Give the functions that are subscribed to a topic, as the ARNs it calls them by."""
        return tuple(each.endpoint for each in self.subscriptions(topic) if each.protocol == "lambda")

    def filter(self, subscription: str) -> Filter:
        """Read a subscription's filter policy, once."""
        return self._once(("filter", subscription), lambda: self.outlets.filter(subscription))

    def rules(self, bus: Arn) -> tuple[Rule, ...]:
        """Give the rules of a bus of the caller's own account, read once."""
        return self._once(("rules", bus), lambda: self.outlets.rules(bus))

    def rule_targets(self, bus: Arn, rule: str) -> tuple[str, ...]:
        """Give the ARNs of what a rule sends to, read once."""
        return self._once(("rule", bus, rule), lambda: self.outlets.rule_targets(bus, rule))

    def matches(self, bus: Arn, pattern: str, event: str) -> bool:
        """Have EventBridge say, once, whether a pattern matches an event (JSON texts)."""
        return self._once(("matches", bus, pattern, event), lambda: self.outlets.matches(bus, pattern, event))

    def bucket(self, arn: Arn, account: str) -> Bucket:
        """Say whether a bucket belongs to an account, and what it deletes; reads it once."""
        return self._once(("bucket", arn, account), lambda: self.buckets.of(arn, account))

    def oldest_message_seconds(self, queue: Arn) -> float | None:
        """Give the age of a queue's oldest message; None where CloudWatch does not know. Asks once."""
        return self._once(("age", queue), lambda: oldest_message_seconds(self.session, queue, self.clock()))

    def key(self, name: str, region: str) -> Key:
        """Describe a key by its ARN, id or alias, once; raises NotFound or AccessDenied."""
        return self._once(("key", name, region), lambda: self.keys.describe(name, region))

    def key_policy(self, key: Arn) -> str:
        """Give a key's policy as JSON text, read once."""
        return self._once(("key policy", key), lambda: self.keys.policy(key))

    def key_grants(self, key: Arn) -> tuple[KeyGrant, ...]:
        """Give a key's grants, read once."""
        return self._once(("key grants", key), lambda: self.keys.grants(key))

    def policy_of(self, target: Target) -> str:
        """Give a destination's own policy as JSON text, read once; empty where it has none."""
        arn = target.arn
        if arn.service == "s3":
            return self._once(("policy", arn), lambda: self.buckets.policy(arn))
        if arn.service == "lambda":
            return self._once(("policy", arn), lambda: self.triggers.policy(arn))
        return target.policy

    def invokers(self, function: Arn, aliases: tuple[str, ...]) -> Invokers:
        """Say what invokes a function asynchronously, and under which qualifier."""
        return self._once(("invokers", function, aliases), lambda: self.triggers.of_function(function, aliases))

    def role(self, arn: Arn) -> Role:
        """Read a role, once; raises NotFound."""
        return self._once(("role", arn), lambda: self.roles.get(arn))

    def holdings(self, role: Arn) -> Holdings:
        """Read the policies that a role holds, once; raises AccessDenied."""
        return self._once(("holdings", role), lambda: self.held.of(role, self.role(role).boundary))

    def target(self, arn: Arn) -> Target:
        """Look a destination up, once."""
        return self._once(("target", arn), lambda: self.targets.look(arn))

    def may(self, role: Arn, questions: Iterable[Question]) -> list[Permission]:
        """Ask the simulator what is not known yet of a role; many questions at once are few calls."""
        asked = list(questions)
        with self._locks.setdefault(("may", role), Lock()):
            known = self._permissions.setdefault(role, {})
            new = [question for question in dict.fromkeys(asked) if question not in known]
            if new:
                known.update(zip(new, self.roles.may(role, new), strict=True))
            return [known[question] for question in asked]

    def afresh(self) -> "Aws":
        """Give the same AWS with nothing remembered, to see what is there after a change."""
        return Aws(self.session, self.sleep, self.clock)

    def forget_permissions(self) -> None:
        """Forget the simulator's answers and the role's policies, after it was changed."""
        self._permissions.clear()
        for key in [key for key in self._memory if isinstance(key, tuple) and key[0] == "holdings"]:
            del self._memory[key]

    def _once(self, key: object, read: Callable[[], _Answer]) -> _Answer:
        """Give the remembered answer; several threads that ask at once wait for the one that reads."""
        with self._locks.setdefault(key, Lock()):
            if key not in self._memory:
                self._memory[key] = read()
            return self._memory[key]  # type: ignore[return-value]  # the key says whose answer it is
