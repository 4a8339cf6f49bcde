"""What the two checks of buses share: which rules of a bus take a function's records."""

import json
from typing import NamedTuple

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.checks.reached import Reached
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outlet import Rule
from lambda_dest_cli.records.foreseen import SOURCES, Foreseen, event
from lambda_dest_cli.records.pattern import Match, example, match, without_data

BUSES_PAGE = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html"
# TestEventPattern wants these to look as they do in an event (EventBridge API Reference).
_SHAPES = {"id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "time": "2026-01-01T00:00:00Z"}
_TAKEN, _DOCUMENTED = SOURCES


class Taking(NamedTuple):
    """The rules of a bus that take a slot's records, and those that would if their source were as documented."""

    rules: tuple[Rule, ...]
    only_documented: tuple[Rule, ...]
    enabled: int


def taking(one: Reached, subject: Subject, aws: Aws) -> Taking:
    """Say which rules take the records of a slot."""
    enabled = [rule for rule in aws.rules(one.arn) if rule.enabled and rule.pattern]
    rules = tuple(rule for rule in enabled if _matches(rule, _foreseen(one, subject, _TAKEN), one, aws))
    others = () if rules else enabled
    documented = tuple(each for each in others if _matches(each, _foreseen(one, subject, _DOCUMENTED), one, aws))
    return Taking(rules, documented, len(enabled))


def _foreseen(one: Reached, subject: Subject, source: str) -> Foreseen:
    return event(subject.facts.arn, subject.qualifier, one.slot is Slot.ON_SUCCESS, one.arn, source)


def _matches(rule: Rule, foreseen: Foreseen, one: Reached, aws: Aws) -> bool:
    """Ask EventBridge itself where a pattern has more to it than plain values; what depends on data may match."""
    answer = match(rule.pattern, foreseen)
    if answer is not Match.ASK:
        return answer is not Match.NO
    sample = {**foreseen, **_SHAPES}
    return aws.matches(one.arn, without_data(rule.pattern, foreseen), json.dumps(example(sample)))
