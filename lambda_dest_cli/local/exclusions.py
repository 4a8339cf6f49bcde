"""PolicyExclusionList: which policies of somebody's a simulation leaves out (IAM API reference, PolicyIdentifier)."""

import re
from collections.abc import Callable, Iterator, Mapping

from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.holdings import Held

_AWS_OWNED = re.compile(r"arn:[^:]+:iam::aws:policy/.+")
_TYPES: dict[str, Callable[[Held, bool], bool]] = {
    "inline": lambda held, _edge: held.holder is not None,
    "aws-managed": lambda held, edge: not edge and _AWS_OWNED.fullmatch(held.arn) is not None,
    "user-managed": lambda held, edge: not edge and bool(held.arn) and not _AWS_OWNED.fullmatch(held.arn),
    "permission-boundary": lambda _held, edge: edge,
    "scp": lambda _held, _edge: False,
    "rcp": lambda _held, _edge: False,
}
_INLINE = ("PolicyName", "AttachmentType", "AttachmentName")
Excluded = Callable[[Held, bool], bool]


def exclusions(form: Mapping[str, str]) -> Excluded:
    """Read the list into a question: is this policy (of a boundary or not) left out? Raises ApiFault."""
    found = list(_identifiers(form))
    return lambda held, edge: any(each(held, edge) for each in found)


def _identifiers(form: Mapping[str, str]) -> Iterator[Excluded]:
    prefixes = {match[1] for key in form if (match := re.match(r"(PolicyExclusionList\.member\.\d+\.)", key))}
    for prefix in sorted(prefixes):
        if kind := form.get(f"{prefix}PolicyType"):
            yield _by_type(kind)
        elif arn := form.get(f"{prefix}PolicyArn"):
            yield _by_arn(arn)
        else:
            named = {each: form.get(f"{prefix}InlinePolicyIdentifier.{each}", "") for each in _INLINE}
            yield _by_name(*(named[each] for each in _INLINE))


def _by_type(kind: str) -> Excluded:
    if kind not in _TYPES:
        raise ApiFault(400, "InvalidInput", f"Invalid policy type: {kind}.")
    return _TYPES[kind]


def _by_arn(arn: str) -> Excluded:
    """Exclude a managed policy; wildcards stand in the name of the resource only."""
    head, _, name = arn.rpartition("/")
    if not re.fullmatch(r"arn:[^:*?]+:iam::(\d{12}|aws):policy(/[^*?]+)?", head) or not name:
        raise ApiFault(400, "InvalidInput", f"Invalid policy ARN: {arn}.")
    pattern = _pattern(name)
    return lambda held, _edge: (
        held.arn.rpartition("/")[0] == head and pattern.fullmatch(held.arn.rpartition("/")[2]) is not None
    )


def _by_name(policy: str, kind: str, holder: str) -> Excluded:
    holders = _pattern(holder)
    return lambda held, _edge: (
        held.holder is not None
        and (held.name, held.holder.kind) == (policy, kind)
        and holders.fullmatch(held.holder.name) is not None
    )


def _pattern(text: str) -> re.Pattern[str]:
    """Compile a name with at most one star and any number of question marks."""
    if text.count("*") > 1:
        raise ApiFault(400, "InvalidInput", f"Invalid wildcards: {text}.")
    return re.compile("".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in text))
