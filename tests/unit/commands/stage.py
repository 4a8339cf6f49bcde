"""An account for a command line: what is read comes from plain data, what is written goes through botocore's Stubber.

Commands read several things at once, so no order of answers could be queued for reads. Writes come one by one.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.functions import Functions
from lambda_dest_cli.aws.holdings import HoldingsReader
from lambda_dest_cli.aws.keys import Keys
from lambda_dest_cli.aws.metrics import History
from lambda_dest_cli.aws.roles import Roles
from lambda_dest_cli.aws.targets import Targets
from lambda_dest_cli.aws.triggers import Triggers
from lambda_dest_cli.errors import LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionHealth
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.invoker import Invokers
from lambda_dest_cli.model.key import KeyGrant
from lambda_dest_cli.model.outlet import Subscription
from lambda_dest_cli.model.past import Counted, Metric, Past, Window
from lambda_dest_cli.model.permission import Decision, Holdings, Permission, Question, Role
from lambda_dest_cli.model.target import Target
from tests.support import FUNCTION_ARN, ROLE_ARN, Run, queue_arn, tty

DONE, FAILED, OLD, DLQ = (Arn.parse(queue_arn(name)) for name in ("done", "failed", "old", "dlq"))
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
ORDERS = FunctionFacts("orders", Arn.parse(FUNCTION_ARN), Arn.parse(ROLE_ARN), revision_id="r1")


@dataclass
class Account:
    """What there is, to be changed by a test before its command, and by the command itself."""

    functions: dict[str, FunctionFacts] = field(default_factory=lambda: {"orders": ORDERS})
    """By name, and by name:qualifier where a version differs from $LATEST."""
    configurations: dict[str, dict[str, EventInvokeConfig]] = field(default_factory=dict)
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)
    unreadable: dict[str, LdsError] = field(default_factory=dict)
    """By function: what listing its configurations raises."""
    missing: set[Arn] = field(default_factory=set)
    keys: dict[Arn, Arn] = field(default_factory=dict)
    """By destination: the customer managed key it is encrypted with."""
    unreadable_keys: dict[Arn, str] = field(default_factory=dict)
    """By destination: why its key is not known."""
    denied: dict[str, str] = field(default_factory=dict)
    """By resource: who says no."""
    policy_shows: bool = True
    """Whether the simulator sees a policy once it is written."""
    simulation: LdsError | None = None
    reserved_concurrency: int | None = None
    readers: dict[Arn, tuple[str, ...]] = field(default_factory=dict)
    """By queue or topic: the ARNs of the functions that it feeds."""
    invokers: Invokers = field(default_factory=Invokers)
    past: dict[Metric, float] | LdsError = field(default_factory=lambda: {Metric.RECEIVED: 5.0})
    """What CloudWatch counted of every function."""
    log: list[str] = field(default_factory=list)
    """The writes, and what was looked at, in their order."""


class StageFunctions(Functions):
    """Lambda, read from an account and written through the stubs."""

    def __init__(self, run: "Stage") -> None:
        super().__init__(run.session, run.slept.append)
        self.account = run.account

    def get(self, ref: FunctionRef) -> FunctionFacts:
        facts = self.account.functions
        if ref.name not in facts:
            raise NotFound(f"{ref.name}: there is no such function in eu-west-1", "check the name and --region")
        aliases = self.account.aliases.get(ref.name, {})
        if ref.qualifier == "nosuch":
            raise NotFound(f"{ref}: orders has no alias or version 'nosuch' in eu-west-1")
        return facts.get(f"{ref.name}:{aliases.get(ref.qualifier, ref.qualifier)}", facts[ref.name])

    def all(self) -> Iterator[FunctionFacts]:
        return (facts for name, facts in self.account.functions.items() if ":" not in name)

    def configurations(self, ref: FunctionRef) -> dict[str, EventInvokeConfig]:
        if ref.name in self.account.unreadable:
            raise self.account.unreadable[ref.name]
        return dict(self.account.configurations.get(ref.name, {}))

    def aliases(self, ref: FunctionRef) -> dict[str, str]:
        return self.account.aliases.get(ref.name, {})

    def health(self, ref: FunctionRef) -> FunctionHealth:
        return FunctionHealth(self.get(ref), self.account.reserved_concurrency)

    def configuration(self, ref: FunctionRef) -> EventInvokeConfig | None:
        return self.account.configurations.get(ref.name, {}).get(ref.qualifier)

    def put(self, ref: FunctionRef, config: EventInvokeConfig) -> None:
        super().put(ref, config)
        self.account.log.append(f"put {ref.name}:{ref.qualifier}")
        self.account.configurations.setdefault(ref.name, {})[ref.qualifier] = config

    def delete(self, ref: FunctionRef) -> None:
        super().delete(ref)
        self.account.log.append(f"delete {ref.name}:{ref.qualifier}")
        del self.account.configurations[ref.name][ref.qualifier]

    def set_dead_letter(self, ref: FunctionRef, target: Arn | None) -> None:
        super().set_dead_letter(ref, target)
        self.account.log.append(f"dead letter {ref.name} {target}")
        self.account.functions[ref.name] = replace(self.account.functions[ref.name], dead_letter=target)


class StageTriggers(Triggers):
    """What invokes functions, out of an account."""

    def __init__(self, run: "Stage") -> None:
        super().__init__(run.session)
        self.account = run.account

    def of_queue(self, queue: Arn) -> tuple[str, ...]:
        return self.account.readers.get(queue, ())

    def of_topic(self, topic: Arn) -> tuple[Subscription, ...]:
        return tuple(Subscription(f"{topic}:1", "lambda", each) for each in self.account.readers.get(topic, ()))

    def of_function(self, function: Arn, aliases: Any) -> Invokers:
        return self.account.invokers


class StageHistory(History):
    """CloudWatch, out of an account: everything was counted a minute before the end."""

    def __init__(self, run: "Stage", functions: Any, window: Window) -> None:
        super().__init__(run.session, functions, window)
        self.account = run.account

    def of(self, function: str) -> Past:
        past = self.account.past
        if isinstance(past, LdsError):
            raise past
        last = self.window.end - timedelta(minutes=1)
        return {metric: Counted(value, last) for metric, value in past.items()}


@dataclass
class StageAws(Aws):
    """AWS with an account's history."""

    stage: Any = None

    def look_back(self, functions: Any, window: Window) -> None:
        self.stage.windows.append(window)
        self.history = StageHistory(self.stage, functions, window)


class StageRoles(Roles):
    """IAM: judged by the account's list of who says no, written through the stubs."""

    def __init__(self, run: "Stage") -> None:
        super().__init__(run.session)
        self.account = run.account

    def get(self, arn: Arn) -> Role:
        return Role(arn, "orders-role", TRUST)

    def may(self, role: Arn, questions: Any) -> list[Permission]:
        if self.account.simulation:
            raise self.account.simulation
        return [self._answer(question) for question in questions]

    def _answer(self, question: Question) -> Permission:
        said_by = self.account.denied.get(question.resource)
        if said_by is None:
            return Permission(question, Decision.ALLOWED)
        return Permission(question, Decision.IMPLICIT_DENY, said_by)

    def put_inline_policy(self, role: Arn, document: str) -> None:
        super().put_inline_policy(role, document)
        self.account.log.append("put policy")
        if self.account.policy_shows:
            for statement in json.loads(document)["Statement"]:
                resources = statement["Resource"]
                for resource in resources if isinstance(resources, list) else [resources]:
                    self.account.denied.pop(resource, None)


class StageTargets(Targets):
    """Destinations: all exist but those that the account says are missing."""

    def __init__(self, run: "Stage") -> None:
        super().__init__(run.session)
        self.account = run.account

    def look(self, arn: Arn) -> Target:
        return Target(
            arn,
            exists=arn not in self.account.missing,
            key=self.account.keys.get(arn),
            key_why=self.account.unreadable_keys.get(arn, ""),
        )


class StageKeys(Keys):
    """Keys that leave everything to their account's own policies."""

    def policy(self, key: Arn) -> str:
        principal = {"AWS": f"arn:aws:iam::{key.account}:root"}
        statement = {"Effect": "Allow", "Principal": principal, "Action": "kms:*", "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def grants(self, key: Arn) -> tuple[KeyGrant, ...]:
        return ()


class StageHoldings(HoldingsReader):
    """Roles without any policy to name; who may not simulate may not read them either."""

    def __init__(self, run: "Stage") -> None:
        super().__init__(run.session)
        self.account = run.account

    def of(self, role: Arn, boundary: str) -> Holdings:
        if self.account.simulation:
            raise self.account.simulation
        return Holdings({})


@dataclass
class Stage(Run):
    """A run in an account. A write that was not queued on ``session`` fails the command."""

    account: Account = field(default_factory=Account)
    windows: list[Window] = field(default_factory=list)
    """How far back CloudWatch was asked."""

    def aws(self) -> Aws:
        aws = StageAws(self.session, self.slept.append, stage=self)
        aws.__dict__ |= {
            "functions": StageFunctions(self),
            "roles": StageRoles(self),
            "targets": StageTargets(self),
            "keys": StageKeys(self.session),
            "held": StageHoldings(self),
            "triggers": StageTriggers(self),
        }
        return aws

    def at_a_terminal(self, typed: str) -> None:
        """Have somebody there, who types this."""
        self.stdin, self.stderr = tty_with(typed), tty_with("")

    def has(self, config: EventInvokeConfig, qualifier: str = "$LATEST", name: str = "orders") -> None:
        self.account.configurations.setdefault(name, {})[qualifier] = config

    def has_dead_letter(self, target: Arn | None) -> None:
        self.account.functions["orders"] = replace(ORDERS, dead_letter=target)

    def will_put(self, **expected: Any) -> None:
        self.session.answers("lambda", "put_function_event_invoke_config", {}, **expected)

    def will_delete(self, **expected: Any) -> None:
        self.session.answers("lambda", "delete_function_event_invoke_config", {}, **expected)

    def will_set_dead_letter(self, target: str) -> None:
        self.session.answers(
            "lambda",
            "update_function_configuration",
            {},
            FunctionName="orders",
            DeadLetterConfig={"TargetArn": target},
            RevisionId="r1",
        )

    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.stdout.getvalue())

    def data(self, *argv: str, code: int = 0) -> Any:
        """Run a command line in JSON, and give its data."""
        assert self.lds("-o", "json", *argv) == code
        document = self.document()
        assert (document["lds_result_version"], document["command"]) == (1, argv[0])
        assert document["exit_code"] == code
        self.session.assert_everything_was_asked()
        return document["data"]


def tty_with(typed: str) -> io.StringIO:
    return tty(io.StringIO(typed))


def put_request(
    on_success: Arn | None, on_failure: Arn | None, retries: int = 2, age: int = 21_600, **more: str
) -> dict[str, Any]:
    """What PutFunctionEventInvokeConfig is sent: all of it, since Put removes what it leaves out."""
    return {
        "FunctionName": "orders",
        **more,
        "MaximumRetryAttempts": retries,
        "MaximumEventAgeInSeconds": age,
        "DestinationConfig": {
            "OnSuccess": {"Destination": str(on_success)} if on_success else {},
            "OnFailure": {"Destination": str(on_failure)} if on_failure else {},
        },
    }
