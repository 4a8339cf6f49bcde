"""``lds replay``: what failed, sent again."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_dest_cli.commands.options import FUNCTION, LdsCommand, examples, yes_option
from lambda_dest_cli.commands.replay_engine import by_step_functions, engine_options, take_engine
from lambda_dest_cli.commands.tail import Time
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Declined, UsageProblem
from lambda_dest_cli.model.result import Result, Stream, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from lambda_dest_cli.replayer.choosing import Choice
    from lambda_dest_cli.replayer.run import Hooks
    from lambda_dest_cli.replayer.session import Plan

_EXAMPLES = """
Examples:
  lds replay orders
  lds replay orders --dry-run
  lds replay sqs:orders-failed --error-type KeyError --max 10
  lds replay sqs:orders-dlq --to orders:live --rate 20
  lds tail orders --no-follow -o json > failed.jsonl; lds replay failed.jsonl --yes
"""
_CONCURRENCY, _STOP_AFTER = 16, 10


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("names", metavar="[FN or DEST or FILE]...", nargs=-1)
@click.option("--to", metavar="FN[:Q]", type=FUNCTION, help="Send everything to this function.")
@click.option("--error-type", "error_types", metavar="T", multiple=True, help="Send this error; may be repeated.")
@click.option("--condition", "conditions", metavar="C", multiple=True, help="Send this condition; may be repeated.")
@click.option("--request-id", "request_ids", metavar="ID", multiple=True, help="Send this request; may be repeated.")
@click.option("--since", metavar="TIME", type=Time(), help="Send what failed since then: ISO 8601, or 15m for ago.")
@click.option("--until", metavar="TIME", type=Time(), help="Send what failed until then.")
@click.option("--where", metavar="JMESPATH", help="Send what this is true of; asked of the line as lds tail prints it.")
@click.option("--max", "maximum", metavar="N", type=click.IntRange(min=1), help="Send at most N events.")
@click.option("--events", is_flag=True, help="Take every message or line for an event itself; needs --to.")
@click.option("--interactive", is_flag=True, help="Show each event, with its payload, and ask.")
@click.option("--edit", is_flag=True, help="Open each event in $EDITOR before it is sent.")
@click.option("--transform", metavar="JMESPATH", help="Send what this makes of each event.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send nothing, leave everything as it is.")
@click.option("--keep", is_flag=True, help="Leave in its place what was accepted.")
@click.option("--rate", metavar="N", type=click.FloatRange(min=0, min_open=True), help="Send at most N a second.")
@click.option(
    "--concurrency", metavar="N", type=click.IntRange(1, 256), default=_CONCURRENCY, show_default=True,
    help="Send at most N at once.",
)  # fmt: skip
@click.option(
    "--stop-after-failures", metavar="N", type=click.IntRange(min=1), default=_STOP_AFTER, show_default=True,
    help="Stop once so many were not accepted.",
)  # fmt: skip
@click.option("--steal", is_flag=True, help="Read even a queue that a function consumes.")
@click.option(
    "--again", type=click.Choice(["unknown", "all"]), default=None,
    help="Send also what an earlier run sent: with unknown outcome, or all.",
)  # fmt: skip
@click.option("--resume", metavar="RUN", is_flag=False, flag_value="", help="Go on with a run, or the last.")
@click.option("--status", is_flag=True, help="Show the runs, and what is in doubt of each.")
@click.option("--journal", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="The journal to keep.")
@engine_options
@yes_option
@click.pass_obj
def command(context: Context, /, names: tuple[str, ...], yes: bool, **asked: Any) -> "Stream | Result | Text":
    """Send what failed again, to the function and qualifier that it failed in.

    FN is a function: what its failure destination and its dead-letter queue hold. DEST is sqs:NAME, s3:BUCKET, an ARN
    or a queue's URL. FILE has JSON lines, of lds tail -o json or invocation records; - is standard input.

    Every event is written into a journal before it is sent, and its answer after; only then is its message deleted.
    So whatever ends a run, nothing is lost, and what was accepted is never sent again. An event whose sending timed
    out may run or not: it is listed, and not sent again unless you say so (--again unknown).
    """
    context.command = "replay"
    engine = take_engine(asked)
    if engine:
        return by_step_functions(context, names, asked, engine, lambda: _plan(context, names, asked), yes)
    from lambda_dest_cli.replayer.session import Session

    if asked["status"]:
        return _status(context, asked)
    if asked["resume"] is not None:
        return _resumed(context, names, asked)
    if not names:
        raise UsageProblem("nothing is named", "name a function, a queue, a bucket or a file: lds replay orders")
    hooks = _hooks(context, asked)
    with Session(_plan(context, names, asked), lambda: context.aws, hooks, _stdin()) as session:
        if yes and not asked["dry_run"]:
            return Stream(session.kept().lines())
        summary = session.survey()
        if asked["dry_run"]:
            return Result(summary)
        context.screen.preview(summary)
        if summary.chosen and not asked["interactive"]:
            _agree(context, asked, summary.chosen)
        return Stream(session.kept().lines())


def _status(context: Context, asked: dict[str, Any]) -> Result:
    from lambda_dest_cli.model.replay import ReplayStatus
    from lambda_dest_cli.replayer.locking import under_way
    from lambda_dest_cli.replayer.session import folder, journal_file
    from lambda_dest_cli.replayer.status import statuses

    with journal_file(asked["journal"], context.clock) as file:
        return Result(ReplayStatus(str(file.path), statuses(file, under_way(folder() / "locks"))))


def _resumed(context: Context, names: tuple[str, ...], asked: dict[str, Any]) -> Stream:
    """Go on with a run as it was asked for; what was agreed to then is not asked again."""
    from dataclasses import replace

    from lambda_dest_cli.replayer.session import Session, journal_file
    from lambda_dest_cli.replayer.status import asked_in

    if names:
        raise UsageProblem("--resume goes on with what the run was about", f"leave {' '.join(names)} out")
    with journal_file(asked["journal"], context.clock) as file:
        run, names, options = asked_in(file, asked["resume"])
    context.screen.note(f"going on with run {run}: {', '.join(names)}")
    asked = asked | _restored(options)
    plan = replace(_plan(context, names, asked), resumed=run, journal=asked["journal"])
    with Session(plan, lambda: context.aws, _hooks(context, asked), _stdin()) as session:
        return Stream(session.kept().lines())


def _restored(options: dict[str, Any]) -> dict[str, Any]:
    """Give options as they were before they were written down."""
    read: dict[str, Callable[[Any], object]] = {
        "since": datetime.fromisoformat,
        "until": datetime.fromisoformat,
        "to": lambda name: FUNCTION.convert(name, None, None),
        **dict.fromkeys(("error_types", "conditions", "request_ids"), tuple),
    }
    return {name: read[name](value) if name in read else value for name, value in options.items()}


def _agree(context: Context, asked: dict[str, Any], chosen: int) -> None:
    count = min(chosen, asked["maximum"] or chosen)
    after = "and leave" if asked["keep"] else "and delete from where it is"
    if not context.agree(f"Send {count:,} event{'' if count == 1 else 's'} again, {after} what is accepted?", False):
        raise Declined("nothing was sent; everything is as it was")


def _plan(context: Context, names: tuple[str, ...], asked: dict[str, Any]) -> "Plan":
    from lambda_dest_cli.replayer import ReplayRequest
    from lambda_dest_cli.replayer.session import Plan

    if asked["events"] and asked["to"] is None:
        raise UsageProblem("--events: an event does not say which function it is for", "name it with --to FN")
    request = ReplayRequest(
        _choice(context, asked),
        asked["concurrency"],
        asked["rate"],
        asked["maximum"],
        asked["keep"],
        asked["stop_after_failures"],
    )
    options = {name: _plain(value) for name, value in asked.items() if value not in (None, (), False)}
    for name in ("journal", "resume"):
        options.pop(name, None)
    return Plan(names, request, options, asked["journal"], asked["steal"], asked["again"] or "")


def _choice(context: Context, asked: dict[str, Any]) -> "Choice":
    from lambda_dest_cli.replayer import Choice
    from lambda_dest_cli.tailer.predicates import where
    from lambda_dest_cli.tailer.selection import Selection

    predicates = (where(asked["where"], context.screen.note),) if asked["where"] is not None else ()
    selection = Selection(asked["conditions"], asked["error_types"], asked["since"], (), predicates)
    return Choice(selection, asked["until"], frozenset(asked["request_ids"]), asked["to"], asked["events"])


def _hooks(context: Context, asked: dict[str, Any]) -> "Hooks":
    import time

    from lambda_dest_cli.replayer.deciding import Decide, Interactive, chain, edit, transform
    from lambda_dest_cli.replayer.run import Hooks

    screen, steps = context.screen, list[Decide]()
    if (asked["interactive"] or asked["edit"]) and not screen.interactive:
        raise UsageProblem("there is no terminal to ask on", "leave --interactive and --edit out")
    if asked["transform"] is not None:
        steps.append(transform(asked["transform"]))
    if asked["interactive"]:
        steps.append(Interactive(screen, screen.preview))
    if asked["edit"]:
        steps.append(edit(screen.note))
    return Hooks(context.clock, time.monotonic, screen.note, decide=chain(*steps))


def _stdin() -> Any:
    import sys

    return sys.stdin.buffer


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, int | float):
        return value
    return list(value) if isinstance(value, tuple) else str(value)
