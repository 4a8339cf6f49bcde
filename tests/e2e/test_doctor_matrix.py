"""The doctor's matrix: every set-up has its findings and no others, and what it says of delivery is what happens."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.checks import run
from lambda_dest_cli.checks.select import named
from lambda_dest_cli.checks.visit import Order, visit
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.past import Window
from tests.contract.conftest import LocalAws, embedded_aws
from tests.contract.world import World
from tests.e2e.doctor_setups import ANYTHING, FAIL, NOTHING, PERMISSIONS, Row, Scene
from tests.e2e.doctor_spoiled import SPOILED, Spoiled

UNASKED = ["LDS409", "LDS500", "LDS501", "LDS502", "LDS503", "LDS504", "LDS505", "LDS506", "LDS902", "LDS903"]
"""What is told of earlier events, and of who asks: other tests do."""
NUMBERS: dict[str, Any] = {"MaximumRetryAttempts": 0}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with embedded_aws(tmp_path_factory) as found:
        yield found


def troubles(world: World, function: str) -> Mapping[str, str]:
    """Give the state of what is not a pass, by id."""
    from datetime import UTC, datetime, timedelta

    assert isinstance(world, LocalAws)
    now = datetime.now(UTC)
    aws = Aws(AwsSession(region=world.region, endpoint_url=world.endpoint, local=True), lambda _: None)
    order = Order(partial(named, [FunctionRef(function)]), Window(now - timedelta(hours=1), now), UNASKED)
    _, findings = visit(order, aws)
    return {each.id: str(each.state) for each in findings if each.state != "pass"}


def configured(world: World, row: Row) -> tuple[str, Scene]:
    """Configure a function while its role may everything."""
    role, place = world.role(ANYTHING), row.place(world)
    function = world.function(role)
    if row.slot == "dead_letter":
        world.dead_letter(function, place.arn)
        world.put(function, **NUMBERS)
    else:
        world.put(function, **{row.slot: place.arn}, **NUMBERS)
    return function, Scene(world, role, place)


class Simulator(AwsSession):
    """A session whose simulator answers in its own way; everything else is answered as ever."""

    def __init__(self, world: World) -> None:
        assert isinstance(world, LocalAws)
        super().__init__(region=world.region, endpoint_url=world.endpoint, local=True)

    def client(self, service: str, region: str = "") -> Any:
        found = super().client(service, region)  # type: ignore[call-overload]
        if service == "iam":
            found.meta.events.register("before-call.iam.SimulatePrincipalPolicy", self.before, unique_id="before")
            found.meta.events.register("after-call.iam.SimulatePrincipalPolicy", self.after, unique_id="after")
        return found

    def before(self, **_: Any) -> Any:
        return None

    def after(self, parsed: dict[str, Any], **_: Any) -> None:
        pass


class OnlyTheFirst(Simulator):
    """Answers for the first resource only, as some emulators do."""

    def after(self, parsed: dict[str, Any], **_: Any) -> None:
        for result in parsed["EvaluationResults"]:
            result["ResourceSpecificResults"] = result.get("ResourceSpecificResults", [])[:1]
        parsed["EvaluationResults"] = parsed["EvaluationResults"][:1]


class Silent(Simulator):
    """Answers nothing of what it was asked."""

    def after(self, parsed: dict[str, Any], **_: Any) -> None:
        parsed["EvaluationResults"] = []


class Forbidden(Simulator):
    """May not be asked."""

    def before(self, **_: Any) -> Any:
        class Answer:
            status_code = 403

        error = {"Code": "AccessDenied", "Message": "not authorized to perform: iam:SimulatePrincipalPolicy"}
        return Answer(), {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 403}}


def permission_verdicts(session: AwsSession, function: str) -> dict[str, set[str]]:
    aws = Aws(session, lambda _: None)
    findings = run(named([FunctionRef(function)], aws).subjects, aws, ["LDS302", "LDS303"])
    found: dict[str, set[str]] = {}
    for each in findings:
        found.setdefault(each.id, set()).add(str(each.state))
    return found


@pytest.mark.parametrize("row", PERMISSIONS[::2], ids=lambda row: row.name)
def test_a_simulator_that_answers_less_makes_nothing_look_better(world: World, row: Row) -> None:
    function, scene = configured(world, row)
    world.allow(scene.role, *row.grants(scene))
    row.spoil(scene)
    truth = permission_verdicts(Simulator(world), function)
    assert permission_verdicts(OnlyTheFirst(world), function) == truth
    # Where IAM may not be asked, the policies are read, and come to the same or to "not known".
    judged = permission_verdicts(Forbidden(world), function)
    assert all(states in (truth[check], {"skip"}) for check, states in judged.items()), (judged, truth)
    silent = permission_verdicts(Silent(world), function)
    allowed_by_others = row.expected == {} and row.grants is NOTHING
    assert all("pass" not in states or allowed_by_others for states in silent.values()), silent


@pytest.mark.parametrize("row", PERMISSIONS, ids=lambda row: row.name)
def test_what_a_role_may_is_told_as_it_turns_out(world: World, row: Row) -> None:
    function, scene = configured(world, row)
    world.allow(scene.role, *row.grants(scene))
    row.spoil(scene)
    expected = {name: state for name, state in row.expected.items() if state != "pass"}
    found = troubles(world, function)
    assert {name: state for name, state in found.items() if row.expected.get(name) != "pass"} == expected
    if not row.confirmed:
        return
    world.send(function, None if row.slot == "on_success" else FAIL)
    if "fail" in expected.values():
        metric = "DeadLetterErrors" if row.slot == "dead_letter" else "DestinationDeliveryFailures"
        world.counted(metric, function)
    else:
        scene.place.came()


@pytest.mark.parametrize("row", SPOILED, ids=lambda row: row.name)
def test_what_was_spoiled_is_found_and_nothing_else(world: World, row: Spoiled) -> None:
    assert troubles(world, row.make(world)) == row.expected


def test_there_are_as_many_broken_set_ups_as_were_promised() -> None:
    broken = [row for row in PERMISSIONS if set(row.expected.values()) - {"pass"}]
    assert len(broken) + len(SPOILED) >= 60
