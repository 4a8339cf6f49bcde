"""What can be foreseen of the records of a function, before one was written: all but what depends on data."""

from collections.abc import Mapping

from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.records.pattern import ANY, AnyBut

Foreseen = Mapping[str, object]

SOURCES = ("lambda", "aws.lambda")
"""Recorded events carry the first (Nov 2025, Sept 2026); the Developer Guide's table names the second."""
DEAD_LETTER_ATTRIBUTES: Foreseen = {"RequestID": ANY, "ErrorCode": ANY, "ErrorMessage": ANY}
"""The attributes of a dead letter (Developer Guide, "Dead-letter queues"); a record has none at all."""


def record(function: Arn, qualifier: str, success: bool) -> Foreseen:
    """Give a record of an outcome: of a failure its response is not known, nor its condition, but for one."""
    context = {
        "requestId": ANY,
        "functionArn": f"{function}:{qualifier}",
        "condition": "Success" if success else AnyBut("Success"),
        "approximateInvokeCount": ANY,
    }
    return {
        "version": "1.0",
        "timestamp": ANY,
        "requestContext": context,
        "requestPayload": ANY,
        "responseContext": {"statusCode": 200, "executedVersion": ANY} if success else ANY,
        "responsePayload": ANY,
    }


def event(function: Arn, qualifier: str, success: bool, bus: Arn, source: str) -> Foreseen:
    """Give the event that EventBridge gets of it."""
    return {
        "version": "0",
        "id": ANY,
        "detail-type": f"Lambda Function Invocation Result - {'Success' if success else 'Failure'}",
        "source": source,
        "account": function.account,
        "time": ANY,
        "region": function.region,
        "resources": [str(bus), f"{function}:{qualifier}"],
        "detail": record(function, qualifier, success),
    }
