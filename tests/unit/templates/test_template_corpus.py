"""Files as people write them: everything wrong is found where it stands, and nothing in what is right."""

from pathlib import Path

import pytest

from lambda_dest_cli.model.finding import State
from lambda_dest_cli.templates import TITLES, examine, parse
from lambda_dest_cli.templates.readers import READERS
from lambda_dest_cli.templates.rules import RULES

CORPUS = Path(__file__).parents[2] / "corpus" / "templates"
BROKEN, CORRECT = CORPUS / "broken", CORPUS / "correct"

# Of each file, (id, line) of everything that is wrong in it; a warning's id has a "w" before it.
EXPECTED: dict[str, list[tuple[str, int]]] = {
    "cfn-age-without-retries.yaml": [("wLDS105", 9), ("wLDS105", 15)],
    "cfn-circle.yaml": [("LDS107", 13)],
    "cfn-condition-either-wrong.yaml": [("LDS102", 17)],
    "cfn-elsewhere.yaml": [("LDS103", 11), ("wLDS103", 18), ("wLDS103", 19), ("LDS103", 26)],
    "cfn-fifo-property.yaml": [("LDS102", 17)],
    "cfn-fifo-topic.json": [("LDS102", 15)],
    "cfn-incomplete.yaml": [("LDS110", 3), ("LDS110", 8), ("LDS110", 13), ("LDS110", 24), ("LDS110", 26)],
    "cfn-key-without-grant.yaml": [("wLDS303", 38)],
    "cfn-malformed-arns.yaml": [
        ("LDS101", 9),
        ("LDS101", 10),
        ("LDS101", 17),
        ("LDS101", 18),
        ("LDS101", 25),
        ("LDS101", 26),
    ],
    "cfn-names-for-arns.yaml": [("LDS101", 11), ("LDS101", 12)],
    "cfn-partner-bus.yaml": [("LDS102", 10)],
    "cfn-parts-of-things.yaml": [("LDS101", 15), ("LDS101", 16), ("LDS101", 23)],
    "cfn-policy-too-late.yaml": [("wLDS111", 32)],
    "cfn-queue-url.yaml": [("LDS101", 12), ("LDS101", 14)],
    "cfn-ranges.yaml": [("LDS108", 10), ("LDS108", 11), ("LDS108", 17), ("LDS108", 18), ("LDS108", 24), ("LDS108", 25)],
    "cfn-role-lacks-delivery.yaml": [("LDS302", 35)],
    "cfn-s3-on-success.yaml": [("LDS101", 12)],
    "cfn-same-target.yaml": [("wLDS106", 11), ("wLDS106", 18)],
    "cfn-self.yaml": [("LDS104", 20), ("LDS104", 27)],
    "cfn-synthesized.json": [("LDS102", 17), ("LDS101", 25), ("LDS108", 30)],
    "cfn-wrong-services.yaml": [("LDS101", 14), ("LDS101", 15), ("LDS101", 24)],
    "sam-circle.yaml": [("LDS107", 13), ("LDS104", 31)],
    "sam-globals.yaml": [("LDS108", 8), ("LDS102", 12), ("LDS108", 23)],
    "sam-key-without-grant.yaml": [("wLDS303", 17)],
    "sam-own-role-lacks-delivery.yaml": [("LDS302", 21)],
    "sam-s3-on-success.yaml": [("LDS101", 14)],
    "sam-type-mismatch.yaml": [("LDS101", 15), ("LDS101", 18)],
    "sam-types.yaml": [("LDS101", 15), ("LDS101", 18), ("LDS101", 29), ("LDS110", 31), ("LDS101", 33), ("wLDS106", 34)],
    "sls-destinations.yml": [
        ("LDS101", 11),
        ("LDS110", 12),
        ("LDS110", 16),
        ("LDS101", 17),
        ("LDS101", 21),
        ("LDS101", 25),
        ("LDS110", 29),
    ],
    "sls-fifo-through-variable.yml": [("LDS102", 12), ("LDS102", 14)],
    "sls-on-error.yml": [("LDS101", 6), ("LDS103", 9), ("wLDS302", 12)],
    "sls-ranges-and-self.yml": [
        ("LDS108", 6),
        ("LDS108", 7),
        ("LDS104", 8),
        ("LDS107", 11),
        ("wLDS105", 14),
        ("LDS101", 20),
        ("LDS110", 21),
    ],
    "tf-for-each.json": [("LDS103", 100), ("LDS102", 158)],
    "tf-literal.json": [
        ("LDS103", 22),
        ("LDS101", 44),
        ("LDS104", 62),
        ("LDS107", 67),
        ("LDS108", 98),
        ("LDS108", 99),
        ("wLDS110", 112),
        ("LDS101", 135),
        ("LDS101", 140),
    ],
    "tf-modules.json": [("wLDS105", 112), ("LDS101", 149), ("LDS101", 159), ("LDS102", 269)],
    "tf-one-line.json": [("LDS101", 1), ("LDS101", 1)],
    "tf-unknown-until-applied.json": [("LDS102", 200), ("LDS101", 210)],
    "cfn-out-of-place.yaml": [
        ("LDS110", 11),
        ("LDS110", 12),
        ("LDS110", 13),
        ("LDS110", 23),
        ("LDS101", 25),
        ("LDS101", 26),
        ("LDS110", 34),
        ("LDS110", 35),
    ],
    "cfn-places.yaml": [
        ("LDS103", 17),
        ("wLDS103", 24),
        ("LDS101", 25),
        ("LDS103", 32),
    ],
    "sam-out-of-place.yaml": [
        ("LDS110", 11),
        ("LDS110", 12),
        ("LDS110", 15),
        ("LDS101", 16),
        ("LDS110", 23),
    ],
    "sls-key-without-grant.yml": [
        ("LDS110", 12),
        ("wLDS302", 13),
        ("wLDS303", 15),
    ],
    "tf-role-lacks.json": [
        ("wLDS303", 283),
        ("wLDS302", 311),
    ],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_everything_wrong_is_found_where_it_stands(name: str) -> None:
    root, twice = parse(name, (BROKEN / name).read_bytes())
    found = [(_id(each.id, each.state), each.place.line) for each in examine(root)]
    assert not twice
    assert found == EXPECTED[name]


def _id(rule: str, state: State) -> str:
    return f"w{rule}" if state is State.WARN else rule


@pytest.mark.parametrize("path", sorted(CORRECT.iterdir()), ids=lambda path: path.name)
def test_nothing_is_wrong_in_what_is_right(path: Path) -> None:
    root, twice = parse(path.name, path.read_bytes())
    assert not twice
    assert [f"{each.place}: {each.id} {each.message}" for each in examine(root)] == []


def test_the_corpus_is_whole() -> None:
    assert {path.name for path in BROKEN.iterdir()} == set(EXPECTED)
    assert len(EXPECTED) >= 30
    assert len(list(CORRECT.iterdir())) >= 20
    dialects = {"cfn", "sam", "sls", "tf"}
    assert {name.partition("-")[0] for name in EXPECTED} == dialects
    assert {path.name.partition("-")[0] for path in CORRECT.iterdir()} == dialects


def test_every_rule_has_a_file_that_breaks_it() -> None:
    broken = {rule.removeprefix("w") for found in EXPECTED.values() for rule, _ in found}
    assert broken == set(TITLES) - {"LDS100"}


def test_the_tables_name_each_rule_by_its_id() -> None:
    assert all(rule.id == name for name, rule in RULES.items())
    files = {path.stem for path in (Path(__file__).parents[3] / "lambda_dest_cli/templates/readers").glob("*.py")}
    assert set(READERS) == files - {"__init__", "reader"}


# A correct file, a piece of it, what it is changed into, and what must be found then: silence is not blindness.
BOTH = {"wLDS302", "wLDS303"}
CHANGES = [
    ("cfn-orders-service.yaml", "    DependsOn: DeliveryPolicy\n", "", {"wLDS111"}),
    ("cfn-orders-service.yaml", "[kms:GenerateDataKey*, kms:Decrypt]", "kms:GenerateDataKey*", {"wLDS303"}),
    ("cfn-orders-service.yaml", "[!GetAtt DeadLetters.Arn, !GetAtt Failed.Arn]", "!GetAtt Failed.Arn", {"LDS302"}),
    ("cfn-orders-service.yaml", "FifoQueue: false", "FifoQueue: true", {"LDS102"}),
    ("cfn-orders-service.yaml", "    Default: 1\n", "    Default: 7\n", {"LDS108"}),
    ("cfn-orders-service.yaml", "test: { Seconds: 600 }", "dev: { Seconds: 6 }", {"LDS108", "LDS100"}),
    ("cfn-synthesized-by-cdk.json", '"s3:PutObject"', '"s3:GetObject"', {"LDS302"}),
    ("cfn-role-of-a-parameter.yaml", "Principal: { AWS: !GetAtt Bare.Arn }", "Principal: { Service: x }", {"LDS302"}),
    ("cfn-key-that-opens.yaml", "Principal: { AWS: !GetAtt Role.Arn }", "Principal: { Service: x }", set()),
    ("cfn-key-that-opens.yaml", 'Action: "*"', 'Action: "sqs:*"', set()),
    ("cfn-shared-bus.yaml", "Success: { Destination: !GetAtt Bus", "Success: { Destination: !GetAtt First", {"LDS107"}),
    ("cfn-shared-bus.yaml", "MaximumRetryAttempts: 0", "MaximumRetryAttempts: 1", {"wLDS105"}),
    ("cfn-china.yaml", "arn:aws-cn:iam", "arn:aws:iam", {"LDS103"}),
    ("cfn-for-each.yaml", "Fn::ForEach::Aged", "Aged", set()),
    ("cfn-for-each.yaml", 'sqs:${AWS::Region}:${AWS::AccountId}:${Name}"', 's3:::${Name}"', {"LDS101"}),
    ("sam-shop.yaml", "Type: EventBridge", "Type: SQS", {"LDS101"}),
    ("sam-shop.yaml", "MaximumEventAgeInSeconds: 3600", "MaximumEventAgeInSeconds: 36000", {"LDS108"}),
    ("sam-shop.yaml", "!Ref Ledger.Alias", "!Ref Mail.Alias", {"LDS104"}),
    ("sam-key-granted.yaml", "Roles: [!Ref ApartRole]", "Roles: [!Ref OtherRole]", set()),
    ("sam-key-granted.yaml", "Roles: [!Ref ApartRole]", "Roles: [other]", {"wLDS303"}),
    ("sam-key-granted.yaml", "[kms:GenerateDataKey, kms:Decrypt]", "[kms:Decrypt]", {"wLDS303"}),
    ("sls-shop.yml", "onSuccess: billing", "onSuccess: biling", {"LDS101"}),
    ("sls-shop.yml", "arn: !GetAtt Failed.Arn", "arn: !Ref Failed", {"LDS101"}),
    ("sls-shop.yml", "event-bus/default", "rule/default", {"LDS101"}),
    ("sls-shop.yml", "    role: arn:aws:iam::123456789012:role/external\n", "", {"LDS101"}),
    ("sls-shop.yml", "[BillingLambdaFunction, Arn]", "[PseudoLambdaFunction, Arn]", {"LDS104"}),
    ("sls-shop.yml", '"${self:custom.names.failed}" }\n    Dead', '"x.fifo", FifoQueue: true }\n    Dead', {"LDS102"}),
    ("tf-new-service.json", '"fifo_queue": false', '"fifo_queue": true', {"LDS102"}),
    ("tf-modules.json", '"fifo_queue": false', '"fifo_queue": true', {"LDS102"}),
    ("tf-role-granted.json", "kms:GenerateDataKey*", "kms:Encrypt", {"wLDS303"}),
    ("tf-role-granted.json", "sqs:SendMessage", "sqs:ReceiveMessage", {"wLDS302"}),
    ("tf-role-of-another-state.json", "123456789012:policy/shared", "aws:policy/AWSXRayDaemonWriteAccess", BOTH),
    ("tf-role-and-key-policy.json", "123456789012:role/orders", "123456789012:root", {"wLDS303"}),
    ("tf-own-region.json", '"region": "us-west-2",', "", {"LDS103"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "expected"), CHANGES)
def test_a_correct_file_with_one_thing_broken(name: str, old: str, new: str, expected: set[str]) -> None:
    text = (CORRECT / name).read_text()
    assert old in text
    root, twice = parse(name, text.replace(old, new).encode())
    assert {_id(each.id, each.state) for each in (*twice, *examine(root))} == expected
