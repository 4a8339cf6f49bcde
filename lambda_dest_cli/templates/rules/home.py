"""LDS103: each destination is in the function's partition, region and account, as far as both are told."""

from collections.abc import Iterator
from dataclasses import replace

from lambda_dest_cli.model.arn import partition_of
from lambda_dest_cli.model.configuration import Slot
from lambda_dest_cli.templates.address import Address, brief, fault
from lambda_dest_cli.templates.declaration import Declaration, Home, Reading, Route
from lambda_dest_cli.templates.hole import is_whole
from lambda_dest_cli.templates.remark import Remark, failure, warning
from lambda_dest_cli.templates.rules.rule import Rule

_ID = "LDS103"


def _run(reading: Reading) -> Iterator[Remark]:
    for declaration in reading.declarations:
        home = _home(declaration)
        for route in declaration.routes:
            address = Address.read(route.target)
            if address and not fault(route.target, route.slot):
                yield from _compared(declaration, home, route, address)


def _home(declaration: Declaration) -> Home:
    """Say where the function lives; a dead-letter queue tells its region, since it must be in the same."""
    home = declaration.home
    if home.region and not home.partition:
        home = replace(home, partition=partition_of(home.region))
    queues = [Address.read(route.target) for route in declaration.routes if route.slot is Slot.DEAD_LETTER]
    regions = {queue.region for queue in queues if queue and is_whole(queue.region)}
    return replace(home, region=regions.pop()) if not home.region and len(regions) == 1 else home


def _compared(declaration: Declaration, home: Home, route: Route, address: Address) -> Iterator[Remark]:
    about, place, target = declaration.subject, route.place, brief(route.target)
    belongs = _belongs(address)
    if belongs and belongs != address.partition:
        message = f"{target} says the partition {address.partition}, and {address.region} is in {belongs}"
        yield failure(_ID, about, place, message, f"write arn:{belongs}:…")
    elif _differ(address.partition, home.partition):
        message = f"{target} is in the partition {address.partition}, the function in {home.partition}"
        yield failure(_ID, about, place, message, "nothing crosses partitions: use a destination of the function's own")
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
