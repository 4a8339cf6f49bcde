"""The checks that need nothing but the configuration."""

import pytest

from lambda_dest_cli.checks import CHECKS
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from tests.support import ACCOUNT, FUNCTION_ARN, REGION, queue_arn
from tests.unit.checks.scene import BUCKET, BUS, DLQ, DONE, FAILED, TOPIC, findings, subject, told


def test_lds101_each_kind_in_a_slot_that_takes_it_passes() -> None:
    found = findings("LDS101", subject(on_success=BUS, on_failure=BUCKET, dead_letter=TOPIC))
    assert told(found) == [("pass", "on_success"), ("pass", "on_failure"), ("pass", "dead_letter")]
    assert found[0].message == "events:default is an EventBridge bus"
    assert found[0].target == str(BUS)


@pytest.mark.parametrize(
    ("slot", "arn", "said"),
    [
        ("on_success", "arn:aws:s3:::bucket", "an S3 bucket, which the on-success slot does not take"),
        ("dead_letter", f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default", "the dead-letter queue slot does not"),
        ("dead_letter", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other", "the dead-letter queue slot does not"),
        ("on_failure", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/every-hour", "a rule, not a bus"),
        ("on_failure", f"arn:aws:sns:{REGION}:{ACCOUNT}:topic:0b0e-11", "a subscription, not a topic"),
        ("on_failure", "arn:aws:s3:::bucket/prefix", "objects, not a bucket"),
        ("on_failure", f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s", "kinesis"),
    ],
)
def test_lds101_what_a_slot_does_not_take_fails(slot: str, arn: str, said: str) -> None:
    [found] = findings("LDS101", subject(**{slot: Arn.parse(arn)}))  # type: ignore[arg-type]
    assert told([found]) == [("fail", slot)]
    assert said in found.message
    assert found.hint.startswith("lds configure orders --")
    assert found.target == arn


@pytest.mark.parametrize(
    ("arn", "said"),
    [
        (queue_arn("orders.fifo"), "FIFO queues"),
        (f"arn:aws:sns:{REGION}:{ACCOUNT}:orders.fifo", "FIFO topics"),
        (f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/aws.partner/example.com/1", "partner event buses"),
    ],
)
def test_lds102_fifo_and_partner_buses_fail_and_are_no_matter_of_the_slot(arn: str, said: str) -> None:
    what = subject(on_failure=Arn.parse(arn))
    [found] = findings("LDS102", what)
    assert told([found]) == [("fail", "on_failure")]
    assert said in found.message
    assert told(findings("LDS101", what)) == [("pass", "on_failure")]


def test_lds102_says_nothing_of_what_is_well() -> None:
    assert findings("LDS102", subject(on_success=BUS, on_failure=FAILED, dead_letter=TOPIC)) == ()


FOREIGN_REGION = Arn.parse(f"arn:aws:sqs:eu-north-1:{ACCOUNT}:q")
FOREIGN_ACCOUNT = Arn.parse(f"arn:aws:sqs:{REGION}:210987654321:q")
FOREIGN_BOTH = Arn.parse("arn:aws:sqs:eu-north-1:210987654321:q")
FOREIGN_PARTITION = Arn.parse("arn:aws-cn:sqs:cn-north-1:210987654321:q")


@pytest.mark.parametrize(
    ("slot", "arn", "states", "said"),
    [
        ("on_failure", FOREIGN_REGION, ["warn"], "AWS documents no delivery across regions"),
        ("dead_letter", FOREIGN_REGION, ["fail"], "Lambda refuses a dead-letter queue of another region"),
        ("on_failure", FOREIGN_ACCOUNT, ["warn"], "belongs to the account 210987654321"),
        ("dead_letter", FOREIGN_ACCOUNT, ["warn"], "belongs to the account 210987654321"),
        ("on_failure", FOREIGN_BOTH, ["warn", "warn"], "is in eu-north-1, the function in eu-west-1"),
        ("on_failure", FOREIGN_PARTITION, ["fail"], "is in the partition aws-cn"),
        ("on_failure", BUCKET, [], ""),
        ("on_failure", FAILED, [], ""),
    ],
)
def test_lds103_partition_region_and_account(slot: str, arn: Arn, states: list[str], said: str) -> None:
    found = findings("LDS103", subject(**{slot: arn}))  # type: ignore[arg-type]
    assert told(found) == [(state, slot) for state in states]
    assert said in "".join(each.message for each in found)


@pytest.mark.parametrize("tail", ["", ":live", ":7", ":$LATEST"])
def test_lds104_the_function_itself_under_any_qualifier_fails(tail: str) -> None:
    [found] = findings("LDS104", subject(qualifier="live", on_success=Arn.parse(FUNCTION_ARN + tail)))
    assert told([found]) == [("fail", "on_success")]
    assert "its own destination" in found.message


@pytest.mark.parametrize("arn", [Arn.parse(FUNCTION_ARN), FOREIGN_PARTITION])
def test_of_what_cannot_be_nothing_more_is_asked(arn: Arn) -> None:
    for check_id in ("LDS201", "LDS302", "LDS303"):
        assert findings(check_id, subject(on_failure=arn)) == ()


@pytest.mark.parametrize("other", [f"{FUNCTION_ARN}-2", FUNCTION_ARN.replace(REGION, "eu-north-1")])
def test_lds104_a_function_of_a_longer_name_or_another_region_is_another(other: str) -> None:
    assert findings("LDS104", subject(on_success=Arn.parse(other))) == ()


@pytest.mark.parametrize(
    ("retries", "age", "possible"),
    [(2, 60, 0), (1, 60, 0), (2, 61, 1), (2, 179, 1), (2, 180, None), (1, 61, None), (0, 60, None), (2, 21_600, None)],
)
def test_lds105_the_age_must_leave_time_for_the_retries(retries: int, age: int, possible: int | None) -> None:
    config = EventInvokeConfig(None, FAILED, retries, age)
    found = findings("LDS105", subject(config))
    assert [each.evidence["possible_retries"] for each in found] == ([] if possible is None else [possible])
    assert all(each.hint == "lds configure orders --max-age 10m" for each in found)


def test_lds106_one_queue_for_both_outcomes_is_allowed_and_warned_of() -> None:
    [found] = findings("LDS106", subject(on_success=DONE, on_failure=DONE))
    assert told([found]) == [("warn", "on_failure")]
    assert "AWS allows" in found.message


def test_lds106_a_dlq_that_is_the_on_failure_destination_too_gets_everything_twice() -> None:
    [found] = findings("LDS106", subject(on_failure=DLQ, dead_letter=DLQ))
    assert told([found]) == [("warn", "dead_letter")]
    assert "arrives twice" in found.message


def test_lds106_a_bus_sorts_records_by_detail_type_so_it_may_take_both() -> None:
    assert findings("LDS106", subject(on_success=BUS, on_failure=BUS)) == ()
    assert findings("LDS106", subject(on_success=DONE, on_failure=FAILED, dead_letter=DLQ)) == ()


def test_lds401_without_any_failure_path_the_next_command_is_named() -> None:
    [found] = findings("LDS401", subject(qualifier="live", on_success=DONE))
    assert told([found]) == [("warn", None)]
    assert "AsyncEventsDropped" in found.message
    assert found.hint == "lds configure orders:live --on-failure sqs:orders-failed"


def test_lds401_either_path_is_enough() -> None:
    assert told(findings("LDS401", subject(on_failure=FAILED))) == [("pass", None)]
    assert told(findings("LDS401", subject(dead_letter=DLQ))) == [("pass", None)]


def test_lds402_aliases_without_a_configuration_are_named_with_the_command_that_gives_them_one() -> None:
    config = EventInvokeConfig(None, FAILED, 1, 3_600)
    [found] = findings("LDS402", subject(config, aliases={"live": "7", "beta": "8"}))
    assert told([found]) == [("warn", None)]
    assert "the aliases beta, live do not use it" in found.message
    assert found.hint.split("\n") == [
        f"lds configure orders:{alias} --on-failure sqs:failed --max-age 3600 --retries 1" for alias in ("beta", "live")
    ]


def test_lds402_a_configuration_of_the_defaults_still_gives_a_command_that_lds_takes() -> None:
    [found] = findings("LDS402", subject(EventInvokeConfig(), aliases={"live": "7"}))
    assert found.hint == "lds configure orders:live --retries 2"


def test_lds402_says_nothing_where_no_alias_is_left_out() -> None:
    assert findings("LDS402", subject(on_failure=FAILED)) == ()
    assert findings("LDS402", subject(qualifier="live", on_failure=FAILED, aliases={"beta": "8"})) == ()
    assert findings("LDS402", subject(aliases={"live": "7"})) == ()


def test_lds402_aliases_that_could_not_be_read_are_a_skip() -> None:
    [found] = findings("LDS402", subject(on_failure=FAILED, aliases_why="you may not call lambda:ListAliases"))
    assert told([found]) == [("skip", None)]
    assert "lambda:ListAliases" in found.message


def test_a_destination_elsewhere_is_spelled_in_full_in_a_command() -> None:
    [found] = findings("LDS402", subject(on_failure=FOREIGN_REGION, aliases={"live": "7"}))
    assert found.hint == f"lds configure orders:live --on-failure {FOREIGN_REGION}"


def test_offline_says_which_checks_ask_nothing() -> None:
    assert {check.id for check in CHECKS.values() if check.offline} == {
        "LDS101", "LDS102", "LDS103", "LDS104", "LDS105", "LDS106", "LDS108", "LDS401", "LDS402", "LDS404", "LDS405",
    }  # fmt: skip
