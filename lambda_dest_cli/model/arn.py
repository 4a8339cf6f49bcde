"""Amazon Resource Names."""

import re
from dataclasses import dataclass

from lambda_dest_cli.errors import UsageProblem

_PARTS = 6
_ACCOUNT = re.compile(r"\d{12}")
_REGION = re.compile(r"(eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-\d")
_PARTITION = re.compile(r"aws[a-z-]*")


@dataclass(frozen=True, order=True, slots=True)
class Arn:
    """``arn:partition:service:region:account:resource``; region and account are empty where the service has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @classmethod
    def parse(cls, text: str) -> "Arn":
        """Read an ARN; raises UsageProblem naming the part that is wrong."""
        parts = text.split(":", _PARTS - 1)
        if len(parts) != _PARTS or parts[0] != "arn":
            raise UsageProblem(
                f"{text!r} is not an ARN", "an ARN has six parts: arn:partition:service:region:account:resource"
            )
        _, partition, service, region, account, resource = parts
        if not _PARTITION.fullmatch(partition):
            raise UsageProblem(f"{text!r}: {partition!r} is not a partition", "such as aws, aws-cn or aws-us-gov")
        if region and not _REGION.fullmatch(region):
            raise UsageProblem(f"{text!r}: {region!r} is not a region", "such as eu-west-1")
        if account and not _ACCOUNT.fullmatch(account):
            raise UsageProblem(
                f"{text!r}: the account {account!r} has {len(account)} characters; an AWS account id has 12 digits"
            )
        if not service or not resource:
            raise UsageProblem(f"{text!r} has no {'resource' if service else 'service'}")
        return cls(partition, service, region, account, resource)

    def __str__(self) -> str:
        return f"arn:{self.partition}:{self.service}:{self.region}:{self.account}:{self.resource}"


def partition_of(region: str) -> str:
    """Give the partition that a region belongs to, by the prefixes botocore's own endpoint data uses."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc")):
        if region.startswith(prefix):
            return partition
    for infix, partition in (("-iso-", "aws-iso"), ("-isob-", "aws-iso-b"), ("-isoe-", "aws-iso-e")):
        if infix in region:
            return partition
    return "aws-iso-f" if "-isof-" in region else "aws"
