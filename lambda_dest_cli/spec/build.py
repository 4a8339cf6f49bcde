"""From the tree to a Spec: defaults filled in, durations and destinations read; what does not read is complained of."""

from collections.abc import Mapping
from typing import Any

from lambda_dest_cli.destinations import parse
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn, partition_of
from lambda_dest_cli.model.complaint import Complaint, Place
from lambda_dest_cli.model.configuration import (
    DEFAULT_EVENT_AGE_SECONDS,
    DEFAULT_RETRY_ATTEMPTS,
    EVENT_AGE_RANGE,
    UNSET,
    Unset,
)
from lambda_dest_cli.model.duration import parse_duration
from lambda_dest_cli.model.function_ref import LATEST
from lambda_dest_cli.model.spec import FunctionSpec, QualifierSpec, Spec
from lambda_dest_cli.spec.nodes import Node
from lambda_dest_cli.spec.problems import OUT_OF_RANGE, unreadable
from lambda_dest_cli.spec.suggestion import for_destination

NOBODY = "000000000000"
NOWHERE = "us-east-1"
"""What names are resolved with where the file names no account or region; only their shape is looked at then."""
_OWN_SETTINGS = ("on_success", "on_failure", "maximum_retry_attempts", "maximum_event_age")
_NO_RETRIES = 0
_SHAPE = "LDS101"
_LONGEST = 300
"""How much is said of one text; an ARN is shorter."""


def build(root: Node, file: str) -> tuple[Spec, list[Complaint]]:
    """Make a spec out of a tree that the schema allows."""
    builder = _Builder(file, _members(root))
    return builder.spec(), builder.complaints


def home_of(spec: Spec, function: str) -> Arn:
    """Give a function's ARN as far as the file says where it lives."""
    region = spec.region or NOWHERE
    return Arn(partition_of(region), "lambda", region, spec.account or NOBODY, f"function:{function}")


class _Builder:
    def __init__(self, file: str, members: Mapping[str, Node]) -> None:
        self.complaints: list[Complaint] = []
        self._file = file
        self._members = members
        defaults = members.get("defaults")
        self._retries = self._number(defaults, DEFAULT_RETRY_ATTEMPTS)
        self._age = self._seconds(defaults, DEFAULT_EVENT_AGE_SECONDS)
        region = str(self._text("region") or NOWHERE)
        self._home = Arn(partition_of(region), "lambda", region, self._text("account") or NOBODY, "function:x")

    def spec(self) -> Spec:
        ignore = _texts(self._members.get("ignore"))
        self._check_role()
        named = self._members.get("functions")
        places = named.keys if named else {}
        functions = tuple(self._function(name, node, places[name], ignore) for name, node in _members(named).items())
        return Spec(
            self._file, functions, self._text("account"), self._text("region"), self._text("profile"),
            self._text("role_arn"), ignore,
        )  # fmt: skip

    def _function(self, name: str, node: Node, place: Place, ignore: frozenset[str]) -> FunctionSpec:
        members = _members(node)
        qualifiers: dict[str, QualifierSpec] = {}
        if any(key in members for key in _OWN_SETTINGS):
            qualifiers[LATEST] = self._qualifier(node, place)
        listed = members.get("qualifiers")
        for qualifier, each in _members(listed).items():
            at = listed.keys[qualifier] if listed else place
            if qualifier in qualifiers:
                self.complaints.append(
                    unreadable(at, f"{qualifier} is set twice: here, and by the function's own settings", "keep one")
                )
            qualifiers[qualifier] = self._qualifier(each, at)
        dead_letter: str | Unset | None = UNSET
        places = {}
        if "dead_letter" in members:
            dead_letter = self._destination(members["dead_letter"])
            places["dead_letter"] = members["dead_letter"].place
        return FunctionSpec(name, place, qualifiers, dead_letter, ignore | _texts(members.get("ignore")), places)

    def _qualifier(self, node: Node, place: Place) -> QualifierSpec:
        members = _members(node)
        return QualifierSpec(
            on_success=self._destination(members.get("on_success")),
            on_failure=self._destination(members.get("on_failure")),
            maximum_retry_attempts=self._number(node, self._retries),
            maximum_event_age_in_seconds=self._seconds(node, self._age),
            places={"": place, **{key: node.place for key, node in members.items() if key in _OWN_SETTINGS}},
        )

    def _destination(self, node: Node | None) -> str | None:
        if node is None or node.value is None or node.value == "none":
            return None
        text = str(node.value)
        try:
            parse(text, self._home)
        except UsageProblem as problem:
            near = for_destination(text)
            hint = f"did you mean {near}?" if near else problem.hint
            self.complaints.append(Complaint(node.place, _SHAPE, _cut(problem.message), hint))
        return text

    def _number(self, whole: Node | None, default: int) -> int:
        node = _members(whole).get("maximum_retry_attempts")
        if node is None:
            return _NO_RETRIES if _is_lost(whole, "maximum_retry_attempts") else default
        return node.value if isinstance(node.value, int) else default

    def _seconds(self, whole: Node | None, default: int) -> int:
        node = _members(whole).get("maximum_event_age")
        if node is None:
            return DEFAULT_EVENT_AGE_SECONDS if _is_lost(whole, "maximum_event_age") else default
        seconds = node.value if isinstance(node.value, int) else parse_duration(str(node.value))
        if seconds is None:
            words = f"maximum_event_age: {str(node.value)!r} is not a duration"
            self.complaints.append(unreadable(node.place, _cut(words), "write 90, 90s, 5m or 1h30m"))
            return DEFAULT_EVENT_AGE_SECONDS
        if seconds not in EVENT_AGE_RANGE:
            words = f"maximum_event_age is {seconds} seconds; Lambda takes 60 s to 21600 s (6h)"
            self.complaints.append(Complaint(node.place, OUT_OF_RANGE, words))
            return DEFAULT_EVENT_AGE_SECONDS
        return seconds

    def _check_role(self) -> None:
        """Complain of a role that would never get past the file's own guard: it acts in the account it is of."""
        account, role = self._text("account"), self._text("role_arn")
        owner = role.split(":")[4] if role else account
        if account and owner != account:
            words = f"the role is of the account {owner}, and this file may be applied to {account} only"
            self.complaints.append(unreadable(self._members["role_arn"].place, words))

    def _text(self, key: str) -> str:
        node = self._members.get(key)
        return str(node.value) if node else ""


def _members(node: Node | None) -> dict[str, Node]:
    """Give a mapping's members; none, where the value was left out (``orders:`` alone)."""
    found: Any = node.value if node else None
    return found if isinstance(found, dict) else {}


def _is_lost(node: Node | None, key: str) -> bool:
    """Say whether a key stands there with a value that has been complained of: nothing is to follow from it."""
    return node is not None and key in node.keys and key not in _members(node)


def _texts(node: Node | None) -> frozenset[str]:
    found: Any = node.value if node else None
    return frozenset(str(each.value) for each in found) if isinstance(found, list) else frozenset()


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
