"""S3 buckets, for failures only.

Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations": PutObject on the objects and ListBucket
on the bucket, two different resources; objects are named ``aws/lambda/async/<function>/YYYY/MM/DD/…``.
"""

from lambda_dest_cli.destinations.type import DestinationType
from lambda_dest_cli.model.configuration import Slot

S3 = DestinationType(
    name="s3",
    words="an S3 bucket",
    service="s3",
    slots=frozenset({Slot.ON_FAILURE}),
    resource="{name}",
    pattern=r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    actions=(("s3:ListBucket", "{arn}"), ("s3:PutObject", "{arn}/aws/lambda/async/{function}/*")),
    kms_actions=("kms:GenerateDataKey",),
    regional=False,
)
