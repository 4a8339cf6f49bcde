"""Which statement said no, which almost said yes, and who judges where the simulator may not be asked."""

import json
from typing import Any

import pytest

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from tests.support import ACCOUNT, REGION, StubbedSession
from tests.unit.checks.scene import BUCKET, FAILED, TRUST, findings, role_answer, simulated, subject, told, verdict

SEND = "sqs:SendMessage"
MENDER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:mender"
EDGE = f"arn:aws:iam::{ACCOUNT}:policy/edge"
MANAGED = f"arn:aws:iam::{ACCOUNT}:policy/shared"
OBJECTS = f"{BUCKET}/aws/lambda/async/orders/*"


def allow(action: str, resource: str = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def managed(session: StubbedSession, arn: str, *statements: dict[str, Any]) -> None:
    session.answers("iam", "get_policy", {"Policy": {"Arn": arn, "DefaultVersionId": "v3"}}, PolicyArn=arn)
    version = {"Document": document(*statements), "VersionId": "v3"}
    session.answers("iam", "get_policy_version", {"PolicyVersion": version}, PolicyArn=arn, VersionId="v3")


def holds(session: StubbedSession, *own: dict[str, Any], shared: list[dict[str, Any]] | None = None) -> None:
    """Queue what a role holds: the inline policy ``own``, and perhaps an attached one."""
    session.answers("iam", "get_role", role_answer(TRUST))
    names = ["own"] if own else []
    session.answers("iam", "list_role_policies", {"PolicyNames": names}, RoleName="orders-role")
    if own:
        answer = {"RoleName": "orders-role", "PolicyName": "own", "PolicyDocument": document(*own)}
        session.answers("iam", "get_role_policy", answer, RoleName="orders-role", PolicyName="own")
    attached = [{"PolicyName": "shared", "PolicyArn": MANAGED}] if shared is not None else []
    session.answers("iam", "list_attached_role_policies", {"AttachedPolicies": attached}, RoleName="orders-role")
    if shared is not None:
        managed(session, MANAGED, *shared)


def queue_without_policy(session: StubbedSession) -> None:
    session.answers("sqs", "get_queue_attributes", {"Attributes": {}})


def refused(
    *own: dict[str, Any], decision: str = "implicitDeny", shared: list[dict[str, Any]] | None = None
) -> Finding:
    session = StubbedSession()
    matched = [{"SourcePolicyId": "role_orders-role_own", "SourcePolicyType": "IAM Policy"}]
    simulated(
        session, verdict(SEND, str(FAILED), decision, MatchedStatements=matched if "explicit" in decision else [])
    )
    if decision == "implicitDeny":
        queue_without_policy(session)
    holds(session, *own, shared=shared)
    [found] = findings("LDS302", subject(on_failure=FAILED), session)
    session.assert_everything_was_asked()
    return found


def test_a_denial_is_named_by_its_policy_and_statement() -> None:
    found = refused(allow("*"), allow("sqs:*", Sid="KeepOut") | {"Effect": "Deny"}, decision="explicitDeny")
    assert found.message.endswith("a policy denies sqs:SendMessage (explicitDeny by 'own' (statement 2, KeepOut))")
    assert found.evidence["matched"] == ["'own' (statement 2, KeepOut)"]


def test_a_denial_in_an_attached_policy_too() -> None:
    found = refused(allow("*"), decision="explicitDeny", shared=[allow("*") | {"Effect": "Deny"}])
    assert "explicitDeny by 'shared' (statement 1)" in found.message


def test_a_denial_that_the_policies_do_not_show_keeps_the_simulators_word() -> None:
    assert "explicitDeny by role_orders-role_own" in refused(allow("*"), decision="explicitDeny").message


def test_a_grant_on_another_queue_is_the_nearest() -> None:
    found = refused(allow(SEND, f"{FAILED}-2", Sid="Other"), allow("sqs:DeleteMessage"))
    assert found.message.endswith(f"(implicitDeny); 'own' (statement 1, Other) allows it on {FAILED}-2 only")
    assert found.evidence["nearest"] == [f"'own' (statement 1, Other) allows it on {FAILED}-2 only"]


def test_a_grant_on_a_condition_that_no_delivery_meets_is_the_nearest() -> None:
    condition = {"ArnLike": {"lambda:SourceFunctionArn": "arn:aws:lambda:*"}}
    found = refused(allow(SEND, Condition=condition))
    assert (
        "'own' (statement 1) allows it on a condition on lambda:SourceFunctionArn that does not hold" in found.message
    )


def test_of_a_bucket_the_prefix_that_is_granted_is_told() -> None:
    session = StubbedSession()
    specific = [
        {"EvalResourceName": str(BUCKET), "EvalResourceDecision": "allowed", "MatchedStatements": []},
        {"EvalResourceName": OBJECTS, "EvalResourceDecision": "implicitDeny", "MatchedStatements": []},
    ]
    simulated(
        session,
        *(verdict(each, str(BUCKET), "x", ResourceSpecificResults=specific) | {"EvalDecision": "implicitDeny"}
          for each in ("s3:ListBucket", "s3:PutObject")),
    )  # fmt: skip
    session.answers("s3", "head_bucket", {})
    session.refuses("s3", "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError", status=404)
    session.refuses("s3", "get_bucket_policy", "NoSuchBucketPolicy", status=404)
    holds(session, allow("s3:PutObject", f"{BUCKET}/failures/*"))
    [found] = findings("LDS302", subject(on_failure=BUCKET), session)
    assert f"'own' (statement 1) allows it on {BUCKET}/failures/* only" in found.message


def test_a_function_granted_without_the_qualifier_is_told() -> None:
    session = StubbedSession()
    simulated(session, verdict("lambda:InvokeFunction", f"{MENDER}:live", "implicitDeny"))
    session.answers("lambda", "get_function_configuration", {"FunctionName": "mender"})
    session.refuses("lambda", "get_policy", "ResourceNotFoundException", status=404)
    holds(session, allow("lambda:InvokeFunction", MENDER))
    [found] = findings("LDS302", subject(on_success=Arn.parse(f"{MENDER}:live")), session)
    assert f"'own' (statement 1) allows it on {MENDER} only" in found.message
    assert found.evidence["needs"] == [{"action": "lambda:InvokeFunction", "resource": f"{MENDER}:live"}]


def test_policies_that_may_not_be_read_change_nothing() -> None:
    session = StubbedSession()
    simulated(session, verdict(SEND, str(FAILED), "implicitDeny"))
    queue_without_policy(session)
    session.answers("iam", "get_role", role_answer(TRUST))
    session.refuses("iam", "list_role_policies", "AccessDenied", status=403)
    [found] = findings("LDS302", subject(on_failure=FAILED), session)
    assert found.message.endswith("none of its policies allows sqs:SendMessage (implicitDeny)")
    assert "nearest" not in found.evidence


# Without the simulator


def unsimulated(*own: dict[str, Any], boundary: list[dict[str, Any]] | None = None) -> Finding:
    session = StubbedSession()
    session.refuses("iam", "simulate_principal_policy", "AccessDenied", status=403)
    answer = role_answer(TRUST)
    if boundary is not None:
        kind = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": EDGE}
        answer["Role"]["PermissionsBoundary"] = kind
    session.answers("iam", "get_role", answer)
    session.answers("iam", "list_role_policies", {"PolicyNames": ["own"]})
    document_of = {"RoleName": "orders-role", "PolicyName": "own", "PolicyDocument": document(*own)}
    session.answers("iam", "get_role_policy", document_of)
    session.answers("iam", "list_attached_role_policies", {"AttachedPolicies": []})
    if boundary is not None:
        managed(session, EDGE, *boundary)
    [found] = findings("LDS302", subject(on_failure=FAILED), session)
    return found


@pytest.mark.parametrize(
    ("own", "boundary", "state", "said"),
    [
        ([allow(SEND)], None, "pass", "may deliver to sqs:failed"),
        ([allow("sns:Publish")], None, "fail", "none of its policies allows sqs:SendMessage"),
        ([allow("*"), allow("*") | {"Effect": "Deny"}], None, "fail", "explicitDeny by 'own' (statement 2)"),
        ([allow("*")], [allow("s3:*")], "fail", "the role's permissions boundary does not allow sqs:SendMessage"),
        ([allow("*")], [allow("sqs:*")], "pass", "may deliver to sqs:failed"),
        ([allow("*", Condition={"StringEquals": {"aws:SourceVpce": "v"}})], None, "skip", "aws:SourceVpce"),
        ([allow("*", Condition={"StringEquals": {"aws:PrincipalAccount": ACCOUNT}})], None, "pass", "may deliver"),
    ],
)
def test_where_the_simulator_may_not_be_asked_the_policies_are_judged_and_the_finding_says_so(
    own: list[dict[str, Any]], boundary: list[dict[str, Any]] | None, state: str, said: str
) -> None:
    found = unsimulated(*own, boundary=boundary)
    assert told([found]) == [(state, "on_failure")]
    assert said in found.message
    assert "for you may not call iam:SimulatePrincipalPolicy" in found.message
