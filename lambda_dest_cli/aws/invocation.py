"""One event sent to a function, once; and what its function's log tells of its runs."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.feeds.aws_time import aws_time
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import NotFound, Unreachable
from lambda_dest_cli.model.configuration import FunctionFacts
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef
from lambda_dest_cli.model.trial import Accepted, Attempt
from lambda_dest_cli.records.attempts import attempts_of
from lambda_dest_cli.records.invocation_log import LogLine

_CLOCKS_AGREE = 2.0
"""A date in a header is in whole seconds, and the answer took a while."""
_EARLIER = timedelta(seconds=5)


def send(session: AwsSession, ref: FunctionRef, payload: bytes, clock: float) -> Accepted:
    """Queue an event for a function; raises NotFound, Throttled, AccessDenied and what else AWS says.

    It is asked once. Where no answer comes, Unreachable says that the event may be on its way all the same.
    """
    name = f"{ref.account}:function:{ref.name}" if ref.account else ref.name
    asked: Any = {"FunctionName": name, **({} if ref.qualifier == LATEST else {"Qualifier": ref.qualifier})}
    try:
        with calling("lambda:InvokeFunction", str(ref)):
            answer: Any = session.sender().invoke(InvocationType="Event", Payload=payload, **asked)
    except Unreachable as problem:
        raise Unreachable(f"{problem.message}; whether it took the event is not known", problem.hint) from problem
    here = datetime.fromtimestamp(clock, UTC)
    ahead = (aws_time(answer, clock) - here).total_seconds()
    ahead = ahead if abs(ahead) > _CLOCKS_AGREE else 0.0
    return Accepted(answer["ResponseMetadata"]["RequestId"], here + timedelta(seconds=ahead), ahead)


def attempts(session: AwsSession, facts: FunctionFacts, accepted: Accepted) -> tuple[Attempt, ...]:
    """Give the runs of an event so far, as far as they have reached the log; raises what AWS says.

    Lines reach CloudWatch Logs some seconds late. A function that has never run has no log group.
    """
    group = facts.log_group or f"/aws/lambda/{facts.name}"
    pages = (
        session.client("logs")
        .get_paginator("filter_log_events")
        .paginate(
            logGroupName=group,
            startTime=int((accepted.at - _EARLIER).timestamp() * 1000),
            filterPattern=f'"{accepted.request_id}"',
        )
    )
    lines: list[LogLine] = []
    try:
        with calling("logs:FilterLogEvents", group):
            for page in pages:
                for event in page.get("events", []):
                    time = datetime.fromtimestamp(event.get("timestamp", 0) / 1000, UTC)
                    lines.append(LogLine("", event.get("logStreamName", ""), time, event.get("message", "")))
    except NotFound:
        return ()
    return attempts_of(lines, accepted.request_id)


def reserve(session: AwsSession, ref: FunctionRef, executions: int | None) -> None:
    """Set a function's reserved concurrency, or remove it (None); raises what AWS says."""
    name = f"{ref.account}:function:{ref.name}" if ref.account else ref.name
    if executions is None:
        with calling("lambda:DeleteFunctionConcurrency", ref.name):
            session.client("lambda").delete_function_concurrency(FunctionName=name)
        return
    with calling("lambda:PutFunctionConcurrency", ref.name):
        session.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=executions)
