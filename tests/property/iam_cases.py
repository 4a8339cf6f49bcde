"""Policies and requests for the differential test, drawn by dice: the same seed gives the same cases everywhere.

Only ``random.Random.random`` is used, whose sequence Python promises never to change. A case is plain JSON, so that an
evaluator in any language can judge it.
"""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from tests.property.iam_vocabulary import (
    ACCOUNT,
    ACTION_PATTERNS,
    ACTIONS,
    FAMILIES,
    KEY_STATEMENT,
    KEYS,
    NAMED,
    OTHER,
    PRINCIPALS,
    RESOURCE_PATTERNS,
    RESOURCES,
    SERVICE,
    SESSION,
    SETS,
    USER,
)

Case = dict[str, Any]
Statement = dict[str, Any]
_T = TypeVar("_T")


class Dice:
    """Chance from a seed."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def one_in(self, sides: float) -> bool:
        return self._random.random() * sides < 1

    def number(self, below: int) -> int:
        return int(self._random.random() * below)

    def pick(self, choices: Sequence[_T]) -> _T:
        return choices[self.number(len(choices))]

    def some(self, choices: Sequence[_T], most: int) -> _T | list[_T]:
        """Pick one, written bare or as a list, or several."""
        found = [self.pick(choices) for _ in range(1 + self.number(most))]
        return found[0] if len(found) == 1 and self.one_in(2) else found


def cases(seed: str, count: int) -> Iterator[Case]:
    """Draw cases: of matching, of conditions, of who evaluates, and of everything at once, in turn."""
    kinds = (_matching, _conditions, _combining, _everything)
    for number in range(count):
        yield kinds[number % len(kinds)](Dice(f"{seed}:{number}"))


def statements(case: Case) -> Iterator[Statement]:
    """Give every statement of a case."""
    levels = [policy for level in case["organization"] or () for policy in level]
    for policy in (*case["identity"], *levels, case["boundary"], case["resource_policy"]):
        yield from policy["Statement"] if policy else ()


def conditions(case: Case) -> Iterator[tuple[str, str, list[str]]]:
    """Give every condition of a case: its operator, its key in lower case, its values."""
    for statement in statements(case):
        for operator, keys in statement.get("Condition", {}).items():
            for key, values in keys.items():
                yield operator, key.lower(), listed(values)


def listed(values: str | list[str]) -> list[str]:
    """Give what may stand alone as a list."""
    return [values] if isinstance(values, str) else values


def digest(found: Sequence[Case]) -> str:
    """Tell one list of cases from another."""
    return hashlib.sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()


def _matching(dice: Dice) -> Case:
    case = _request(dice, SESSION)
    case["identity"] = [_policy([_statement(dice, case, conditions=0) for _ in range(1 + dice.number(3))])]
    return case


def _conditions(dice: Dice) -> Case:
    case = _request(dice, SESSION)
    found: list[Statement] = []
    for _ in range(1 + dice.number(2)):
        statement = {"Effect": "Deny" if found and dice.one_in(2) else "Allow", "Action": "*", "Resource": "*"}
        found.append(statement | {"Condition": _condition_block(dice, 1 + dice.number(2))})
    if found[0]["Effect"] == "Allow" and dice.one_in(4):
        found[0]["Effect"] = "Deny"
        found.append({"Effect": "Allow", "Action": "*", "Resource": "*"})
    case["identity"] = [_policy(found)]
    return case


def _combining(dice: Dice) -> Case:
    """Simple statements in many places: what counts is who says what."""
    case = _request(dice, dice.pick(PRINCIPALS))
    plain = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
    denial = {"Effect": "Deny", "Action": case["action"], "Resource": "*"}
    service = case["action"].partition(":")[0]
    away = [{"Effect": "Allow", "Action": f"not{service}:*", "Resource": "*"}]

    def said() -> list[Statement]:
        return [*dice.pick((plain, plain, away)), *([denial] if dice.one_in(8) else [])]

    if case["principal"] != SERVICE:
        case["identity"] = [_policy(said()) for _ in range(dice.number(3))]
        case["boundary"] = _policy(said()) if dice.one_in(2.5) else None
        case["organization"] = (
            [[_policy(said()) for _ in range(1 + dice.number(2))] for _ in range(1 + dice.number(3))]
            if dice.one_in(4) else None
        )  # fmt: skip
    if not dice.one_in(4):
        owns: list[Statement] = []
        for _ in range(1 + dice.number(2)):
            effect = "Deny" if dice.one_in(5) else "Allow"
            whom = "NotPrincipal" if effect == "Deny" and dice.one_in(4) else "Principal"
            owns.append({"Effect": effect, whom: dice.pick(NAMED), "Action": "*", "Resource": "*"})
        case["resource_policy"] = _policy(owns)
    return case


def _everything(dice: Dice) -> Case:
    case = _request(dice, dice.pick(PRINCIPALS))
    if case["principal"] != SERVICE:
        case["identity"] = [
            _policy([_statement(dice, case, 2) for _ in range(1 + dice.number(3))]) for _ in range(1 + dice.number(2))
        ]
        if dice.one_in(4):
            case["boundary"] = _policy([_statement(dice, case, 4) for _ in range(1 + dice.number(2))])
        if dice.one_in(6):
            case["organization"] = [[_policy([_statement(dice, case, 4) for _ in range(2)])]]
    if case["principal"] == SERVICE or dice.one_in(2):
        case["resource_policy"] = _policy(
            [_statement(dice, case, 3) | {"Principal": dice.pick(NAMED)} for _ in range(1 + dice.number(2))]
        )
    return case


def _request(dice: Dice, principal: str) -> Case:
    action = dice.pick(ACTIONS)
    resource = dice.pick(RESOURCES[action.partition(":")[0]])
    owner = resource.split(":")[4] or dice.pick((ACCOUNT, ACCOUNT, OTHER))
    context: dict[str, str | list[str]] = {key: dice.pick(values) for key, values in KEYS.items() if not dice.one_in(6)}
    if principal == USER:
        context["aws:username"] = "ann"
    return {
        "principal": principal, "action": action, "resource": resource, "owner": owner, "context": context,
        "identity": [], "boundary": None, "organization": None,
        "resource_policy": _policy([KEY_STATEMENT]) if action.startswith("kms:") else None,  # every key has one
    }  # fmt: skip


def _policy(statements: list[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": statements}


def _statement(dice: Dice, case: Case, conditions: int) -> Statement:
    """Draw a statement; of ``conditions`` statements one has some (0: none has)."""
    service = case["action"].partition(":")[0]
    own_actions = [each for each in ACTION_PATTERNS if each.lower().startswith((service, "*"))]
    statement: Statement = {"Effect": "Deny" if dice.one_in(4) else "Allow"}
    element = "NotAction" if dice.one_in(8) else "Action"
    statement[element] = dice.some(ACTION_PATTERNS if element == "NotAction" or dice.one_in(5) else own_actions, 2)
    if dice.one_in(80):
        statement[element] = "*:*"
    element = "NotResource" if dice.one_in(8) else "Resource"
    statement[element] = dice.some((*RESOURCE_PATTERNS[service], *(["*"] if element == "Resource" else [])), 2)
    if conditions and dice.one_in(conditions):
        statement["Condition"] = _condition_block(dice, 1)
    return statement


def _condition_block(dice: Dice, count: int) -> dict[str, dict[str, Any]]:
    block: dict[str, dict[str, Any]] = {}
    for _ in range(count):
        operators, keys, values = dice.pick(FAMILIES)
        operator, key = dice.pick(operators), dice.pick(keys)
        if operator != "Null":
            set_operator = dice.pick(SETS) if not key.endswith("s") or dice.one_in(8) else dice.pick(SETS[3:])
            operator = f"{set_operator}{operator}{'IfExists' if dice.one_in(4) else ''}"
        block.setdefault(operator, {})[key] = dice.some(values, 3)
    return block
