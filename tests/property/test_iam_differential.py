"""``iam/`` against another evaluator, on thousands of generated cases.

The other is @cloud-copilot/iam-simulate 0.1.173 (npm; with iam-policy 0.1.109), whose verdicts on the cases of
``iam_cases.py`` are kept in ``iam_verdicts.txt``, so that neither npm nor node is needed here. To judge anew, in a
folder where ``npm install @cloud-copilot/iam-simulate`` was run, with the root of this repository as ``LDS``:

    PYTHONPATH=$LDS python $LDS/tests/property/iam_judge.py

Where the two differ, AWS's pages decide. What the other does otherwise than they say is listed in ``DEVIATIONS``.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import settings

from lambda_dest_cli.iam.document import Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.model.permission import Decision
from tests.property.iam_cases import Case, cases, conditions, digest, listed, statements
from tests.property.iam_judge import COUNT, DIGESTED, SEED, VERDICTS, judged, letters
from tests.property.iam_vocabulary import ACCOUNT

_USUALLY = 8_000
"""How many cases the usual run looks at; the nightly profile looks at all."""
_LETTERS = {Decision.ALLOWED: "A", Decision.EXPLICIT_DENY: "D", Decision.IMPLICIT_DENY: "I"}
_NOT_TOLD = 0.02
"""The share of cases that ``iam/`` may leave open, because the pages do."""


@dataclass(frozen=True)
class Deviation:
    """Something that the other does otherwise than the page says, and the cases where it shows."""

    what: str
    page: str
    shows: Callable[[Case], object]


def has_nothing(case: Case, text: str) -> bool:
    """Say whether a text has a variable that has no value in a request."""
    keys = [match[1].lower() for match in re.finditer(r"\$\{([a-zA-Z]+:[a-zA-Z]+)\}", text)]
    return any(not case["context"].get(key) for key in keys)


def resources(case: Case, element: str) -> list[str]:
    return [each for statement in statements(case) for each in listed(statement.get(element, []))]


DEVIATIONS = (
    Deviation(
        'it takes the action "*:*" for none',
        'Security Hub User Guide, IAM.1: policies "that allow full "*:*" administrative privileges"',
        lambda case: any("*:*" in (each.get("Action"), each.get("NotAction")) for each in statements(case)),
    ),
    Deviation(
        "it knows variables in the Resource of S3 only",
        'IAM User Guide, "Variables and tags", section "Resource element": sqs:us-east-2:*:${aws:username}-queue',
        lambda case: any(
            "${" in each and not each.startswith("arn:aws:s3:")
            for each in resources(case, "Resource") + resources(case, "NotResource")
        ),
    ),
    Deviation(
        "it lets no statement apply whose NotResource has a variable without a value",
        'IAM User Guide, "Variables and tags", section "Policy variables with no value": in Resource and NotResource '
        "what has such a variable matches no resource",
        lambda case: any(has_nothing(case, each) for each in resources(case, "NotResource")),
    ),
    Deviation(
        "it lets no negated operator hold against a variable without a value",
        'IAM User Guide, "Variables and tags", section "Policy variables with no value": inverted operators match',
        lambda case: any(
            "Not" in operator and any(has_nothing(case, value) for value in values)
            for operator, _, values in conditions(case)
        ),
    ),
    Deviation(
        "it leaves ${*} as it is where no wildcard is known",
        'IAM User Guide, "Variables and tags": "in any string where you can use regular policy variables"',
        lambda case: any(
            "Equals" in operator and any("${*}" in value for value in values)
            for operator, _, values in conditions(case)
        ),
    ),
    Deviation(
        "it has an empty string differ from an empty set, and a variable of an empty value match nothing",
        'IAM User Guide, "Multivalued context keys": ForAllValues is true for an "empty data set, such as an empty '
        'string"',
        lambda case: (
            case["context"].get("lds:word") == ""
            and any(
                (operator.startswith("For") and key == "lds:word") or "${lds:word}" in values
                for operator, key, values in conditions(case)
            )
        ),
    ),
    Deviation(
        "it asks for a set operator where a request has a list of one",
        'IAM User Guide, "Single-valued vs. multivalued": it "depends on the number of values in the request context"',
        lambda case: any(
            isinstance(case["context"].get(key), list) and len(case["context"][key]) == 1 and ":" not in operator
            for operator, key, _ in conditions(case)
        ),
    ),
    Deviation(
        "it computes otherwise with /0 and /128, and has an address without a prefix never differ from one of IPv6",
        'IAM User Guide, "Condition operators", section "IP address condition operators": CIDR, RFC 4632',
        lambda case: any(
            "IpAddress" in operator and set(values) & {"0.0.0.0/0", "203.0.113.7", "2001:db8::1/128"}
            for operator, _, values in conditions(case)
        ),
    ),
    Deviation(
        "it has NotPrincipal with an account spare everybody in it",
        'IAM User Guide, "NotPrincipal": beside the one who is spared stands the account, and all others are denied',
        lambda case: any(
            set(listed(each["NotPrincipal"]["AWS"])) & {ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root"}
            for each in statements(case)
            if "AWS" in each.get("NotPrincipal", "")
        ),
    ),
)


def verdict(case: Case) -> Verdict:
    def policies(documents: list[dict[str, object]]) -> list[Policy]:
        return [read(each) for each in documents]

    context = {key: (value,) if isinstance(value, str) else tuple(value) for key, value in case["context"].items()}
    request = Request(case["action"], case["resource"], case["principal"], case["owner"], context)
    return evaluate(
        request,
        Policies(
            policies(case["identity"]),
            policies([case["boundary"]]) if case["boundary"] else None,
            [policies(level) for level in case["organization"]] if case["organization"] else None,
            read(case["resource_policy"]) if case["resource_policy"] else None,
            key=case["action"].startswith("kms:"),
        ),
    )


def differs(ours: Verdict, theirs: str) -> bool:
    """Say whether two verdicts contradict each other: what may be an explicit denial as well is none."""
    perhaps_denied = ours.decision is Decision.IMPLICIT_DENY and ours.doubts and theirs == "D"
    return ours.decision is not Decision.UNKNOWN and not perhaps_denied and _LETTERS[ours.decision] != theirs


@pytest.fixture(scope="module")
def drawn() -> list[tuple[Case, str]]:
    return judged()


@pytest.fixture(scope="module")
def compared(drawn: list[tuple[Case, str]]) -> list[tuple[Case, Verdict, str]]:
    thorough = settings().max_examples > settings.get_profile("ci").max_examples
    return [(case, verdict(case), theirs) for case, theirs in (drawn if thorough else drawn[:_USUALLY])]


def test_the_cases_are_those_that_were_judged() -> None:
    assert digest(list(cases(SEED, DIGESTED))) in VERDICTS.read_text()
    assert set(letters()) == {"A", "D", "I"}
    assert len(letters()) == COUNT


def test_both_say_the_same(compared: list[tuple[Case, Verdict, str]]) -> None:
    for number, (case, ours, theirs) in enumerate(compared):
        if differs(ours, theirs):
            known = [each.what for each in DEVIATIONS if each.shows(case)]
            assert known, f"case {number}: {ours.reason}; the other says {theirs}: {json.dumps(case)}"


def test_little_is_left_open(compared: list[tuple[Case, Verdict, str]]) -> None:
    untold = [ours.doubts for _, ours, _ in compared if ours.decision is Decision.UNKNOWN]
    assert all(untold)
    assert len(untold) < len(compared) * _NOT_TOLD


@pytest.mark.parametrize("deviation", DEVIATIONS, ids=lambda each: each.what)
def test_every_deviation_still_shows(deviation: Deviation, drawn: list[tuple[Case, str]]) -> None:
    """One that never makes a difference by itself would hide mistakes of ours."""
    alone = (
        (case, theirs)
        for case, theirs in drawn
        if deviation.shows(case) and not any(each.shows(case) for each in DEVIATIONS if each is not deviation)
    )
    assert any(differs(verdict(case), theirs) for case, theirs in alone)
