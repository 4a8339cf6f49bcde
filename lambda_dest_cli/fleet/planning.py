"""Plan specs: read each function they name, and work out what would change. One function's trouble is its own."""

import difflib
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from lambda_dest_cli import planner
from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.parallel import Advance, each
from lambda_dest_cli.aws.survey import survey
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.cure import for_the_same_aws
from lambda_dest_cli.checks.preflight import about_to_be
from lambda_dest_cli.errors import CredentialsProblem, LdsError, NotFound, UsageProblem
from lambda_dest_cli.fleet.draft import Draft
from lambda_dest_cli.model.configuration import FunctionState
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.fleet import Part, Trouble
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.plan import Action, Change, Kind, Plan, Settings
from lambda_dest_cli.model.spec import FunctionSpec, Spec

Connect = Callable[[Spec], tuple[Aws, tuple[Sequence[str], Sequence[str]]]]
"""Gives AWS where a spec says, and the options that lead lds, and the AWS CLI, there."""
_FILES_AT_ONCE = 8
_WRITTEN = frozenset(
    {"LDS101", "LDS102", "LDS103", "LDS104", "LDS105", "LDS106", "LDS108", "LDS201", "LDS302", "LDS303", "LDS401"}
)
"""What is checked of a fleet: where it is about to write. The doctor checks functions and targets, in more calls."""


def drafts(
    specs: Sequence[Spec], connect: Connect, chosen: Collection[str], checks: bool, advance: Advance
) -> list[Draft]:
    """Plan every spec, several at once. ``chosen`` are the names of the only functions wanted; none: all.

    Raises UsageProblem for a name that no spec has, and for an account that is not the one a spec is for.
    """
    refuse_unknown(specs, chosen)
    return each(lambda spec: _draft(spec, connect, chosen, checks, advance), specs, _FILES_AT_ONCE)


def refuse_unknown(specs: Sequence[Spec], chosen: Collection[str]) -> None:
    """Raise UsageProblem for a name that no spec has."""
    known = {function.name for spec in specs for function in spec.functions}
    for name in chosen:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            files = ", ".join(spec.file for spec in specs)
            raise UsageProblem(f"{name} is not in {files}", f"did you mean {near[0]}?" if near else "")


def _draft(spec: Spec, connect: Connect, chosen: Collection[str], checks: bool, advance: Advance) -> Draft:
    aws, words = connect(spec)
    _guard(spec, aws)
    functions = [each for each in spec.functions if not chosen or each.name in chosen]
    read = survey(aws.functions, [function.name for function in functions], advance)
    states = {name: state for name, state in read.items() if isinstance(state, FunctionState)}
    troubles = [
        _trouble(function, problem) for function in functions if isinstance(problem := read[function.name], LdsError)
    ]
    wanted: dict[str, Settings] = {}
    for function in functions:
        if function.name in states:
            try:
                wanted[function.name] = _wanted(function, states[function.name], aws)
            except CredentialsProblem:
                raise
            except LdsError as problem:
                troubles.append(_trouble(function, problem))
    plan = planner.plan(
        {address: setting for settings in wanted.values() for address, setting in settings.items()},
        {address: found for name in wanted for address, found in planner.settings_of(states[name]).items()},
    )
    home = next(iter(states.values())).facts.arn if states else None
    part = Part(
        spec.file,
        home.account if home else spec.account,
        home.region if home else aws.session.region,
        plan,
        troubles=tuple(_with_suggestions(troubles, aws)),
    )
    draft = Draft(spec, aws, part, states, words, {function.name: function for function in functions})
    return checked(draft) if checks else draft


def checked(draft: Draft) -> Draft:
    """Check what is about to be written, of each function and qualifier that the plan changes."""
    changed = {
        FunctionRef(name).at(qualifier): [change for change in changes if change.address.qualifier == qualifier]
        for name, changes in by_function(draft.part.plan).items()
        for qualifier in sorted({change.address.qualifier for change in changes})
    }
    subjects = each(lambda ref: about_to_be(draft.states[ref.name], ref, changed[ref], draft.aws), changed)
    found = run(subjects, draft.aws, _WRITTEN, draft.spec.ignore)
    # Of thousands of functions only what is not well is told, and kept.
    kept = tuple(
        finding
        for finding in found
        if finding.state is not State.PASS and finding.id not in draft.wanted[finding.function].ignore
    )
    return replace(draft, part=replace(draft.part, findings=for_the_same_aws(kept, *draft.words)))


def by_function(plan: Plan) -> dict[str, list[Change]]:
    """Give a plan's changes by function, in the plan's order."""
    found: dict[str, list[Change]] = {}
    for change in plan:
        found.setdefault(change.address.function, []).append(change)
    return found


def _guard(spec: Spec, aws: Aws) -> None:
    """Refuse an account that the spec is not for, before anything else is asked."""
    if spec.account:
        home = aws.session.home()
        if home.account != spec.account:
            raise UsageProblem(
                f"{spec.file} is for account {spec.account}, and your credentials are of {home.account}",
                "choose other credentials with --profile, or in the spec with profile or role_arn",
            )


def _wanted(function: FunctionSpec, state: FunctionState, aws: Aws) -> Settings:
    """Give what the spec wants; raises NotFound for a qualifier that the function does not have."""
    wanted = planner.desired_by_spec(function, state)
    for change in planner.plan(wanted, planner.settings_of(state)):
        address = change.address
        new = change.action is Action.CREATE and address.kind is Kind.INVOKE_CONFIG
        if new and address.qualifier != LATEST:
            aws.function(FunctionRef(function.name).at(address.qualifier))
    return wanted


def _trouble(function: FunctionSpec, problem: LdsError) -> Trouble:
    return Trouble(function.name, problem.code, f"{function.place}: {problem.message}", problem.hint)


def _with_suggestions(troubles: Sequence[Trouble], aws: Aws) -> list[Trouble]:
    """Suggest functions with a name that is close to one that is not there, where the caller may list them."""
    if not any(trouble.code == NotFound.code for trouble in troubles):
        return list(troubles)
    try:
        names = [facts.name for facts in aws.functions.all()]
    except LdsError:
        return list(troubles)
    return [_suggested(trouble, names) for trouble in troubles]


def _suggested(trouble: Trouble, names: Sequence[str]) -> Trouble:
    near = difflib.get_close_matches(trouble.function, names, 1)
    if trouble.code != NotFound.code or not near or near[0] == trouble.function:
        return trouble
    return replace(trouble, hint=f"did you mean {near[0]}?")
