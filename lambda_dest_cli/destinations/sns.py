"""Standard SNS topics.

Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; keys: SNS Developer Guide, "Key
management" (a publisher needs GenerateDataKey and Decrypt).
"""

from lambda_dest_cli.destinations.type import DestinationType, Refusal
from lambda_dest_cli.model.configuration import Slot

SNS = DestinationType(
    name="sns",
    words="an SNS topic",
    service="sns",
    slots=frozenset({Slot.ON_SUCCESS, Slot.ON_FAILURE, Slot.DEAD_LETTER}),
    resource="{name}",
    pattern=r"[A-Za-z0-9_-]{1,256}(\.fifo)?",
    actions=(("sns:Publish", "{arn}"),),
    kms_actions=("kms:GenerateDataKey", "kms:Decrypt"),
    refusals=(Refusal(r"\.fifo$", "Lambda does not deliver to FIFO topics; use a standard topic"),),
)
