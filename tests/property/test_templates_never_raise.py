"""Whatever a file is: readers answer with complaints, and nothing else ever leaves them."""

import json
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.templates import examine, parse
from lambda_dest_cli.templates.overlap import overlap
from lambda_dest_cli.templates.unreadable import Unreadable

TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        [
            "$LATEST",
            "arn:aws:sqs:eu-west-1:123456789012:q",
            "arn:aws:s3:::b",
            "arn:${AWS::Partition}:lambda:${AWS::Region}:${A}:function:${F}",
            "${self:service}",
            "${self:${self:service}}",
            "https://sqs.eu-west-1.amazonaws.com/123456789012/q",
            "${A.Arn}",
            "A.Arn",
            "A",
            "F",
            "AWS::NoValue",
            "q.fifo",
            "3",
            "true",
            "SQS",
            "S3",
            "Allow",
            "var.x",
            "aws_sqs_queue.a.arn",
            "module.m.out",
        ]
    ),
)
CALLS = st.sampled_from(
    ["Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::If", "Fn::Select", "Fn::FindInMap", "Fn::Split", "Fn::ForEach::X"]
)
NAMES = st.one_of(
    CALLS,
    st.sampled_from(
        [
            *("Type", "Properties", "DestinationConfig", "OnFailure", "OnSuccess", "Destination", "FunctionName"),
            *("DeadLetterConfig", "TargetArn", "DeadLetterQueue", "EventInvokeConfig", "Role", "Policies", "DependsOn"),
            *("PolicyDocument", "Statement", "Action", "Resource", "Effect", "Roles", "KmsMasterKeyId", "FifoQueue"),
            *("destinations", "onFailure", "onError", "type", "arn", "maximumEventAge", "handler", "values", "name"),
            *("resources", "child_modules", "address", "expressions", "references", "destination_config", "on_failure"),
            *("destination", "module_calls", "module", "outputs", "A", "F", "Condition", "QueueName", "Default"),
        ]
    ),
    st.text(max_size=4),
)
LEAVES = st.one_of(TEXTS, st.integers(), st.booleans(), st.none(), st.floats(allow_nan=False, allow_infinity=False))
VALUES: st.SearchStrategy[Any] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=25,
)
RESOURCE = st.fixed_dictionaries(
    {
        "Type": st.sampled_from(
            [
                "AWS::Lambda::EventInvokeConfig",
                "AWS::Lambda::Function",
                "AWS::Lambda::Alias",
                "AWS::Serverless::Function",
                "AWS::SQS::Queue",
                "AWS::IAM::Role",
                "AWS::IAM::Policy",
                "AWS::KMS::Key",
                "AWS::SQS::QueuePolicy",
            ]
        ),
        "Properties": VALUES,
    }
)
TEMPLATES = st.fixed_dictionaries(
    {"Resources": st.dictionaries(st.sampled_from(["A", "F", "FRole", "Q"]), st.one_of(RESOURCE, VALUES), max_size=4)},
    optional={"Transform": TEXTS, "Globals": VALUES, "Parameters": VALUES, "Mappings": VALUES},
)
SERVICES = st.fixed_dictionaries(
    {"service": VALUES, "functions": st.dictionaries(TEXTS, VALUES, max_size=3)},
    optional={"provider": VALUES, "resources": st.one_of(TEMPLATES, VALUES), "custom": VALUES, "plugins": VALUES},
)
PLANNED = st.fixed_dictionaries(
    {
        "address": st.sampled_from(["aws_lambda_function.a", "module.m.aws_sqs_queue.a[0]", "x"]),
        "type": st.sampled_from(
            ["aws_lambda_function_event_invoke_config", "aws_lambda_function", "aws_sqs_queue", "aws_lambda_alias"]
        ),
        "name": st.just("a"),
        "values": VALUES,
    }
)
PLANS = st.fixed_dictionaries(
    {
        "format_version": TEXTS,
        "planned_values": st.fixed_dictionaries(
            {"root_module": st.fixed_dictionaries({"resources": st.lists(st.one_of(PLANNED, VALUES), max_size=4)})}
        ),
    },
    optional={"configuration": VALUES, "variables": VALUES},
)
DOCUMENTS = st.one_of(TEMPLATES, SERVICES, PLANS, VALUES)


def examined(data: bytes) -> None:
    """Examine, as the command does."""
    for complaint in complaints_of(data):
        assert complaint.id.startswith("LDS")
        assert complaint.message
        assert complaint.place.line > 0 or complaint.id == "LDS100"


def complaints_of(data: bytes) -> tuple[Complaint, ...]:
    try:
        root, twice = parse("f", data)
        return (*twice, *examine(root))
    except Unreadable as problem:
        return (problem.complaint,)


@given(DOCUMENTS)
@settings(max_examples=300, deadline=None)
def test_no_json_makes_a_reader_raise(value: Any) -> None:
    examined(json.dumps(value).encode())


@given(DOCUMENTS)
@settings(max_examples=100, deadline=None)
def test_no_yaml_makes_a_reader_raise(value: Any) -> None:
    examined(yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "surrogatepass"))


@given(
    st.one_of(st.binary(max_size=60), st.text(alphabet="{}[]:,&*!|>-#%@\"'?~<= \n\tab1é", max_size=40).map(str.encode))
)
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_a_reader_raise(data: bytes) -> None:
    examined(data)


PATTERNS = st.text(alphabet="ab*?", max_size=6)


@given(PATTERNS, PATTERNS)
def test_overlap_is_symmetric(one: str, other: str) -> None:
    assert overlap(one, other) is overlap(other, one)


@given(PATTERNS, st.data())
def test_a_pattern_overlaps_with_whatever_it_matches(pattern: str, data: st.DataObject) -> None:
    text = "".join(
        data.draw(st.text(alphabet="ab", max_size=3)) if each == "*" else "a" if each == "?" else each
        for each in pattern
    )
    assert overlap(pattern, text)


@given(st.text(alphabet="ab", max_size=4), st.text(alphabet="ab", max_size=4))
def test_texts_overlap_only_with_themselves(one: str, other: str) -> None:
    assert overlap(one, other) is (one == other)
