"""What the attributes of Terraform's AWS resources are: the provider's documentation, "Attribute Reference"."""

from dataclasses import dataclass
from enum import Enum


class Gives(Enum):
    """What an attribute is."""

    ARN = "ARN"
    NAME = "name"
    URL = "URL"


@dataclass(frozen=True, slots=True)
class PlannedType:
    """The ARN of a type of resource, and its attributes."""

    service: str
    resource: str = "{name}"
    name: str = "name"
    """The attribute that is its name."""
    id: Gives = Gives.NAME
    """What ``id`` is."""
    fifo: str = ""
    key: str = ""
    """The attribute that names the key it is encrypted with."""
    has_region: bool = True
    has_account: bool = True

    def gives(self, attribute: str) -> Gives | None:
        """Say what an attribute is; None where it is nothing of these."""
        known = {"arn": Gives.ARN, "qualified_arn": Gives.ARN, "url": Gives.URL, "id": self.id, self.name: Gives.NAME}
        return known.get(attribute)


PLANNED_TYPES: dict[str, PlannedType] = {
    "aws_sqs_queue": PlannedType("sqs", id=Gives.URL, fifo="fifo_queue", key="kms_master_key_id"),
    "aws_sns_topic": PlannedType("sns", id=Gives.ARN, fifo="fifo_topic", key="kms_master_key_id"),
    "aws_sns_topic_subscription": PlannedType("sns", "topic:{name}", id=Gives.ARN),
    "aws_cloudwatch_event_bus": PlannedType("events", "event-bus/{name}"),
    "aws_cloudwatch_event_rule": PlannedType("events", "rule/{name}"),
    "aws_lambda_function": PlannedType("lambda", "function:{name}", name="function_name"),
    "aws_s3_bucket": PlannedType("s3", name="bucket", has_region=False, has_account=False),
    "aws_kinesis_stream": PlannedType("kinesis", "stream/{name}", id=Gives.ARN),
    "aws_kinesis_firehose_delivery_stream": PlannedType("firehose", "deliverystream/{name}", id=Gives.ARN),
    "aws_sfn_state_machine": PlannedType("states", "stateMachine:{name}", id=Gives.ARN),
    "aws_dynamodb_table": PlannedType("dynamodb", "table/{name}"),
    "aws_iam_role": PlannedType("iam", "role/{name}", has_region=False),
    "aws_iam_policy": PlannedType("iam", "policy/{name}", id=Gives.ARN, has_region=False),
    "aws_kms_key": PlannedType("kms", "key/{name}", name="key_id"),
    "aws_kms_alias": PlannedType("kms", "{name}"),
    "aws_cloudwatch_log_group": PlannedType("logs", "log-group:{name}"),
}
"""What destinations are commonly made of, right or wrong. Of others nothing is known."""
