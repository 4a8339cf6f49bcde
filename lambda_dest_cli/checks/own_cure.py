"""What to write into the policy of a destination or a key, and how to put it there."""

from collections.abc import Mapping, Sequence

from lambda_dest_cli.checks import cure
from lambda_dest_cli.destinations import Need
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.function_ref import FunctionRef

_SID = "LdsDelivery"


def own_statement(role: Arn, needs: Sequence[Need], key: bool) -> Mapping[str, object]:
    """Give the smallest statement of a resource's own policy that lets the role in; of a key's, which is of itself."""
    actions = list(dict.fromkeys(need.action for need in needs))
    resources = ["*"] if key else list(dict.fromkeys(need.resource for need in needs))
    return {
        "Sid": _SID,
        "Effect": "Allow",
        "Principal": {"AWS": str(role)},
        "Action": actions[0] if len(actions) == 1 else actions,
        "Resource": resources[0] if len(resources) == 1 else resources,
    }


def own_policy_cure(owner: Arn, role: Arn, statements: Sequence[str]) -> str:
    """Give the command of whoever owns the destination or key, and the statement that goes with it."""
    if owner.service == "lambda":
        return "\n".join([_add_permission(owner, role), "which adds", *statements])
    if owner.service == "sqs":
        command = cure.set_on_queue(owner, "file://attributes.json")
        return "\n".join([command, 'where attributes.json is {"Policy": "…"}, with this statement added', *statements])
    return "\n".join([_COMMANDS[owner.service].format(arn=owner, name=_name(owner)), _FILE, *statements])


_FILE = "where policy.json holds its policy with this statement added"
_COMMANDS = {
    "sns": "aws sns set-topic-attributes --topic-arn {arn} --attribute-name Policy "
    "--attribute-value file://policy.json",
    "events": "aws events put-permission --event-bus-name {name} --policy file://policy.json",
    "s3": "aws s3api put-bucket-policy --bucket {name} --policy file://policy.json",
    "kms": "aws kms put-key-policy --key-id {arn} --policy-name default --policy file://policy.json",
}


def _name(owner: Arn) -> str:
    return owner.resource.removeprefix("event-bus/")


def _add_permission(function: Arn, role: Arn) -> str:
    ref = FunctionRef.parse(str(function))
    qualifier = f" --qualifier {ref.qualifier}" if ref.qualified else ""
    return (
        f"aws lambda add-permission --function-name {ref.name}{qualifier} --statement-id {_SID} "
        f"--action lambda:InvokeFunction --principal {role}"
    )
