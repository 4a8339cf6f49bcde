"""Whatever a message holds, it becomes one line of valid JSON."""

import json
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.outcome import Message, Route, Watch
from lambda_dest_cli.records import member, outcome_line
from lambda_dest_cli.records.json_text import parse
from lambda_dest_cli.render.json_format import dumps
from lambda_dest_cli.render.reports.outcome import as_json, as_text

QUEUE = Arn.parse("arn:aws:sqs:eu-west-1:123456789012:orders-failed")
SENT = datetime(2026, 11, 23, tzinfo=UTC)

# Lone surrogates too: a JSON escape can spell them.
texts = st.text(st.characters(), max_size=30) | st.sampled_from(["1.0", "Success", "RetriesExhausted"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def shapes(members: Mapping[str, st.SearchStrategy[object]]) -> st.SearchStrategy[dict[str, object]]:
    """Objects with some of these members, each as it should be or anything at all."""
    return st.fixed_dictionaries({}, optional={name: each | values for name, each in members.items()})


contexts = shapes({"condition": texts, "functionArn": texts, "requestId": texts, "approximateInvokeCount": values})
records = shapes(
    {
        "requestContext": contexts,
        "version": texts,
        "timestamp": st.datetimes().map(str) | texts,
        "requestPayload": values,
        "responsePayload": shapes({"errorType": texts, "errorMessage": texts}),
        "KinesisBatchInfo": values,
    }
)
events = shapes({"detail": records, "detail-type": st.just("Lambda Function Invocation Result - Failure")})
notifications = shapes(
    {"Type": st.just("Notification"), "Message": records.map(json.dumps), "MessageAttributes": values}
)
sns_events = shapes({"Records": st.lists(shapes({"Sns": notifications}), max_size=2)})
bodies = (
    st.text(st.characters())
    | st.binary()
    | (records | events | notifications | sns_events | values).map(json.dumps)
    | (records | events).map(lambda value: json.dumps(value, ensure_ascii=False, indent=1))
)
attributes = st.dictionaries(st.sampled_from(["RequestID", "ErrorCode", "ErrorMessage"]) | texts, texts, max_size=4)
routes = st.lists(st.builds(Route, texts, texts, st.none() | texts, st.sampled_from(Slot)), max_size=2).map(tuple)


@given(bodies, attributes, routes)
@example("[" * 100_000, {}, ())
@example('{"requestContext":' * 5_000, {}, ())
@example("9" * 5_000, {}, ())
@example('{"a":' + "9" * 5_000 + "}", {}, ())
@example("NaN", {}, ())
@example("x" * 1_048_576, {}, ())
@example('"\ud800"', {"RequestID": "\ud800", "ErrorCode": "\x1b"}, ())
def test_any_message_is_one_valid_line(
    body: str | bytes, attributes: dict[str, str], routes: tuple[Route, ...]
) -> None:
    line = outcome_line(Message("m", body, SENT, attributes), Watch(QUEUE, routes))
    printed = dumps(as_json(line))
    assert printed.isascii()
    assert printed.isprintable()
    document = json.loads(printed, parse_int=str)  # int() reads 4,300 digits at most
    assert document["destination"] == str(QUEUE)
    shown = list(as_text(line))
    assert len(shown) == 1
    assert not {unicodedata.category(each) for each in shown[0].plain} & {"Cc", "Cs", "Zl", "Zp"}


@given(st.dictionaries(texts, values, min_size=1), st.data())
def test_a_member_cut_out_is_the_member_parsed(value: dict[str, object], data: st.DataObject) -> None:
    text = json.dumps(value, indent=data.draw(st.none() | st.integers(0, 2)), ensure_ascii=data.draw(st.booleans()))
    name = data.draw(st.sampled_from(sorted(value)))
    assert parse(member(text, name) or "") == (True, value[name])
