"""Where statements stand, as IAM's simulator counts: see the module for the answers of AWS's that show it."""

import json

import pytest

from lambda_dest_cli.local.positions import statement_positions


def places(text: str) -> list[tuple[int, int, int, int]]:
    return [(start.line, start.column, end.line, end.column) for start, end in statement_positions(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}', [(1, 38, 1, 56)]),
        ('{"Version": "2012-10-17", "Statement": [{"Effect": "Allow"}]}', [(1, 41, 1, 60)]),
        ('{"Statement":{"Effect":"Allow"},"Version":"2012-10-17"}', [(1, 15, 1, 32)]),
        ('{"Id":"[{","Statement":[]}', []),
        ('{\n "Statement": [\n  {"Sid": "}"},\n  {"Sid": "]"}\n ]\n}\n', [(2, 16, 3, 15), (3, 15, 4, 15)]),
    ],
)
def test_positions(text: str, expected: list[tuple[int, int, int, int]]) -> None:
    json.loads(text)
    assert places(text) == expected
