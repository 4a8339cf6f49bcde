"""How long messages have been waiting in a queue, which SQS itself does not say, and how long they may."""

from datetime import UTC, datetime, timedelta

from lambda_dest_cli.aws.errors import calling
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.model.arn import Arn

_LOOK_BACK = timedelta(hours=1)
_PERIOD_SECONDS = 300


def oldest_message_seconds(session: AwsSession, queue: Arn, now: float) -> float | None:
    """Give the age of a queue's oldest message, as CloudWatch last saw it; None where it saw none.

    SQS Developer Guide, "Available CloudWatch metrics": ApproximateAgeOfOldestMessage, of the last hour.
    """
    end = datetime.fromtimestamp(now, UTC)
    with calling("cloudwatch:GetMetricData", str(queue)):
        answer = session.client("cloudwatch", queue.region).get_metric_data(
            MetricDataQueries=[
                {
                    "Id": "age",
                    "MetricStat": {
                        "Metric": {
                            "Namespace": "AWS/SQS",
                            "MetricName": "ApproximateAgeOfOldestMessage",
                            "Dimensions": [{"Name": "QueueName", "Value": queue.resource}],
                        },
                        "Period": _PERIOD_SECONDS,
                        "Stat": "Maximum",
                    },
                }
            ],
            StartTime=end - _LOOK_BACK,
            EndTime=end,
        )
        results = answer["MetricDataResults"]
    points = (zip(each.get("Timestamps", []), each.get("Values", []), strict=False) for each in results)
    newest = max((pair for pairs in points for pair in pairs), default=None)
    return newest[1] if newest else None


def set_retention(session: AwsSession, url: str, queue: Arn, seconds: int) -> None:
    """Have a queue keep its messages so long (60 to 1,209,600 seconds)."""
    with calling("sqs:SetQueueAttributes", str(queue)):
        session.client("sqs", queue.region).set_queue_attributes(
            QueueUrl=url, Attributes={"MessageRetentionPeriod": str(seconds)}
        )
