"""Whatever is configured, each dialect's file says the same when its own tool's parser reads it back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_dest_cli.exporters import DIALECTS
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.export import Exported
from tests.unit.exporters.reading_back import READERS, meant

NAMES = st.one_of(st.sampled_from(["a-b", "a_b", "A-B", "ab", "-", "_", "1", "on", "x" * 64]),
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
    qualifiers = st.sampled_from(["$LATEST", "1", "22", "live", "test-2", "test_2"])
    roles = [Arn(partition, "iam", "", account, "role/path/one"), Arn(partition, "iam", "", account, "role/two"), None]
    return [
        Exported(
            name,
            Arn(partition, "lambda", region, account, f"function:{name}"),
            draw(st.sampled_from(roles)),
            draw(st.dictionaries(qualifiers, config, max_size=4)),
            draw(st.sampled_from([None, queue, topic])),
            {queue: Arn(partition, "kms", region, account, "key/1")} if draw(st.booleans()) else {},
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
