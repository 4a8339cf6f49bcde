"""LDS210: a rule of the bus takes the records."""

import json
from collections.abc import Iterator
from shlex import quote

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.bus_rules import BUSES_PAGE, taking
from lambda_dest_cli.checks.check import Check
from lambda_dest_cli.checks.looking_back import listed, many
from lambda_dest_cli.checks.lost import lost
from lambda_dest_cli.checks.reached import Reached, is_home, reached
from lambda_dest_cli.checks.subject import Reporter, Subject
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.records.foreseen import SOURCES


def _run(subject: Subject, aws: Aws, report: Reporter) -> Iterator[Finding]:
    for one in reached(subject, aws, report, "events"):
        if not is_home(subject, one.arn):
            continue
        found = taking(one, subject, aws)
        evidence = {"enabled_rules": found.enabled, "matching": [rule.name for rule in found.rules]}
        if found.rules:
            yield one.here.passed(f"{_rules([rule.name for rule in found.rules])} of {one.label} takes it", evidence)
        elif found.only_documented:
            names = [rule.name for rule in found.only_documented]
            yield one.here.warning(
                f"{_rules(names)} of {one.label} asks for the source aws.lambda, as AWS's page says; recorded events "
                "carry lambda, and then nothing takes them",
                _put_rule(one, subject, names[0]),
                {**evidence, "only_documented": names},
            )
        else:
            rules = many(found.enabled, "enabled rule matches it", "enabled rules match it") if found.enabled else ""
            none = f"none of its {rules}" if rules else "it has no enabled rule"
            yield lost(
                one,
                f"what is sent to {one.label} is lost: {none}",
                _put_rule(one, subject, f"{subject.facts.name}-outcomes"),
                evidence,
            )


def _rules(names: list[str]) -> str:
    return f"the rule {names[0]}" if len(names) == 1 else f"one of the rules {listed(names)}"


def _put_rule(one: Reached, subject: Subject, name: str) -> str:
    pattern = {
        "source": list(SOURCES),
        "detail-type": [{"prefix": "Lambda Function Invocation Result - "}],
        "detail": {"requestContext": {"functionArn": [{"prefix": f"{subject.facts.arn}:"}]}},
    }
    bus = one.arn.resource.removeprefix("event-bus/")
    return f"aws events put-rule --name {name} --event-bus-name {bus} --event-pattern {quote(json.dumps(pattern))}"


CHECK = Check(
    id="LDS210",
    title="A rule of each bus takes the function's records",
    explanation=(
        "EventBridge keeps nothing either: an event that no enabled rule matches is gone, and for Lambda it was "
        "delivered. The patterns of the bus's rules are compared with what is known of a record beforehand (source, "
        "detail-type, function and qualifier); a pattern with more to it than plain values is given to EventBridge "
        "(TestEventPattern), and what depends on the payload counts as a match. The source is lambda as recorded, and "
        "aws.lambda in AWS's documentation: ask for both. A rule on detail.functionName never matches: a record has no "
        "such field. For failures no match is a failure, for successes a warning. Of another account's bus it "
        "says nothing."
    ),
    page=BUSES_PAGE,
    run=_run,
    ahead=False,
)
