"""Events sent for asynchronous invocation, and what each answer means for whoever must send none twice.

An answer says that Lambda has the event (202), or that it has not; what says neither is *unknown*: the event may run.
"""

from threading import Lock
from typing import TYPE_CHECKING

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from lambda_dest_cli.aws.errors import error_code, translate
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import AccessDenied, CredentialsProblem, NotFound, UsageProblem
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.replay import Answer, State

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

_ACTION = "lambda:InvokeFunction"
_ACCEPTED = 202
_TOO_MANY, _UNAVAILABLE, _CONFLICT, _SERVER = 429, 503, 409, 500
_NEVER_SENT = (
    boto.EndpointConnectionError,
    boto.ConnectTimeoutError,
    boto.ProxyConnectionError,
    boto.SSLError,
)
"""No connection came about, so nothing was sent."""
_MAYBE_SENT = (boto.HTTPClientError, boto.ConnectionError)
_FATAL = (AccessDenied, CredentialsProblem, NotFound, UsageProblem)


class Invoker:
    """Lambda, where events are sent to. Thread-safe."""

    def __init__(self, session: AwsSession, connections: int) -> None:
        self._session = session
        self._connections = connections
        self._clients: dict[str, LambdaClient] = {}
        self._lock = Lock()

    def send(self, target: FunctionRef, payload: bytes) -> Answer:
        """Send an event, once."""
        qualifier = {} if target.qualifier == LATEST else {"Qualifier": target.qualifier}
        address = f"{target.account}:function:{target.name}" if target.account else target.name
        try:
            answer = self._client(target.region).invoke(
                FunctionName=address,
                InvocationType="Event",
                Payload=payload,
                **qualifier,  # type: ignore[arg-type]
            )
            answer["Payload"].read()  # the connection is free again only then
        except ClientError as error:
            return _refusal(error, str(target))
        except BotoCoreError as error:
            return _no_answer(error, str(target))
        status = answer["StatusCode"]
        request_id = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amzn-requestid", "")
        if status != _ACCEPTED:
            return Answer(State.UNKNOWN, words=f"Lambda answered {status}, where {_ACCEPTED} was expected")
        return Answer(State.ACCEPTED, request_id)

    def _client(self, region: str) -> "LambdaClient":
        with self._lock:
            if region not in self._clients:
                self._clients[region] = self._session.sender(region, self._connections)
            return self._clients[region]


def _refusal(error: ClientError, subject: str) -> Answer:
    """Read an error that Lambda answered with (API Reference, Invoke, "Errors")."""
    response = error.response.get("ResponseMetadata", {})
    status = response.get("HTTPStatusCode", 0)
    problem = translate(error, _ACTION, subject)
    words = problem.message
    if status in (_TOO_MANY, _UNAVAILABLE, _CONFLICT):
        return Answer(State.FAILED, words=words, again=True, retry_after=_seconds(response.get("HTTPHeaders", {})))
    if status >= _SERVER:
        # Lambda, or something before it, failed while it had the event.
        return Answer(State.UNKNOWN, words=f"{status} {error_code(error)}: Lambda may have the event, or not")
    return Answer(State.FAILED, words=words, fatal=isinstance(problem, _FATAL))


def _no_answer(error: BotoCoreError, subject: str) -> Answer:
    problem = translate(error, _ACTION, subject)
    if isinstance(error, _NEVER_SENT):
        return Answer(State.FAILED, words=problem.message, again=True)
    if isinstance(error, _MAYBE_SENT):
        return Answer(State.UNKNOWN, words=f"no answer: {error}")
    return Answer(State.FAILED, words=problem.message, fatal=True)


def _seconds(headers: object) -> float:
    text = headers.get("retry-after", "") if isinstance(headers, dict) else ""
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
