"""LDS901: the credentials last longer than the work."""

from collections.abc import Iterator, Sequence

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import FleetCheck
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.finding import Finding, State

_ID = "LDS901"
_SOON_MINUTES = 10


def _run(_subjects: Sequence[Subject], aws: Aws) -> Iterator[Finding]:
    aws.caller()
    if aws.session.expires_within(_SOON_MINUTES * 60):
        yield Finding(
            _ID,
            State.WARN,
            f"the credentials end within {_SOON_MINUTES} minutes: what takes longer is cut off in the middle",
            hint="sign in again (aws sso login, or new keys)",
            evidence={"within_seconds": _SOON_MINUTES * 60},
        )


CHECK = FleetCheck(
    id=_ID,
    title="The credentials last for another ten minutes",
    explanation=(
        "Temporary credentials end, and a watch, a replay or a change of many functions ends with them, in the middle. "
        "Credentials that renew themselves (a role, IAM Identity Center) are renewed first. Of keys with "
        "AWS_SESSION_TOKEN the end is known only where AWS_CREDENTIAL_EXPIRATION tells it. It says nothing when all is "
        "well."
    ),
    page="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp.html",
    run=_run,
)
