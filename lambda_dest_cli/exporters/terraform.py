"""Terraform: aws_lambda_function_event_invoke_config a qualifier, with an import block for what is there already.

The provider always calls Put, and an empty destination_config would differ at every plan (terraform-provider-aws, docs
of the resource): blocks that say nothing are left out.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from lambda_dest_cli.exporters.dialect import POLICY_NAME, Dialect, Names, RolePolicy, numbers, role_policies
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from lambda_dest_cli.model.function_ref import LATEST

DEAD_LETTERS = "lds_dead_letter_queues"
_CONFIG, _POLICY = "aws_lambda_function_event_invoke_config", "aws_iam_role_policy"
_DEAD_LETTER_NOTE = f"""\
# A dead-letter queue is an argument of the function itself, which this file does not own. In the one that does:
#   dead_letter_config {{ target_arn = local.{DEAD_LETTERS}["NAME"] }}
"""


def write(functions: Sequence[Exported]) -> str:
    """Write a file of Terraform's."""
    return "\n".join(_blocks(functions)) + "\n"


def _blocks(functions: Sequence[Exported]) -> Iterator[str]:
    names = Names("_")
    policy_of: dict[str, str] = {}
    for policy in role_policies(functions):
        name = names.name("role", policy.key)
        policy_of.update(dict.fromkeys(policy.functions, f"{_POLICY}.{name}"))
        yield from _policy(policy, name)
    for function in functions:
        for qualifier, config in sorted(function.configurations.items()):
            name = names.name(function.name, qualifier)
            yield from _config(function, qualifier, config, name, policy_of.get(function.name))
    letters = {each.name: str(each.dead_letter) for each in functions if each.dead_letter}
    if letters:
        lines = "".join(f"    {_text(name)} = {_text(arn)}\n" for name, arn in letters.items())
        yield f"{_DEAD_LETTER_NOTE}locals {{\n  {DEAD_LETTERS} = {{\n{lines}  }}\n}}\n"


def _policy(policy: RolePolicy, name: str) -> Iterator[str]:
    role = _text(policy.role) if policy.role else f"var.{name}"
    if policy.role is None:
        told = _text(f"The name of the execution role of {policy.key}")
        yield f'variable "{name}" {{\n  type        = string\n  description = {told}\n}}\n'
    document = _escaped(json.dumps(policy.document, indent=2)).replace("\n", "\n  ")
    yield (
        f'resource "{_POLICY}" "{name}" {{\n  name   = {_text(POLICY_NAME)}\n  role   = {role}\n'
        f"  policy = jsonencode({document})\n}}\n"
    )


def _config(
    function: Exported, qualifier: str, config: EventInvokeConfig, name: str, policy: str | None
) -> Iterator[str]:
    rows: dict[str, Any] = {"function_name": _text(function.name)}
    if qualifier != LATEST:
        rows["qualifier"] = _text(qualifier)
    rows.update(numbers(config, "maximum_retry_attempts", "maximum_event_age_in_seconds"))
    width = max(map(len, rows))
    lines = [f"  {key:<{width}} = {value}\n" for key, value in rows.items()]
    slots = {"on_success": config.on_success, "on_failure": config.on_failure}
    blocks = [f"    {slot} {{\n      destination = {_text(str(arn))}\n    }}\n" for slot, arn in slots.items() if arn]
    if blocks:
        lines.append(f"\n  destination_config {{\n{''.join(blocks)}  }}\n")
        lines.append(f"\n  depends_on = [{policy}]\n" if policy else "")
    yield f'resource "{_CONFIG}" "{name}" {{\n{"".join(lines)}}}\n'
    address = function.name if qualifier == LATEST else f"{function.name}:{qualifier}"
    yield f"import {{\n  to = {_CONFIG}.{name}\n  id = {_text(address)}\n}}\n"


def _text(text: str) -> str:
    return _escaped(json.dumps(text))


def _escaped(text: str) -> str:
    """Write what would begin a template of Terraform's so that it does not."""
    return text.replace("${", "$${").replace("%{", "%%{")


TERRAFORM = Dialect("terraform", "a Terraform file", write)
