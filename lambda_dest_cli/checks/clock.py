"""LDS902: this machine and AWS agree on what time it is."""

from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import FleetCheck
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.finding import Finding, State

_ID = "LDS902"
_TOLERATED_SECONDS = 60
"""AWS refuses what is signed five minutes off; a minute off already blurs --since."""


def _run(_subjects: Sequence[Subject], aws: Aws) -> Iterator[Finding]:
    caller, local = aws.caller()
    if caller.answered is None:
        return
    off = local - caller.answered.timestamp()
    if abs(off) > _TOLERATED_SECONDS:
        yield Finding(
            _ID,
            State.WARN,
            f"this machine's clock is {abs(off):.0f} s {'ahead of' if off > 0 else 'behind'} AWS's: from 300 s on AWS "
            "refuses every call, and times such as --since mean something else there",
            hint="set the clock, or let it be set (timedatectl set-ntp true)",
            evidence={"seconds_ahead": round(off)},
        )


CHECK = FleetCheck(
    id=_ID,
    title="This machine's clock is right",
    explanation=(
        "Every call is signed with the time, and AWS refuses one that is more than five minutes off. Before that, "
        "--since and the metrics are off by as much. The time is compared with the Date header of an answer of STS. It "
        "says nothing when all is well."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html",
    run=_run,
)
