"""Files that cannot be read: a complaint with its place, never a traceback, and soon."""

from pathlib import Path

import pytest

from lambda_dest_cli.model.complaint import Complaint
from lambda_dest_cli.templates import examine, is_spec, parse, read_bytes
from lambda_dest_cli.templates.node import Call, Kind, Listing, Node, Scalar, Table, at, text_at
from lambda_dest_cli.templates.source import MOST_BYTES, MOST_YAML_BYTES
from lambda_dest_cli.templates.unreadable import Unreadable


def complaint_of(data: str | bytes) -> Complaint:
    with pytest.raises(Unreadable) as caught:
        examine(parse("f.yaml", data.encode() if isinstance(data, str) else data)[0])
    assert caught.value.complaint.id == "LDS100"
    return caught.value.complaint


def tree(text: str) -> Node:
    return parse("f.yaml", text.encode())[0]


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
MERGE_BOMB = (
    "a0: &a0 {"
    + ", ".join(f"k{n}: 1" for n in range(3000))
    + "}\n"
    + "".join(f"b{n}: {{<<: *a0}}\n" for n in range(1000))
)


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        ("", "f.yaml", "nothing in the file"),
        ("# only a comment\n---\n", "f.yaml", "nothing in the file"),
        ("a: [1\nb: 2\n", "f.yaml:2:2", "this is not YAML"),
        ("a:\n\tb: 1\n", "f.yaml:2:1", "this is not YAML"),
        ("a: 1\n---\nb: 2\n", "f.yaml:3:1", "2 YAML documents"),
        ("a: *nowhere\n", "f.yaml:1:4", "stands for nothing"),
        ("a: &a [*a]\n", "f.yaml:1:8", "stands inside what it stands for"),
        ("a: &a\n  b: {c: *a}\n", "f.yaml:2:10", "stands inside what it stands for"),
        (BOMB, "f.yaml:7:5", "the aliases make more than 2,000,000 values"),
        (MERGE_BOMB, "f.yaml:334:7", "the aliases make more than 2,000,000 values"),
        ("[" * 5_000, "f.yaml:1:101", "nested more than 100 deep"),
        ("a: " + "[" * 5_000 + "]" * 5_000, "f.yaml:1:103", "nested more than 100 deep"),
        ("".join(" " * n + "a:\n" for n in range(500)), "f.yaml:101:101", "nested more than 100 deep"),
        ('{"a":' * 5_000, "f.yaml:1:501", "nested more than 100 deep"),
        ("a: b\x07c\n", "f.yaml:1:5", "U+0007"),
        ("a: 1\nb: \x00\n", "f.yaml:2:4", "U+0000"),
        (b"a: 1\nb: caf\xe9\n", "f.yaml:2:7", "not UTF-8"),
        (b"\xff\xfea\x00:\x00 \x00\x00\xd8\x00", "f.yaml:1:", "not UTF-16"),
        ("{{ stack }}: 1\n", "f.yaml:1:2", "this key is not a text"),
        ('{"a": 1,}', "f.yaml:1:9", "this is no kind of file"),
        ('{"a": tru}', "f.yaml:1:", "this is no kind of file"),
        ('{"a": "x\\q"}', "f.yaml:1:7", "an escape that JSON does not know"),
        ('{"a": 1', "f.yaml:1:8", "a comma or '}' should be here"),
        ('{"a": 1} x', "f.yaml:1:10", "after the end"),
        ('{"a": "1" "b": 2}', "f.yaml:1:11", "a comma or '}' should be here"),
        ('{"a" 1\n, "b": [1, 2]]', "f.yaml:1:6", "a colon should be here"),
        ("just a text", "f.yaml", "this is no kind of file that lds knows"),
        ("- a\n- b\n", "f.yaml", "this is no kind of file that lds knows"),
        ("apiVersion: v1\nkind: ConfigMap\n", "f.yaml", "this is no kind of file that lds knows"),
    ],
)
def test_what_cannot_be_read_is_a_complaint_with_its_place(data: str | bytes, place: str, said: str) -> None:
    complaint = complaint_of(data)
    assert said in complaint.message
    if "no kind" not in said:
        assert str(complaint.place).startswith(place)


def test_an_unknown_kind_says_what_is_understood() -> None:
    hint = complaint_of("kind: Deployment\n").hint
    for kind in ("specs", "CloudFormation", "SAM", "serverless.yml", "terraform show -json"):
        assert kind in hint


def test_keys_that_are_there_twice_are_named_and_the_file_is_read_all_the_same() -> None:
    for text in ("a: 1\nb: {c: 1, c: 2}\n", '{"a": 1,\n "b": {"c": 1, "c": 2}}'):
        root, twice = parse("f", text.encode())
        assert [(each.id, each.place.line) for each in twice] == [("LDS100", 2)]
        assert "'c' is here a second time; the first is in line 2" in twice[0].message
        assert text_at(root, "b", "c") == "2"


@pytest.mark.parametrize("text", ["a: 1\n", '{"a": 1}', "{a: 1}", "---\na: 1\n...\n---\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_editors_and_shells_write_is_read(text: str, encoding: str) -> None:
    assert text_at(parse("f", text.encode(encoding))[0], "a") == "1"


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    large = tmp_path / "large.yaml"
    with large.open("wb") as stream:
        stream.truncate(100 << 20)
    with pytest.raises(Unreadable, match="100 MB"):
        read_bytes(str(large))
    with pytest.raises(Unreadable, match="32 MB at most"):
        parse("f", b" " * (MOST_BYTES + 1))
    with pytest.raises(Unreadable, match="of YAML"):
        parse("f", b"# long\n" + b" " * MOST_YAML_BYTES)


@pytest.mark.parametrize("name", ["", "missing.yaml", "nul\0.yaml"])
def test_a_file_that_is_not_there_is_a_complaint(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match="cannot be read"):
        read_bytes(str(tmp_path / name))


def test_a_device_without_end_is_refused() -> None:
    with pytest.raises(Unreadable, match="32 MB"):
        read_bytes("/dev/zero")


def test_both_spellings_of_an_intrinsic_function_are_one() -> None:
    short = tree("a: !GetAtt b.Arn\nc: !Sub '${x}'\nd: !Ref e\n")
    long = tree("a: {Fn::GetAtt: b.Arn}\nc: {Fn::Sub: '${x}'}\nd: {Ref: e}\n")
    for name, call in (("a", "Fn::GetAtt"), ("c", "Fn::Sub"), ("d", "Ref")):
        one, other = at(short, name), at(long, name)
        assert isinstance(one, Call)
        assert isinstance(other, Call)
        assert one.name == other.name == call
        assert isinstance(one.argument, Scalar)
        assert isinstance(other.argument, Scalar)
        assert one.argument.text == other.argument.text


def test_json_and_yaml_give_one_tree_with_the_same_places() -> None:
    text = '{"a": [1, true, null, "x"],\n "b": {"c": "1", "d": -2.5e3}}'
    one, other = tree(text), tree(f"# YAML\n{text}")

    def flat(node: Node, down: int) -> object:
        if isinstance(node, Scalar):
            return (node.text, node.kind, node.line - down, node.column)
        if isinstance(node, Listing):
            return [(node.line - down, node.column), *(flat(each, down) for each in node.items)]
        assert isinstance(node, Table)
        return {name: flat(value, down) for name, value in node}

    assert flat(one, 0) == flat(other, 1)
    kinds = [each.kind for each in at(one, "a").items if isinstance(each, Scalar)]  # type: ignore[union-attr]
    assert kinds == [Kind.NUMBER, Kind.BOOLEAN, Kind.NULL, Kind.TEXT]


def test_tags_of_a_language_run_nothing(tmp_path: Path) -> None:
    made = tmp_path / "made"
    root = tree(f'a: !!python/object/apply:os.system ["touch {made}"]\nb: !!python/name:os.system\n')
    assert isinstance(at(root, "a"), Listing)
    assert not made.exists()


def test_merge_keys_bring_in_what_is_not_said() -> None:
    root = tree("x: &x {a: 1, b: 2}\ny: &y {c: 3}\nz: {<<: [*x, *y], a: 9}\n")
    assert [text_at(root, "z", name) for name in "abc"] == ["9", "2", "3"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("version: 1\nfunctions: {}\n", True),
        ("service: x\nversion: 1\nfunctions: {}\n", False),
        ("version: 1\n", False),
        ("- version\n- functions\n", False),
    ],
)
def test_a_spec_is_told_by_what_is_in_it(text: str, is_one: bool) -> None:
    assert is_spec(tree(text)) is is_one
