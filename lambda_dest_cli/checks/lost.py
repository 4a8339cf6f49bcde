"""How bad it is where records vanish behind a destination, without any metric of Lambda's."""

from lambda_dest_cli.checks.reached import FAILURE_SLOTS, Reached
from lambda_dest_cli.checks.subject import NO_EVIDENCE, Evidence
from lambda_dest_cli.model.finding import Finding


def lost(one: Reached, message: str, hint: str, evidence: Evidence = NO_EVIDENCE) -> Finding:
    """Say that what is delivered goes nowhere: a failure where it is the last copy of an event, else a warning."""
    say = one.here.failure if one.slot in FAILURE_SLOTS else one.here.warning
    return say(message, hint, evidence)
