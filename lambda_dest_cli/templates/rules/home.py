"""LDS103: each destination is in the function's partition, region and account, as far as both are told."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from lambda_dest_cli.model.arn import partition_of
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address, brief, fault
from lambda_dest_cli.templates.declaration import Declaration, Home, Reading, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.places import is_known
from lambda_dest_cli.templates.remark import Remark, failure, warning
from lambda_dest_cli.templates.rules.rule import Rule

_ID = "LDS103"


def _run(reading: Reading) -> Iterator[Remark]:
    shared = _shared(reading) if reading.is_one_place else Home()
    for declaration in reading.declarations:
        home = _home(declaration, shared)
        for route in declaration.routes:
            address = Address.read(route.target)
            if address and not fault(route.target, route.slot):
                yield from _compared(declaration, home, route, address)


def _shared(reading: Reading) -> Home:
    """Say where all functions of a file live that is deployed to one place, by what any of them tells."""
    homes = [declaration.home for declaration in reading.declarations]
    regions = chain((home.region for home in homes), _queues(reading.declarations))
    return Home(region=_told(regions), account=_told(home.account for home in homes))


def _told(texts: Iterable[str]) -> str:
    """Give what most say; empty where nobody says anything."""
    counted = Counter(each for each in texts if each)
    return counted.most_common(1)[0][0] if counted else ""


def _queues(declarations: Iterable[Declaration]) -> Iterator[str]:
    """Give the regions of dead-letter queues: each must be in its function's."""
    for declaration in declarations:
        for route in declaration.routes:
            is_told = route.slot is Slot.DEAD_LETTER and not route.guarded
            address = Address.read(route.target) if is_told else None
            if address and is_whole(address.region) and not fault(route.target, route.slot):
                yield address.region


def _home(declaration: Declaration, shared: Home) -> Home:
    """Say where a function lives, as far as it is told by anything."""
    home = declaration.home
    region = home.region or shared.region or _told(_queues([declaration]))
    partition = home.partition or (partition_of(region) if region else "") or _told(_partitions(declaration))
    return Home(partition, region, home.account or shared.account)


def _partitions(declaration: Declaration) -> Iterator[str]:
    for route in declaration.routes:
        address = Address.read(route.target)
        if address and is_whole(address.partition) and not route.guarded:
            yield address.partition


def _compared(declaration: Declaration, home: Home, route: Route, address: Address) -> Iterator[Remark]:
    about, place, target = declaration.subject, route.place, brief(route.target)
    belongs = _belongs(address)
    if belongs and belongs != address.partition:
        message = f"{target} says the partition {address.partition}, and {address.region} is in {belongs}"
        yield failure(_ID, about, place, message, f"write arn:{belongs}:…")
    elif not route.guarded and _differ(address.partition, home.partition):
        message = f"{target} is in the partition {address.partition}, the function in {home.partition}"
        yield failure(_ID, about, place, message, "nothing crosses partitions: use a destination of the function's own")
    elif address.region and is_whole(address.region) and not is_known(address.region):
        hint = "if it is a new one, all is well"
        yield warning(_ID, about, place, f"{target}: no region {address.region!r} is known", hint)
    elif route.guarded:  # the condition may well be on the region or the account
        return
    elif _differ(address.region, home.region):
        yield _other_region(declaration, home, route, address)
    elif _differ(address.account, home.account):
        message = f"{target} belongs to the account {address.account}, the function to {home.account}"
        yield warning(_ID, about, place, message, "its own policy must allow the function's role too")


def _belongs(address: Address) -> str:
    """Give the partition that the ARN's region is in, where both are told."""
    told = address.region and is_whole(address.region) and is_whole(address.partition)
    return partition_of(address.region) if told else ""


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and is_whole(one) and is_whole(other) and one != other


def _other_region(declaration: Declaration, home: Home, route: Route, address: Address) -> Remark:
    where = f"{brief(route.target)} is in {address.region}, the function in {home.region}"
    hint = f"use one of {home.region}"
    if route.slot is Slot.DEAD_LETTER:
        message = f"{where}: Lambda refuses a dead-letter queue of another region"
        return failure(_ID, declaration.subject, route.place, message, hint)
    return warning(_ID, declaration.subject, route.place, f"{where}: AWS documents no delivery across regions", hint)


RULE = Rule(_ID, "Each destination is in the function's partition, region and account", _run)
