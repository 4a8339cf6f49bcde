"""``lds tail``: outcomes as they arrive."""

import os
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any, cast

import click

from lambda_dest_cli.commands.options import DURATION, LdsCommand, examples, yes_option
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import CredentialsProblem, Interrupted, LdsError, UsageProblem
from lambda_dest_cli.model.result import Result, Stream
from lambda_dest_cli.model.tap import TapReport

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lambda_dest_cli.aws.api import Aws
    from lambda_dest_cli.model.arn import Arn
    from lambda_dest_cli.model.outcome import OutcomeLine, Watch
    from lambda_dest_cli.tailer import Selection

_MAX_HELD = 10_000
_EXAMPLES = """
Examples:
  lds tail orders
  lds tail orders:live --condition RetriesExhausted --condition EventAgeExceeded
  lds tail sqs:orders-failed --no-follow -o json | jq .error_message
  lds tail orders --count 1 --timeout 5m
  lds tail sns:alerts events:default s3:orders-failures --where 'record.requestPayload.total > `100`'
"""


class Time(click.ParamType[datetime]):
    """ISO 8601, or a duration ago; gives UTC. A time without a zone is local."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Read a time; fails as click does."""
        if isinstance(value, datetime):
            return value
        try:
            return datetime.fromisoformat(value.strip()).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        try:
            seconds = DURATION.convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{value!r} is not a time; write 2026-11-23T12:00:00Z, or 15m for a quarter of an hour ago")
        context = ctx.find_object(Context) if ctx else None
        now = context.clock() if context else datetime.now(UTC).timestamp()
        return datetime.fromtimestamp(max(0, now - seconds), UTC)


@click.command(cls=LdsCommand, epilog=examples(_EXAMPLES))
@click.argument("names", metavar="[FN or DEST]...", nargs=-1)
@click.option("--no-follow", is_flag=True, help="Stop once everything that is there has been shown.")
@click.option("--count", metavar="N", type=click.IntRange(min=1), help="Stop after N outcomes.")
@click.option("--timeout", metavar="DUR", type=DURATION, help="Stop after this long.")
@click.option("--since", metavar="TIME", type=Time(), help="Show what ended since then: ISO 8601, or 15m for ago.")
@click.option("--function", "functions", metavar="FN", multiple=True, help="Show this function; may be repeated.")
@click.option("--condition", "conditions", metavar="C", multiple=True, help="Show this condition; may be repeated.")
@click.option("--error-type", "error_types", metavar="T", multiple=True, help="Show this error; may be repeated.")
@click.option("--where", metavar="JMESPATH", help="Show what this is true of; asked of the line as JSON prints it.")
@click.option("--grep", metavar="RE", help="Show what has this in its record.")
@click.option("--detail", is_flag=True, help="Show the event, the answer, the error and its stack trace too.")
@click.option("--logs", is_flag=True, help="Show what the function printed, under each failure.")
@click.option(
    "--redact", is_flag=True, help="Hide the values of payloads, error messages and log lines; keep their shape."
)
@click.option("--delete", is_flag=True, help="Delete each message of a queue once its line has been written.")
@click.option("--steal", is_flag=True, help="Watch even a queue that a function consumes.")
@click.option(
    "--max-held", metavar="N", type=click.IntRange(min=1), default=_MAX_HELD, show_default=True,
    help="Hide at most N messages of a queue; then the oldest are let go.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be made to listen at topics and buses; make nothing.")
@click.option("--sweep", is_flag=True, help="Remove what an earlier run of yours left behind, and stop.")
@yes_option
@click.pass_obj
def command(context: Context, /, names: tuple[str, ...], yes: bool, **asked: Any) -> "Stream | Result":
    """Watch the outcomes of functions arrive, success and failure, wherever they are sent.

    FN is a function (FN:Q for one qualifier), DEST a destination: sqs:NAME, sns:NAME, events:BUS, s3:BUCKET,
    lambda:NAME, an ARN or a queue's URL. Without either: the functions of ./lds.yaml where there is one, else every
    function of the region that has destinations, at most 20. With FN, what a shared destination gets of other
    functions is not shown.

    A queue is left as it was found: messages are hidden while you watch, and made visible again at the end, however
    it ends. Each counts as received once more. Topics and buses keep nothing: a queue of lds listens to them while you
    watch, and is removed at the end. Of buckets and of functions' logs what comes is shown, or what came --since.
    """
    context.command = "tail"
    from lambda_dest_cli.aws.feeds import FeedSettings, feed_of
    from lambda_dest_cli.tailer import TailRequest, kept_only, tail

    if asked["sweep"]:
        return _sweep(context, names)
    note, session = context.screen.note, context.aws.session
    selection, watches = _selection(asked, note), _watches(context, names)
    settings = FeedSettings(note, context.clock, context.sleep, asked["steal"], asked["since"], asked["max_held"])
    if asked["dry_run"]:
        return Result(TapReport(tuple(feed_of(watch, session, settings).tap() for watch in watches)))
    if asked["no_follow"]:
        watches = kept_only(watches, asked["since"] is not None, note)
    if asked["delete"]:
        _agree_to_delete(context, watches, yes)
    follow = not asked["no_follow"]
    request = TailRequest(watches, selection, follow, asked["count"], asked["timeout"], asked["delete"])
    sweep_quietly(context, context.aws, (watch.destination for watch in watches))
    lines = tail(request, lambda watch: feed_of(watch, session, settings), context.clock, note, context.screen.footer)
    return Stream(lines, _look(context, asked["logs"], asked["detail"], asked["redact"]))


def _look(context: Context, logs: bool, detail: bool, redact: bool) -> "Callable[[OutcomeLine], object]":
    """Give what is made of an outcome before it is shown."""
    from lambda_dest_cli.model.outcome import DetailedOutcome, LoggedOutcome

    steps: list[Callable[[Any], object]] = []
    if logs:
        from lambda_dest_cli.aws.request_logs import RequestLogs

        found = RequestLogs(context.aws.session, context.screen.note, context.clock, context.sleep)
        steps.append(found.joined)
    if redact:
        from lambda_dest_cli.records.redaction import redacted

        steps.append(redacted)
    steps += [DetailedOutcome] if detail else [LoggedOutcome] if logs else []
    return lambda line: reduce(lambda item, step: step(item), steps, cast(object, line))


def _watches(context: Context, names: tuple[str, ...]) -> "tuple[Watch, ...]":
    """Find what to watch; without names ./lds.yaml tells the functions, where it is there."""
    from lambda_dest_cli.commands.specs import DEFAULT_SPEC, read_specs
    from lambda_dest_cli.tailer import find_watches

    if not names and os.path.exists(DEFAULT_SPEC):  # noqa: PTH110 - pathlib is not on the way to --help
        (spec,) = read_specs(())
        context.use(spec)
        names = tuple(function.name for function in spec.functions)
        context.screen.note(f"watching the functions of ./{DEFAULT_SPEC}")
    return find_watches(names, context.aws, context.screen.note)


def _selection(asked: dict[str, Any], note: "Callable[[str], None]") -> "Selection":
    from lambda_dest_cli.tailer import Selection

    predicates: list[Callable[[OutcomeLine], bool]] = []
    if asked["where"] is not None or asked["grep"] is not None:
        from lambda_dest_cli.tailer.predicates import grep, where

        predicates += [where(asked["where"], note)] if asked["where"] is not None else []
        predicates += [grep(asked["grep"])] if asked["grep"] is not None else []
    return Selection(asked["conditions"], asked["error_types"], asked["since"], asked["functions"], tuple(predicates))


def _agree_to_delete(context: Context, watches: "tuple[Watch, ...]", yes: bool) -> None:
    """Ask before messages are deleted; raises UsageProblem where there are none that could be."""
    from lambda_dest_cli.destinations import label

    queues = [label(watch.destination) for watch in watches if watch.destination.service == "sqs"]
    if not queues:
        raise UsageProblem("--delete deletes messages of queues, and no queue is watched", "leave --delete out")
    if not context.agree(f"This deletes every message of {', '.join(queues)} that is shown. Go ahead?", yes):
        raise Interrupted("nothing was deleted, nor shown")


def _sweep(context: Context, names: tuple[str, ...]) -> Result:
    """Remove the caller's taps of earlier runs."""
    from lambda_dest_cli.aws.feeds.sweep import sweep

    if names:
        raise UsageProblem("--sweep is about a whole region", f"leave {' '.join(names)} out, or --sweep")
    session = context.aws.session
    return Result(sweep(session, session.region, context.clock()))


def sweep_quietly(context: Context, aws: "Aws", destinations: "Iterable[Arn]") -> None:
    """Do the same where a tap is made anyway; whoever may not, is told and goes on."""
    from lambda_dest_cli.aws.feeds import makes_tap

    for region in sorted({arn.region for arn in destinations if makes_tap(arn)}):
        from lambda_dest_cli.aws.feeds.sweep import sweep

        try:
            for arn in sweep(aws.session, region, context.clock()).removed:
                context.screen.note(f"removed {arn}, which an earlier run left behind, and what fed it")
        except CredentialsProblem:
            raise
        except LdsError as problem:
            context.screen.note(f"whether an earlier run left something behind is not known: {problem.message}")
