"""Which functions and qualifiers are looked at."""

import pytest

from lambda_dest_cli.checks.select import Selection, everywhere, named
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, LdsError, NotFound, Throttled
from lambda_dest_cli.model.configuration import EventInvokeConfig
from lambda_dest_cli.model.finding import State
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from tests.unit.checks.scene import DLQ, FACTS, FAILED, Region

CONFIG = EventInvokeConfig(on_failure=FAILED)


def who(selection: Selection) -> list[tuple[str, str, bool]]:
    return [(each.facts.name, each.qualifier, each.configured) for each in selection.subjects]


def of(region: Region, *functions: str) -> Selection:
    return named([FunctionRef.parse(each) for each in functions], region.aws())


def test_a_qualifier_that_is_named_is_looked_at_configured_or_not() -> None:
    region = Region({"orders": {"live": CONFIG}})
    assert who(of(region, "orders:live")) == [("orders", "live", True)]
    assert who(of(region, "orders:beta")) == [("orders", "beta", False)]


def test_without_a_qualifier_each_configured_one_is_looked_at() -> None:
    region = Region({"orders": {"live": CONFIG, LATEST: CONFIG, "7": CONFIG}})
    assert who(of(region, "orders")) == [("orders", each, True) for each in (LATEST, "7", "live")]


def test_without_any_configuration_latest_is_looked_at_so_that_a_missing_failure_path_is_found() -> None:
    assert who(of(Region({"orders": {}}), "orders")) == [("orders", LATEST, False)]


def test_what_is_named_twice_is_looked_at_once() -> None:
    region = Region({"orders": {"live": CONFIG}})
    assert who(of(region, "orders", "orders:live", str(FACTS.arn))) == [("orders", "live", True)]


def test_a_named_function_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(NotFound):
        of(Region({}), "orders")


def test_a_named_function_that_may_not_be_read_is_an_error() -> None:
    with pytest.raises(AccessDenied):
        of(Region({"orders": {}}, refused={"orders": AccessDenied("no")}), "orders")


def test_the_region_is_looked_at_by_name_where_anything_is_configured() -> None:
    region = Region({"zeta": {"live": CONFIG}, "alpha": {}, "beta": {}}, dead_letters={"beta": DLQ})
    assert who(everywhere(False, region.aws())) == [("beta", LATEST, False), ("zeta", "live", True)]
    assert [name for name, _, _ in who(everywhere(True, region.aws()))] == ["alpha", "beta", "zeta"]


def test_a_function_of_the_region_that_may_not_be_read_is_a_skip_and_hides_no_other() -> None:
    refused = {"alpha": AccessDenied("you may not call lambda:ListFunctionEventInvokeConfigs", "ask for it")}
    found = everywhere(False, Region({"alpha": {}, "beta": {"live": CONFIG}}, refused=refused).aws())
    assert who(found) == [("beta", "live", True)]
    [skip] = found.unread
    assert (skip.id, skip.state, skip.function) == ("LDS002", State.SKIP, "alpha")
    assert "lambda:ListFunctionEventInvokeConfigs" in skip.message
    assert skip.hint == "ask for it"


def test_a_function_that_was_deleted_in_the_meantime_is_no_finding() -> None:
    found = everywhere(True, Region({"alpha": {}, "beta": {}}, refused={"alpha": NotFound("gone")}).aws())
    assert who(found) == [("beta", LATEST, False)]
    assert found.unread == ()


def test_credentials_that_end_in_the_middle_end_the_run() -> None:
    with pytest.raises(CredentialsProblem):
        everywhere(True, Region({"alpha": {}}, refused={"alpha": CredentialsProblem("expired")}).aws())


@pytest.mark.parametrize("problem", [AccessDenied("you may not call lambda:ListAliases"), Throttled("slow down")])
def test_aliases_that_cannot_be_read_keep_nothing_else_from_being_checked(problem: LdsError) -> None:
    [found] = of(Region({"orders": {LATEST: CONFIG}}, no_aliases=problem), "orders").subjects
    assert found.aliases_why == problem.message
    assert found.configured


def test_a_version_keeps_the_dead_letter_queue_it_was_published_with() -> None:
    region = Region({"orders": {LATEST: CONFIG, "7": CONFIG}}, dead_letters={"orders": DLQ, "orders:7": FAILED})
    assert [(each.qualifier, each.dead_letter) for each in of(region, "orders").subjects] == [
        (LATEST, DLQ),
        ("7", FAILED),
    ]
