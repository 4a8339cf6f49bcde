"""Decisions of ``iam/`` a second: one role with five policies, conditions among them, and the queue's own policy."""

import statistics
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from benchmarks.measure import Figure
from lambda_dest_cli.iam.document import Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, evaluate

_TARGET = 20_000
_RUNS, _DECISIONS = 15, 5_000
_ACCOUNT = "123456789012"
_ROLE = f"arn:aws:iam::{_ACCOUNT}:role/orders"
_QUEUE = f"arn:aws:sqs:eu-west-1:{_ACCOUNT}:orders-failed"


def run(_lds: Path) -> Iterator[Figure]:
    """Decide the requests of a delivery over and over, with the policies read beforehand as the embedded AWS does."""
    policies, requests = _policies(), _requests()
    rates = []
    for _ in range(_RUNS + 1):
        start = time.perf_counter()
        for request in islice(cycle(requests), _DECISIONS):
            evaluate(request, policies)
        rates.append(_DECISIONS / (time.perf_counter() - start))
    low, high = min(rates[1:]), max(rates[1:])
    yield Figure(
        "decisions of iam/",
        statistics.median(rates[1:]),
        "/s",
        _TARGET,
        note=f"five policies, a boundary, a queue's policy; one thread; {low:,.0f} to {high:,.0f} in {_RUNS} runs",
    )


def _requests() -> list[Request]:
    context = {
        "aws:PrincipalArn": (_ROLE,),
        "aws:PrincipalAccount": (_ACCOUNT,),
        "aws:ResourceAccount": (_ACCOUNT,),
        "aws:SecureTransport": ("true",),
        "aws:PrincipalTag/team": ("shop",),
        "aws:RequestedRegion": ("eu-west-1",),
        "s3:ResourceAccount": (_ACCOUNT,),
    }
    asked = [
        ("sqs:SendMessage", _QUEUE),
        ("sns:Publish", f"arn:aws:sns:eu-west-1:{_ACCOUNT}:orders-done"),
        ("events:PutEvents", f"arn:aws:events:eu-west-1:{_ACCOUNT}:event-bus/default"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:eu-west-1:{_ACCOUNT}:function:audit:live"),
        ("s3:PutObject", "arn:aws:s3:::shop-records/aws/lambda/async/orders/2026/11/23/a"),
        ("kms:GenerateDataKey", f"arn:aws:kms:eu-west-1:{_ACCOUNT}:key/0f38824c-7f07-491b-a156-b5fb9fdd03fc"),
    ]
    return [Request(action, resource, _ROLE, context=context) for action, resource in asked]


def _policies() -> Policies:
    logs = _allow(
        ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], "arn:aws:logs:*:*:log-group:/aws/*"
    )
    queues = _allow("sqs:SendMessage", [f"{_QUEUE}*", f"arn:aws:sqs:*:{_ACCOUNT}:orders-dlq"])
    topics = _allow(
        ["sns:Publish", "events:PutEvents"],
        [f"arn:aws:sns:*:{_ACCOUNT}:orders-*", f"arn:aws:events:*:{_ACCOUNT}:event-bus/*"],
        Condition={"StringEquals": {"aws:ResourceAccount": _ACCOUNT}, "Bool": {"aws:SecureTransport": "true"}},
    )
    records = _allow(
        ["s3:PutObject", "s3:ListBucket"],
        ["arn:aws:s3:::${aws:PrincipalTag/team}-records", "arn:aws:s3:::${aws:PrincipalTag/team}-records/*"],
        Condition={"StringEquals": {"s3:ResourceAccount": "${aws:PrincipalAccount}"}},
    )
    guard = _allow("*", "*", Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})
    abroad = _allow(
        "*", "*", Effect="Deny", Condition={"StringNotEqualsIfExists": {"aws:RequestedRegion": ["eu-west-1"]}}
    )
    keys = _allow("kms:*", "*", Condition={"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{_ACCOUNT}:role/ord*"}})
    own = {"Effect": "Allow", "Principal": {"AWS": _ROLE}, "Action": "sqs:SendMessage", "Resource": _QUEUE}
    identity = [_policy(logs), _policy(queues), _policy(topics, guard), _policy(records, abroad), _policy(keys)]
    return Policies(identity, [_policy(_allow("*", "*"))], None, _policy(own))


def _allow(action: str | list[str], resource: str | list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def _policy(*statements: dict[str, Any]) -> Policy:
    return read({"Version": "2012-10-17", "Statement": list(statements)})
