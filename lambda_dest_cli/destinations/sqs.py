"""Standard SQS queues.

Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations"; keys: SQS Developer Guide, "Key
management" (a producer needs GenerateDataKey and Decrypt).
"""

from lambda_dest_cli.destinations.type import DestinationType, Refusal
from lambda_dest_cli.model.configuration import Slot

SQS = DestinationType(
    name="sqs",
    words="an SQS queue",
    service="sqs",
    slots=frozenset({Slot.ON_SUCCESS, Slot.ON_FAILURE, Slot.DEAD_LETTER}),
    resource="{name}",
    pattern=r"[A-Za-z0-9_-]{1,80}(\.fifo)?",
    actions=(("sqs:SendMessage", "{arn}"),),
    kms_actions=("kms:GenerateDataKey", "kms:Decrypt"),
    refusals=(Refusal(r"\.fifo$", "Lambda does not deliver to FIFO queues; use a standard queue"),),
)
