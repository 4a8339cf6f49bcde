"""Reading documents: IAM User Guide, "IAM JSON policy elements reference" and "Grammar of the IAM JSON policy"."""

import json
from typing import Any

import pytest

from lambda_dest_cli.iam.document import BadPolicy, Condition, Policy, Principals, Statement, read

STATEMENT = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}


def document(**changes: Any) -> dict[str, Any]:
    """A policy of one statement with members changed; ... takes a member away."""
    whole = {name: value for name, value in (STATEMENT | changes).items() if value is not ...}
    return {"Version": "2012-10-17", "Statement": [whole]}


def statement(**changes: Any) -> Statement:
    (only,) = read(document(**changes)).statements
    return only


def test_a_whole_document_is_read() -> None:
    """Page "IAM JSON policy elements reference": every element finds its place."""
    whole = {
        "Version": "2012-10-17",
        "Id": "any",
        "Statement": [
            {
                "Sid": "Send",
                "Effect": "Deny",
                "Principal": {"AWS": ["123456789012", "*"], "Service": "lambda.amazonaws.com"},
                "Action": ["sqs:SendMessage", "sqs:Get*"],
                "NotResource": "arn:aws:sqs:*:*:orders",
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012", "aws:PrincipalTag/a": ["b", "c"]}},
            }
        ],
    }
    expected = Statement(
        index=0,
        sid="Send",
        allows=False,
        actions=("sqs:SendMessage", "sqs:Get*"),
        not_actions=False,
        resources=("arn:aws:sqs:*:*:orders",),
        not_resources=True,
        principals=Principals((("AWS", "123456789012"), ("AWS", "*"), ("Service", "lambda.amazonaws.com"))),
        conditions=(
            Condition("StringEquals", "aws:SourceAccount", ("123456789012",)),
            Condition("StringEquals", "aws:PrincipalTag/a", ("b", "c")),
        ),
    )
    assert read(whole, "mine", "Resource Policy") == Policy((expected,), "mine", "Resource Policy", True)
    assert read(json.dumps(whole), "mine", "Resource Policy") == read(whole, "mine", "Resource Policy")


def test_one_statement_needs_no_list() -> None:
    """Page "Statement": the value is a list of statements; a single one may stand alone (page "Grammar")."""
    assert read({"Statement": STATEMENT}).statements == read({"Statement": [STATEMENT]}).statements


def test_statements_are_counted_from_nought() -> None:
    """Page "Sid": it is optional, so statements are told apart by where they stand."""
    policy = read({"Statement": [STATEMENT, STATEMENT | {"Sid": "Second"}]})
    assert [(each.index, each.sid) for each in policy.statements] == [(0, ""), (1, "Second")]


@pytest.mark.parametrize(("version", "variables"), [("2012-10-17", True), ("2008-10-17", False), (None, False)])
def test_only_the_newer_version_has_variables(version: str | None, variables: bool) -> None:
    """Page "Version": 2008-10-17 is the default where there is none, and has no policy variables."""
    head = {} if version is None else {"Version": version}
    assert read({**head, "Statement": [STATEMENT]}).has_variables is variables


def test_negated_elements_say_so() -> None:
    """Pages "NotAction", "NotResource", "NotPrincipal": everything but what is listed."""
    only = statement(Action=..., NotAction="iam:*", Resource=..., NotResource=["*"], NotPrincipal={"AWS": "1"})
    assert (only.actions, only.not_actions) == (("iam:*",), True)
    assert (only.resources, only.not_resources) == (("*",), True)
    assert only.principals == Principals((("AWS", "1"),), negated=True)


def test_a_trust_policy_has_no_resource() -> None:
    """Page "Resource": the resource is the role that a trust policy is attached to."""
    assert statement(Resource=..., Principal={"Service": "lambda.amazonaws.com"}).resources is None


def test_everyone_is_a_star() -> None:
    """Page "Principal": "*" and {"AWS": "*"} both name everyone."""
    assert statement(Principal="*").principals == Principals((("*", "*"),))
    assert statement(Principal={"AWS": "*"}).principals == Principals((("AWS", "*"),))


def test_a_bare_arn_is_an_aws_principal() -> None:
    """Page "Principal": an ARN names an AWS principal."""
    arn = "arn:aws:iam::123456789012:role/orders"
    assert statement(Principal=arn).principals == Principals((("AWS", arn),))


def test_condition_values_may_be_booleans_and_numbers() -> None:
    """Page "Grammar": <condition_value> is a string, a number or a boolean, which is compared as JSON writes it."""
    found = statement(Condition={"Bool": {"aws:SecureTransport": True}, "NumericEquals": {"a:b": [1, 2.5]}})
    assert [each.values for each in found.conditions] == [("true",), ("1", "2.5")]


def test_elements_nobody_knows_are_kept_in_mind() -> None:
    """Page "IAM JSON policy elements reference": the elements are listed; what another one would mean is not told."""
    assert statement(Until="2027", Also=1).unknown == ("Also", "Until")
    assert statement(Sid="Known").unknown == ()


def test_what_nobody_knows_at_the_root_is_kept_in_mind_by_every_statement() -> None:
    """Page "IAM JSON policy elements reference": Version, Id, Statement; page "Version": two values and no others."""
    policy = read({"Version": "2027-01-01", "Id": "any", "Mode": "x", "Statement": [STATEMENT, STATEMENT | {"Odd": 1}]})
    assert [each.unknown for each in policy.statements] == [("Mode", "Version"), ("Mode", "Version", "Odd")]
    assert read({"Version": None, "Statement": STATEMENT}).statements[0].unknown == ()


@pytest.mark.parametrize(
    "text",
    [
        '{"Statement": [], "Statement": []}',
        '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Statement": 1, "Statement": 2}}',
        '{"Statement": {"Effect": "Allow", "Action": "*", "Condition": {"Bool": {"Statement": 1, "Statement": 2}}}}',
    ],
)
def test_nothing_is_said_twice_in_one_object(text: str) -> None:
    """Page "Grammar": blocks are unordered and each stands once; dropping one of two could drop a condition."""
    with pytest.raises(BadPolicy, match=r"^mine has 'Statement' twice in one object$"):
        read(text, "mine")


def test_a_policy_of_no_statements_says_nothing() -> None:
    """Page "Statement": a list."""
    assert read({"Statement": []}).statements == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "mine is not JSON: Expecting value: line 1 column 1 (char 0)"),
        ('{"Statement": [}', "mine is not JSON: Expecting value: line 1 column 16 (char 15)"),
        ("[" * 100_000, "mine is not JSON: "),
        ('{"Statement": ' + "9" * 5_000 + "}", "mine is not JSON: "),
        ("[]", "mine is not a JSON object"),
        ("null", "mine is not a JSON object"),
        ('"Statement"', "mine is not a JSON object"),
        ("{}", "mine has no Statement"),
        ('{"Statement": null}', "mine has no Statement"),
        ('{"Statement": "Allow"}', "mine has no Statement"),
        ('{"statement": []}', "mine has no Statement"),
        ('{"Statement": ["Allow"]}', "mine, statement 1 is not an object"),
        ('{"Statement": [null]}', "mine, statement 1 is not an object"),
    ],
)
def test_what_is_no_policy_is_refused(text: str, message: str) -> None:
    """Page "Grammar": a policy is a JSON object with a Statement, whose parts are objects."""
    with pytest.raises(BadPolicy) as caught:
        read(text, "mine")
    assert caught.value.message.startswith(message)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Effect": ...}, ": Effect is None, not Allow or Deny"),
        ({"Effect": "allow"}, ": Effect is 'allow', not Allow or Deny"),
        ({"Effect": ["Allow"]}, ": Effect is not a text, not Allow or Deny"),
        ({"Sid": ["a"]}, ": Sid is not a text"),
        ({"Sid": None}, ": Sid is not a text"),
        ({"Action": ...}, " has neither Action nor NotAction"),
        ({"NotAction": "s3:*"}, " has both Action and NotAction"),
        ({"NotResource": "*"}, " has both Resource and NotResource"),
        ({"Principal": "*", "NotPrincipal": "*"}, " has both Principal and NotPrincipal"),
        ({"Action": None}, ", Action is not a text or a list of texts"),
        ({"Action": {"a": "b"}}, ", Action is not a text or a list of texts"),
        ({"Action": ..., "NotAction": ["a", ["b"]]}, ", NotAction is not a text or a list of texts"),
        ({"Resource": [None]}, ", Resource is not a text or a list of texts"),
        ({"Resource": ..., "NotResource": {}}, ", NotResource is not a text or a list of texts"),
        ({"Principal": None}, ", Principal is neither a text nor an object"),
        ({"Principal": ["*"]}, ", Principal is neither a text nor an object"),
        ({"NotPrincipal": 1}, ", NotPrincipal is neither a text nor an object"),
        ({"Principal": {"AWS": None}}, ", Principal is not a text or a list of texts"),
        ({"NotPrincipal": {"AWS": [{}]}}, ", NotPrincipal is not a text or a list of texts"),
        ({"Condition": None}, ": Condition is not an object"),
        ({"Condition": []}, ": Condition is not an object"),
        ({"Condition": {"Bool": "true"}}, ": Condition Bool is not an object"),
        ({"Condition": {"Bool": {"a:b": None}}}, ", Condition Bool a:b is not a text or a list of texts"),
        ({"Condition": {"Bool": {"a:b": [["c"]]}}}, ", Condition Bool a:b is not a text or a list of texts"),
    ],
)
def test_a_malformed_statement_is_refused_and_where_is_said(changes: dict[str, Any], message: str) -> None:
    """Page "Grammar": what a statement is made of; each of two that exclude each other stands alone."""
    second = {"Statement": [STATEMENT, *document(**changes)["Statement"]]}
    with pytest.raises(BadPolicy) as caught:
        read(second, "mine")
    assert caught.value.message == f"mine, statement 2{message}"
    assert caught.value.code == "BadPolicy"


def test_a_policy_without_a_name_is_the_policy() -> None:
    """Page "Id": it is optional, and so is every name."""
    with pytest.raises(BadPolicy, match=r"^the policy, statement 1: Effect is None, not Allow or Deny$"):
        read({"Statement": {}})


@pytest.mark.parametrize("element", ["Effect", "Sid", "Action", "Resource", "Principal", "Condition"])
def test_depth_is_no_way_to_bring_the_reader_down(element: str) -> None:
    """Page "Grammar": none of the elements nests more than a list; deeper ones are refused like any other."""
    deep: list[Any] = []
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(BadPolicy, match=r"^the policy, statement 1"):
        read(document(**{element: deep}))
