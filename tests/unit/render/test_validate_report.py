"""Complaints as SARIF and as GitHub annotations."""

import json
from typing import Any

import jsonschema
import pytest

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.report import ValidateReport
from lambda_dest_cli.render.reports import document

COMPLAINTS = (
    Complaint(Place("a b/t.yaml", 3, 7), "LDS101", "not an ARN", "write an ARN"),
    Complaint(Place("./t.yaml", 1, 1), "LDS106", "50% twice\nand more", state=State.WARN),
    Complaint(Place("/tmp/x,y:z.json"), "LDS100", "cannot be read"),
)
REPORT = ValidateReport(("a b/t.yaml", "./t.yaml"), COMPLAINTS, {"LDS101": "Each is right", "LDS999": "Nothing of it"})

# What SARIF 2.1.0 requires of the members that are written (sections 3.13 to 3.52), and no others.
POSITIVE = {"type": "integer", "minimum": 1}
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
URI = {"type": "string", "format": "uri-reference", "pattern": r"^[A-Za-z0-9%/:._~-]+$"}
REGION = {
    "type": "object",
    "required": ["startLine"],
    "properties": {"startLine": POSITIVE, "startColumn": POSITIVE},
    "additionalProperties": False,
}
PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "properties": {
        "artifactLocation": {"type": "object", "required": ["uri"], "properties": {"uri": URI}},
        "region": REGION,
    },
    "additionalProperties": False,
}
RESULT = {
    "type": "object",
    "required": ["ruleId", "message", "locations"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {
            "type": "array",
            "items": {"type": "object", "properties": {"physicalLocation": PHYSICAL}, "additionalProperties": False},
        },
    },
    "additionalProperties": False,
}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {"id": {"type": "string"}, "shortDescription": TEXT},
    "additionalProperties": False,
}
DRIVER = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "version": {"type": "string"},
        "rules": {"type": "array", "items": RULE, "uniqueItems": True},
    },
    "additionalProperties": False,
}
RUN = {
    "type": "object",
    "required": ["tool", "results"],
    "properties": {
        "tool": {"type": "object", "required": ["driver"], "properties": {"driver": DRIVER}},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT},
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN},
    },
    "additionalProperties": False,
}


def sarif(report: ValidateReport) -> dict[str, Any]:
    return json.loads(document(report, "sarif"))  # type: ignore[no-any-return]


@pytest.mark.parametrize("report", [REPORT, ValidateReport(("a",)), ValidateReport(("a",), COMPLAINTS)])
def test_sarif_has_the_members_that_the_standard_requires(report: ValidateReport) -> None:
    answer = sarif(report)
    jsonschema.validate(answer, SARIF)
    (run,) = answer["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == [each.id for each in report.complaints]
    assert [rule["id"] for rule in rules] == sorted(rule["id"] for rule in rules)


def test_sarif_says_level_place_and_text() -> None:
    first, second, third = sarif(REPORT)["runs"][0]["results"]
    assert (first["level"], second["level"], third["level"]) == ("error", "warning", "error")
    assert first["message"]["text"] == "not an ARN\nwrite an ARN"
    places = [result["locations"][0]["physicalLocation"] for result in (first, second, third)]
    assert places == [
        {"artifactLocation": {"uri": "a%20b/t.yaml"}, "region": {"startLine": 3, "startColumn": 7}},
        {"artifactLocation": {"uri": "t.yaml"}, "region": {"startLine": 1, "startColumn": 1}},
        {"artifactLocation": {"uri": "file:///tmp/x%2Cy%3Az.json"}},
    ]


def test_sarif_has_every_rule_also_those_that_nothing_broke() -> None:
    rules = sarif(REPORT)["runs"][0]["tool"]["driver"]["rules"]
    assert {rule["id"]: rule["shortDescription"]["text"] for rule in rules} == {
        "LDS100": "LDS100",
        "LDS101": "Each is right",
        "LDS106": "LDS106",
        "LDS999": "Nothing of it",
    }


def test_github_annotations_are_escaped_as_its_runner_reads_them() -> None:
    assert document(REPORT, "github").splitlines() == [
        "::error file=a b/t.yaml,line=3,col=7,title=LDS101::not an ARN%0Awrite an ARN",
        r"::warning file=./t.yaml,line=1,col=1,title=LDS106::50%25 twice\nand more",
        "::error file=/tmp/x%2Cy%3Az.json,title=LDS100::cannot be read",
    ]
