"""LDS001: who asks, and where."""

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.check import RunCheck
from lambda_dest_cli.model.finding import Finding, State

_ID = "LDS001"


def _run(aws: Aws) -> Finding:
    home = aws.caller()[0].home
    return Finding(
        _ID,
        State.PASS,
        f"credentials of the account {home.account}, region {home.region}",
        evidence={"account": home.account, "region": home.region},
    )


CHECK = RunCheck(
    id=_ID,
    title="AWS takes the credentials, and there is a region",
    explanation=(
        "Everything below is about this account and this region: a function that seems to have no configuration is "
        "often one of another account or region. Choose with --profile and --region. Without credentials nothing "
        "can be checked, and lds ends with 4."
    ),
    run=_run,
)
