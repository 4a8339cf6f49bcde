"""A function to check, and AWS from stubs to check it against."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.functions import Functions
from lambda_dest_cli.aws.triggers import Triggers
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import LdsError, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionHealth, FunctionState
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.invoker import Invokers
from lambda_dest_cli.model.outlet import Subscription
from tests.support import ACCOUNT, FUNCTION_ARN, REGION, ROLE_ARN, StubbedSession, queue_arn

FACTS = FunctionFacts("orders", Arn.parse(FUNCTION_ARN), Arn.parse(ROLE_ARN))
FAILED, DONE, DLQ = (Arn.parse(queue_arn(name)) for name in ("failed", "done", "dlq"))
TOPIC = Arn.parse(f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts")
BUS = Arn.parse(f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default")
BUCKET = Arn.parse("arn:aws:s3:::orders-failures")
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1a2b3c4d-0000-0000-0000-000000000000"
QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/failed"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def subject(
    config: EventInvokeConfig | None = None,
    qualifier: str = LATEST,
    dead_letter: Arn | None = None,
    aliases: Mapping[str, str] | None = None,
    aliases_why: str = "",
    on_success: Arn | None = None,
    on_failure: Arn | None = None,
) -> Subject:
    """A subject; ``on_success`` and ``on_failure`` make its configuration where none is given."""
    chosen = config or EventInvokeConfig(on_success, on_failure)
    facts = replace(FACTS, dead_letter=dead_letter)
    configured = config is not None or chosen.destinations() != {}
    state = FunctionState(facts, {qualifier: chosen} if configured else {}, aliases or {})
    return Subject(state, qualifier, facts, chosen, configured, dead_letter, aliases_why)


def findings(check_id: str, what: Subject, session: StubbedSession | None = None) -> tuple[Finding, ...]:
    """What one check says; of a session that is not given nothing may be asked."""
    return run([what], Aws(session or StubbedSession(), lambda _: None), [check_id])


def told(found: Sequence[Finding]) -> list[tuple[str, str | None]]:
    return [(str(each.state), each.slot and str(each.slot)) for each in found]


def queue_exists(session: StubbedSession, key: str = "") -> None:
    attributes = {"QueueArn": str(FAILED), **({"KmsMasterKeyId": key} if key else {})}
    session.answers("sqs", "get_queue_attributes", {"Attributes": attributes})


def key_described(session: StubbedSession, manager: str = "CUSTOMER") -> None:
    session.answers("kms", "describe_key", {"KeyMetadata": {"KeyId": "1", "Arn": KEY, "KeyManager": manager}})


def role_answer(trust: object = TRUST) -> dict[str, Any]:
    return {
        "Role": {
            "Path": "/service/",
            "RoleName": "orders-role",
            "RoleId": "AROAEXAMPLEEXAMPLE12",
            "Arn": ROLE_ARN,
            "CreateDate": "2026-01-01T00:00:00Z",
            "AssumeRolePolicyDocument": json.dumps(trust),
        }
    }


def verdict(action: str, resource: str, decision: str, **more: Any) -> dict[str, Any]:
    """One of the simulator's results, as IAM gives it."""
    return {
        "EvalActionName": action,
        "EvalResourceName": resource,
        "EvalDecision": decision,
        "MatchedStatements": [],
        "MissingContextValues": [],
        **more,
    }


def simulated(session: StubbedSession, *results: dict[str, Any], **expected: Any) -> None:
    session.answers("iam", "simulate_principal_policy", {"EvaluationResults": list(results)}, **expected)


def context(region: str = REGION, **more: str) -> list[dict[str, Any]]:
    """What is known of a delivery at home, as the simulator is told it; ``more`` are of KMS (``via="sqs"``)."""
    known = {
        "aws:PrincipalAccount": ACCOUNT,
        "aws:PrincipalArn": ROLE_ARN,
        "aws:PrincipalIsAWSService": "false",
        "aws:PrincipalType": "AssumedRole",
        "aws:RequestedRegion": region,
        "aws:ResourceAccount": ACCOUNT,
        "aws:SecureTransport": "true",
        "s3:ResourceAccount": ACCOUNT,
    }
    if "via" in more:
        known |= {"kms:CallerAccount": ACCOUNT, "kms:ViaService": f"{more['via']}.{REGION}.amazonaws.com"}
    kinds = {"aws:PrincipalIsAWSService": "boolean", "aws:SecureTransport": "boolean"}
    return [
        {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": kinds.get(key, "string")}
        for key, value in known.items()
    ]


def entries(told: list[dict[str, Any]]) -> str:
    """The same as words of the AWS CLI."""
    return " ".join(
        f"ContextKeyName={each['ContextKeyName']},ContextKeyType={each['ContextKeyType']},"
        f"ContextKeyValues={each['ContextKeyValues'][0]}"
        for each in told
    )


class NoTriggers(Triggers):
    """Nothing invokes anything."""

    def of_queue(self, queue: Arn) -> tuple[str, ...]:
        return ()

    def of_topic(self, topic: Arn) -> tuple[Subscription, ...]:
        return ()

    def of_function(self, function: Arn, aliases: Any) -> Invokers:
        return Invokers()


class PresentAws(Aws):
    """AWS where nobody looks back."""

    def look_back(self, functions: Any, window: Any) -> None:
        self.history = None


class Region(Functions):
    """Lambda as it would be read; each read may be refused. Reads are made at once, so no order can be stubbed."""

    def __init__(
        self,
        configurations: dict[str, dict[str, EventInvokeConfig]],
        dead_letters: dict[str, Arn] | None = None,
        aliases: dict[str, str] | None = None,
        refused: Mapping[str, LdsError] | None = None,
        no_aliases: LdsError | None = None,
    ) -> None:
        super().__init__(StubbedSession(), lambda _: None)
        self._configurations = configurations
        self._dead_letters = dead_letters or {}
        self._aliases = aliases or {}
        self._refused = refused or {}
        self._no_aliases = no_aliases

    def _facts(self, name: str, qualifier: str) -> FunctionFacts:
        target = self._dead_letters.get(name if qualifier == LATEST else f"{name}:{qualifier}")
        return replace(FACTS, name=name, arn=replace(FACTS.arn, resource=f"function:{name}"), dead_letter=target)

    def all(self) -> Any:
        return (self._facts(name, LATEST) for name in self._configurations)

    def get(self, ref: FunctionRef) -> FunctionFacts:
        if ref.name not in self._configurations:
            raise NotFound(f"{ref.name}: there is no such function in eu-west-1")
        return self._facts(ref.name, ref.qualifier)

    def health(self, ref: FunctionRef) -> FunctionHealth:
        return FunctionHealth(self.get(ref))

    def configurations(self, ref: FunctionRef) -> dict[str, EventInvokeConfig]:
        if ref.name in self._refused:
            raise self._refused[ref.name]
        return self._configurations.get(ref.name, {})

    def aliases(self, ref: FunctionRef) -> dict[str, str]:
        if self._no_aliases:
            raise self._no_aliases
        return self._aliases

    def aws(self, session: StubbedSession | None = None) -> Aws:
        """The whole of AWS, with this for Lambda's functions."""
        made = PresentAws(session or StubbedSession(), lambda _: None)
        made.__dict__ |= {"functions": self, "triggers": NoTriggers(made.session)}
        return made
