"""Who made a role, as far as it can be seen: what a tool made, a change by hand makes differ from its template.

CloudFormation tags what it makes (Template Reference, "Resource tags": ``aws:cloudformation:stack-name`` and
``logical-id``); SAM adds ``lambda:createdBy``; Serverless calls its role ``IamRoleLambdaExecution``. Terraform tags
nothing by itself, but who uses it usually does.
"""

from dataclasses import dataclass

from lambda_dest_cli.model.permission import Role

_STACK, _LOGICAL_ID = "aws:cloudformation:stack-name", "aws:cloudformation:logical-id"
_SERVERLESS_ROLE = "IamRoleLambdaExecution"
_TERRAFORM = {"terraform", "opentofu"}


@dataclass(frozen=True, slots=True)
class Maker:
    """The tool that made a role."""

    dialect: str
    """As ``lds export`` calls it."""
    words: str
    logical_id: str = ""
    """What the role is called in the template, where that is known."""


def maker_of(role: Role) -> Maker | None:
    """Tell by its tags who made a role; None where they say nothing."""
    tags = role.tags
    stack, logical_id = tags.get(_STACK), tags.get(_LOGICAL_ID, "")
    if stack is not None:
        if logical_id == _SERVERLESS_ROLE:
            return Maker("serverless", f"the Serverless Framework (stack {stack})", logical_id)
        if tags.get("lambda:createdBy") == "SAM":
            return Maker("sam", f"SAM (stack {stack})", logical_id)
        return Maker("cloudformation", f"CloudFormation (stack {stack})", logical_id)
    words = {word.lower() for pair in tags.items() for word in pair}
    return Maker("terraform", "Terraform") if words & _TERRAFORM else None
