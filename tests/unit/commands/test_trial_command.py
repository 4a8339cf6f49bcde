"""``lds test``, as far as it comes without an event on its way."""

import json
from pathlib import Path

import pytest

from lambda_dest_cli.commands.test import payload_of
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.configuration import EventInvokeConfig
from tests.support import Run
from tests.unit.commands.stage import DONE, FAILED, Stage


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["f", "--payload", "{bad"], "--payload: the event is not JSON"),
        (["f", "--payload", "@missing.json"], "missing.json cannot be read: No such file"),
        (["f", "--payload", "@"], "@ cannot be read"),
        ([], "no function is named"),
        (["f", "--all"], "leave one of the two out"),
        (["f", "g", "--force-failure"], "name one function"),
        (["f", "-f", "lds.yaml", "--force-failure"], "name one function"),
        (["f", "--force-failure", "--expect", "success"], "--force-failure makes the event fail"),
        (["f", "g", "-q", "live"], "--qualifier is about one function"),
        (["f:1", "-q", "live"], "names the qualifier '1'"),
        (["f", "--expect", "nothing"], "is not one of 'success', 'failure'"),
    ],
)
def test_what_cannot_be_meant_asks_nothing_of_aws(argv: list[str], said: str) -> None:
    run = Run()
    assert run.lds("test", *argv) == 2
    assert said in run.stderr.getvalue()
    assert run.session.stubbers == {}


def test_an_event_is_sent_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_bytes(b'{"n": 1e400, "n": 12345678901234567890.50}\n')
    assert payload_of(f"@{file}") == file.read_bytes()
    assert payload_of('"\u00e9"') == b'"\xc3\xa9"'


def test_an_event_may_have_one_megabyte_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps("x" * 1_048_574))
    assert len(payload_of(f"@{file}")) == 1_048_576
    file.write_text(json.dumps("x" * 1_048_575))
    with pytest.raises(UsageProblem, match="larger than 1 MB"):
        payload_of(f"@{file}")


@pytest.mark.parametrize(
    ("config", "expect", "said"),
    [
        (None, [], "orders has no destination or dead-letter queue that can be watched"),
        (EventInvokeConfig(DONE), ["--expect", "failure"], "orders has no destination for a failure that can be"),
        (EventInvokeConfig(None, FAILED), ["--expect", "success"], "lds configure orders --on-success sqs:NAME"),
    ],
)
def test_what_would_be_seen_nowhere_is_not_sent(config: EventInvokeConfig | None, expect: list[str], said: str) -> None:
    stage = Stage()
    if config:
        stage.has(config)
    assert stage.lds("test", "orders", *expect) == 2
    assert said in stage.stderr.getvalue()


def test_what_is_configured_under_an_alias_is_named() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE), "live")
    assert stage.lds("test", "orders") == 2
    assert "or try one that is configured: lds test orders:live" in stage.stderr.getvalue()
