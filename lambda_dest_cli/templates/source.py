"""From a file's bytes to its tree."""

import os
import re
import stat
from pathlib import Path
from typing import BinaryIO

from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.templates.json_tree import read_json
from lambda_dest_cli.templates.node import Node
from lambda_dest_cli.templates.unreadable import Unreadable
from lambda_dest_cli.templates.yaml_tree import read_yaml

MOST_BYTES = 32 << 20
"""Terraform's plans are the longest; CloudFormation takes a template of 1 MB at most."""
MOST_YAML_BYTES = 4 << 20
_MEGABYTE = 1 << 20
_IS_JSON = re.compile(r'\s*(?:\{\s*(?:"|\}|\Z)|\[)')
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_bytes(file: str) -> bytes:
    """Read a file of bearable size; raises Unreadable. A pipe is read as far as such a file would go."""
    try:
        with Path(file).open("rb") as stream:
            size = stat_size(stream.fileno())
            if size > MOST_BYTES:
                raise Unreadable(Place(file), _too_large(size))
            return read_stream(file, stream)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Unreadable(Place(file), f"the file cannot be read: {why}") from error


def read_stream(file: str, stream: BinaryIO) -> bytes:
    """Read a stream of bearable length; raises Unreadable."""
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise Unreadable(Place(file), _too_large(len(data)))
    return data


def stat_size(descriptor: int) -> int:
    """Give the size of an open regular file in bytes, 0 for a pipe or a device."""
    facts = os.fstat(descriptor)
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


def parse(file: str, data: bytes) -> tuple[Node, list[Complaint]]:
    """Read a file's bytes as JSON or YAML; gives the tree, and complaints that leave it readable. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Place(file), _too_large(len(data)))
    text = _decoded(file, data)
    if text.lstrip(" \t\r\n")[:1] in ("{", "["):
        return _json_or_yaml(file, text)
    return _yaml(file, text)


def _json_or_yaml(file: str, text: str) -> tuple[Node, list[Complaint]]:
    """Read what begins as JSON does; it may still be YAML in its flow style."""
    try:
        return read_json(file, text)
    except Unreadable as not_json:
        try:
            return _yaml(file, text)
        except Unreadable as not_yaml:
            raise not_json if _IS_JSON.match(text) else not_yaml from None


def _yaml(file: str, text: str) -> tuple[Node, list[Complaint]]:
    if len(text) > MOST_YAML_BYTES:
        size = f"{len(text) / _MEGABYTE:.0f} MB"
        raise Unreadable(
            Place(file), f"the file is {size} of YAML; lds reads {MOST_YAML_BYTES // _MEGABYTE} MB at most"
        )
    return read_yaml(file, text)


def _decoded(file: str, data: bytes) -> str:
    encoding = next((name for mark, name in _ENCODINGS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        hint = "save it as UTF-8"
        raise Unreadable(place, f"the file is not {encoding.removesuffix('-sig').upper()} text", hint) from None


def _too_large(size: int) -> str:
    return f"the file has {size / _MEGABYTE:.0f} MB or more; lds reads {MOST_BYTES // _MEGABYTE} MB at most"
