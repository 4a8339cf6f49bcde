"""LDS211: the rule that takes the records sends them somewhere."""

from collections.abc import Iterator

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.bus_rules import BUSES_PAGE, taking
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import listed
from lambda_dest_cli.checks.lost import lost
from lambda_dest_cli.checks.reached import is_home, reached
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one in reached(subject, aws, report, "events"):
        if not is_home(subject, one.arn):
            continue
        rules = taking(one, subject, aws).rules
        if not rules or any(aws.rule_targets(one.arn, rule.name) for rule in rules):
            continue
        names = [rule.name for rule in rules]
        what = "takes it and has no target" if len(names) == 1 else "take it and have no target"
        yield lost(
            one,
            f"what is sent to {one.label} is lost: {listed(names)} {what}",
            f"aws events put-targets --rule {names[0]} --event-bus-name {one.arn.resource.removeprefix('event-bus/')} "
            "--targets Id=1,Arn=TARGET_ARN",
            {"rules": names},
        )


CHECK = Check(
    id="LDS211",
    title="The rule that takes the records has a target",
    explanation=(
        "A rule without targets matches and does nothing more: the record is gone. It says so where no rule that takes "
        "the function's records (LDS210) has any. Whether the target itself takes what the rule sends, with the "
        "permissions that needs, is not checked. It says nothing when all is well."
    ),
    page=BUSES_PAGE,
    run=_run,
    ahead=False,
)
