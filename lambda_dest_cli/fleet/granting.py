"""--fix-role for specs: one policy a role, whichever of its functions need something."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from lambda_dest_cli.checks.preflight import blocking
from lambda_dest_cli.destinations import Need
from lambda_dest_cli.fleet.draft import Draft
from lambda_dest_cli.fleet.planning import by_function, checked
from lambda_dest_cli.granter import apply_grant, curable, grant_for
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.plan import Plan


def with_grants(draft: Draft) -> Draft:
    """Work out the policies that would cure what the checks found; writes nothing.

    A function that is held back all the same, by what no policy cures, gets none.
    """
    grants = tuple(grant_for(role, needs, draft.aws) for role, needs in _needs(draft).items())
    return replace(draft, part=replace(draft.part, grants=grants))


def grant(draft: Draft, tell: Callable[[str], object]) -> Draft:
    """Write the policies and check again."""
    needs = _needs(draft)
    for each in draft.part.grants:
        if not apply_grant(each, needs[each.role], draft.aws):
            tell(f"IAM does not show the new policy of {each.role} yet")
    return checked(draft) if draft.part.grants else draft


def _needs(draft: Draft) -> dict[Arn, tuple[Need, ...]]:
    """Give what each role lacks, by role."""
    found: dict[Arn, dict[Need, None]] = {}
    for name, changes in by_function(draft.part.plan).items():
        own = [finding for finding in draft.part.findings if finding.function == name]
        needs = curable(own)
        left = [finding for finding in own if not curable([finding])]
        if needs and not blocking(left, Plan(tuple(changes), "")):
            found.setdefault(draft.states[name].facts.role, {}).update(dict.fromkeys(needs))
    return {role: tuple(needs) for role, needs in found.items()}


def any_grants(drafts: Sequence[Draft]) -> bool:
    """Say whether there is a policy to write."""
    return any(draft.part.grants for draft in drafts)
