"""State machines that replay: made, started, watched and removed. Only what carries our tag is changed or removed."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_dest_cli.aws.errors import calling, error_code
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import AccessDenied, Conflict, NotFound, Rejected
from lambda_dest_cli.model.state_machine import TAG, Machine, Progress

if TYPE_CHECKING:
    from types_boto3_stepfunctions.client import SFNClient

_ROLE_TRIES, _ROLE_PAUSE = 10, 2.0
"""A role that was just made reaches Step Functions after some seconds (IAM User Guide, "Changes that I make are not
always immediately visible")."""
_SAMPLE = 20


class StateMachines:
    """Step Functions, and the roles of its machines."""

    def __init__(self, session: AwsSession, sleep: Callable[[float], object]) -> None:
        self._session = session
        self._sleep = sleep

    def put(
        self, machine: Machine, definition: Mapping[str, Any], trust: Mapping[str, Any], policy: Mapping[str, Any]
    ) -> None:
        """Make the role and the machine, or bring our own up to date; raises Conflict for what is not ours."""
        self._put_role(machine, json.dumps(trust), json.dumps(policy))
        if self._ours(machine):
            with calling("states:UpdateStateMachine", machine.name):
                self._sfn.update_state_machine(
                    stateMachineArn=machine.arn, definition=json.dumps(definition), roleArn=machine.role_arn
                )
            return
        for left in reversed(range(_ROLE_TRIES)):
            try:
                self._create(machine, json.dumps(definition))
            except (AccessDenied, Rejected):
                if not left:
                    raise
                self._sleep(_ROLE_PAUSE)
            else:
                return

    def start(self, machine: Machine, name: str, given: Mapping[str, Any]) -> str:
        """Start an execution, or find the one of that name: one name is never started twice; gives its ARN."""
        with calling("states:StartExecution", machine.name):
            try:
                answer = self._sfn.start_execution(stateMachineArn=machine.arn, name=name, input=json.dumps(given))
            except ClientError as error:
                if error_code(error) != "ExecutionAlreadyExists":
                    raise
                return f"{machine.arn.replace(':stateMachine:', ':execution:')}:{name}"
        return answer["executionArn"]

    def progress(self, execution: str) -> Progress:
        """Say how far an execution is; nothing is counted before its map run has begun."""
        with calling("states:DescribeExecution", execution):
            answer = self._sfn.describe_execution(executionArn=execution)
        words = ": ".join(part for part in (answer.get("error", ""), answer.get("cause", "")) if part)
        run = self._map_run(execution)
        if run is None:
            return Progress(answer["status"], error=words)
        with calling("states:DescribeMapRun", execution):
            counts = self._sfn.describe_map_run(mapRunArn=run)["itemCounts"]
        failed = counts["failed"] + counts["timedOut"] + counts["aborted"]
        return Progress(answer["status"], counts["total"], counts["succeeded"], failed, words)

    def errors(self, execution: str) -> Mapping[str, int]:
        """Count the errors of some of the events that failed."""
        run = self._map_run(execution)
        if run is None:
            return {}
        with calling("states:ListExecutions", execution):
            children = self._sfn.list_executions(mapRunArn=run, statusFilter="FAILED", maxResults=_SAMPLE)["executions"]
        found: Counter[str] = Counter()
        for child in children:
            with calling("states:DescribeExecution", execution):
                answer = self._sfn.describe_execution(executionArn=child["executionArn"])
            found[f"{answer.get('error', 'unknown')}: {answer.get('cause', '')}".rstrip(": ")] += 1
        return dict(found)

    def stop(self, execution: str) -> None:
        """Stop an execution and what it runs."""
        with calling("states:StopExecution", execution):
            self._sfn.stop_execution(executionArn=execution, error="Stopped", cause="stopped by lds replay")

    def remove(self, machine: Machine) -> bool:
        """Delete machine and role; says whether there was anything. Raises Conflict for what is not ours."""
        ours = self._ours(machine)
        if ours:
            with calling("states:DeleteStateMachine", machine.name):
                self._sfn.delete_state_machine(stateMachineArn=machine.arn)
        if not self._role_is_ours(machine):
            return ours
        with calling("iam:DeleteRolePolicy", machine.name):
            self._iam.delete_role_policy(RoleName=machine.name, PolicyName=machine.name)
        with calling("iam:DeleteRole", machine.name):
            self._iam.delete_role(RoleName=machine.name)
        return True

    def _create(self, machine: Machine, definition: str) -> None:
        with calling("states:CreateStateMachine", machine.name):
            self._sfn.create_state_machine(
                name=machine.name,
                definition=definition,
                roleArn=machine.role_arn,
                type="STANDARD",
                tags=[{"key": TAG, "value": machine.function_name}],
            )

    def _put_role(self, machine: Machine, trust: str, policy: str) -> None:
        if not self._role_is_ours(machine):
            with calling("iam:CreateRole", machine.name):
                self._iam.create_role(
                    RoleName=machine.name,
                    AssumeRolePolicyDocument=trust,
                    Tags=[{"Key": TAG, "Value": machine.function_name}],
                )
        with calling("iam:PutRolePolicy", machine.name):
            self._iam.put_role_policy(RoleName=machine.name, PolicyName=machine.name, PolicyDocument=policy)

    def _ours(self, machine: Machine) -> bool:
        """Say whether the machine is there; raises Conflict where somebody else made it."""
        try:
            with calling("states:DescribeStateMachine", machine.name):
                self._sfn.describe_state_machine(stateMachineArn=machine.arn)
        except NotFound:
            return False
        with calling("states:ListTagsForResource", machine.name):
            tags = self._sfn.list_tags_for_resource(resourceArn=machine.arn)["tags"]
        return _belongs({tag["key"]: tag["value"] for tag in tags}, machine, "state machine")

    def _role_is_ours(self, machine: Machine) -> bool:
        try:
            with calling("iam:GetRole", machine.name):
                tags = self._iam.get_role(RoleName=machine.name)["Role"].get("Tags", [])
        except NotFound:
            return False
        return _belongs({tag["Key"]: tag["Value"] for tag in tags}, machine, "role")

    def _map_run(self, execution: str) -> str | None:
        with calling("states:ListMapRuns", execution):
            runs = self._sfn.list_map_runs(executionArn=execution)["mapRuns"]
        return runs[0]["mapRunArn"] if runs else None

    @property
    def _sfn(self) -> "SFNClient":
        return self._session.client("stepfunctions")

    @property
    def _iam(self) -> Any:
        return self._session.client("iam")


def _belongs(tags: Mapping[str, str], machine: Machine, what: str) -> bool:
    if tags.get(TAG) != machine.function_name:
        raise Conflict(
            f"the {what} {machine.name} was not made by lds for {machine.function_name}", "rename or remove it"
        )
    return True
