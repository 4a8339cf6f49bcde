"""Who asks: how long still, at what time, and with which permissions."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import pytest

from lambda_dest_cli.aws.api import Aws
from lambda_dest_cli.aws.roles import Roles
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.checks import FLEET, run_over_all
from lambda_dest_cli.checks.subject import Subject
from lambda_dest_cli.errors import CredentialsProblem
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.finding import Finding
from lambda_dest_cli.model.permission import Decision, Permission, Question, Role
from tests.support import ACCOUNT, REGION, ROLE_ARN, StubbedSession
from tests.unit.checks.scene import FAILED, subject, told

USER = f"arn:aws:iam::{ACCOUNT}:user/ops/ada"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/orders-role/ada@example.com"
NOW = 1_795_435_200.0  # 2026-11-23T12:00:00Z
DATE = "Mon, 23 Nov 2026 12:00:00 GMT"


def asked_by(arn: str, date: str = DATE) -> StubbedSession:
    session = StubbedSession()
    answer = {"Account": ACCOUNT, "Arn": arn, "UserId": "AIDA", "ResponseMetadata": {"HTTPHeaders": {"date": date}}}
    session.answers("sts", "get_caller_identity", answer)
    return session


def findings(check_id: str, session: AwsSession, clock: float = NOW, *subjects: Subject) -> tuple[Finding, ...]:
    aws = Aws(session, lambda _: None, lambda: clock)
    return run_over_all(subjects, aws, checks={check_id: FLEET[check_id]})


@pytest.mark.parametrize(
    ("off", "said"),
    [(0, ""), (60, ""), (-60, ""), (61, "61 s ahead of AWS's"), (-200, "200 s behind AWS's")],
)
def test_lds902_a_clock_that_is_off(off: int, said: str) -> None:
    found = findings("LDS902", asked_by(USER), NOW + off)
    assert [each.evidence["seconds_ahead"] for each in found] == ([off] if said else [])
    assert told(found) == ([("warn", None)] if said else [])
    assert said in "".join(each.message for each in found)


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_lds902_an_answer_without_a_time_says_nothing(date: str) -> None:
    assert findings("LDS902", asked_by(USER, date)) == ()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("SignatureDoesNotMatch", "Signature expired: 20261123T110000Z is now earlier than 20261123T115500Z"),
        ("InvalidSignatureException", "Signature not yet current: 20261123T130000Z is still later than"),
        ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
    ],
)
def test_a_clock_so_wrong_that_aws_refuses_the_call_is_named_as_the_cause(code: str, message: str) -> None:
    session = StubbedSession()
    session.refuses("sts", "get_caller_identity", code, message, 403)
    with pytest.raises(CredentialsProblem) as refusal:
        findings("LDS902", session)
    assert message in refusal.value.message
    assert "clock is wrong" in refusal.value.hint


def test_lds901_keys_that_last_say_nothing() -> None:
    assert findings("LDS901", asked_by(USER)) == ()


class Ending(StubbedSession):
    """Credentials that end at a time."""

    def expires_within(self, seconds: int) -> bool:
        return seconds >= 300


def test_lds901_credentials_about_to_end_are_a_warning() -> None:
    session = Ending()
    session.answers("sts", "get_caller_identity", {"Account": ACCOUNT, "Arn": USER})
    [found] = findings("LDS901", session)
    assert told([found]) == [("warn", None)]
    assert "within 10 minutes" in found.message


@pytest.mark.parametrize(("minutes", "soon"), [(9, True), (11, False)])
def test_the_end_is_read_where_the_environment_tells_it(
    minutes: int, soon: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = datetime.fromtimestamp(datetime.now(UTC).timestamp() + minutes * 60, UTC)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "token")
    monkeypatch.setenv("AWS_CREDENTIAL_EXPIRATION", end.isoformat())
    assert AwsSession(region=REGION).expires_within(600) is soon


def test_keys_without_an_end_never_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)
    assert not AwsSession(region=REGION).expires_within(600)
    assert not AwsSession(region=REGION, local=True).expires_within(600)


class Judge(Roles):
    """IAM's simulator: everything is allowed but what is listed."""

    def __init__(self, refused: Sequence[str] = (), missing: Sequence[str] = ()) -> None:
        super().__init__(StubbedSession())
        self.refused, self.missing = refused, missing
        self.asked: list[tuple[str, str, str]] = []

    def get(self, arn: Arn) -> Role:
        assert arn.resource == "role/orders-role"
        return Role(Arn.parse(ROLE_ARN), "orders-role", "{}")

    def may(self, role: Arn, questions: Iterable[Question]) -> list[Permission]:
        return [self._answer(role, each) for each in questions]

    def _answer(self, role: Arn, question: Question) -> Permission:
        self.asked.append((str(role), question.action, question.resource))
        if question.action in self.missing:
            return Permission(question, Decision.IMPLICIT_DENY, missing_context=("aws:PrincipalTag/team",))
        return Permission(question, Decision.IMPLICIT_DENY if question.action in self.refused else Decision.ALLOWED)


def judged(caller: str, judge: Judge) -> tuple[Finding, ...]:
    aws = Aws(asked_by(caller), lambda _: None, lambda: NOW)
    aws.__dict__["roles"] = judge
    return run_over_all([subject(on_failure=FAILED)], aws, checks={"LDS903": FLEET["LDS903"]})


def test_lds903_names_all_that_is_missing_with_the_policy_to_ask_for() -> None:
    judge = Judge(refused=["lambda:GetPolicy", "cloudwatch:GetMetricData"])
    [found] = judged(USER, judge)
    assert told([found]) == [("warn", None)]
    assert "you may not call cloudwatch:GetMetricData, lambda:GetPolicy" in found.message
    assert found.hint.startswith("lds policy --for doctor\n")
    assert '"Action": "cloudwatch:GetMetricData", "Resource": "*"' in found.hint
    assert {principal for principal, _, _ in judge.asked} == {USER}
    assert ("sqs:GetQueueAttributes", str(FAILED)) in {(action, resource) for _, action, resource in judge.asked}
    assert not any(action.startswith(("sns:", "s3:", "kms:")) for _, action, _ in judge.asked)


def test_lds903_of_a_session_its_role_is_asked_about_by_the_path_that_the_session_hides() -> None:
    judge = Judge()
    assert judged(SESSION, judge) == ()
    assert {principal for principal, _, _ in judge.asked} == {ROLE_ARN}


def test_lds903_a_condition_that_only_a_real_call_meets_is_no_refusal() -> None:
    assert judged(USER, Judge(missing=["lambda:GetPolicy"])) == ()


@pytest.mark.parametrize("caller", [f"arn:aws:iam::{ACCOUNT}:root", f"arn:aws:sts::{ACCOUNT}:federated-user/ada"])
def test_lds903_nothing_is_asked_about_who_cannot_be_asked_about(caller: str) -> None:
    assert findings("LDS903", asked_by(caller), NOW, subject(on_failure=FAILED)) == ()


def test_lds903_where_the_simulator_may_not_be_asked_it_is_a_skip_that_says_what_to_ask_for() -> None:
    session = asked_by(USER)
    session.refuses("iam", "simulate_principal_policy", "AccessDenied", status=403)
    session.refuses("iam", "simulate_principal_policy", "AccessDenied", status=403)
    [found] = findings("LDS903", session, NOW, subject(on_failure=FAILED))
    assert told([found]) == [("skip", None)]
    assert "iam:SimulatePrincipalPolicy" in found.message
    assert found.hint.startswith("lds policy --for doctor\n")


def test_without_functions_nothing_is_asked_of_the_simulator() -> None:
    assert findings("LDS903", asked_by(USER)) == ()
