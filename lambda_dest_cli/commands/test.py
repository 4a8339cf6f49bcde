"""``lds test``: prove a path, end to end."""

import json
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import click

from lambda_dest_cli.commands.options import (
    DURATION,
    FUNCTION,
    LdsCommand,
    examples,
    one_qualifier,
    qualifier_option,
    same_aws,
    yes_option,
)
from lambda_dest_cli.commands.specs import spec_option
from lambda_dest_cli.context import Context
from lambda_dest_cli.errors import Declined, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lambda_dest_cli.aws.api import Aws
    from lambda_dest_cli.checks.subject import Subject
    from lambda_dest_cli.model.function_ref import FunctionRef
    from lambda_dest_cli.model.result import Result
    from lambda_dest_cli.model.spec import Spec
    from lambda_dest_cli.model.trial import Trial
    from lambda_dest_cli.prover import Door, Goal, Switch, Wish

_MOST_BYTES = 1_048_576
"""The largest event of an asynchronous invocation (Lambda Developer Guide, "Lambda quotas")."""
_SWITCH_SECONDS = 5
"""How long Lambda may take to notice a reserved concurrency that was just set."""
_EXAMPLES = """
Examples:
  lds test orders
  lds test orders:live --payload '{"sku": 7}' --expect success
  lds test orders --payload @bad-order.json --expect failure
  lds test orders --force-failure --yes
  lds test -f lds.yaml --all -o junit > outcomes.xml
"""


@click.command(cls=LdsCommand, more_outputs=("junit",), epilog=examples(_EXAMPLES))
@click.argument("functions", metavar="[FN]...", type=FUNCTION, nargs=-1)
@qualifier_option
@click.option(
    "--payload", metavar="JSON", default="{}", show_default=True, help="The event: JSON, @FILE, or - (stdin)."
)
@click.option(
    "--expect", type=click.Choice(("success", "failure")), help="The outcome that is to arrive. Default: any."
)
@click.option("--timeout", metavar="DUR", type=DURATION, help="How long to wait. Default: as long as retries may take.")
@click.option("--force-failure", is_flag=True, help="Switch the function off for the moment, so that the event fails.")
@click.option("--steal", is_flag=True, help="Read even a queue that a function consumes.")
@click.option("--all", "every", is_flag=True, help="Every function of the spec.")
@spec_option
@yes_option
@click.pass_obj
def command(context: Context, /, functions: tuple["FunctionRef", ...], **asked: Any) -> "Result":
    """Send a function one event, and prove that its outcome arrives where it must.

    The function really runs, with that event. Its own destinations say where an outcome must arrive: a success at the
    on-success destination, a failure at the on-failure destination and the dead-letter queue. They are listened to
    first, as lds tail does it, and left as they were found. Exit code 3: it did not arrive, or not as expected; then
    the likely cause is named.

    A function that fails is run again, after one minute and after two more, before its record comes.
    """
    context.command = "test"
    _refuse(functions, asked)
    payload = payload_of(asked["payload"])
    if asked["files"] or asked["every"]:
        return _of_specs(context, functions, asked, payload)
    refs = [one_qualifier(function, asked["qualifier"]) for function in functions]
    aws = context.aws
    from lambda_dest_cli.checks.select import named

    wish = _wish(aws, asked, payload)
    if len(refs) > 1:
        return _fleet_result(_tried(context, aws, refs, wish, asked))
    (subject,) = named([refs[0].at(refs[0].qualifier)], aws).subjects
    return _of_one(context, aws, refs[0], subject, wish, asked)


def payload_of(text: str) -> bytes:
    """Read the event; raises UsageProblem where it is no JSON, cannot be read, or is larger than Lambda takes."""
    where, content = "--payload", text.encode("utf-8", "surrogateescape")
    if text == "-":
        where, content = "standard input", sys.stdin.buffer.read(_MOST_BYTES + 1)
    elif text.startswith("@"):
        where = text[1:]
        try:
            with open(where, "rb") as file:  # noqa: PTH123 - pathlib's own open is this one
                content = file.read(_MOST_BYTES + 1)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise UsageProblem(f"{where or '@'} cannot be read: {why}", "name a file: --payload @event.json") from error
    if len(content) > _MOST_BYTES:
        raise UsageProblem(f"{where}: the event is larger than 1 MB, and Lambda takes no more", "send less")
    try:
        json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        hint = "" if where != "--payload" else "quote it for the shell, or name a file: --payload @event.json"
        raise UsageProblem(f"{where}: the event is not JSON: {error}", hint) from error
    return content


def _refuse(functions: tuple["FunctionRef", ...], asked: dict[str, Any]) -> None:
    """Raise UsageProblem for what cannot be meant together."""
    if asked["every"] and functions:
        raise UsageProblem("functions are named, and --all says every function", "leave one of the two out")
    if not functions and not asked["every"]:
        raise UsageProblem("no function is named", "lds test FN, or lds test -f SPEC --all for those of a spec")
    if asked["force_failure"] and (asked["every"] or asked["files"] or len(functions) > 1):
        raise UsageProblem("--force-failure switches one function off", "name one function")
    if asked["force_failure"] and asked["expect"] == "success":
        raise UsageProblem(
            "--force-failure makes the event fail, and --expect says success", "leave one of the two out"
        )
    if asked["qualifier"] and len(functions) != 1:
        raise UsageProblem("--qualifier is about one function", "name one function, or write FN:Q for each")


def _wish(aws: "Aws", asked: dict[str, Any], payload: bytes) -> "Wish":
    from lambda_dest_cli.aws.local_endpoint import time_scale
    from lambda_dest_cli.model.outcome import InvocationOutcome
    from lambda_dest_cli.prover import Wish

    forced = asked["force_failure"]
    expected = InvocationOutcome(asked["expect"] or "failure") if asked["expect"] or forced else None
    return Wish(payload, expected, asked["timeout"], forced, time_scale(aws.session.endpoint_url))


def _of_one(
    context: Context, aws: "Aws", ref: "FunctionRef", subject: "Subject", wish: "Wish", asked: dict[str, Any]
) -> "Result":
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.result import Result, Status
    from lambda_dest_cli.model.trial import TrialReport, Verdict
    from lambda_dest_cli.prover.goal import goal_of

    goal = goal_of(subject, ref, wish)
    switch = _switch(context, aws, ref, asked["yes"]) if wish.forced else None
    (trial,) = _run(context, aws, [goal], asked["steal"], same_aws(context, aws), switch)
    if trial.verdict is Verdict.PASSED:
        return Result(TrialReport(trial))
    return Result(TrialReport(trial), Status.FINDINGS, ExitCode.FINDINGS)


def _switch(context: Context, aws: "Aws", ref: "FunctionRef", yes: bool) -> "Switch":
    """Ask once more before a function is switched off; raises Declined."""
    from shlex import join

    from lambda_dest_cli.aws.invocation import reserve
    from lambda_dest_cli.prover import Switch

    question = (
        f"--force-failure sets the reserved concurrency of {ref.name} to 0 until the record has arrived: nobody's "
        "invocations run meanwhile. Go ahead?"
    )
    if not context.agree(question, yes):
        raise Declined("nothing was sent, and nothing switched off: the answer was no")
    _, options = same_aws(context, aws)
    at_aws = aws.session.endpoint_url is None
    return Switch(
        ref,
        lambda: aws.functions.health(ref).reserved_concurrency,
        lambda executions: reserve(aws.session, ref, executions),
        context.screen.note,
        lambda: context.sleep(_SWITCH_SECONDS if at_aws else 0),
        f" {join(options)}" if options else "",
    )


def _door(context: Context, aws: "Aws", steal: bool) -> "Door":
    from lambda_dest_cli.aws.feeds import FeedSettings, feed_of
    from lambda_dest_cli.aws.invocation import attempts, send
    from lambda_dest_cli.prover import Door

    session, note = aws.session, context.screen.note
    settings = FeedSettings(note, context.clock, context.sleep, steal)
    return Door(
        lambda watch: feed_of(watch, session, settings),
        lambda ref, payload: send(session, ref, payload, context.clock()),
        lambda facts, accepted: attempts(session, facts, accepted),
        context.clock,
        context.sleep,
        note,
        context.screen.footer,
    )


def _run(
    context: Context,
    aws: "Aws",
    goals: "Sequence[Goal]",
    steal: bool,
    words: tuple[list[str], list[str]],
    switch: "Switch | None" = None,
) -> "list[Trial]":
    """Try functions of one account and region, and find out why where something is missing.

    ``words`` are the options that lead lds and the AWS CLI to the same AWS.
    """
    from lambda_dest_cli.commands.tail import sweep_quietly
    from lambda_dest_cli.prover import Prover
    from lambda_dest_cli.prover.cause import explained

    sweep_quietly(context, aws, (arn for goal in goals for arn in goal.routes.values()))
    ended = Prover(goals, _door(context, aws, steal), switch).run()
    return [explained(goal, trial, aws, *words) for goal, trial in ended]


def _tried(
    context: Context,
    aws: "Aws",
    refs: "Sequence[FunctionRef]",
    wish: "Wish",
    asked: dict[str, Any],
    spec: "Spec | None" = None,
) -> "list[Trial]":
    """Try functions of one account and region, and give their trials in the functions' order."""
    from lambda_dest_cli.prover import goals_of
    from lambda_dest_cli.prover.goal import read_subjects
    from lambda_dest_cli.prover.judge import not_read, nothing_to_see

    subjects, unread = read_subjects(refs, aws)
    goals, others = goals_of(subjects.values(), wish, refs)
    trials = {
        trial.function: trial for trial in _run(context, aws, goals, asked["steal"], same_aws(context, aws, spec))
    }
    trials |= {name: nothing_to_see(name, problem, wish.expected) for name, problem in others.items()}
    return [
        trials[subjects[ref].name]
        if ref in subjects
        else not_read(str(ref).removesuffix(":$LATEST"), unread[ref], wish.expected)
        for ref in refs
    ]


def _of_specs(
    context: Context, functions: tuple["FunctionRef", ...], asked: dict[str, Any], payload: bytes
) -> "Result":
    """Try the functions of specs, each under every qualifier that its spec names."""
    from lambda_dest_cli.commands.specs import read_specs
    from lambda_dest_cli.model.function_ref import FunctionRef

    specs = read_specs(asked["files"])
    wanted = {function.name for function in functions}
    known = {function.name for spec in specs for function in spec.functions}
    if wanted - known:
        files = ", ".join(PurePath(spec.file).name for spec in specs)
        raise UsageProblem(f"{', '.join(sorted(wanted - known))}: not in {files}", "check the name")
    trials: list[Trial] = []
    for spec in specs:
        refs = [
            FunctionRef(each.name).at(qualifier)
            for each in spec.functions
            if each.name in wanted or not wanted
            for qualifier in each.qualifiers or ("$LATEST",)
        ]
        if refs:
            aws = context.aws_for(spec)
            trials += _tried(context, aws, refs, _wish(aws, asked, payload), asked, spec)
    return _fleet_result(trials)


def _fleet_result(trials: "Sequence[Trial]") -> "Result":
    from lambda_dest_cli.errors import ExitCode
    from lambda_dest_cli.model.result import Result, Status
    from lambda_dest_cli.model.trial import FleetTrialReport, Verdict

    verdicts = {trial.verdict for trial in trials}
    report = FleetTrialReport(tuple(trials))
    if Verdict.FAILED in verdicts:
        return Result(report, Status.FINDINGS, ExitCode.FINDINGS)
    if Verdict.ERROR in verdicts:
        return Result(report, Status.PARTIAL, ExitCode.PARTIAL)
    return Result(report)
