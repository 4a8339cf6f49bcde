"""What the commands that take a spec share: ``-f``, the reading of it, and the run of ``configure -f``."""

import os
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from lambda_dest_cli.commands.options import same_aws
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Declined, UsageProblem

if TYPE_CHECKING:
    from lambda_dest_cli.aws.api import Aws
    from lambda_dest_cli.fleet.draft import Draft
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result
    from lambda_dest_cli.model.spec import Spec

_Body = TypeVar("_Body", bound=Callable[..., Any])
DEFAULT_SPEC = "lds.yaml"


class FleetRequest(NamedTuple):
    """What ``configure -f`` was asked to do."""

    files: Sequence[str]
    functions: "Sequence[FunctionRef]"
    dry_run: bool
    yes: bool
    skip_checks: bool
    fix_role: bool
    wait_seconds: float
    expect: str | None


def spec_option(body: _Body) -> _Body:
    """Add -f/--file."""
    return click.option(
        "-f", "--file", "files", metavar="SPEC", multiple=True,
        help=f"A spec, or a directory of specs; may be repeated. Default: ./{DEFAULT_SPEC}",
    )(body)  # fmt: skip


def read_specs(files: "Sequence[str]") -> "tuple[Spec, ...]":
    """Read the specs that were named, or ./lds.yaml; raises UsageProblem with everything that is wrong in them."""
    from lambda_dest_cli.spec import load_all

    if not files and not os.path.exists(DEFAULT_SPEC):  # noqa: PTH110 - pathlib is not on the way to --help
        raise UsageProblem(
            f"there is no ./{DEFAULT_SPEC} here, and no -f names another",
            "lds import --all > lds.yaml writes one of what is there now",
        )
    return load_all(files or [DEFAULT_SPEC], os.environ)


def drafted(
    context: Context, files: "Sequence[str]", functions: "Sequence[FunctionRef]", checks: bool
) -> "list[Draft]":
    """Read and plan specs; ``functions`` limits them."""
    from lambda_dest_cli.fleet.planning import drafts

    for function in functions:
        if function.qualified:
            raise UsageProblem(
                f"{function} names a qualifier; with a spec, name whole functions", f"leave :{function.qualifier} out"
            )

    def connect(spec: "Spec") -> "tuple[Aws, tuple[list[str], list[str]]]":
        aws = context.aws_for(spec)
        return aws, same_aws(context, aws, spec)

    specs = read_specs(files)
    with context.screen.progress("reading") as advance:
        return drafts(specs, connect, [function.name for function in functions], checks, advance)


def configure_fleet(context: Context, request: FleetRequest) -> "Result":
    """Show the plan of specs, ask, carry it out and tell what was done and what was not."""
    from lambda_dest_cli.executor import Patience
    from lambda_dest_cli.fleet.applying import apply
    from lambda_dest_cli.fleet.granting import any_grants, grant, with_grants
    from lambda_dest_cli.fleet.outcome import of_dry_run, of_run
    from lambda_dest_cli.model.fleet import Fleet

    drafts = drafted(context, request.files, request.functions, not request.skip_checks)
    digest = Fleet(tuple(draft.part for draft in drafts)).digest
    if request.expect not in (None, digest):
        raise UsageProblem(f"the plan's digest is {digest}, and --expect says {request.expect}", "review it again")
    if request.fix_role:
        drafts = [with_grants(draft) for draft in drafts]
    if request.dry_run:
        return of_dry_run(drafts, request.skip_checks)
    if not any(draft.part.plan for draft in drafts) and not any_grants(drafts):
        return of_run(drafts, interrupted=False)
    _ask(context, drafts, request)
    drafts = [grant(draft, context.screen.note) for draft in drafts]
    patience = Patience(0 if request.skip_checks else request.wait_seconds, context.screen.note)
    with context.screen.progress("configuring") as advance:
        done, interrupted = apply(drafts, patience, advance, force=request.skip_checks)
    return of_run(done, interrupted)


def _ask(context: Context, drafts: "Sequence[Draft]", request: FleetRequest) -> None:
    """Show the plan; where it replaces or removes something, ask. Raises Declined."""
    from lambda_dest_cli.model.fleet import Fleet, PlanReport
    from lambda_dest_cli.planner import replaces

    fleet = Fleet(tuple(draft.part for draft in drafts))
    for part in fleet.parts:
        for each in part.grants:
            context.screen.preview(each)
    context.screen.preview(PlanReport(fleet))
    asks = any(replaces(change) for change in fleet.changes())
    if asks and not context.agree("This replaces or removes what is set.", request.yes):
        raise Declined("nothing was written: the answer was no")
