"""The policy that --fix-role writes, shown before it is written."""

import json
from collections.abc import Iterable

from lambda_dest_cli.model.grant import Grant
from lambda_dest_cli.render.inert import inert
from lambda_dest_cli.render.line import Line


def as_json(grant: Grant) -> dict[str, object]:
    """Give the role, the policy's name and the whole document."""
    return {"role": str(grant.role), "policy_name": grant.policy_name, "document": json.loads(grant.after)}


def as_text(grant: Grant) -> Iterable[Line]:
    """Give the new statements, one a line."""
    yield Line.assemble(("+ role ", "green"), (inert(str(grant.role)), "green"))
    yield Line(f"    inline policy {inert(grant.policy_name)}, new:")
    for statement in grant.statements:
        yield Line(f"    {inert(statement)}", style="green")
