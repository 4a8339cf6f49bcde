"""Conditions, in three values: they hold, they do not, or it cannot be told.

IAM User Guide, "IAM JSON policy elements: Condition operators", "Multiple keys or values", "Single-valued vs.
multivalued context keys" and "IAM policy validation check reference" (for lists that are empty).
"""

from collections.abc import Sequence

from lambda_dest_cli.iam.circumstances import Circumstances
from lambda_dest_cli.iam.operators import Comparison, Operator, Test, never, untold
from lambda_dest_cli.iam.policy import Condition, has_variable
from lambda_dest_cli.iam.truth import Truth
from lambda_dest_cli.iam.variables import filled

_ALL, _ANY = "forallvalues", "foranyvalue"
_NULL = {"true": True, "false": False}


def all_hold(conditions: tuple[Condition, ...], known: Circumstances, variables: bool) -> Truth:
    """Say whether every condition holds; one that does not settles it whatever the unknown ones are."""
    answer = Truth.YES
    for condition in conditions:
        answer = min(answer, holds(condition, known, variables))
    return answer


def holds(condition: Condition, known: Circumstances, variables: bool) -> Truth:
    """Say whether one condition holds; ``variables`` says whether the policy's version has them."""
    comparison = condition.comparison
    if comparison is None:
        known.doubt(f"the condition operator {condition.operator}")
        return Truth.UNKNOWN
    if comparison.operator is None and comparison.quantifier:
        return Truth.of(comparison.quantifier == _ALL)  # "always true" and "always false", whatever it asks
    if known.is_untold(condition.lookup):
        known.doubt(f"the value of {condition.key}")
        return Truth.UNKNOWN
    answer = _judged(condition, comparison, known, variables)
    if answer is Truth.UNKNOWN:
        known.doubt(f"the condition {condition.operator} on {condition.key}")
    return answer


def _judged(condition: Condition, comparison: Comparison, known: Circumstances, variables: bool) -> Truth:
    found = known.values(condition.key) or ()
    operator = comparison.operator
    if operator is None:
        return _null(condition.values, bool(found))
    if comparison.quantifier and not any(found):
        found = ()  # "an empty data set (for example, an empty string)"
    if operator.negated and not condition.values:
        return Truth.UNKNOWN
    if not found:
        return _absent(operator, comparison)
    tests: Sequence[Test] = condition.tests
    if variables and condition.with_variables:
        tests = [_filled_test(operator, *each, known) for each in zip(condition.values, tests, strict=True)]
    return _compared(tests, found, operator.negated, comparison.quantifier)


def _null(values: tuple[str, ...], present: bool) -> Truth:
    wanted = [_NULL.get(value.lower()) for value in values]
    if (not present) in wanted:
        return Truth.YES
    return Truth.UNKNOWN if None in wanted else Truth.NO


def _absent(operator: Operator, comparison: Comparison) -> Truth:
    """Judge a key that the request does not have: negated operators, IfExists and ForAllValues then hold."""
    if comparison.quantifier == _ANY:
        # The page of IfExists says true, the page of ForAnyValue false.
        return Truth.UNKNOWN if comparison.if_exists else Truth.NO
    return Truth.of(comparison.if_exists or operator.negated or comparison.quantifier == _ALL)


def _filled_test(operator: Operator, value: str, test: Test, known: Circumstances) -> Test:
    if not has_variable(value):
        return test
    text = filled(value, known)
    if isinstance(text, Truth):
        return never if text is Truth.NO else untold
    return operator.prepare(text)


def _compared(tests: Sequence[Test], found: tuple[str, ...], negated: bool, quantifier: str) -> Truth:
    """Compare: the policy's values are alternatives (for a negated operator: none may match)."""
    if len(found) == 1:
        answer = _any(tests, found[0])
        return answer.negated if negated else answer
    answers = [_any(tests, value) for value in found]
    if negated:
        answers = [answer.negated for answer in answers]
    if quantifier == _ALL:
        return min(answers)
    if quantifier == _ANY:
        return max(answers)
    # "Multivalued context keys require a condition set operator": without one, what no value matches does not hold,
    # and of all else the pages do not say.
    return Truth.NO if max(answers) is Truth.NO else Truth.UNKNOWN


def _any(tests: Sequence[Test], value: str) -> Truth:
    answer = Truth.NO
    for test in tests:
        matched = test(value)
        if matched:
            return Truth.YES
        if matched is None:
            answer = Truth.UNKNOWN
    return answer
