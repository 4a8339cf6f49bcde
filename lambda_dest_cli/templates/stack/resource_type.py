"""What a reference to a resource gives: CloudFormation User Guide, "Return values" of each resource type."""

from dataclasses import dataclass
from enum import Enum


class Gives(Enum):
    """What ``Ref`` is, of a resource."""

    ARN = "ARN"
    NAME = "name"
    URL = "URL"


@dataclass(frozen=True, slots=True)
class ResourceType:
    """The ARN of a type of resource, and the ways to refer to it."""

    service: str
    resource: str = "{name}"
    """The resource part of its ARN."""
    name_property: str = ""
    ref: Gives = Gives.NAME
    arns: tuple[str, ...] = ("Arn",)
    """The attributes that are its ARN."""
    names: tuple[str, ...] = ()
    """The attributes that are its name."""
    urls: tuple[str, ...] = ()
    """The attributes that are its URL."""
    fifo_property: str = ""
    key_property: str = ""
    has_region: bool = True
    has_account: bool = True


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::SQS::Queue": ResourceType(
        "sqs",
        name_property="QueueName",
        ref=Gives.URL,
        names=("QueueName",),
        urls=("QueueUrl",),
        fifo_property="FifoQueue",
        key_property="KmsMasterKeyId",
    ),
    "AWS::SNS::Topic": ResourceType(
        "sns",
        name_property="TopicName",
        ref=Gives.ARN,
        arns=("TopicArn",),
        names=("TopicName",),
        fifo_property="FifoTopic",
        key_property="KmsMasterKeyId",
    ),
    "AWS::SNS::Subscription": ResourceType("sns", "topic:{name}", ref=Gives.ARN),
    "AWS::Events::EventBus": ResourceType("events", "event-bus/{name}", name_property="Name", names=("Name",)),
    "AWS::Events::Rule": ResourceType("events", "rule/{name}", name_property="Name"),
    "AWS::Lambda::Function": ResourceType("lambda", "function:{name}", name_property="FunctionName"),
    "AWS::Serverless::Function": ResourceType("lambda", "function:{name}", name_property="FunctionName"),
    "AWS::S3::Bucket": ResourceType("s3", name_property="BucketName", has_region=False, has_account=False),
    "AWS::Serverless::StateMachine": ResourceType("states", "stateMachine:{name}", ref=Gives.ARN, names=("Name",)),
    "AWS::StepFunctions::StateMachine": ResourceType("states", "stateMachine:{name}", ref=Gives.ARN, names=("Name",)),
    "AWS::Kinesis::Stream": ResourceType("kinesis", "stream/{name}", name_property="Name"),
    "AWS::KinesisFirehose::DeliveryStream": ResourceType(
        "firehose", "deliverystream/{name}", name_property="DeliveryStreamName"
    ),
    "AWS::DynamoDB::Table": ResourceType("dynamodb", "table/{name}", name_property="TableName"),
    "AWS::Logs::LogGroup": ResourceType("logs", "log-group:{name}", name_property="LogGroupName"),
    "AWS::KMS::Key": ResourceType("kms", "key/{name}", names=("KeyId",)),
    "AWS::KMS::Alias": ResourceType("kms", name_property="AliasName", arns=()),
    "AWS::IAM::Role": ResourceType("iam", "role/{name}", name_property="RoleName", has_region=False),
}
"""What destinations are commonly made of, right or wrong, and what stands behind them. Of others nothing is known."""

FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
