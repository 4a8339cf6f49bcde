"""Keys that nobody knows, and keys that are missing."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from lambda_dest_cli.templates.node import Node, Table
from lambda_dest_cli.templates.remark import Remark, failure

INCOMPLETE = "LDS110"
INCOMPLETE_TITLE = "Each configuration is complete, and has no settings that nobody knows"


def unknown_keys(subject: str, node: Node | None, known: Collection[str]) -> Iterator[Remark]:
    """Complain of each key that is none of those known; what a macro is to fill in is passed over."""
    for name, _ in node if isinstance(node, Table) else ():
        if name in known or name.startswith("Fn::") or not isinstance(node, Table):
            continue
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
        yield failure(INCOMPLETE, subject, node.key(name).place, f"there is no setting {name!r} here", hint)
