"""One event sent once, and what is said when it is not taken."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from lambda_dest_cli.aws.invocation import attempts, reserve, send
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import AccessDenied, LdsError, NotFound, Rejected, Throttled, Unreachable
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import FunctionFacts
from lambda_dest_cli.model.function_ref import FunctionRef
from lambda_dest_cli.model.trial import Accepted
from tests.support import ACCOUNT, FUNCTION_ARN, ROLE_ARN, StubbedSession

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ORDERS = FunctionFacts("orders", Arn.parse(FUNCTION_ARN), Arn.parse(ROLE_ARN))
ID = "8ea123e4-b738-4f5e-8880-a18cdf61200e"


def taken(date: str) -> dict[str, Any]:
    return {"StatusCode": 202, "ResponseMetadata": {"RequestId": ID, "HTTPHeaders": {"date": date}}}


@pytest.mark.parametrize(
    ("date", "ahead"),
    [
        ("Mon, 23 Nov 2026 12:00:01 GMT", 0),
        ("Mon, 23 Nov 2026 12:10:00 GMT", 600),
        ("Mon, 23 Nov 2026 11:59:00 GMT", -60),
    ],
)
def test_it_is_accepted_by_the_clock_of_aws(date: str, ahead: float) -> None:
    session = StubbedSession()
    expected = {"FunctionName": f"{ACCOUNT}:function:orders", "Qualifier": "live", "InvocationType": "Event"}
    session.answers("lambda", "invoke", taken(date), **expected, Payload=b"{}")
    found = send(session, FunctionRef("orders", "live", ACCOUNT), b"{}", NOON.timestamp())
    assert (found.request_id, found.ahead) == (ID, ahead)
    assert (found.at - NOON).total_seconds() == ahead


@pytest.mark.parametrize(
    ("code", "status", "error", "said"),
    [
        ("TooManyRequestsException", 429, Throttled, "orders: AWS refuses lambda:InvokeFunction for the rate of calls"),
        ("AccessDeniedException", 403, AccessDenied, "orders: you may not call lambda:InvokeFunction"),
        ("ResourceNotFoundException", 404, NotFound, "orders: not found"),
        ("RequestTooLargeException", 413, Rejected, "orders: lambda:InvokeFunction: no"),
        ("InvalidRequestContentException", 400, Rejected, "orders: lambda:InvokeFunction: no"),
        ("ServiceException", 500, Unreachable, "whether it took the event is not known"),
    ],
)
def test_what_aws_says_when_it_does_not_take_it(code: str, status: int, error: type[LdsError], said: str) -> None:
    session = StubbedSession()
    session.refuses("lambda", "invoke", code, status=status)
    with pytest.raises(error) as caught:
        send(session, FunctionRef("orders"), b"{}", NOON.timestamp())
    assert said in caught.value.message


class Failing(BaseHTTPRequestHandler):
    """Answers 503, and counts how often it is asked."""

    asked: list[str]

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return None


@contextmanager
def failing_server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Handler", (Failing,), {"asked": asked})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()
        thread.join()


def test_an_event_that_may_have_been_taken_is_not_sent_twice() -> None:
    with failing_server() as (endpoint, asked):
        session = AwsSession(endpoint_url=endpoint, local=True)
        with pytest.raises(Unreachable):
            send(session, FunctionRef("orders"), b"{}", NOON.timestamp())
        session.sender().close()
    assert len(asked) == 1


def test_the_runs_of_an_event_are_asked_for_by_its_id() -> None:
    session = StubbedSession()
    event = {"timestamp": int(NOON.timestamp() * 1000), "message": f"START RequestId: {ID}", "logStreamName": "a"}
    session.answers(
        "logs",
        "filter_log_events",
        {"events": [event]},
        logGroupName="/aws/lambda/orders",
        startTime=int(NOON.timestamp() * 1000) - 5_000,
        filterPattern=f'"{ID}"',
    )
    (found,) = attempts(session, ORDERS, Accepted(ID, NOON, 0.0))
    assert found.started == NOON
    session.refuses("logs", "filter_log_events", "ResourceNotFoundException")
    assert attempts(session, ORDERS, Accepted(ID, NOON, 0.0)) == ()


def test_reserved_concurrency_is_set_or_removed() -> None:
    session = StubbedSession()
    session.answers("lambda", "put_function_concurrency", {}, FunctionName="orders", ReservedConcurrentExecutions=0)
    session.answers("lambda", "delete_function_concurrency", {}, FunctionName="orders")
    reserve(session, FunctionRef("orders"), 0)
    reserve(session, FunctionRef("orders"), None)
    session.assert_everything_was_asked()
