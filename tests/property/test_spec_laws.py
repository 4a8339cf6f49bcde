"""A spec written of what is there asks for nothing else; and no text, however odd, breaks the reader."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from lambda_dest_cli import planner
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig, FunctionFacts, FunctionState
from lambda_dest_cli.spec import dump, examine
from lambda_dest_cli.spec.load import refusals

REGIONS = st.sampled_from([("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
WORDS = st.sampled_from(
    ["on", "no", "null", "1e5", "0x1", "123", "0", "true", "y", "a-b_c", "_", "-", "NULL", "Ref", "x" * 64]
)
NAMES = st.one_of(WORDS, st.from_regex(r"[a-zA-Z0-9-_]{1,12}", fullmatch=True))
ACCOUNTS = st.from_regex(r"[0-9]{12}", fullmatch=True)


@st.composite
def states(draw: st.DrawFn) -> list[FunctionState]:
    """Functions of one account and region, with every mixture of destinations, here and elsewhere."""
    (partition, region), account = draw(REGIONS), draw(ACCOUNTS)
    elsewhere = draw(ACCOUNTS)

    def queue(name: str, owner: str = account) -> Arn:
        return Arn(partition, "sqs", region, owner, name)

    places = [
        queue("failed"), queue("failed", elsewhere), Arn(partition, "sqs", "eu-central-1", account, "on"),
        Arn(partition, "sns", region, account, "topic"), Arn(partition, "events", region, account, "event-bus/default"),
        Arn(partition, "lambda", region, account, "function:other:$LATEST"), Arn(partition, "s3", "", "", "a.bucket-1"),
        Arn(partition, "sqs", region, account, "123"), Arn(partition, "sqs", region, account, "q.fifo"),
        Arn(partition, "kinesis", region, account, "stream/${a}$${b}: #c"),
    ]  # fmt: skip
    functions = NAMES.map(lambda name: Arn(partition, "lambda", region, account, f"function:{name}"))
    destination = st.one_of(st.none(), st.sampled_from(places), functions)
    config = st.builds(
        EventInvokeConfig, destination, destination, st.integers(0, 2), st.sampled_from([60, 61, 3600, 5000, 21_600])
    )
    found = []
    for name in draw(st.lists(NAMES, unique=True, max_size=5)):
        home = Arn(partition, "lambda", region, account, f"function:{name}")
        role = Arn(partition, "iam", "", account, "role/r")
        qualifiers = st.one_of(st.just("$LATEST"), NAMES)
        configurations = draw(st.dictionaries(qualifiers, config, max_size=4))
        found.append(FunctionState(FunctionFacts(name, home, role, draw(destination)), configurations))
    return found


@given(states())
def test_a_plan_of_what_was_written_is_empty(live: list[FunctionState]) -> None:
    home = live[0].facts.arn if live else Arn("aws", "lambda", "eu-west-1", "123456789012", "function:x")
    written = dump(live, home)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lds.yaml"
        path.write_text(written)
        spec, complaints = examine(path, {})
    assert spec is not None, written
    assert not refusals(complaints), written
    assert (spec.account, spec.region) == (home.account, home.region)
    by_name = {state.facts.name: state for state in live}
    for function in spec.functions:
        state = by_name[function.name]
        plan = planner.plan(planner.desired_by_spec(function, state), planner.settings_of(state))
        assert not plan, written
    told = {function.name for function in spec.functions}
    for state in live:
        defaults = all(config == EventInvokeConfig() for config in state.configurations.values())
        assert (state.facts.name in told) == (not defaults or state.facts.dead_letter is not None)


TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8")),
    st.text(alphabet="{}[]:,&*!|>-?'\"#%@`$\n\t ab01~<"),
    st.lists(
        st.sampled_from(
            ["version: 1\n", "functions:\n", "  f:\n", "    on_success: ", "sqs:q\n", "${X}\n", "{", "}", "&a", "*a",
             "<<: *a\n", "- ", "!!str ", "!x ", "    qualifiers:\n", "      live: {}\n", "? ", ": ", "none\n", "7\n"]
        ),
        max_size=12,
    ).map("".join),
)  # fmt: skip


@given(TEXTS.map(str.encode) | st.binary())
def test_a_reader_gives_a_spec_or_says_what_is_wrong(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "lds.yaml"
        path.write_bytes(content)
        spec, complaints = examine(path, {"X": "1"})
    assert spec is not None or complaints
    assert all(each.message and each.place.file == str(path) for each in complaints)
