"""Whatever is configured, each dialect's file says the same when its own tool's parser reads it back."""

import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_dest_cli.exporters import DIALECTS
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from tests.unit.exporters.reading_back import READERS, meant

NAMES = st.one_of(st.sampled_from(["a-b", "a_b", "A-B", "-", "_", "1", "on", "y", "1e3", "0o17", "null", "x" * 64]),
                  st.from_regex(r"[a-zA-Z0-9-_]{1,8}", fullmatch=True))  # fmt: skip


@st.composite
def fleets(draw: st.DrawFn) -> list[Exported]:
    partition, region = draw(
        st.sampled_from([("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
    )
    account = "123456789012"
    queue, topic = (Arn(partition, service, region, account, "failed") for service in ("sqs", "sns"))
    bucket = Arn(partition, "s3", "", "", "bucket.1")
    anything = [
        queue, topic, Arn(partition, "events", region, account, "event-bus/a/b"),
        Arn(partition, "lambda", region, account, "function:other:$LATEST"),
    ]  # fmt: skip
    config = st.builds(
        EventInvokeConfig, st.none() | st.sampled_from(anything), st.none() | st.sampled_from([*anything, bucket]),
        st.integers(0, 2), st.sampled_from([60, 3600, 21_600]),
    ).filter(lambda each: each != EventInvokeConfig())  # fmt: skip
    qualifiers = st.sampled_from(["$LATEST", "1", "22", "live", "test-2", "test_2", "1e3", "0x1F", "n"])
    roles = [Arn(partition, "iam", "", account, "role/path/one"), Arn(partition, "iam", "", account, "role/two"), None]
    return [
        Exported(
            name,
            Arn(partition, "lambda", region, account, f"function:{name}"),
            draw(st.sampled_from(roles)),
            draw(st.dictionaries(qualifiers, config, max_size=4)),
            draw(st.sampled_from([None, queue, topic])),
            {queue: Arn(partition, "kms", region, account, "key/1")} if draw(st.booleans()) else {},
            live=draw(st.booleans()),
        )
        for name in sorted(draw(st.lists(NAMES, unique=True, min_size=1, max_size=4)))
    ]


@pytest.mark.parametrize("name", DIALECTS)
@given(fleets())
@settings(max_examples=40, deadline=None)
def test_a_file_says_what_was_meant(name: str, functions: list[Exported]) -> None:
    text = DIALECTS[name].write(functions)
    assert READERS[name](text) == meant(functions)
    assert text == DIALECTS[name].write(functions)


# What YAML 1.2's core schema (yaml.org/spec/1.2.2, section 10.3.2), js-yaml or Go's reader takes for no text.
ELSEWHERE_NO_TEXT = re.compile(
    r"[-+]?[0-9_]+|0o[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+|[-+]?(\.[0-9]+|[0-9_]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"
    r"|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)|null|Null|NULL|~|true|True|TRUE|false|False|FALSE"
    r"|y|Y|n|N|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*|"
)


@pytest.mark.parametrize("name", ["cloudformation", "sam", "serverless"])
@given(fleets())
@settings(max_examples=25, deadline=None)
def test_no_reader_of_yaml_takes_a_text_for_something_else(name: str, functions: list[Exported]) -> None:
    for event in yaml.parse(DIALECTS[name].write(functions), Loader=yaml.SafeLoader):
        assert not isinstance(event, yaml.AliasEvent)
        if isinstance(event, yaml.ScalarEvent) and not event.style and ELSEWHERE_NO_TEXT.fullmatch(event.value):
            assert re.fullmatch(r"0|[1-9][0-9]*", event.value)
            assert int(event.value) <= 21_600  # a number that is meant: retries or an age


def test_a_text_that_looks_like_a_number_elsewhere_is_quoted() -> None:
    config = {"1e3": EventInvokeConfig(maximum_retry_attempts=0)}
    text = DIALECTS["serverless"].write(
        [Exported("0o17", Arn.parse("arn:aws:lambda:eu-west-1:123456789012:function:0o17"), None, config)]
    )
    assert "name: '0o17'" in text
    assert "Qualifier: '1e3'" in text
