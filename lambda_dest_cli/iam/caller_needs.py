"""What the person (or job) who runs lds must be allowed: one row an action. Not what an execution role must be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from lambda_dest_cli.destinations import Need
from lambda_dest_cli.model.function_ref import FunctionRef

NEEDS_NOTHING = frozenset({"sts:GetCallerIdentity"})
"""What AWS lets everybody call (STS API Reference, GetCallerIdentity)."""


class Scope(Enum):
    """What kind of resource an action is on; ``{…}`` is filled in."""

    ANYTHING = ("*",)
    """The action knows no resources (Service Authorization Reference)."""
    FUNCTION = (
        "arn:{partition}:lambda:{region}:{account}:function:{function}",
        "arn:{partition}:lambda:{region}:{account}:function:{function}:*",
    )
    ROLE = ("arn:{partition}:iam::{account}:role/*",)
    POLICY = ("arn:{partition}:iam::{account}:policy/*", "arn:{partition}:iam::aws:policy/*")
    QUEUE = ("arn:{partition}:sqs:{region}:{account}:*",)
    TOPIC = ("arn:{partition}:sns:{region}:{account}:*",)
    BUS = ("arn:{partition}:events:{region}:{account}:event-bus/*",)
    RULE = ("arn:{partition}:events:{region}:{account}:rule/*lds-tap-*",)
    """What lds makes on a bus for a while."""
    TAP = ("arn:{partition}:sqs:{region}:{account}:lds-tap-*",)
    """The queue that is behind it, or behind a subscription."""
    BUCKET = ("arn:{partition}:s3:::*",)
    OBJECT = ("arn:{partition}:s3:::*/aws/lambda/async/*",)
    """What Lambda writes into a bucket."""
    STAGE = ("arn:{partition}:s3:::*/lds-replay/*",)
    """What lds writes into a bucket for Step Functions."""
    MACHINE = (
        "arn:{partition}:states:{region}:{account}:stateMachine:lds-replay-*",
        "arn:{partition}:states:{region}:{account}:execution:lds-replay-*",
        "arn:{partition}:states:{region}:{account}:mapRun:lds-replay-*",
    )
    """The state machines that lds makes, and their runs."""
    MACHINE_ROLE = ("arn:{partition}:iam::{account}:role/lds-replay-*",)
    LOG_GROUP = ("arn:{partition}:logs:{region}:{account}:log-group:*",)
    KEY = ("arn:{partition}:kms:{region}:{account}:key/*",)

    def resources(self, **fill: str) -> tuple[str, ...]:
        """Give the resources as a policy names them."""
        return tuple(dict.fromkeys(each.format(**fill).replace("function:*:*", "function:*") for each in self.value))


@dataclass(frozen=True, slots=True)
class CallerNeed:
    """One action, the commands that call it, and what for."""

    action: str
    scope: Scope
    commands: frozenset[str]
    why: str


def _row(action: str, scope: Scope, commands: str, why: str) -> CallerNeed:
    return CallerNeed(action, scope, frozenset(commands.split()), why)


CALLER_NEEDS: tuple[CallerNeed, ...] = (
    _row("lambda:GetFunctionConfiguration", Scope.FUNCTION,
         "configure plan import show remove doctor tail policy test replay",
         "the function's role, state and dead-letter queue; whether a destination function exists"),
    _row("lambda:ListFunctions", Scope.ANYTHING, "configure plan import show doctor tail test replay",
         "the functions of the region, where none is named, or a name is not known"),
    _row("lambda:ListFunctionEventInvokeConfigs", Scope.FUNCTION,
         "configure plan import show remove doctor tail policy test replay",
         "the configuration of every qualifier"),
    _row("lambda:ListAliases", Scope.FUNCTION, "configure plan import show remove doctor tail policy test replay",
         "the aliases"),
    _row("lambda:GetFunctionEventInvokeConfig", Scope.FUNCTION, "configure fix remove",
         "the configuration just before it is written, and read back after"),
    _row("lambda:PutFunctionEventInvokeConfig", Scope.FUNCTION, "configure fix",
         "to set destinations, retries and age; to see whether Lambda takes them"),
    _row("lambda:DeleteFunctionEventInvokeConfig", Scope.FUNCTION, "configure remove",
         "to delete a configuration, also one that comes to AWS's defaults"),
    _row("lambda:UpdateFunctionConfiguration", Scope.FUNCTION, "configure remove", "--dlq: to set or clear it"),
    _row("lambda:GetFunction", Scope.FUNCTION, "doctor test replay",
         "the function's state and reserved concurrency, in one call"),
    _row("lambda:GetFunctionConcurrency", Scope.FUNCTION, "doctor test replay", "the same, without lambda:GetFunction"),
    _row("lambda:GetPolicy", Scope.FUNCTION, "configure plan doctor",
         "who may invoke the function, under which qualifier; the same of a destination function"),
    _row("lambda:ListEventSourceMappings", Scope.ANYTHING, "configure plan doctor tail test replay",
         "which functions read a queue: loops, and whom a watch would rob"),
    _row("sqs:GetQueueUrl", Scope.QUEUE, "configure plan doctor tail policy test replay", "whether a queue exists"),
    _row("sqs:GetQueueAttributes", Scope.QUEUE, "configure plan doctor tail policy test replay",
         "a queue's key and redrive policy"),
    _row("sqs:ReceiveMessage", Scope.QUEUE, "tail test replay", "to read the records"),
    _row("sqs:ChangeMessageVisibility", Scope.QUEUE, "tail test replay",
         "to hide what is being shown, and put it back"),
    _row("sqs:DeleteMessage", Scope.QUEUE, "tail test replay", "--delete"),
    _row("sns:GetTopicAttributes", Scope.TOPIC, "configure plan doctor policy", "whether a topic exists, and its key"),
    _row("sns:ListSubscriptionsByTopic", Scope.TOPIC, "configure plan doctor tail test",
         "which functions a topic invokes: loops, and callers; what a killed tail left behind"),
    _row("sns:Subscribe", Scope.TOPIC, "tail test", "to listen at a topic for a while"),
    _row("sns:GetSubscriptionAttributes", Scope.TOPIC, "doctor tail test",
         "what a subscription's filter lets through; whether it is confirmed"),
    _row("sns:Unsubscribe", Scope.TOPIC, "tail test", "to stop listening"),
    _row("sqs:CreateQueue", Scope.TAP, "tail test", "what listens at a topic or a bus"),
    _row("sqs:TagQueue", Scope.TAP, "tail test", "whose it is, and until when"),
    _row("sqs:DeleteQueue", Scope.TAP, "tail test", "to remove it"),
    _row("sqs:ListQueues", Scope.ANYTHING, "tail test", "what a killed tail left behind"),
    _row("sqs:ListQueueTags", Scope.TAP, "tail test", "the same: whose it is, and until when"),
    _row("events:PutRule", Scope.RULE, "tail test", "to listen at a bus for a while"),
    _row("events:TagResource", Scope.RULE, "tail test", "the tags that it is made with"),
    _row("events:PutTargets", Scope.RULE, "tail test", "where it leads to"),
    _row("events:PutEvents", Scope.BUS, "tail test", "whether it hears"),
    _row("events:RemoveTargets", Scope.RULE, "tail test", "to stop listening"),
    _row("events:DeleteRule", Scope.RULE, "tail test", "the same"),
    _row("events:DescribeEventBus", Scope.BUS, "configure plan doctor policy", "whether a bus exists"),
    _row("events:ListRules", Scope.ANYTHING, "doctor", "which rules a bus has"),
    _row("events:ListTargetsByRule", Scope.ANYTHING, "doctor", "whether a rule sends anywhere"),
    _row("events:TestEventPattern", Scope.ANYTHING, "doctor", "whether a rule matches the function's records"),
    _row("events:ListRuleNamesByTarget", Scope.ANYTHING, "doctor", "which rules invoke the function"),
    _row("s3:ListBucket", Scope.BUCKET, "configure plan doctor tail policy test replay",
         "whether a bucket exists; new objects"),
    _row("s3:GetObject", Scope.OBJECT, "tail test replay", "to read the records"),
    _row("s3:DeleteObject", Scope.OBJECT, "replay", "to delete what was accepted; not with --keep"),
    _row("s3:GetEncryptionConfiguration", Scope.BUCKET, "configure plan doctor policy", "a bucket's key"),
    _row("s3:GetBucketNotification", Scope.BUCKET, "doctor", "whether a bucket invokes the function"),
    _row("s3:GetLifecycleConfiguration", Scope.BUCKET, "doctor", "whether a bucket deletes records, and whose it is"),
    _row("s3:GetBucketPolicy", Scope.BUCKET, "configure plan doctor", "a bucket's own policy"),
    _row("kms:DescribeKey", Scope.KEY, "configure plan doctor policy", "whose a key is, and its ARN"),
    _row("kms:GetKeyPolicy", Scope.KEY, "configure plan doctor", "whether a key's own policy lets the role in"),
    _row("kms:ListGrants", Scope.KEY, "configure plan doctor", "the same, where the policy does not"),
    _row("kms:Decrypt", Scope.KEY, "tail test replay",
         "to read a queue or a bucket that is encrypted with a customer managed key"),
    _row("iam:GetRole", Scope.ROLE, "configure plan doctor step-functions",
         "the execution role's trust policy; whether lds made a state machine's role"),
    _row("iam:SimulatePrincipalPolicy", Scope.ROLE, "configure plan doctor", "what the execution role may do"),
    _row("iam:ListRolePolicies", Scope.ROLE, "configure plan doctor", "a refusal's statement, or no simulator"),
    _row("iam:ListAttachedRolePolicies", Scope.ROLE, "configure plan doctor", "the same, of attached policies"),
    _row("iam:GetPolicy", Scope.POLICY, "configure plan doctor", "the same: which version of such a policy holds"),
    _row("iam:GetPolicyVersion", Scope.POLICY, "configure plan doctor", "the same: what an attached policy says"),
    _row("iam:GetRolePolicy", Scope.ROLE, "configure plan doctor",
         "the same, of inline policies; --fix-role: what lds granted before"),
    _row("iam:PutRolePolicy", Scope.ROLE, "configure fix step-functions",
         "--fix-role: to grant what is missing; a state machine's own role"),
    _row("iam:DeleteRolePolicy", Scope.ROLE, "fix step-functions",
         "to remove what lds granted, when none of it is needed any more; --tear-down"),
    _row("iam:UpdateAssumeRolePolicy", Scope.ROLE, "fix", "--fix trust"),
    _row("sqs:SetQueueAttributes", Scope.QUEUE, "fix", "--fix retention"),
    _row("s3:PutObject", Scope.STAGE, "step-functions", "--engine step-functions: events of queues on their way"),
    _row("states:CreateStateMachine", Scope.MACHINE, "step-functions", "what sends the events"),
    _row("states:UpdateStateMachine", Scope.MACHINE, "step-functions", "the same, where it is there already"),
    _row("states:TagResource", Scope.MACHINE, "step-functions", "the tags that it is made with"),
    _row("states:DescribeStateMachine", Scope.MACHINE, "step-functions", "whether it is there"),
    _row("states:ListTagsForResource", Scope.MACHINE, "step-functions", "whether lds made it"),
    _row("states:StartExecution", Scope.MACHINE, "step-functions", "to start it"),
    _row("states:DescribeExecution", Scope.MACHINE, "step-functions", "to watch it"),
    _row("states:ListMapRuns", Scope.MACHINE, "step-functions", "the same"),
    _row("states:DescribeMapRun", Scope.MACHINE, "step-functions", "the same: how many events it has sent"),
    _row("states:ListExecutions", Scope.MACHINE, "step-functions", "the same: which events it could not send"),
    _row("states:StopExecution", Scope.MACHINE, "step-functions", "to stop it"),
    _row("states:DeleteStateMachine", Scope.MACHINE, "step-functions", "--tear-down"),
    _row("iam:CreateRole", Scope.MACHINE_ROLE, "step-functions", "--engine step-functions: its role"),
    _row("iam:TagRole", Scope.MACHINE_ROLE, "step-functions", "the tags that it is made with"),
    _row("iam:PassRole", Scope.MACHINE_ROLE, "step-functions", "to give it to the state machine"),
    _row("iam:DeleteRole", Scope.MACHINE_ROLE, "step-functions", "--tear-down"),
    _row("lambda:InvokeFunction", Scope.FUNCTION, "test replay", "to send the event"),
    _row("lambda:PutFunctionConcurrency", Scope.FUNCTION, "test", "--force-failure: to switch the function off"),
    _row("lambda:DeleteFunctionConcurrency", Scope.FUNCTION, "test", "--force-failure: to switch it on again"),
    _row("logs:FilterLogEvents", Scope.LOG_GROUP, "tail test", "what a destination function prints; runs of an event"),
    _row("cloudwatch:GetMetricData", Scope.ANYTHING, "doctor",
         "what became of earlier events (LDS5xx), and how long messages have been waiting"),
)  # fmt: skip
"""Every action that lds calls in an account, once."""

COMMANDS = tuple(sorted({command for need in CALLER_NEEDS for command in need.commands}))
"""The commands that ask something of an account; ``fix`` is what ``doctor --fix`` asks beside what ``doctor`` does, and
``step-functions`` what ``replay`` asks for that engine."""


def needs_of(command: str, actions: Iterable[str] | None = None) -> tuple[CallerNeed, ...]:
    """Give the rows of a command, or those of them that are of these actions."""
    wanted = None if actions is None else set(actions)
    return tuple(
        need for need in CALLER_NEEDS if command in need.commands and (wanted is None or need.action in wanted)
    )


def scoped(needs: Iterable[CallerNeed], partition: str, region: str, function: FunctionRef | None) -> tuple[Need, ...]:
    """Give what a policy has to allow: of one function where one is named, otherwise of all of them.

    Roles, destinations and keys are meant in general: which they are shows only in the account.
    """
    fill: Mapping[str, str] = {
        "partition": partition,
        "region": (function.region if function else "") or region or "*",
        "account": (function.account if function else "") or "*",
        "function": function.name if function else "*",
    }
    return tuple(Need(need.action, resource) for need in needs for resource in need.scope.resources(**fill))
