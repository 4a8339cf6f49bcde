"""``lds configure`` from argv to what is written, asked, printed and returned."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.errors import AccessDenied, ExitCode
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import EventInvokeConfig
from tests.support import ACCOUNT, REGION, ROLE_ARN, queue_arn
from tests.unit.commands.stage import DLQ, DONE, FAILED, OLD, ORDERS, Stage, put_request

TO_FAILED = ["configure", "orders", "--on-failure", "sqs:failed"]
SHORT = "identity policy"


def config_json(on_success: Arn | None, on_failure: Arn | None, retries: int = 2, age: int = 21_600) -> dict[str, Any]:
    return {
        "on_success": str(on_success) if on_success else None,
        "on_failure": str(on_failure) if on_failure else None,
        "maximum_retry_attempts": retries,
        "maximum_event_age_in_seconds": age,
    }


def nothing_was_written(stage: Stage) -> bool:
    return stage.account.log == []


# What is written


def test_the_document_has_plan_findings_and_steps_as_the_contract_says() -> None:
    stage = Stage()
    stage.will_put(**put_request(None, FAILED))
    data = stage.data(*TO_FAILED)
    assert set(data) == {"plan", "findings", "steps", "grant"}
    assert data["grant"] is None
    assert set(data["plan"]) == {"digest", "changes", "summary"}
    assert data["plan"]["summary"] == {"create": 1, "update": 0, "delete": 0, "unchanged": 0}
    assert data["plan"]["changes"] == [
        {
            "action": "create",
            "kind": "invoke_config",
            "function": "orders",
            "qualifier": "$LATEST",
            "before": None,
            "after": config_json(None, FAILED),
        }
    ]
    assert data["steps"] == [
        {
            "function": "orders",
            "qualifier": "$LATEST",
            "kind": "invoke_config",
            "action": "create",
            "outcome": "applied",
            "error": None,
        }
    ]
    keys = {"id", "state", "function", "qualifier", "slot", "target", "message", "hint", "evidence"}
    assert all(set(finding) == keys for finding in data["findings"])
    assert {(each["id"], each["state"]) for each in data["findings"]} == {
        ("LDS101", "pass"), ("LDS201", "pass"), ("LDS301", "pass"), ("LDS302", "pass"), ("LDS401", "pass"),
    }  # fmt: skip
    assert stage.document()["status"] == "ok"
    assert stage.document()["errors"] == []


def test_what_is_not_named_stays_and_all_of_it_is_sent() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE, None, 1, 3_600), "live")
    stage.will_put(**put_request(DONE, FAILED, 1, 3_600, Qualifier="live"))
    data = stage.data("configure", "orders:live", "--on-failure", "sqs:failed")
    [change] = data["plan"]["changes"]
    assert (change["action"], change["qualifier"]) == ("update", "live")
    assert change["before"] == config_json(DONE, None, 1, 3_600)
    assert change["after"] == config_json(DONE, FAILED, 1, 3_600)


@pytest.mark.parametrize("words", [["orders:live"], ["orders", "-q", "live"], ["orders:live", "--qualifier", "live"]])
def test_a_qualifier_is_named_either_way(words: list[str]) -> None:
    stage = Stage()
    stage.will_put(**put_request(None, FAILED, 0, 90, Qualifier="live"))
    assert stage.lds("configure", *words, "--on-failure", "sqs:failed", "--retries", "0", "--max-age", "90s") == 0
    assert stage.account.log == ["put orders:live"]


def test_the_dead_letter_queue_is_the_functions_and_a_change_of_its_own() -> None:
    stage = Stage()
    stage.will_set_dead_letter(str(DLQ))
    stage.will_put(**put_request(None, FAILED, Qualifier="live"))
    data = stage.data("configure", "orders:live", "--on-failure", "sqs:failed", "--dlq", "sqs:dlq")
    assert [(each["kind"], each["qualifier"], each["outcome"]) for each in data["steps"]] == [
        ("dead_letter", "$LATEST", "applied"),
        ("invoke_config", "live", "applied"),
    ]
    assert data["plan"]["changes"][0]["after"] == {"target_arn": str(DLQ)}
    assert stage.account.log == [f"dead letter orders {DLQ}", "put orders:live"]


@pytest.mark.parametrize(
    ("typed", "arn"),
    [
        ("sns:alerts", f"arn:aws:sns:{REGION}:{ACCOUNT}:alerts"),
        ("events:default", f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"),
        ("lambda:next:live", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:next:live"),
        ("s3:orders-failures", "arn:aws:s3:::orders-failures"),
        (queue_arn("failed"), queue_arn("failed")),
    ],
)
def test_every_spelling_of_a_destination(typed: str, arn: str) -> None:
    stage = Stage()
    stage.will_put(**put_request(None, Arn.parse(arn)))
    assert stage.lds("configure", "orders", "--on-failure", typed) == 0


def test_a_queue_url_is_resolved_with_a_note_beside_the_answer() -> None:
    stage = Stage()
    stage.will_put(**put_request(None, FAILED))
    url = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/failed"
    assert stage.data("configure", "orders", "--on-failure", url)["steps"][0]["outcome"] == "applied"
    assert stage.stderr.getvalue() == f"{url} is the queue {FAILED}\n"


def test_what_is_as_asked_already_is_left_alone() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(None, FAILED))
    data = stage.data(*TO_FAILED)
    assert data["plan"]["summary"] == {"create": 0, "update": 0, "delete": 0, "unchanged": 1}
    assert (data["plan"]["changes"], data["steps"], data["findings"]) == ([], [], [])
    assert nothing_was_written(stage)


def test_text_says_what_was_done_and_keeps_passes_to_itself() -> None:
    stage = Stage()
    stage.will_put(**put_request(None, FAILED))
    assert stage.lds(*TO_FAILED) == 0
    assert stage.stdout.getvalue().splitlines() == [
        "DONE    orders:$LATEST  asynchronous configuration set",
        f"        on-failure        -> {FAILED}",
    ]
    assert stage.stderr.getvalue() == ""


# Clearing and replacing


def test_none_clears_one_destination_and_keeps_the_rest() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE, FAILED))
    stage.will_put(**put_request(None, FAILED))
    assert stage.lds("configure", "orders", "--on-success", "none", "--yes") == 0


def test_clearing_the_last_setting_deletes_the_configuration() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE))
    stage.will_delete(FunctionName="orders")
    data = stage.data("configure", "orders", "--on-success", "none", "--yes")
    assert [(each["action"], each["after"]) for each in data["plan"]["changes"]] == [("delete", None)]


def test_none_takes_the_dead_letter_queue_off() -> None:
    stage = Stage()
    stage.has_dead_letter(DLQ)
    stage.will_set_dead_letter("")
    assert stage.lds("configure", "orders", "--dlq", "none", "--yes") == 0
    assert stage.account.log == ["dead letter orders None"]


def test_what_cannot_work_any_more_can_still_be_cleared() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE))
    stage.account.missing = {DONE}
    stage.will_delete()
    assert stage.lds("configure", "orders", "--on-success", "none", "--yes") == 0


def test_replace_resets_the_unnamed_and_leaves_the_dead_letter_queue_alone() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE, OLD, 0, 60))
    stage.has_dead_letter(DLQ)
    stage.will_put(**put_request(None, FAILED))
    data = stage.data(*TO_FAILED, "--replace", "--yes")
    assert [each["kind"] for each in data["plan"]["changes"]] == ["invoke_config"]
    assert data["plan"]["changes"][0]["after"] == config_json(None, FAILED)


def test_replace_alone_deletes_the_configuration() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(DONE), "live")
    stage.will_delete(FunctionName="orders", Qualifier="live")
    assert stage.lds("configure", "orders:live", "--replace", "--yes") == 0


# Asking


def replacing() -> Stage:
    stage = Stage()
    stage.has(EventInvokeConfig(None, OLD))
    return stage


def test_without_a_terminal_a_replacement_needs_yes_and_says_so() -> None:
    stage = replacing()
    assert stage.lds(*TO_FAILED) == ExitCode.USAGE
    assert "This replaces or removes what is set. There is no terminal to ask on" in stage.stderr.getvalue()
    assert "--yes" in stage.stderr.getvalue()
    assert f"~ on-failure   {OLD} -> {FAILED}" in stage.stderr.getvalue()
    assert stage.stdout.getvalue() == ""
    assert nothing_was_written(stage)


def test_in_json_the_refusal_is_an_envelope() -> None:
    stage = replacing()
    assert stage.data(*TO_FAILED, code=2) is None
    [error] = stage.document()["errors"]
    assert (error["code"], error["hint"]) == ("Usage", "say --yes to go ahead without being asked")
    assert stage.document()["status"] == "error"


def test_yes_is_not_asked_and_shows_no_preview() -> None:
    stage = replacing()
    stage.will_put(**put_request(None, FAILED))
    assert stage.lds(*TO_FAILED, "-y") == 0
    assert stage.stderr.getvalue() == ""


@pytest.mark.parametrize("typed", ["y\n", "yes\n"])
def test_at_a_terminal_a_person_sees_the_plan_and_agrees(typed: str) -> None:
    stage = replacing()
    stage.at_a_terminal(typed)
    stage.will_put(**put_request(None, FAILED))
    assert stage.lds(*TO_FAILED) == 0
    told = stage.stderr.getvalue()
    assert told.index("Plan: 0 to add, 1 to change") < told.index("This replaces or removes what is set. [y/N]")


@pytest.mark.parametrize("typed", ["n\n", "\n", ""])
def test_anything_else_is_no_and_nothing_is_written(typed: str) -> None:
    stage = replacing()
    stage.at_a_terminal(typed)
    assert stage.lds(*TO_FAILED) == ExitCode.ERROR
    assert "nothing was written: the answer was no" in stage.stderr.getvalue()
    assert nothing_was_written(stage)


@pytest.mark.parametrize(
    ("there", "argv"),
    [
        (EventInvokeConfig(DONE), ["--on-failure", "sqs:failed"]),
        (EventInvokeConfig(None, FAILED), ["--retries", "0"]),
        (EventInvokeConfig(None, FAILED), ["--max-age", "1h"]),
    ],
)
def test_what_only_adds_is_not_asked_about(there: EventInvokeConfig, argv: list[str]) -> None:
    stage = Stage()
    stage.has(there)
    stage.will_put()
    assert stage.lds("configure", "orders", *argv) == 0


# Looking first


def test_a_dry_run_shows_the_plan_and_writes_nothing() -> None:
    stage = replacing()
    data = stage.data(*TO_FAILED, "--dry-run")
    assert stage.document()["status"] == "changes"
    assert (data["plan"]["summary"]["update"], data["steps"]) == (1, [])
    assert data["findings"]
    assert nothing_was_written(stage)


def test_a_dry_run_of_nothing_is_ok_and_in_text_says_so() -> None:
    stage, again = Stage(), Stage()
    for each in (stage, again):
        each.has(EventInvokeConfig(None, FAILED))
    assert stage.data(*TO_FAILED, "--dry-run")["plan"]["changes"] == []
    assert stage.document()["status"] == "ok"
    assert again.lds(*TO_FAILED, "--dry-run") == 0
    assert again.stdout.getvalue() == "No changes: it is as asked already.\n"


def test_a_plan_that_was_reviewed_is_named_by_its_digest() -> None:
    look, go = Stage(), Stage()
    digest = look.data(*TO_FAILED, "--dry-run")["plan"]["digest"]
    go.will_put()
    assert go.data(*TO_FAILED, "--expect", digest)["plan"]["digest"] == digest


def test_any_other_plan_is_refused_before_anything_is_checked_or_written() -> None:
    stage = Stage()
    stage.account.simulation = AccessDenied("must not be asked")
    assert stage.lds(*TO_FAILED, "--expect", "0123456789abcdef") == ExitCode.USAGE
    assert "--expect says 0123456789abcdef" in stage.stderr.getvalue()
    assert nothing_was_written(stage)


# Held back


@pytest.mark.parametrize(
    ("argv", "check_id"),
    [
        (["--on-failure", "sqs:orders.fifo"], "LDS102"),
        (["--dlq", "sns:orders.fifo"], "LDS102"),
        (["--on-success", "s3:orders-failures"], "LDS101"),
        (["--dlq", "events:default"], "LDS101"),
        (["--on-success", "lambda:orders"], "LDS104"),
        (["--on-failure", "lambda:orders:live"], "LDS104"),
        (["--dlq", f"arn:aws:sqs:eu-north-1:{ACCOUNT}:dlq"], "LDS103"),
    ],
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_what_cannot_be_is_2_and_writes_nothing(argv: list[str], check_id: str, dry: list[str]) -> None:
    stage = Stage()
    data = stage.data("configure", "orders", *argv, *dry, code=2)
    assert [each["id"] for each in data["findings"] if each["state"] == "fail"] == [check_id]
    assert data["steps"] == []
    document = stage.document()
    assert document["status"] == "error"
    [error] = document["errors"]
    assert error["code"] == "HeldBack"
    assert error["message"].startswith("nothing was written: ")
    assert "--skip-checks" in error["hint"]
    assert nothing_was_written(stage)


def test_a_queue_that_does_not_exist_is_1() -> None:
    stage = Stage()
    stage.account.missing = {FAILED}
    data = stage.data(*TO_FAILED, code=1)
    assert [each["id"] for each in data["findings"] if each["state"] == "fail"] == ["LDS201"]
    assert stage.document()["status"] == "error"
    assert nothing_was_written(stage)


@pytest.mark.parametrize("said_by", [SHORT, "permissions boundary", "organization"])
def test_a_permission_that_is_missing_is_3(said_by: str) -> None:
    stage = Stage()
    stage.account.denied = {str(FAILED): said_by}
    data = stage.data(*TO_FAILED, code=3)
    [failed] = [each for each in data["findings"] if each["state"] == "fail"]
    assert (failed["id"], failed["slot"], failed["target"]) == ("LDS302", "on_failure", str(FAILED))
    assert failed["evidence"]["said_by"] == said_by
    assert failed["evidence"]["statement"][0]["Action"] == "sqs:SendMessage"
    assert stage.document()["status"] == "findings"
    assert nothing_was_written(stage)


def test_text_of_what_was_held_back_names_the_cause_the_cure_and_how_many_more() -> None:
    stage = Stage()
    stage.account.denied = {str(FAILED): SHORT, str(DONE): SHORT}
    assert stage.lds(*TO_FAILED, "--on-success", "sqs:done") == 3
    assert "  FAIL  LDS302  on-failure: the role orders-role may not deliver to sqs:failed" in stage.stdout.getvalue()
    assert "fix: lds configure orders --on-failure sqs:failed --fix-role" in stage.stdout.getvalue()
    assert "lds: nothing was written: the role orders-role may not deliver to sqs:done" in stage.stderr.getvalue()
    assert "(and 1 more)" in stage.stderr.getvalue()


def test_what_is_wrong_with_another_slot_does_not_hold_the_write_back() -> None:
    stage = Stage()
    stage.has_dead_letter(OLD)
    stage.account.missing = {OLD}
    stage.will_put(**put_request(None, FAILED))
    data = stage.data(*TO_FAILED)
    assert ("LDS201", "fail", "dead_letter") in [(each["id"], each["state"], each["slot"]) for each in data["findings"]]


def test_what_is_wrong_with_the_other_destination_does_since_put_writes_both() -> None:
    stage = Stage()
    stage.has(EventInvokeConfig(OLD))
    stage.account.missing = {OLD}
    assert stage.lds(*TO_FAILED) == ExitCode.ERROR
    assert nothing_was_written(stage)


def test_a_check_that_could_not_be_made_is_shown_and_does_not_hold_back() -> None:
    stage = Stage()
    stage.account.simulation = AccessDenied("orders-role: you may not call iam:SimulatePrincipalPolicy")
    stage.will_put(**put_request(None, FAILED))
    assert stage.lds(*TO_FAILED) == 0
    assert "  SKIP  LDS302  " in stage.stdout.getvalue()
    assert "iam:SimulatePrincipalPolicy" in stage.stdout.getvalue()


@pytest.mark.parametrize(("kept", "state"), [(None, "warn"), (DLQ, "pass")])
def test_an_alias_is_checked_with_the_dead_letter_queue_its_version_was_published_with(
    kept: Arn | None, state: str
) -> None:
    stage = Stage()
    stage.has_dead_letter(None if kept else DLQ)
    stage.account.aliases = {"orders": {"live": "7"}}
    stage.account.functions["orders:7"] = replace(ORDERS, dead_letter=kept)
    stage.will_put()
    data = stage.data("configure", "orders:live", "--on-success", "sqs:done")
    assert [each["state"] for each in data["findings"] if each["id"] == "LDS401"] == [state]


def test_skip_checks_writes_what_the_checks_would_hold_back_and_asks_nobody() -> None:
    stage = Stage()
    stage.account.denied, stage.account.missing = {str(FAILED): SHORT}, {FAILED}
    stage.will_put(**put_request(None, FAILED))
    assert stage.data(*TO_FAILED, "--skip-checks")["findings"] == []


def test_what_lambda_refuses_all_the_same_is_told_in_its_own_words() -> None:
    stage = Stage()
    words = "The provided destination config DestinationConfig(onSuccess=null) is invalid."
    stage.session.refuses("lambda", "put_function_event_invoke_config", "InvalidParameterValueException", words)
    data = stage.data(*TO_FAILED, code=1)
    assert (data["steps"][0]["outcome"], words in data["steps"][0]["error"]) == ("failed", True)
    assert [each["code"] for each in stage.document()["errors"]] == ["Failed"]


def test_partly_done_is_5_and_says_what_was_not() -> None:
    stage = Stage()
    stage.will_set_dead_letter(str(DLQ))
    stage.session.refuses("lambda", "put_function_event_invoke_config", "InvalidParameterValueException", "no")
    data = stage.data("configure", "orders", "--dlq", "sqs:dlq", "--on-failure", "sqs:failed", code=5)
    assert [each["outcome"] for each in data["steps"]] == ["applied", "failed"]
    assert stage.document()["status"] == "partial"


NOT_YET = f"The function execution role does not have permissions to call SendMessage on {FAILED}"


@pytest.mark.parametrize(("option", "code", "waited"), [("--wait", 0, 1), ("--no-wait", 1, 0)])
def test_a_permission_that_lambda_does_not_see_yet_is_waited_for_or_not(option: str, code: int, waited: int) -> None:
    stage = Stage()
    stage.session.refuses("lambda", "put_function_event_invoke_config", "InvalidParameterValueException", NOT_YET)
    if waited:
        stage.will_put()
    assert stage.lds(*TO_FAILED, option) == code
    assert [seconds for seconds in stage.slept if seconds] == [1] * waited
    assert ("Lambda does not see the permission yet; waiting" in stage.stderr.getvalue()) is bool(waited)


# --fix-role

OTHERS = {"Sid": "LdsSqs", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": str(OLD)}
NEW = {"Sid": "LdsSqs2", "Effect": "Allow", "Action": "sqs:SendMessage", "Resource": str(FAILED)}
MERGED = {"Version": "2012-10-17", "Statement": [OTHERS, NEW]}


def lacking(held: dict[str, Any] | None = None) -> Stage:
    """The role may not send to the queue, and has a policy of lds's already."""
    stage = Stage()
    stage.account.denied = {str(FAILED): SHORT}
    policy_will_be_read(stage, held)
    return stage


def policy_will_be_read(stage: Stage, held: dict[str, Any] | None = None) -> None:
    there = held or {"Version": "2012-10-17", "Statement": [OTHERS]}
    stage.session.answers(
        "iam",
        "get_role_policy",
        {"RoleName": "orders-role", "PolicyName": "lds-destinations", "PolicyDocument": json.dumps(there)},
        RoleName="orders-role",
        PolicyName="lds-destinations",
    )


def policy_will_be_written(stage: Stage) -> None:
    """It is read once more just before."""
    policy_will_be_read(stage)
    stage.session.answers(
        "iam",
        "put_role_policy",
        {},
        RoleName="orders-role",
        PolicyName="lds-destinations",
        PolicyDocument=json.dumps(MERGED),
    )


def test_fix_role_writes_one_policy_with_what_it_held_shows_it_and_then_configures() -> None:
    stage = lacking()
    policy_will_be_written(stage)
    stage.will_put(**put_request(None, FAILED))
    data = stage.data(*TO_FAILED, "--fix-role")
    assert stage.account.log == ["put policy", "put orders:$LATEST"]
    assert data["grant"] == {"role": ROLE_ARN, "policy_name": "lds-destinations", "document": MERGED}
    assert {each["state"] for each in data["findings"]} == {"pass"}
    told = stage.stderr.getvalue().splitlines()
    assert told[:2] == [f"+ role {ROLE_ARN}", "    inline policy lds-destinations, new:"]
    assert [json.loads(line) for line in told[2:]] == [NEW]


def test_fix_role_where_nothing_is_missing_touches_no_policy() -> None:
    stage = Stage()
    stage.will_put()
    assert stage.data(*TO_FAILED, "--fix-role")["grant"] is None
    assert stage.account.log == ["put orders:$LATEST"]


def test_fix_role_of_what_is_configured_already_writes_only_the_policy() -> None:
    stage = lacking()
    stage.has(EventInvokeConfig(None, FAILED))
    policy_will_be_written(stage)
    assert stage.data(*TO_FAILED, "--fix-role")["steps"] == []
    assert stage.account.log == ["put policy"]


def test_fix_role_alone_cures_what_is_configured_and_changes_nothing_else() -> None:
    stage = lacking()
    stage.has(EventInvokeConfig(None, FAILED))
    policy_will_be_written(stage)
    assert stage.lds("configure", "orders", "--fix-role") == 0
    assert stage.account.log == ["put policy"]
    assert stage.stdout.getvalue().splitlines()[0] == "DONE    role orders-role  inline policy lds-destinations written"


def test_a_dry_run_of_fix_role_shows_the_policy_and_writes_nothing() -> None:
    stage = lacking()
    data = stage.data(*TO_FAILED, "--fix-role", "--dry-run")
    assert stage.document()["status"] == "changes"
    assert data["grant"]["document"] == MERGED
    assert not [each for each in data["findings"] if each["state"] == "fail"]
    assert nothing_was_written(stage)


def test_text_of_a_dry_run_of_fix_role_has_the_statement_above_the_plan() -> None:
    stage = lacking()
    assert stage.lds(*TO_FAILED, "--fix-role", "--dry-run") == 0
    text = stage.stdout.getvalue()
    assert text.index(json.dumps(NEW)) < text.index("+ orders:$LATEST")


def test_what_no_grant_cures_is_not_granted() -> None:
    stage = Stage()
    stage.account.denied = {str(FAILED): "permissions boundary"}
    assert stage.data(*TO_FAILED, "--fix-role", code=3)["grant"] is None
    assert nothing_was_written(stage)


def test_no_policy_is_written_for_a_change_that_is_held_back_anyhow() -> None:
    stage = Stage()
    stage.account.denied, stage.account.missing = {str(FAILED): SHORT}, {FAILED}
    assert stage.data(*TO_FAILED, "--fix-role", code=1)["grant"] is None
    assert nothing_was_written(stage)


def test_no_policy_is_written_before_a_replacement_was_agreed_to() -> None:
    stage = lacking()
    stage.has(EventInvokeConfig(None, OLD))
    assert stage.lds(*TO_FAILED, "--fix-role") == ExitCode.USAGE
    assert "--yes" in stage.stderr.getvalue()
    assert nothing_was_written(stage)


def test_at_a_terminal_plan_and_policy_are_both_shown_before_the_one_question() -> None:
    stage = lacking()
    stage.has(EventInvokeConfig(None, OLD))
    stage.at_a_terminal("y\n")
    policy_will_be_written(stage)
    stage.will_put(**put_request(None, FAILED))
    assert stage.lds(*TO_FAILED, "--fix-role") == 0
    told = stage.stderr.getvalue()
    assert told.count("[y/N]") == 1
    assert max(told.index("inline policy lds-destinations"), told.index("Plan: ")) < told.index("[y/N]")
    assert stage.account.log == ["put policy", "put orders:$LATEST"]


def test_no_at_a_terminal_leaves_the_role_alone() -> None:
    stage = lacking()
    stage.has(EventInvokeConfig(None, OLD))
    stage.at_a_terminal("n\n")
    assert stage.lds(*TO_FAILED, "--fix-role") == ExitCode.ERROR
    assert nothing_was_written(stage)


def test_a_policy_that_does_not_show_holds_the_write_back_and_is_not_called_nothing() -> None:
    stage = lacking()
    policy_will_be_written(stage)
    stage.account.policy_shows = False
    data = stage.data(*TO_FAILED, "--fix-role", code=5)
    assert stage.account.log == ["put policy"]
    assert sum(stage.slept) == 10
    assert "IAM does not show the new policy" in stage.stderr.getvalue()
    assert (data["steps"], data["grant"]["document"]) == ([], MERGED)
    assert stage.document()["status"] == "partial"
    assert stage.document()["errors"][0]["message"].startswith(
        "the policy lds-destinations was written, the function was not configured: "
    )


def test_whoever_may_not_write_the_policy_is_told_the_call() -> None:
    stage = lacking()
    policy_will_be_read(stage)
    stage.session.refuses("iam", "put_role_policy", "AccessDenied", "no identity-based policy allows it", 403)
    assert stage.lds(*TO_FAILED, "--fix-role") == ExitCode.ERROR
    assert "you may not call iam:PutRolePolicy" in stage.stderr.getvalue()
    assert nothing_was_written(stage)


def test_fix_role_and_skip_checks_contradict_each_other() -> None:
    stage = Stage()
    assert stage.lds(*TO_FAILED, "--fix-role", "--skip-checks") == ExitCode.USAGE
    assert "--fix-role" in stage.stderr.getvalue()
    assert nothing_was_written(stage)


# What is not there


@pytest.mark.parametrize(("name", "said"), [("nosuch", "there is no such function"), ("orders:nosuch", "no alias or")])
def test_a_function_or_an_alias_that_does_not_exist_is_1(name: str, said: str) -> None:
    stage = Stage()
    assert stage.lds("configure", name, "--on-failure", "sqs:failed") == ExitCode.ERROR
    assert said in stage.stderr.getvalue()


@pytest.mark.parametrize("typed", ["failed", "sqs:", "sqs:a b", "kinesis:x", "https://example.com/", "None"])
def test_what_is_no_destination_is_2(typed: str) -> None:
    stage = Stage()
    assert stage.lds("configure", "orders", "--on-failure", typed) == ExitCode.USAGE
    assert stage.stdout.getvalue() == ""
