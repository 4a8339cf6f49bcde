"""What each answer of Invoke means for whoever must send nothing twice."""

from typing import Any

import pytest
from botocore import exceptions as boto

from lambda_dest_cli.aws.invoker import Invoker
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.replay import Answer, State
from tests.support import StubbedSession

LIVE = FunctionRef("orders", "live", "123456789012")


class Senders(StubbedSession):
    """The stubs, as what sends once."""

    def sender(self, region: str = "", connections: int = 10) -> Any:
        return self.client("lambda")


class Broken:
    """A client whose calls end in an error of the network."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def invoke(self, **_: Any) -> None:
        raise self.error


class Body:
    """The empty answer."""

    def read(self) -> bytes:
        return b""


def sent(session: Senders) -> Answer:
    return Invoker(session, 4).send(LIVE, b"{}")


def test_a_202_is_accepted_under_its_new_request_id() -> None:
    session = Senders()
    metadata = {"HTTPHeaders": {"x-amzn-requestid": "new"}}
    expected = {"FunctionName": "123456789012:function:orders", "Qualifier": "live", "InvocationType": "Event"}
    answer = {"StatusCode": 202, "Payload": Body(), "ResponseMetadata": metadata}
    session.answers("lambda", "invoke", answer, Payload=b"{}", **expected)
    assert sent(session) == Answer(State.ACCEPTED, "new")


@pytest.mark.parametrize(
    ("code", "status", "state", "again", "fatal"),
    [
        ("TooManyRequestsException", 429, State.FAILED, True, False),
        ("ServiceUnavailableException", 503, State.FAILED, True, False),
        ("ResourceConflictException", 409, State.FAILED, True, False),
        ("RequestTooLargeException", 413, State.FAILED, False, False),
        ("InvalidRequestContentException", 400, State.FAILED, False, False),
        ("ServiceException", 500, State.UNKNOWN, False, False),
        ("GatewayTimeout", 504, State.UNKNOWN, False, False),
        ("ResourceNotFoundException", 404, State.FAILED, False, True),
        ("ExpiredTokenException", 403, State.FAILED, False, True),
        ("AccessDeniedException", 403, State.FAILED, False, True),
    ],
)
def test_a_refusal_is_sorted(code: str, status: int, state: State, again: bool, fatal: bool) -> None:
    session = Senders()
    session.refuses("lambda", "invoke", code, status=status)
    answer = sent(session)
    assert (answer.state, answer.again, answer.fatal) == (state, again, fatal)
    assert answer.words


@pytest.mark.parametrize(
    ("error", "state", "again"),
    [
        (boto.EndpointConnectionError(endpoint_url="http://x"), State.FAILED, True),
        (boto.ConnectTimeoutError(endpoint_url="http://x"), State.FAILED, True),
        (boto.ReadTimeoutError(endpoint_url="http://x"), State.UNKNOWN, False),
        (boto.ConnectionClosedError(endpoint_url="http://x"), State.UNKNOWN, False),
        (boto.NoCredentialsError(), State.FAILED, False),
    ],
)
def test_no_answer_is_unknown_unless_nothing_was_sent(error: Exception, state: State, again: bool) -> None:
    session = Senders()
    session.sender = lambda region="", connections=10: Broken(error)  # type: ignore[method-assign]
    answer = sent(session)
    assert (answer.state, answer.again) == (state, again)


def test_the_client_that_sends_never_tries_again() -> None:
    config: Any = AwsSession(region="eu-west-1", local=True).sender(connections=7).meta.config
    assert config.retries["total_max_attempts"] == 1
    assert config.max_pool_connections == 7
