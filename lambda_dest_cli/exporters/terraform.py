"""Terraform: aws_lambda_function_event_invoke_config a qualifier, with an import block for what is there already.

The provider always calls Put, and an empty destination_config would differ at every plan (terraform-provider-aws, docs
of the resource): blocks that say nothing are left out. The text is as ``terraform fmt`` leaves it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence

from lambda_dest_cli.exporters.dialect import Dialect, Names, RolePolicy, numbers, opening, policy_note, role_policies
from lambda_dest_cli.iam.least_privilege import GrantDocument
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from lambda_dest_cli.model.function_ref import LATEST

DEAD_LETTERS = "lds_dead_letter_queues"
_CONFIG, _POLICY = "aws_lambda_function_event_invoke_config", "aws_iam_role_policy"
_DEAD_LETTER_NOTE = f"""\
# A dead-letter queue is an argument of the function itself, which this file does not own. In the one that does:
#   dead_letter_config {{ target_arn = local.{DEAD_LETTERS}["NAME"] }}
"""
_IMPORT_NOTE = "# Uncomment this where it is configured already; where nothing is, Terraform refuses to import it.\n"


def write(functions: Sequence[Exported]) -> str:
    """Write a file of Terraform's."""
    return opening(functions, *policy_note(functions)) + "".join(f"\n{block}" for block in _blocks(functions))


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
            yield _config(function.name, qualifier, config, name, policy_of.get(function.name))
            yield _import(function, qualifier, name)
    letters = {_text(each.name): _text(str(each.dead_letter)) for each in functions if each.dead_letter}
    if letters:
        yield f"{_DEAD_LETTER_NOTE}locals {{\n  {DEAD_LETTERS} = {{\n{_rows(letters, 4)}  }}\n}}\n"


def _policy(policy: RolePolicy, name: str) -> Iterator[str]:
    if policy.role is None:
        told = _text(f"The name of the execution role of {policy.key}")
        yield f'variable "{name}" {{\n{_rows({"type": "string", "description": told}, 2)}}}\n'
    rows = {"name": _text(policy.name), "role": _text(policy.role) if policy.role else f"var.{name}"}
    document = _document(policy.document)
    yield f'resource "{_POLICY}" "{name}" {{\n{_rows(rows, 2)}  policy = jsonencode({document})\n}}\n'


def _document(document: GrantDocument) -> str:
    statements = [
        {
            "Sid": _text(statement["Sid"]),
            "Effect": _text(statement["Effect"]),
            "Action": _one_or_many(statement["Action"]),
            "Resource": _one_or_many(statement["Resource"]),
        }
        for statement in document["Statement"]
    ]
    listed = "".join(f"      {{\n{_rows(each, 8)}      }},\n" for each in statements)
    return f"{{\n    Version = {_text(document['Version'])}\n    Statement = [\n{listed}    ]\n  }}"


def _config(function: str, qualifier: str, config: EventInvokeConfig, name: str, policy: str | None) -> str:
    rows = {"function_name": _text(function)}
    if qualifier != LATEST:
        rows["qualifier"] = _text(qualifier)
    told = numbers(config, "maximum_retry_attempts", "maximum_event_age_in_seconds")
    parts = [_rows({**rows, **{key: str(value) for key, value in told.items()}}, 2)]
    slots = {"on_success": config.on_success, "on_failure": config.on_failure}
    blocks = [f"    {slot} {{\n      destination = {_text(str(arn))}\n    }}\n" for slot, arn in slots.items() if arn]
    if blocks:
        parts.append(f"  destination_config {{\n{''.join(blocks)}  }}\n")
        parts += [f"  depends_on = [{policy}]\n"] if policy else []
    body = "\n".join(parts)
    return f'resource "{_CONFIG}" "{name}" {{\n{body}}}\n'


def _import(function: Exported, qualifier: str, name: str) -> str:
    """Give the import block; a comment where it is not known whether there is anything to import."""
    address = function.name if qualifier == LATEST else f"{function.name}:{qualifier}"
    block = f"import {{\n{_rows({'to': f'{_CONFIG}.{name}', 'id': _text(address)}, 2)}}}\n"
    return block if function.live else _IMPORT_NOTE + "".join(f"# {line}\n" for line in block.splitlines())


def _rows(rows: Mapping[str, str], indent: int) -> str:
    """Write arguments one a line, the signs below each other."""
    width = max(map(len, rows))
    return "".join(f"{' ' * indent}{key:<{width}} = {value}\n" for key, value in rows.items())


def _one_or_many(texts: str | list[str]) -> str:
    return _text(texts) if isinstance(texts, str) else f"[{', '.join(map(_text, texts))}]"


def _text(text: str) -> str:
    """Quote a text; what would begin a template of Terraform's does not."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")


TERRAFORM = Dialect("terraform", "a Terraform file", write)
