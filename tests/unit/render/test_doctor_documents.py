"""Findings as documents for other programs: Markdown, SARIF, JUnit XML."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.model.finding import Finding, State
from lambda_dest_cli.model.report import DoctorReport
from lambda_dest_cli.render.reports import document
from lambda_dest_cli.render.reports.doctor import summary

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:failed"
EVIL = "\x1b]0;own\x07 ```\n@ada <b>&amp;</b> | [x](http://evil.example) ]]> \ud800 \uffff \x00 #12 **"


def found(state: State, check_id: str = "LDS302", message: str = "it is so", **more: Any) -> Finding:
    return Finding(check_id, state, message, **({"function": "orders", "qualifier": "live"} | more))


ALL = DoctorReport(
    (
        Finding("LDS001", State.PASS, "credentials"),
        Finding("LDS409", State.SKIP, "no event came", hint="lds doctor --since 14d"),
        found(State.PASS, "LDS101", slot=Slot.ON_FAILURE),
        found(State.FAIL, slot=Slot.ON_FAILURE, target=QUEUE, hint='lds configure orders\n{"Effect": "Allow"}'),
        found(State.WARN, "LDS401", qualifier="$LATEST"),
        found(State.SKIP, "LDS303", "the key is not known", qualifier="$LATEST"),
    )
)
HOSTILE = DoctorReport(
    tuple(found(state, message=EVIL, hint=EVIL, function=EVIL, qualifier=EVIL, target=EVIL) for state in State)
)
NOTHING = DoctorReport(())


def test_markdown_tells_what_is_not_well_and_counts_the_rest() -> None:
    assert document(ALL, "markdown").splitlines() == [
        "### lds doctor: 2 passed, 1 warning, 1 failed, 2 could not be checked",
        "",
        "- **SKIP** LDS409 no event came",
        "",
        "  ```",
        "  lds doctor --since 14d",
        "  ```",
        "",
        "",
        "**orders:live** 1 passed",
        "",
        "- **FAIL** LDS302 on-failure: it is so",
        "",
        "  ```",
        "  lds configure orders",
        '  {"Effect": "Allow"}',
        "  ```",
        "",
        "",
        "**orders:&#36;LATEST** ",
        "",
        "- **WARN** LDS401 it is so",
        "- **SKIP** LDS303 the key is not known",
    ]


def test_in_markdown_the_texts_of_others_are_text() -> None:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(document(HOSTILE, "markdown"))
    inline = [child for token in tokens for child in token.children or []]
    assert {token.type for token in tokens} <= {
        "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "bullet_list_open",
        "bullet_list_close", "list_item_open", "list_item_close", "fence",
    }  # fmt: skip
    assert {child.type for child in inline} <= {"text", "text_special", "strong_open", "strong_close"}
    assert [token.type for token in tokens].count("fence") == 3
    written = document(HOSTILE, "markdown")
    outside = "\n".join(line for line in written.splitlines() if not line.startswith("  "))
    assert not [active for active in ("@", " #12", "http://") if active in outside]
    assert not {"\x1b", "\x07", "\x00", "\ud800"} & set(written)


def sarif(report: DoctorReport) -> Any:
    document_ = json.loads(document(report, "sarif"))
    assert document_["version"] == "2.1.0"
    [run] = document_["runs"]
    return run


def test_sarif_has_a_result_for_each_failure_and_warning_and_a_notification_for_each_skip() -> None:
    run = sarif(ALL)
    assert [(each["ruleId"], each["level"]) for each in run["results"]] == [("LDS302", "error"), ("LDS401", "warning")]
    failed = run["results"][0]
    assert failed["message"]["text"] == 'on-failure: it is so\nlds configure orders\n{"Effect": "Allow"}'
    assert failed["locations"][0]["logicalLocations"] == [{"name": "orders:live", "kind": "function"}]
    assert failed["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "lambda/orders"
    assert failed["properties"] == {"slot": "on_failure", "target": QUEUE}
    notes = run["invocations"][0]["toolExecutionNotifications"]
    assert [each["associatedRule"]["id"] for each in notes] == ["LDS409", "LDS303"]
    assert notes[1]["message"]["text"] == "orders:$LATEST: the key is not known"


def test_sarif_names_each_rule_once_and_each_result_points_to_its_own() -> None:
    run = sarif(ALL)
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["LDS001", "LDS101", "LDS302", "LDS303", "LDS401", "LDS409"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"])
    assert all(rule["helpUri"].startswith("https://docs.aws.amazon.com/") for rule in rules)


def test_a_fingerprint_is_of_what_a_finding_is_about_and_not_of_its_words() -> None:
    one, two, other = (
        sarif(DoctorReport((each,)))["results"][0]["partialFingerprints"]["finding/v1"]
        for each in (found(State.FAIL), found(State.WARN, message="other words"), found(State.FAIL, qualifier="beta"))
    )
    assert one == two != other


@pytest.mark.parametrize("report", [HOSTILE, NOTHING])
def test_sarif_of_anything_is_json_in_ascii(report: DoctorReport) -> None:
    assert document(report, "sarif").isascii()
    sarif(report)


def junit(report: DoctorReport) -> ElementTree.Element:
    return ElementTree.fromstring(document(report, "junit").encode())


def test_junit_has_a_suite_a_function_and_qualifier_and_a_case_a_finding() -> None:
    suites = junit(ALL)
    assert [suite.get("name") for suite in suites] == ["lds doctor", "orders:live", "orders:$LATEST"]
    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("6", "1", "2")
    cases = list(suites.iter("testcase"))
    assert [[child.tag for child in case] for case in cases] == [
        [], ["skipped"], [], ["failure"], ["system-out"], ["skipped"],
    ]  # fmt: skip
    failed = cases[3]
    assert failed.get("classname") == "orders:live"
    assert failed.get("name") == "LDS302 on-failure The execution role may deliver to each destination"
    assert failed[0].get("message") == "it is so"
    assert failed[0].text == 'it is so\nlds configure orders\n{"Effect": "Allow"}'
    assert cases[4][0].text == "WARNING it is so"


@pytest.mark.parametrize("report", [ALL, HOSTILE, NOTHING])
def test_junit_is_xml_whatever_it_holds_and_its_counts_are_those_of_its_cases(report: DoctorReport) -> None:
    suites = junit(report)
    for suite in (suites, *suites):
        cases = list(suite.iter("testcase"))
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(sum(each.find("failure") is not None for each in cases))
        assert suite.get("skipped") == str(sum(each.find("skipped") is not None for each in cases))
    assert suites.get("failures") == str(summary(report.findings)["fail"])
