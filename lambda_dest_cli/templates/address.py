"""ARNs with holes, judged as far as they can be."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from lambda_dest_cli.destinations import TYPES, complaint, from_queue_url, type_of
from lambda_dest_cli.destinations.type import DestinationType
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.hole import (
    ACCOUNT,
    NAME,
    PARTITION,
    REGION,
    filled,
    head,
    hole,
    is_hole,
    is_whole,
    names,
    parts,
    shown,
)
from lambda_dest_cli.templates.places import REGIONS

_PARTS = 6
_SCHEME = "arn:"
_FIVE = ("partition", "service", "region", "account")
_FILLERS = {"partition": "aws", "region": "us-east-1", "account": "000000000000"}
_OWN_PART = {PARTITION: "partition", REGION: "region", ACCOUNT: "account"}
_FILLER = "lds0"
"""What stands for a hole in a resource's name: any service takes these characters there."""
_COMPASS = re.compile(r"[a-z-]+-(central|(north|south)(east|west)?|east|west)-\d")
_HOME = Arn("aws", "lambda", "REGION", "ACCOUNT", "function:f")
ARN_HINT = "an ARN has six parts: arn:partition:service:region:account:resource"


@dataclass(frozen=True, slots=True)
class Address:
    """The six parts of an ARN; each may have holes, or be one."""

    text: str
    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def read(cls, text: str) -> "Address | None":
        """Divide an ARN; None where a hole may hold more than one part, or it is no ARN."""
        divided = parts(text, _PARTS)
        if len(divided) != _PARTS or divided[0] != "arn":
            return None
        return cls(text, *divided[1:])

    @property
    def kind(self) -> DestinationType | None:
        """The destination type of its service; the resource may still be of another shape."""
        return next((kind for kind in TYPES.values() if kind.service == self.service), None)

    @property
    def function(self) -> str:
        """The function's name, where it is a function: its qualifier is left out."""
        if self.service != "lambda" or not self.resource.startswith("function:"):
            return ""
        return parts(self.resource, 3)[1]

    def example(self) -> str:
        """Write an ARN that it may become; raises UsageProblem where a hole is of another part than it stands in."""
        five = [self._part(name, value) for name, value in zip(_FIVE, self._five(), strict=True)]
        return ":".join(("arn", *five, filled(self.resource, lambda _: _FILLER)))

    def _five(self) -> tuple[str, str, str, str]:
        return self.partition, self.service, self.region, self.account

    def _part(self, name: str, value: str) -> str:
        """Give a part that a hole may be filled with; raises UsageProblem where the hole is of another part."""
        if is_whole(value):
            return value
        for each in names(value):
            if _OWN_PART.get(each, name) != name:
                raise UsageProblem(f"{shown(self.text)!r} has ${{{each}}} where its {name} should be", ARN_HINT)
        return _FILLERS.get(name, "sqs")


def brief(text: str) -> str:
    """Give a destination as a person reads it: ``sqs:NAME`` where its place is left open, the whole ARN elsewhere."""
    address = Address.read(text)
    kind = address.kind if address else None
    if address is None or kind is None:
        return shown(text)
    before = kind.resource.partition("{")[0]
    placed = any(each and is_whole(each) for each in (address.region, address.account))
    if placed or is_whole(address.partition) or not address.resource.startswith(before):
        return shown(text)
    return f"{kind.name}:{shown(address.resource.removeprefix(before))}"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with an ARN in a slot."""

    message: str
    hint: str = ""
    refused: bool = False
    """Whether it is of the right kind, and of a sort that Lambda refuses (FIFO, a partner's bus)."""


@lru_cache(maxsize=256)
def fault(text: str, slot: Slot) -> Fault | None:
    """Say what is wrong with a destination by its text alone; None where nothing is, or it cannot be told."""
    if text.startswith(("http://", "https://")):
        return Fault(f"{shown(text)!r} is a URL; the {slot.words} slot takes an ARN", _arn_of_url(text))
    if is_whole(text) and "${" in text:
        return Fault(f"{text!r} has a ${{…}} that nothing fills in", "write the text with Fn::Sub (!Sub)")
    address = Address.read(text)
    if address is None:
        return _no_arn(text)
    try:
        example = address.example()
    except UsageProblem as problem:
        return Fault(problem.message, problem.hint)
    try:
        arn = Arn.parse(example)
    except UsageProblem as problem:
        return Fault(problem.message.replace(repr(example), repr(shown(text))), problem.hint or ARN_HINT)
    if not is_whole(address.service) or _may_fit(address):
        return None
    return _wrong_place(address) or _misfit(address, arn, slot)


def _arn_of_url(url: str) -> str:
    try:
        return f"such as {from_queue_url(url, _HOME)}"
    except UsageProblem:
        return "name the queue by its ARN"


def _no_arn(text: str) -> Fault | None:
    """Judge what does not divide into six parts."""
    begins = head(text)
    if is_whole(text):
        return Fault(f"{text!r} is not an ARN", ARN_HINT)
    if is_hole(text) and names(text)[0].endswith(NAME):
        return Fault(f"{shown(text)} is no ARN", "refer to the resource's ARN, such as !GetAtt NAME.Arn")
    if text.endswith(".fifo") and begins[:4] in ("", _SCHEME):
        return Fault(f"{shown(text)!r}: Lambda delivers to no FIFO queue or topic", "use a standard one", refused=True)
    if not _SCHEME.startswith(begins[:4]) or all(name in _OWN_PART for name in names(text)):
        return Fault(f"{shown(text)!r} is not an ARN", ARN_HINT)
    return None


def _may_fit(address: Address) -> bool:
    """Say whether the resource is a hole that may hold any shape, ``event-bus/`` and all."""
    return is_hole(address.resource) and address.service in ("events", "lambda")


def _wrong_place(address: Address) -> Fault | None:
    """Judge the partition, the region and the account by themselves."""
    kind, text = address.kind, shown(address.text)
    if is_whole(address.region) and address.region and not _COMPASS.fullmatch(address.region):
        near = get_close_matches(address.region, set().union(*REGIONS.values()), 1)
        hint = f"did you mean {near[0]}?" if near else "such as eu-west-1"
        return Fault(f"{text}: there is no region {address.region!r}", hint)
    if is_whole(address.partition) and address.partition not in REGIONS:
        return Fault(f"{text}: there is no partition {address.partition!r}", f"it is one of {', '.join(REGIONS)}")
    if kind is None:
        return None
    lacking = [name for name, value in (("region", address.region), ("account", address.account)) if not value]
    if kind.regional and lacking:
        return Fault(f"{text} has no {' and no '.join(lacking)}", ARN_HINT)
    if not kind.regional and len(lacking) < 2:
        name = address.resource.partition("/")[0].rpartition(":")[2]
        hint = f"such as arn:aws:{address.service}:::{shown(name)}"
        return Fault(f"{text} has a region or an account, which the ARN of {kind.words} has not", hint)
    return None


def _misfit(address: Address, arn: Arn, slot: Slot) -> Fault | None:
    kind = type_of(arn)
    if kind is None and not is_whole(address.resource) and _fits_some_way(address):
        return None
    why = complaint(arn, slot)
    if why is None:
        return None
    message = _as_written(why, address, arn)
    if kind and slot in kind.slots:
        return Fault(f"{brief(address.text)}: {message}", refused=True)
    return Fault(message)


def _fits_some_way(address: Address) -> bool:
    """Say whether the first hole may hold what the shape asks for, as ``${Kind}/name`` may be a bus."""
    kind, begins = address.kind, head(address.resource)
    return kind is not None and begins == "" and kind.resource.partition("{")[0] != ""


def _as_written(message: str, address: Address, arn: Arn) -> str:
    """Put the holes back into what is said of an example."""
    message = message.replace(str(arn), shown(address.text))
    for name in names(address.resource):
        message = message.replace(_FILLER, shown(hole(name)), 1)
    return message
