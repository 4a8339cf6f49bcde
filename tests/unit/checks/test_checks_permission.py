"""LDS302: who says no, with the simulator's answers as IAM gives them."""

from dataclasses import replace
from typing import Any

import pytest

from lambda_dest_cli.granter import curable
from tests.support import ACCOUNT, ROLE_ARN, StubbedSession
from tests.unit.checks.scene import BUCKET, DLQ, FAILED, context, entries, findings, simulated, subject, told, verdict

SEND = "sqs:SendMessage"
ON_FAILURE = subject(on_failure=FAILED)
NO_ORGANIZATION: dict[str, Any] = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
NO_BOUNDARY: dict[str, Any] = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}


def matched(name: str) -> dict[str, Any]:
    return {"MatchedStatements": [{"SourcePolicyId": name, "SourcePolicyType": "IAM Policy"}]}


def test_a_role_that_may_passes_and_the_evidence_says_what_was_asked() -> None:
    session = StubbedSession()
    simulated(
        session,
        verdict(SEND, str(FAILED), "allowed", **matched("orders-policy")),
        PolicySourceArn=ROLE_ARN,
        ActionNames=[SEND],
        ResourceArns=[str(FAILED)],
        ContextEntries=context(),
    )
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("pass", "on_failure")]
    assert found.evidence == {
        "role": ROLE_ARN,
        "decision": "allowed",
        "said_by": "",
        "matched": ["orders-policy"],
        "missing_context": [],
        "needs": [{"action": SEND, "resource": str(FAILED)}],
    }
    session.assert_everything_was_asked()


def test_a_missing_grant_shows_the_command_and_the_statement_that_cure_it() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), "implicitDeny"))
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert found.message == (
        "the role orders-role may not deliver to sqs:failed: none of its policies allows sqs:SendMessage (implicitDeny)"
    )
    assert found.hint.split("\n")[0] == "lds configure orders --on-failure sqs:failed --fix-role"
    statement = {"Sid": "LdsSqs", "Effect": "Allow", "Action": SEND, "Resource": str(FAILED)}
    assert found.evidence["statement"] == [statement]
    assert (found.evidence["decision"], found.evidence["said_by"]) == ("implicitDeny", "identity policy")
    assert [(need.action, need.resource) for need in curable([found])] == [(SEND, str(FAILED))]


@pytest.mark.parametrize(
    ("decision", "more", "said_by", "message", "hint"),
    [
        ("implicitDeny", NO_BOUNDARY, "permissions boundary", "boundary does not allow sqs:SendMessage", "must allow"),
        ("implicitDeny", NO_ORGANIZATION, "organization", "organization does not allow sqs:SendMessage", "must allow"),
        (
            "explicitDeny",
            matched("keep-out"),
            "identity policy",
            "a policy denies sqs:SendMessage (explicitDeny by keep-out)",
            "stronger than any grant",
        ),
        (
            "explicitDeny",
            NO_BOUNDARY | matched("edge"),
            "permissions boundary",
            "the role's permissions boundary denies sqs:SendMessage (explicitDeny by edge)",
            "stronger than any grant",
        ),
        (
            "explicitDeny",
            NO_ORGANIZATION,
            "organization",
            "the organization denies sqs:SendMessage (explicitDeny)",
            "stronger than any grant",
        ),
    ],
)
def test_who_says_no_is_named_and_nothing_useless_is_offered(
    decision: str, more: dict[str, Any], said_by: str, message: str, hint: str
) -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), decision, **more))
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert (found.evidence["decision"], found.evidence["said_by"]) == (decision, said_by)
    assert message in found.message
    assert hint in found.hint
    assert "--fix-role" not in found.hint
    assert curable([found]) == ()


def test_an_administrator_whom_the_organization_stops_is_told_so() -> None:
    """The case of ecs-exec-checker#70: every policy allows, and the verdict is an unexplained implicitDeny."""
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), "implicitDeny", **NO_ORGANIZATION, **matched("AdministratorAccess")))
    [found] = findings("LDS302", ON_FAILURE, session)
    assert "none of its policies" not in found.message
    assert "the organization does not allow" in found.message


def test_a_refusal_that_a_missing_context_key_may_have_caused_is_unknown_and_names_the_key() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), "implicitDeny", MissingContextValues=["aws:SourceVpce"]))
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "aws:SourceVpce" in found.message
    assert (found.evidence["decision"], found.evidence["missing_context"]) == ("unknown", ["aws:SourceVpce"])
    assert found.hint == (
        f"aws iam simulate-principal-policy --policy-source-arn {ROLE_ARN} --action-names sqs:SendMessage "
        f"--resource-arns {FAILED} "
        f"--context-entries {entries(context())} "
        "ContextKeyName=aws:SourceVpce,ContextKeyType=string,ContextKeyValues=VALUE"
    )


def test_a_condition_on_what_no_delivery_carries_is_a_sure_refusal() -> None:
    session = StubbedSession()
    missing = {"MissingContextValues": ["lambda:SourceFunctionArn"]}
    simulated(session, verdict(SEND, str(FAILED), "implicitDeny", **missing))
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("fail", "on_failure")]
    assert "a condition asks for lambda:SourceFunctionArn, which no delivery carries" in found.message
    assert found.evidence["missing_context"] == ["lambda:SourceFunctionArn"]
    assert [need.action for need in curable([found])] == [SEND]


def test_an_explicit_deny_stays_one_whatever_context_is_missing() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), "explicitDeny", MissingContextValues=["aws:SourceVpce"]))
    assert told(findings("LDS302", ON_FAILURE, session)) == [("fail", "on_failure")]


def test_a_pass_says_which_conditions_were_not_evaluated() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), "allowed", MissingContextValues=["aws:SourceVpce"]))
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("pass", "on_failure")]
    assert "conditions on aws:SourceVpce were not evaluated" in found.message


def test_a_simulator_that_gives_no_answer_is_no_pass() -> None:
    session = StubbedSession()
    simulated(session)
    simulated(session)
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("skip", "on_failure")]
    assert "gave no answer for sqs:SendMessage" in found.message


def test_one_call_asks_for_all_slots_and_each_gets_its_own_answer() -> None:
    session = StubbedSession()
    specific = [
        {"EvalResourceName": str(DLQ), "EvalResourceDecision": "allowed", "MatchedStatements": []},
        {"EvalResourceName": str(FAILED), "EvalResourceDecision": "implicitDeny", "MatchedStatements": []},
    ]
    simulated(session, verdict(SEND, str(DLQ), "allowed", ResourceSpecificResults=specific))
    found = findings("LDS302", subject(on_failure=FAILED, dead_letter=DLQ), session)
    assert told(found) == [("fail", "on_failure"), ("pass", "dead_letter")]
    session.assert_everything_was_asked()


OBJECTS = f"{BUCKET}/aws/lambda/async/orders/*"


def bucket_verdicts(listing: dict[str, Any], putting: dict[str, Any]) -> list[dict[str, Any]]:
    """S3 is asked for two actions on two resources: four answers, of which two are wanted."""
    return [
        verdict(
            action,
            str(BUCKET),
            "implicitDeny",
            ResourceSpecificResults=[
                {"EvalResourceName": str(BUCKET), "MatchedStatements": [], **listing},
                {"EvalResourceName": OBJECTS, "MatchedStatements": [], **putting},
            ],
        )
        for action in ("s3:ListBucket", "s3:PutObject")
    ]


def test_a_bucket_is_asked_for_with_its_owner_and_without_a_source_function() -> None:
    session = StubbedSession()
    allowed = {"EvalResourceDecision": "allowed"}
    simulated(
        session,
        *bucket_verdicts(allowed, allowed),
        PolicySourceArn=ROLE_ARN,
        ActionNames=["s3:ListBucket", "s3:PutObject"],
        ResourceArns=[str(BUCKET), OBJECTS],
        ContextEntries=context(),
    )
    assert told(findings("LDS302", subject(on_failure=BUCKET), session)) == [("pass", "on_failure")]


def test_of_two_actions_only_the_refused_one_is_granted() -> None:
    session = StubbedSession()
    simulated(session, *bucket_verdicts({"EvalResourceDecision": "allowed"}, {"EvalResourceDecision": "implicitDeny"}))
    [found] = findings("LDS302", subject(on_failure=BUCKET), session)
    assert "none of its policies allows s3:PutObject" in found.message
    assert "ListBucket" not in found.message
    assert found.evidence["needs"] == [{"action": "s3:PutObject", "resource": OBJECTS}]


def test_a_sure_refusal_outweighs_an_unknown_one_and_is_not_taken_for_it() -> None:
    session = StubbedSession()
    unknown = {"EvalResourceDecision": "implicitDeny", "MissingContextValues": ["aws:SourceVpce"]}
    simulated(session, *bucket_verdicts(unknown, {"EvalResourceDecision": "implicitDeny"}))
    [found] = findings("LDS302", subject(on_failure=BUCKET), session)
    assert told([found]) == [("fail", "on_failure")]
    assert found.evidence["needs"] == [{"action": "s3:PutObject", "resource": OBJECTS}]


def test_where_two_say_no_both_are_named_and_the_one_that_no_grant_cures_counts() -> None:
    session = StubbedSession()
    simulated(
        session,
        *bucket_verdicts(
            {"EvalResourceDecision": "implicitDeny"}, {"EvalResourceDecision": "implicitDeny"} | NO_BOUNDARY
        ),
    )
    [found] = findings("LDS302", subject(on_failure=BUCKET), session)
    assert "none of its policies allows s3:ListBucket (implicitDeny)" in found.message
    assert "the role's permissions boundary does not allow s3:PutObject (implicitDeny)" in found.message
    assert found.evidence["said_by"] == "permissions boundary"
    assert curable([found]) == ()


def test_simulation_that_is_not_allowed_is_a_skip_that_names_the_action() -> None:
    session = StubbedSession()
    session.refuses("iam", "simulate_principal_policy", "AccessDenied", "no identity-based policy allows it", 403)
    [found] = findings("LDS302", ON_FAILURE, session)
    assert told([found]) == [("skip", None)]
    assert "iam:SimulatePrincipalPolicy" in found.message
    assert found.hint == "ask for iam:SimulatePrincipalPolicy on orders-role"
    assert found.evidence["role"] == ROLE_ARN


def test_nothing_is_asked_where_nothing_is_set_or_what_is_set_cannot_be() -> None:
    assert findings("LDS302", subject()) == ()
    assert findings("LDS302", subject(on_success=BUCKET)) == ()


def test_a_dead_letter_queue_that_is_only_proposed_is_cured_by_the_command_that_proposes_it() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(DLQ), "implicitDeny"))
    [found] = findings("LDS302", replace(subject(), dead_letter=DLQ), session)
    assert found.hint.split("\n")[0] == "lds configure orders --dlq sqs:dlq --fix-role"


def test_a_dead_letter_queue_that_a_version_was_published_with_cannot_be_configured_any_more() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(DLQ), "implicitDeny"))
    latest = subject(qualifier="7")
    version = replace(latest, dead_letter=DLQ, facts=replace(latest.facts, dead_letter=DLQ))
    [found] = findings("LDS302", version, session)
    assert found.hint.startswith("publish a version with the dead-letter queue that $LATEST has, or grant the role\n{")


def test_one_target_in_two_slots_is_asked_for_once_and_judged_twice() -> None:
    session = StubbedSession()
    simulated(
        session,
        verdict(SEND, str(FAILED), "implicitDeny"),
        ActionNames=[SEND],
        ResourceArns=[str(FAILED)],
        PolicySourceArn=ROLE_ARN,
        ContextEntries=context(),
    )
    found = findings("LDS302", subject(on_success=FAILED, on_failure=FAILED), session)
    assert told(found) == [("fail", "on_success"), ("fail", "on_failure")]


def test_what_is_to_be_asked_by_hand_has_the_values_that_lds_knows() -> None:
    session = StubbedSession()
    unknown = {"EvalResourceDecision": "implicitDeny", "MissingContextValues": ["aws:SourceVpce"]}
    simulated(session, *bucket_verdicts({"EvalResourceDecision": "allowed"}, unknown))
    [found] = findings("LDS302", subject(on_failure=BUCKET), session)
    assert f"--resource-arns '{OBJECTS}'" in found.hint
    assert f"ContextKeyName=s3:ResourceAccount,ContextKeyType=string,ContextKeyValues={ACCOUNT} " in found.hint
    assert found.hint.endswith("ContextKeyName=aws:SourceVpce,ContextKeyType=string,ContextKeyValues=VALUE")
