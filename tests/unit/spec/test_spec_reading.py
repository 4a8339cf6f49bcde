"""A spec is read whole, or every reason why not is told, each with its place."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.model.configuration import UNSET
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.spec import QualifierSpec, Spec
from lambda_dest_cli.spec import SpecProblems, examine, load, load_all, schema_text

GOOD = """\
version: 1
account: "012345678901"
region: eu-west-1
profile: prod
role_arn: arn:aws:iam::012345678901:role/deploy/er
defaults: { maximum_retry_attempts: 1, maximum_event_age: 1h }
ignore: [LDS402]
functions:
  orders:
    dead_letter: sqs:orders-dlq
    on_success: events:default
    ignore: [LDS401]
    qualifiers:
      live: { on_failure: s3:orders-failures, maximum_retry_attempts: 0 }
      7: { maximum_event_age: 90 }
  billing:
    dead_letter: none
    qualifiers: { on: { on_failure: sqs:x } }
  mail:
"""


def write(folder: Path, text: str | bytes, name: str = "lds.yaml") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def complaints(folder: Path, text: str | bytes, **environment: str) -> tuple[Complaint, ...]:
    return examine(write(folder, text), environment)[1]


def told(folder: Path, text: str | bytes, **environment: str) -> list[str]:
    """Give each complaint as line:column message."""
    found = complaints(folder, text, **environment)
    return [f"{each.place.line}:{each.place.column} {each.message}" for each in found]


def of(functions: str) -> str:
    return f"version: 1\nfunctions:\n{functions}"


def read(folder: Path, text: str, **environment: str) -> Spec:
    return load(write(folder, text), environment)


def test_everything_that_a_spec_can_say(tmp_path: Path) -> None:
    spec = read(tmp_path, GOOD)
    assert (spec.account, spec.region, spec.profile) == ("012345678901", "eu-west-1", "prod")
    assert spec.role_arn == "arn:aws:iam::012345678901:role/deploy/er"
    orders, billing, mail = spec.functions
    assert orders.qualifiers == {
        "$LATEST": QualifierSpec("events:default", None, 1, 3600),
        "live": QualifierSpec(None, "s3:orders-failures", 0, 3600),
        "7": QualifierSpec(None, None, 1, 90),
    }
    assert orders.dead_letter == "sqs:orders-dlq"
    assert orders.ignore == {"LDS401", "LDS402"}
    assert (billing.dead_letter, list(billing.qualifiers)) == (None, ["on"])
    assert (mail.dead_letter, mail.qualifiers) == (UNSET, {})
    assert (orders.place.line, orders.place.column) == (9, 3)


def test_latest_is_wanted_only_where_one_of_its_own_settings_is_named(tmp_path: Path) -> None:
    spec = read(tmp_path, of("  a: {dead_letter: sqs:q}\n  b: {maximum_retry_attempts: 2}\n"))
    assert [list(function.qualifiers) for function in spec.functions] == [[], ["$LATEST"]]


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("functions: {}\n", "1:1", "'version' is missing"),
        ("version: 2\nfunctions: {}\n", "1:10", "version is 2; this lds reads version 1"),
        ("version: 1\n", "1:1", "'functions' is missing"),
        ("version: 1\naccount: 123456789012\nfunctions: {}\n", "2:10", "account is to be text, not 123456789012"),
        ("version: 1\nregion: europe\nfunctions: {}\n", "2:9", 'region cannot be "europe"'),
        ("version: 1\nfunctons: {}\nfunctions: {}\n", "2:1", "'functons' is no key here"),
        (of("  orders: {on_sucess: sqs:q}\n"), "3:12", "'on_sucess' is no key here"),
        (of("  orders: {on_success: [sqs:q]}\n"), "3:24", "on_success is to be text or none, not a list"),
        (of("  or ders: {}\n"), "3:3", "'or ders' cannot be a name here"),
        (of("  orders: {qualifiers: {a b: {}}}\n"), "3:25", "'a b' cannot be a name here"),
        (of("  orders: {maximum_retry_attempts: 3}\n"), "3:36", "maximum_retry_attempts is 3; Lambda takes 0 to 2"),
        (of("  orders: {maximum_retry_attempts: two}\n"), "3:36", "maximum_retry_attempts is to be a whole number"),
        (of("  orders: {maximum_event_age: 59}\n"), "3:31", "maximum_event_age is 59 seconds; Lambda takes 60 s"),
        (of("  orders: {maximum_event_age: 1:30}\n"), "3:31", "'1:30' is not a duration"),
        (of("  orders: {maximum_event_age: 7h}\n"), "3:31", "maximum_event_age is 25200 seconds"),
        (of("  orders: {on_success: sqsq:orders}\n"), "3:24", "'sqsq:orders' is not a destination"),
        (of("  orders: {on_success: 'sqs:'}\n"), "3:24", "cannot be the name of an SQS queue"),
        (of("  orders: {on_success: 'arn:aws:sqs:eu-west-1:12:q'}\n"), "3:24", "the account '12' has 2 characters"),
        (of("  orders: {ignore: [LDS1]}\n"), "3:21", 'ignore cannot be "LDS1"'),
        (
            of("  orders: {on_success: sqs:a, on_success: sqs:b}\n"),
            "3:31",
            "the key 'on_success' is here a second time",
        ),
        (of("  orders: {on_success: sqs:a, qualifiers: {$LATEST: {}}}\n"), "3:44", "$LATEST is set twice"),
        (
            of("  orders: {on_success: !!python/name:os.system sqs:a}\n"),
            "3:24",
            "the tag !!python/name:os.system",
        ),
        (of("  orders: !Sub x\n"), "3:11", "!Sub has no meaning in a spec"),
        (of("  ${NAME}: {}\n"), "3:3", "'${NAME}': a variable may stand in a value, not in a key"),
        (of("  orders: {on_success: '${NAME}'}\n"), "3:24", "the environment variable NAME is not set"),
        (of("  orders: {on_success: 'sqs:${a b}'}\n"), "3:24", "this ${ begins no ${VAR}"),
        ("version: 1\nfunctions: {}\n---\nversion: 1\n", "4:1", "2 YAML documents"),
        ("version: 1\n\tfunctions: {}\n", "2:1", "this is not YAML"),
        ("a: &a [*a]\n", "1:8", "stands inside what it stands for"),
        ("", "0:0", "there is nothing in the file"),
        ("- version: 1\n", "1:1", "the file is to be a mapping (key: value), not a list"),
        (b"version: 1\nfunctions: {\xff: {}}\n", "2:13", "the file is not UTF-8 text"),
        (b"version: 1\nfunctions: {\x00}\n", "2:13", "YAML does not allow the character U+0000"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, text: str | bytes, place: str, said: str) -> None:
    found = told(tmp_path, text)
    assert any(each.startswith(f"{place} ") and said in each for each in found), found


@pytest.mark.parametrize(
    ("text", "suggested"),
    [
        (of("  orders: {on_sucess: sqs:q}\n"), "did you mean on_success?"),
        (of("  orders: {on_success: sqsq:orders}\n"), "did you mean sqs:orders?"),
        (of("  orders: {on_success: eventbridge:default}\n"), "did you mean events:default?"),
        (of("  orders: {on_success: queue:q}\n"), "did you mean sqs:q?"),
        (of("  orders: {dead_letter: None}\n"), "did you mean none?"),
        (of("  orders: {dlq: sqs:q}\n"), "did you mean dead_letter?"),
        (of("  orders: {onFailure: sqs:q}\n"), "did you mean on_failure?"),
        (of("  orders: {retries: 1}\n"), "did you mean maximum_retry_attempts?"),
        (of("  orders:live: {}\n"), "did you mean orders?"),
        (of("  orders: {qualifiers: {$latest: {}}}\n"), "did you mean $LATEST?"),
        ("version: 1\nrole: x\nfunctions: {}\n", "did you mean role_arn?"),
        ("version: 1\nfunctions:\n", "write functions: {} where there is none"),
        ("version: 1\nfunctions:\n\tf: {}\n", "indent with spaces"),
        ("version: 1\naccount: 123456789012\nfunctions: {}\n", 'account: "123456789012"'),
    ],
)
def test_a_misspelling_comes_with_a_suggestion(tmp_path: Path, text: str, suggested: str) -> None:
    assert any(suggested in each.hint for each in complaints(tmp_path, text))


def test_all_problems_are_told_at_once_and_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = "version: 3\nregon: x\nfunctions:\n  a b: {}\n  c: {maximum_retry_attempts: 9, on_succes: x}\n"
    with pytest.raises(SpecProblems) as problems:
        read(tmp_path, text)
    lines = problems.value.message.splitlines()
    assert [line.split(":")[-3:-2] != [] for line in lines] == [True] * 5
    assert [each.place.line for each in problems.value.complaints] == [1, 2, 4, 5, 5]
    assert all(line.startswith(f"{tmp_path / 'lds.yaml'}:") for line in lines)
    assert "(did you mean region?)" in lines[1]


def test_whatever_is_wrong_with_one_value_the_others_are_looked_at_too(tmp_path: Path) -> None:
    text = f"""version: 1
role_arn: arn:aws:iam::210987654321:role/r
account: "123456789012"
region: ${{REGION}}
functions:
  a: {{on_sucess: sqs:q, on_failure: sqsq:q}}
  b: {{on_failure: sqs:q.fifo, maximum_event_age: 7h}}
  c: {{maximum_retry_attempts: 3, maximum_event_age: 1m}}
  d: {{on_success: 'lambda:{"d" * 70}'}}
  e: !Sub x
  f: {{on_success: 'sqs:{"x" * 9_000}'}}
"""
    found = complaints(tmp_path, text)
    assert [(each.place.line, each.id) for each in found] == [
        (2, "LDS100"), (4, "LDS100"), (6, "LDS100"), (6, "LDS101"), (7, "LDS102"), (7, "LDS108"), (8, "LDS108"),
        (9, "LDS101"), (10, "LDS100"), (11, "LDS101"),
    ]  # fmt: skip
    assert all(len(each.message) < 400 for each in found)


@pytest.mark.parametrize(
    ("text", "once"),
    [
        ("version: 1\nregion: ${X}\nfunctions: {}\n", "the environment variable X is not set"),
        ("version: 1\nfunctions: !Sub x\n", "!Sub has no meaning in a spec"),
        (of("  ${F}: {}\n"), "a variable may stand in a value, not in a key"),
        (of("  f: {maximum_retry_attempts: '2', maximum_event_age: 1m}\n"), "is to be a whole number"),
        (of("  f: {maximum_event_age: 1:00}\n"), "is not a duration"),
        (of("  f: &f {on_succes: sqs:q}\n  g: *f\n  h: *f\n"), "'on_succes' is no key here"),
    ],
)
def test_nothing_is_told_that_only_follows_from_something_else(tmp_path: Path, text: str, once: str) -> None:
    [found] = complaints(tmp_path, text)
    assert once in found.message


def test_a_circle_is_told_once_with_its_way(tmp_path: Path) -> None:
    three = "  a: {on_success: lambda:b}\n  b: {on_success: lambda:c}\n  c: {on_failure: lambda:a, on_success: sqs:q}\n"
    [found] = complaints(tmp_path, of(three))
    assert "in a circle: a -> b -> c -> a" in found.message
    assert (found.place.line, found.place.column) == (3, 19)


def test_circles_that_meet_are_all_told(tmp_path: Path) -> None:
    text = (
        "  a: {on_success: lambda:b, on_failure: lambda:c}\n  b: {on_success: lambda:a}\n  c: {on_success: lambda:a}\n"
    )
    assert [each.partition(": ")[2] for each in told(tmp_path, of(text))] == ["a -> b -> a", "a -> c -> a"]


def test_a_large_circle_is_told_in_short(tmp_path: Path) -> None:
    ring = "".join(f"  f{n}: {{on_success: 'lambda:f{(n + 1) % 3_000}'}}\n" for n in range(3_000))
    [found] = told(tmp_path, of(ring))
    assert "f0 -> f1 -> f2 -> f3 -> f4 -> f5 -> (2989 more) -> f2995" in found


@pytest.mark.parametrize(
    "functions",
    [
        # Lambda goes by the qualifier that is called, and there is no fallback: g:live says nothing of calls of g.
        "  f: {on_success: lambda:g}\n  g: {qualifiers: {live: {on_success: lambda:f}}}\n",
        "  f: {on_success: lambda:g:live}\n  g: {on_success: lambda:f}\n",
        "  f: {on_success: 'arn:aws:lambda:us-east-1:123456789012:function:g'}\n  g: {on_success: lambda:f}\n",
        "  f: {on_success: lambda:g, on_failure: lambda:h}\n  g: {on_success: lambda:h}\n  h: {}\n",
    ],
)
def test_what_is_no_circle_is_not_told_of(tmp_path: Path, functions: str) -> None:
    text = f'version: 1\naccount: "123456789012"\nregion: eu-west-1\nfunctions:\n{functions}'
    assert "LDS107" not in {each.id for each in complaints(tmp_path, text)}


@pytest.mark.parametrize(
    ("functions", "check", "state"),
    [
        ("  f: {on_failure: sqs:q.fifo}\n", "LDS102", State.FAIL),
        ("  f: {on_success: s3:bucket}\n", "LDS101", State.FAIL),
        ("  f: {dead_letter: lambda:g}\n", "LDS101", State.FAIL),
        ("  f: {on_success: lambda:f}\n", "LDS104", State.FAIL),
        ("  f: {on_success: lambda:f:live}\n", "LDS104", State.FAIL),
        ("  f: {on_success: lambda:g}\n  g: {on_failure: lambda:f}\n", "LDS107", State.FAIL),
        ("  f: {on_success: 'lambda:g:a'}\n  g: {qualifiers: {a: {on_failure: lambda:f}}}\n", "LDS107", State.FAIL),
        ("  f: {maximum_event_age: 60}\n", "LDS105", State.WARN),
        ("  f: {on_success: sqs:q, on_failure: sqs:q}\n", "LDS106", State.WARN),
        ("  f: {dead_letter: 'arn:aws:sqs:us-east-1:123456789012:q'}\n", "LDS103", State.FAIL),
        ("  f: {on_success: 'arn:aws-cn:sqs:cn-north-1:123456789012:q'}\n", "LDS103", State.FAIL),
        ("  f: {on_success: 'arn:aws:sqs:eu-west-1:210987654321:q'}\n", "LDS103", State.WARN),
        ("  f: {on_success: 'arn:aws:states:eu-west-1:123456789012:stateMachine:x'}\n", "LDS101", State.FAIL),
        ("  f: {on_success: 'arn:aws:events:eu-west-1:123456789012:rule/r'}\n", "LDS101", State.FAIL),
    ],
)
def test_what_cannot_work_has_the_id_of_its_check(tmp_path: Path, functions: str, check: str, state: State) -> None:
    text = f'version: 1\naccount: "123456789012"\nregion: eu-west-1\nfunctions:\n{functions}'
    found = complaints(tmp_path, text)
    assert [(each.id, each.state) for each in found] == [(check, state)]


def test_a_check_that_is_ignored_is_not_told(tmp_path: Path) -> None:
    assert complaints(tmp_path, of("  f: {maximum_event_age: 60, ignore: [LDS105]}\n")) == ()
    assert complaints(tmp_path, "version: 1\nignore: [LDS105]\nfunctions: {f: {maximum_event_age: 60}}\n") == ()


def test_warnings_do_not_keep_a_spec_from_being_read(tmp_path: Path) -> None:
    assert read(tmp_path, of("  f: {maximum_event_age: 60}\n")).functions[0].name == "f"


def test_variables_come_from_the_environment(tmp_path: Path) -> None:
    plain = of("  f:\n    on_failure: sqs:$${x}\n")
    assert told(tmp_path, plain) == ["4:17 'sqs:${x}': '${x}' cannot be the name of an SQS queue"]
    text = """account: ${ACCOUNT}
version: 1
functions:
  f:
    on_success: sqs:${A}-${B:-b}
    maximum_retry_attempts: ${N}
    maximum_event_age: ${AGE:-5m}
  g: {maximum_retry_attempts: '${N}'}
"""
    spec = read(tmp_path, text, A="a", N="0", ACCOUNT="012345678901")
    assert spec.account == "012345678901"
    assert spec.functions[0].qualifiers["$LATEST"] == QualifierSpec("sqs:a-b", None, 0, 300)


def test_what_a_variable_holds_is_a_value_and_never_yaml(tmp_path: Path) -> None:
    found = complaints(tmp_path, of("  f: {on_success: '${A}'}\n"), A="sqs:q}\n  g: {on_success: sqs:other")
    assert [each.id for each in found] == ["LDS101"]


def test_small_anchors_work_and_bombs_are_refused(tmp_path: Path) -> None:
    spec = read(tmp_path, of("  a: &same {on_failure: sqs:q}\n  b: *same\n  c: {<<: *same, on_success: sqs:r}\n"))
    assert spec.functions[0].qualifiers == spec.functions[1].qualifiers
    assert spec.functions[2].qualifiers["$LATEST"].on_failure == "sqs:q"
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    assert any("values" in each for each in told(tmp_path, bomb))
    smaller = of("") + "ignore: " + "&a [x, x, x, x, x, x, x, x]\n"
    assert told(tmp_path, smaller)


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert any("deep" in each for each in told(tmp_path, "a: " + "[" * 5_000 + "]" * 5_000))


def test_a_file_that_is_none(tmp_path: Path) -> None:
    assert "cannot be read" in examine(tmp_path / "none.yaml", {})[1][0].message
    assert "cannot be read" in examine(tmp_path, {})[1][0].message
    large = tmp_path / "large.yaml"
    with large.open("wb") as file:
        file.truncate(100_000_000)
    assert "100 MB" in examine(large, {})[1][0].message or "95 MB" in examine(large, {})[1][0].message


def test_a_directory_is_all_of_its_specs(tmp_path: Path) -> None:
    write(tmp_path, of("  b: {}\n"), "2.yml")
    write(tmp_path, of("  a: {}\n"), "1.yaml")
    write(tmp_path, "nonsense", ".hidden.yaml")
    write(tmp_path, "nonsense", "readme.md")
    assert [spec.functions[0].name for spec in load_all([str(tmp_path)], {})] == ["a", "b"]


def test_problems_of_all_files_are_told_together(tmp_path: Path) -> None:
    write(tmp_path, "version: 2\nfunctions: {}\n", "1.yaml")
    write(tmp_path, "version: 3\nfunctions: {}\n", "2.yaml")
    with pytest.raises(SpecProblems) as problems:
        load_all([str(tmp_path)], {})
    assert [Path(each.place.file).name for each in problems.value.complaints] == ["1.yaml", "2.yaml"]


def test_two_specs_may_not_say_the_same_thing_twice(tmp_path: Path) -> None:
    write(tmp_path, of("  f: {on_success: sqs:a, dead_letter: sqs:d}\n"), "1.yaml")
    write(tmp_path, of("  f: {on_failure: sqs:b}\n"), "2.yaml")
    with pytest.raises(SpecProblems, match=r"\$LATEST of f is set in .*1\.yaml:3:3 too"):
        load_all([str(tmp_path)], {})
    write(tmp_path, of("  f: {dead_letter: sqs:d}\n"), "2.yaml")
    with pytest.raises(SpecProblems, match="the dead-letter queue of f is set in"):
        load_all([str(tmp_path)], {})


@pytest.mark.parametrize("other", ["region: eu-west-1\n", 'account: "210987654321"\n', "profile: other\n"])
def test_two_specs_may_speak_of_functions_of_one_name_elsewhere(tmp_path: Path, other: str) -> None:
    head = 'version: 1\nregion: us-east-1\naccount: "123456789012"\n'
    body = "functions: {f: {on_success: sqs:a}}\n"
    write(tmp_path, head + body, "1.yaml")
    kept = "".join(line for line in head.splitlines(True) if not line.startswith(other.split(":", maxsplit=1)[0]))
    second = kept.replace('account: "123456789012"\n', "") if other.startswith("profile") else kept
    write(tmp_path, second + other + body, "2.yaml")
    assert len(load_all([str(tmp_path)], {})) == 2


def test_a_spec_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, of("  f: {}\n"))
    with pytest.raises(Exception, match="named twice"):
        load_all([str(path), str(tmp_path)], {})


def schema() -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema_text()))


def test_an_editor_is_told_the_same_of_a_good_spec(tmp_path: Path) -> None:
    published = yaml.safe_load(GOOD.replace(" 7:", " '7':").replace("{ on:", "{ 'on':"))
    assert list(schema().iter_errors(published)) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account", "${ACCOUNT}"), ("region", "${REGION:-eu-west-1}"), ("profile", "${P}"), ("role_arn", "${ROLE}"),
        ("ignore", ["${CHECK}"]),
        ("functions", {"f": {"maximum_retry_attempts": "${N}", "maximum_event_age": "${AGE}"}}),
        ("functions", {"f": {"on_success": "${D}", "on_failure": "sqs:${D}", "dead_letter": "${D:-none}"}}),
    ],
)  # fmt: skip
def test_an_editor_does_not_mind_variables(key: str, value: object) -> None:
    assert list(schema().iter_errors({"version": 1, "functions": {}, key: value})) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("account", 123456789012), ("account", "1234"), ("region", "Ireland"), ("profile", "a\0b"), ("version", "1"),
        ("ignore", ["LDS1"]), ("function", {}),
        ("functions", {"f": {"on_success": "s3:bucket"}}), ("functions", {"f": {"dead_letter": "lambda:g"}}),
        ("functions", {"f": {"on_failure": "sqsq:q"}}), ("functions", {"f": {"maximum_event_age": "1:30"}}),
        ("functions", {"f": {"maximum_event_age": 59}}), ("functions", {"f": {"maximum_retry_attempts": 3}}),
    ],
)  # fmt: skip
def test_an_editor_is_told_what_is_wrong(key: str, value: object, tmp_path: Path) -> None:
    document = {"version": 1, "functions": {}, key: value}
    assert list(schema().iter_errors(document))
    assert examine(write(tmp_path, json.dumps(document)), {})[1]


def test_a_plain_dollar_and_brace_is_no_variable_for_the_reader(tmp_path: Path) -> None:
    assert told(tmp_path, "version: 1\naccount: $${A}\nfunctions: {}\n") == ['2:10 account cannot be "${A}"']


def test_everything_in_the_schema_is_described() -> None:
    published = json.loads(schema_text())
    described = [*published["properties"].values(), *published["$defs"].values()]
    assert all("description" in each or "$ref" in each for each in described)


def test_the_schema_is_one(tmp_path: Path) -> None:
    schema = json.loads(schema_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert all("description" in each for each in schema["properties"].values() if "$ref" not in each)
