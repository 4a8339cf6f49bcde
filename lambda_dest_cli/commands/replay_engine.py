"""``lds replay --engine step-functions``: its options, and what it does instead of sending by itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Declined, ExitCode, UsageProblem
from lambda_dest_cli.model.result import Result, Status, Text

if TYPE_CHECKING:
    from lambda_dest_cli.model.state_machine import Machine, RemoteReplay
    from lambda_dest_cli.replayer.distributed import Distributed
    from lambda_dest_cli.replayer.session import Plan

_Command = TypeVar("_Command", bound=Callable[..., Any])
_NAMES = ("engine", "export", "tear_down", "max_concurrency", "stage", "tolerate")
_NOT_HERE = ("interactive", "edit", "transform", "resume", "status", "rate", "events")
_NOT_OF_A_BUCKET = ("error_types", "conditions", "request_ids", "where", "maximum", "again")
_OPTIONS = (
    click.option(
        "--engine", type=click.Choice(["local", "step-functions"]), default="local", show_default=True,
        help="Who sends: this process, or Step Functions, for millions of events.",
    ),
    click.option("--export", is_flag=True, help="Print its CloudFormation template; make nothing. (step-functions)"),
    click.option("--tear-down", is_flag=True, help="Remove its state machines and roles. (step-functions)"),
    click.option(
        "--max-concurrency", metavar="N", type=click.IntRange(1, 10_000), default=100, show_default=True,
        help="Send at most N at once. (step-functions)",
    ),
    click.option(
        "--tolerate", metavar="PERCENT", type=click.IntRange(0, 100), default=10, show_default=True,
        help="Stop where more than that fail. (step-functions)",
    ),
    click.option("--stage", metavar="s3:BUCKET", help="Where events of queues go on their way. (step-functions)"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engine:
    """What the options say of Step Functions."""

    export: bool
    tear_down: bool
    max_concurrency: int
    stage: str | None
    tolerate: int


def engine_options(command: _Command) -> _Command:
    """Give a command the options."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def take_engine(asked: dict[str, Any]) -> Engine | None:
    """Take the options out of all; gives None where this process sends."""
    mine = {name: asked.pop(name) for name in _NAMES}
    if mine.pop("engine") == "step-functions":
        return Engine(**mine)
    if mine["export"] or mine["tear_down"]:
        raise UsageProblem("--export and --tear-down are of --engine step-functions", "add it, or leave them out")
    return None


def by_step_functions(
    context: Context, names: tuple[str, ...], asked: dict[str, Any], engine: Engine, plan: "Callable[[], Plan]",
    yes: bool,
) -> Result | Text:  # fmt: skip
    """Have Step Functions send what failed of one function."""
    from lambda_dest_cli.replayer.distributed import Distributed

    if len(names) != 1:
        raise UsageProblem("Step Functions replays one function at a time", "name it: lds replay orders --engine …")
    machines = _machines(context, names[0], engine)
    _refuse(machines, names[0], asked)
    if engine.export:
        return _template(machines)
    made = [Distributed(machine, context.aws.session, context.clock, context.sleep) for machine in machines]
    if engine.tear_down:
        return _tear_down(context, made, yes)
    _tell(context, machines)
    if asked["dry_run"]:
        return _unstarted(machines, "NOT_STARTED")
    _agree(context, machines, yes)
    drained = [_prepare(context, each, plan) for each in made]
    return _result([_replay(context, each, asked) for each in made], max(drained))


def _refuse(machines: "list[Machine]", name: str, asked: dict[str, Any]) -> None:
    """Refuse what Step Functions would not do as it was asked for."""
    from lambda_dest_cli.model.function_ref import FunctionRef

    if odd := [option for option in _NOT_HERE if asked[option] not in (None, False)]:
        raise UsageProblem(f"{_options(odd)}: Step Functions cannot", "leave it out, or leave out --engine")
    to = asked["to"]
    if to and to.name != machines[0].function_name:
        raise UsageProblem(
            f"--to {to.name}: the state machine may invoke {machines[0].function_name} alone",
            "send them elsewhere without --engine",
        )
    if all(machine.drained for machine in machines):
        return
    odd = [option for option in _NOT_OF_A_BUCKET if asked[option]]
    if odd or FunctionRef.parse(name).qualified:
        raise UsageProblem(
            f"of a bucket Step Functions chooses by time alone, not by {_options(odd) or 'the qualifier'}",
            "use --since and --until, or leave out --engine",
        )


def _options(names: list[str]) -> str:
    spelled = {"maximum": "max", "error_types": "error-type", "conditions": "condition", "request_ids": "request-id"}
    return ", ".join(f"--{spelled.get(name, name)}" for name in names)


def _machines(context: Context, name: str, engine: Engine) -> "list[Machine]":
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.state_machine import Machine
    from lambda_dest_cli.replayer.finding import find_places
    from lambda_dest_cli.tailer.watches import is_destination

    if is_destination(name):
        raise UsageProblem(f"{name}: Step Functions replays a function's events", "name the function")
    arn = context.aws.functions.state(FunctionRef.parse(name)).facts.arn
    places = [watch.destination for watch in find_places([name], context.aws, context.screen.note)]
    buckets = [place.resource for place in places if place.service == "s3"]
    found = [Machine(arn, bucket, False) for bucket in buckets]
    if any(place.service == "sqs" for place in places):
        found.append(Machine(arn, _stage(engine, buckets, name), True))
    return [
        replace(machine, max_concurrency=engine.max_concurrency, tolerated_failure_percentage=engine.tolerate)
        for machine in found
    ]


def _stage(engine: Engine, buckets: list[str], name: str) -> str:
    if engine.stage:
        return engine.stage.removeprefix("s3:")
    if not buckets:
        raise UsageProblem(
            f"{name}: its events are in a queue, and Step Functions reads buckets",
            "name a bucket that they go to on their way: --stage s3:BUCKET",
        )
    return buckets[0]


def _template(machines: "list[Machine]") -> Text:
    import json

    from lambda_dest_cli.statemachine import template

    return Text(json.dumps(template(*machines), indent=2))


def _tear_down(context: Context, made: "list[Distributed]", yes: bool) -> Result:
    names = ", ".join(each.machine.name for each in made)
    if not context.agree(f"Remove the state machines and roles {names}?", yes):
        raise Declined("nothing was removed")
    removed = [each.machine.name for each in made if each.tear_down()]
    context.screen.note(f"removed: {', '.join(removed) or 'nothing; there was none'}")
    return _unstarted([each.machine for each in made], "REMOVED")


def _unstarted(machines: "list[Machine]", status: str) -> Result:
    from lambda_dest_cli.model.state_machine import Progress, RemoteReplay

    return Result(RemoteReplay(", ".join(machine.name for machine in machines), (), Progress(status)))


def _tell(context: Context, machines: "list[Machine]") -> None:
    for machine in machines:
        what = "what its queues hold" if machine.drained else f"s3://{machine.bucket}/{machine.read_prefix}"
        context.screen.note(f"{machine.name}: sends {what}, at most {machine.max_concurrency} at once")


def _agree(context: Context, machines: "list[Machine]", yes: bool) -> None:
    names = " and ".join(machine.name for machine in machines)
    if not context.agree(f"Make the role and state machine {names}, and send these events again?", yes):
        raise Declined("nothing was made or sent")


def _prepare(context: Context, made: "Distributed", plan: "Callable[[], Plan]") -> ExitCode:
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.replayer.checking import Checking

    Checking(lambda: context.aws, context.screen.note)(FunctionRef.parse(str(made.machine.function)))
    made.make()
    return _drain(context, made, plan()) if made.machine.drained else ExitCode.OK


def _replay(context: Context, made: "Distributed", asked: dict[str, Any]) -> "RemoteReplay":
    from lambda_dest_cli.replayer.distributed import Window

    to = asked["to"]
    window = Window(asked["since"], asked["until"], _address(made.machine, to.qualifier) if to else "")
    executions = made.start(window)
    if not made.machine.drained:
        until = asked["until"] or datetime.fromtimestamp(context.clock(), UTC)
        context.screen.note(f"the objects stay; next time send what is newer alone: --since {until:%Y-%m-%dT%H:%M:%SZ}")
    try:
        with context.screen.progress("replaying") as advance:
            return made.watch(executions, advance)
    except KeyboardInterrupt:
        for execution in executions:
            stop = f"aws stepfunctions stop-execution --execution-arn {execution}"
            context.screen.note(f"it goes on without you; stop it with: {stop}")
        raise


def _address(machine: "Machine", qualifier: str) -> str:
    return f"{machine.function}:{qualifier}"


def _drain(context: Context, made: "Distributed", plan: "Plan") -> ExitCode:
    """Put what the queues hold into the bucket, by the journal; no message goes before its event is there.

    Gives PARTIAL where some stay in their queue.
    """
    import time

    from lambda_dest_cli.replayer.drain import PART_EVENTS
    from lambda_dest_cli.replayer.run import Hooks
    from lambda_dest_cli.replayer.session import Session

    hooks = Hooks(context.clock, time.monotonic, context.screen.note)
    request = replace(plan.request, concurrency=PART_EVENTS)
    here = replace(plan, request=request, services=frozenset({"sqs"}))
    with Session(here, lambda: context.aws, hooks, _nothing(), made.drain) as session:
        lines = session.kept().lines()
        while True:
            try:
                next(lines)
            except StopIteration as end:
                return ExitCode(end.value)


def _nothing() -> Any:
    from io import BytesIO

    return BytesIO()


def _result(reports: "list[RemoteReplay]", drained: ExitCode) -> Result:
    from lambda_dest_cli.replayer.distributed import as_one

    report = as_one(reports)
    if drained is ExitCode.OK and report.progress.status == "SUCCEEDED" and not report.progress.failed:
        return Result(report)
    return Result(report, Status.PARTIAL, ExitCode.PARTIAL)
