"""The state machine that sends events again: its definition, its role, and both as a template; documents only."""

from lambda_dest_cli.statemachine.definition import definition
from lambda_dest_cli.statemachine.role import role_policy, trust_policy
from lambda_dest_cli.statemachine.template import template

__all__ = ["definition", "role_policy", "template", "trust_policy"]
