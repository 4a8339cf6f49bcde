"""Other Lambda functions.

Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations". The right is checked on the ARN as
configured: a grant on the unqualified ARN does not cover an alias (aws-cdk#19273).
"""

from lambda_dest_cli.destinations.type import DestinationType
from lambda_dest_cli.model.configuration import Slot

LAMBDA = DestinationType(
    name="lambda",
    words="a Lambda function",
    service="lambda",
    slots=frozenset({Slot.ON_SUCCESS, Slot.ON_FAILURE}),
    resource="function:{name}",
    pattern=r"[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?",
    actions=(("lambda:InvokeFunction", "{arn}"),),
)
