"""Keys that nobody knows, and values that are of the wrong shape."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from lambda_dest_cli.templates.node import Call, Kind, Listing, Node, Scalar, Table
from lambda_dest_cli.templates.remark import Remark, failure

INCOMPLETE = "LDS110"
INCOMPLETE_TITLE = "Each configuration is complete, and has no settings that nobody knows"
_GIVE_TEXT = ("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join", "Fn::ImportValue")


def unknown_keys(subject: str, node: Node | None, known: Collection[str]) -> Iterator[Remark]:
    """Complain of each key that is none of those known; what a macro is to fill in is passed over."""
    for name, _ in node if isinstance(node, Table) else ():
        if name in known or name.startswith("Fn::") or not isinstance(node, Table):
            continue
        near = get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]}?" if near else f"it takes {', '.join(known)}"
        yield failure(INCOMPLETE, subject, node.key(name).place, f"there is no setting {name!r} here", hint)


def no_table(subject: str, node: Node | None, what: str, known: Collection[str]) -> Iterator[Remark]:
    """Complain of a text or a list where a table of settings should be."""
    is_text = (isinstance(node, Scalar) and node.kind is not Kind.NULL) or (
        isinstance(node, Call) and node.name in _GIVE_TEXT
    )
    if node is not None and (is_text or isinstance(node, Listing)):
        message = f"{what} is {'a text' if is_text else 'a list'}, not a table of settings"
        yield failure(INCOMPLETE, subject, node.place, message, f"it takes {', '.join(known)}")


def no_text(subject: str, node: Node | None, what: str) -> Iterator[Remark]:
    """Complain of a list or a table where an ARN should be."""
    if isinstance(node, Listing) or (isinstance(node, Table) and not any(name.startswith("Fn::") for name, _ in node)):
        yield failure(
            INCOMPLETE, subject, node.place, f"{what} is no text", "write the ARN itself, or a reference to it"
        )


def misplaced_keys(subject: str, node: Node | None, elsewhere: dict[str, str]) -> Iterator[Remark]:
    """Complain of settings that belong to another type of resource, or to another place."""
    for name, instead in elsewhere.items():
        if isinstance(node, Table) and name in node.entries:
            message = f"there is no setting {name!r} here"
            yield failure(INCOMPLETE, subject, node.key(name).place, message, instead)
