"""Taking out of a policy what nobody needs any more, and nothing else."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from lambda_dest_cli.destinations import Need

Statement = Mapping[str, object]
_PLAIN = {"Sid", "Effect", "Action", "Resource"}


def without(statements: Iterable[Statement], gone: Callable[[Need], bool]) -> tuple[list[Statement], list[Statement]]:
    """Give the statements without what is ``gone``, and what was taken out of them.

    What is left grants no more than before, and everything that is not gone. A statement that lds would not have
    written (a deny, a condition, a NotAction) is somebody else's, and stays as it is.
    """
    kept: list[Statement] = []
    removed: list[Statement] = []
    for statement in statements:
        left, out = _split(statement, gone) if _is_plain(statement) else (statement, None)
        kept += [left] if left else []
        removed += [out] if out else []
    return kept, removed


def needs_of(statement: Statement) -> Iterator[Need]:
    """Give every action on every resource that a plain statement names."""
    for resource in _texts(statement["Resource"]):
        for action in _texts(statement["Action"]):
            yield Need(action, resource)


def _is_plain(statement: Statement) -> bool:
    return (
        set(statement) <= _PLAIN
        and statement.get("Effect") == "Allow"
        and all(_texts(statement.get(each)) for each in ("Action", "Resource"))
    )


def _split(statement: Statement, gone: Callable[[Need], bool]) -> tuple[Statement | None, Statement | None]:
    """Take out the resources of which nothing is needed, then the actions that are needed on none of the others."""
    actions, resources = _texts(statement["Action"]), _texts(statement["Resource"])
    needed = [each for each in resources if not all(gone(Need(action, each)) for action in actions)]
    used = [action for action in actions if not all(gone(Need(action, each)) for each in needed)]
    if (used, needed) == (actions, resources):
        return statement, None
    if not needed:
        return None, statement
    out_of = [each for each in resources if each not in needed]
    out = {"Action": actions, "Resource": out_of} if out_of else {
        "Action": [each for each in actions if each not in used], "Resource": needed,
    }  # fmt: skip
    return {**statement, **_listed(used, needed)}, {**statement, **_listed(out["Action"], out["Resource"])}


def _listed(actions: list[str], resources: list[str]) -> dict[str, object]:
    return {
        name: texts[0] if len(texts) == 1 else texts for name, texts in (("Action", actions), ("Resource", resources))
    }


def _texts(value: object) -> list[str]:
    """Give a text, or a list of them, as a list; nothing where it is neither."""
    listed = value if isinstance(value, list) else [value]
    texts = [each for each in listed if isinstance(each, str)]
    return texts if len(texts) == len(listed) else []
