"""The policy that --fix-role writes, shown before it is written."""

import json
from collections.abc import Iterable

from rich.text import Text

from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.render.inert import inert


def as_json(grant: Grant) -> dict[str, object]:
    """Give the role, the policy's name and the whole document."""
    return {"role": str(grant.role), "policy_name": grant.policy_name, "document": json.loads(grant.after)}


def as_text(grant: Grant) -> Iterable[Text]:
    """Give the new statements, one a line."""
    yield Text.assemble(("+ role ", "green"), (inert(str(grant.role)), "green"))
    yield Text(f"    inline policy {inert(grant.policy_name)}, new:")
    for statement in grant.statements:
        yield Text(f"    {inert(statement)}", style="green")
