"""``lds tail``: outcomes as they arrive."""

from datetime import UTC, datetime
from typing import Any

import click

from lambda_dest_cli.commands.options import DURATION, LdsCommand, examples, yes_option
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Interrupted
from lambda_dest_cli.model.result import Stream

_EXAMPLES = """
Examples:
  lds tail orders
  lds tail orders:live --condition RetriesExhausted --condition EventAgeExceeded
  lds tail sqs:orders-failed --no-follow -o json | jq .error_message
  lds tail orders --count 1 --timeout 5m
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
@click.option("--condition", "conditions", metavar="C", multiple=True, help="Show this condition; may be repeated.")
@click.option("--error-type", "error_types", metavar="T", multiple=True, help="Show this error; may be repeated.")
@click.option("--delete", is_flag=True, help="Delete each message once its line has been written.")
@click.option("--steal", is_flag=True, help="Watch even a queue that a function consumes.")
@yes_option
@click.pass_obj
def command(
    context: Context, /, names: tuple[str, ...], no_follow: bool, delete: bool, steal: bool, yes: bool, **asked: Any
) -> Stream:
    """Watch the outcomes of functions arrive, success and failure, at their queues and dead-letter queues.

    FN is a function (FN:Q for one qualifier), DEST a queue: sqs:NAME, its ARN or its URL. Without either: every
    function of the region that has destinations, at most 20. With FN, what a shared queue holds of other functions is
    not shown.

    The queue is left as it was found: messages are hidden while you watch, and made visible again at the end, however
    it ends. Each counts as received once more.
    """
    context.command = "tail"
    from lambda_dest_cli.aws.feeds import FeedSettings, feed_of
    from lambda_dest_cli.tailer import Selection, TailRequest, find_watches, tail

    watches = find_watches(names, context.aws, context.screen.note)
    if delete and not context.agree("This deletes every message that is shown. Go ahead?", yes):
        raise Interrupted("nothing was deleted, nor shown")
    request = TailRequest(
        watches,
        Selection(asked["conditions"], asked["error_types"], asked["since"]),
        not no_follow,
        asked["count"],
        asked["timeout"],
        delete,
    )
    settings = FeedSettings(context.screen.note, context.clock, context.sleep, steal, asked["since"])
    session = context.aws.session
    return Stream(tail(request, lambda watch: feed_of(watch, session, settings), context.clock, context.screen.note))
