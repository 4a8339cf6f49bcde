"""How findings look."""

import json
from typing import Any

import pytest

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.reports.doctor import as_json, as_text, finding_json, finding_lines, summary

ROLE = {"role": "arn:aws:iam::123456789012:role/service/orders-role"}
QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failed"


def found(state: State, message: str = "it is so", check_id: str = "LDS302", **more: Any) -> Finding:
    settings = {"function": "orders", "qualifier": "live", "evidence": ROLE} | more
    return Finding(check_id, state, message, **settings)


def lines(*findings: Finding) -> list[str]:
    return [line.plain for line in finding_lines(findings)]


def test_the_heading_names_function_qualifier_and_role_once() -> None:
    assert lines(found(State.PASS), found(State.PASS)) == [
        "orders:live   role orders-role",
        "  PASS  LDS302  it is so",
        "  PASS  LDS302  it is so",
    ]


def test_each_function_and_qualifier_is_a_block() -> None:
    text = lines(found(State.PASS), found(State.PASS, qualifier="$LATEST", evidence={}))
    assert text[2:] == ["", "orders:$LATEST", "  PASS  LDS302  it is so"]


def test_what_belongs_to_no_function_has_no_heading() -> None:
    assert lines(Finding("LDS001", State.PASS, "credentials")) == ["  PASS  LDS001  credentials"]


def test_every_state_has_its_word_and_they_are_in_line() -> None:
    text = lines(*(found(state, slot=Slot.ON_FAILURE) for state in State))[1:]
    assert [line.split()[0] for line in text] == ["PASS", "WARN", "FAIL", "SKIP"]
    assert {line.index("LDS302") for line in text} == {8}
    assert all(line.endswith("on-failure: it is so") for line in text)


@pytest.mark.parametrize(
    ("state", "lead"), [(State.FAIL, "        fix: "), (State.WARN, "        fix: "), (State.SKIP, "       next: ")]
)
def test_the_next_command_stands_under_its_finding_whole_and_so_does_the_statement(state: State, lead: str) -> None:
    command = "lds configure orders:live --on-failure sqs:" + "x" * 70 + " --fix-role"
    statement = json.dumps({"Sid": "LdsSqs", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE})
    assert lines(found(state, hint=f"{command}\nwhich grants the role\n{statement}"))[2:] == [
        f"{lead}{command}",
        " " * 13 + "which grants the role",
        " " * 13 + statement,
    ]


def test_a_finding_is_one_line_however_long_so_that_grep_finds_it_whole() -> None:
    message = "because of words " * 20
    [_, line] = lines(found(State.FAIL, message, slot=Slot.DEAD_LETTER))
    assert line == f"  FAIL  LDS302  dead-letter queue: {message}"


def test_the_closing_line_counts_the_findings_above_it() -> None:
    findings = (found(State.PASS), found(State.PASS), found(State.WARN), found(State.FAIL), found(State.SKIP))
    *above, last = [line.plain for line in as_text(DoctorReport(findings))]
    assert last == "2 passed, 1 warning, 1 failed, 1 could not be checked"
    for state, number in summary(findings).items():
        assert sum(f"  {state.upper()}  " in line for line in above) == number


def test_without_any_function_it_says_so_and_counts_nothing() -> None:
    text = [line.plain for line in as_text(DoctorReport((Finding("LDS001", State.PASS, "credentials"),)))]
    assert text[-2:] == [
        "No function here has an asynchronous configuration or a dead-letter queue.",
        "Look at all of them with: lds doctor --all",
    ]
    assert not any("passed" in line for line in text)


def test_texts_of_others_are_inert() -> None:
    evil = "\x1b]0;owned\x07\u202e[red]\r\n"
    text = "\n".join(
        lines(found(State.FAIL, evil, hint=evil, function=f"f{evil}", qualifier=evil, evidence={"role": f"x/{evil}"}))
    )
    assert not {"\x1b", "\x07", "\u202e", "\r"} & set(text)
    assert "[red]" in text


def test_json_is_what_the_contract_says() -> None:
    finding = found(State.FAIL, slot=Slot.ON_FAILURE, target=QUEUE, hint="lds configure", evidence=ROLE)
    assert as_json(DoctorReport((finding,))) == {
        "findings": [
            {
                "id": "LDS302",
                "state": "fail",
                "function": "orders",
                "qualifier": "live",
                "slot": "on_failure",
                "target": QUEUE,
                "message": "it is so",
                "hint": "lds configure",
                "evidence": ROLE,
            }
        ],
        "summary": {"pass": 0, "warn": 0, "fail": 1, "skip": 0},
    }


def test_json_of_what_a_finding_has_not_is_null() -> None:
    nothing = finding_json(Finding("LDS001", State.PASS, "credentials"))
    assert [nothing[name] for name in ("function", "qualifier", "slot", "target", "hint")] == [None] * 5
    assert nothing["evidence"] == {}
