"""EventBridge buses.

Lambda Developer Guide, "Capturing records of Lambda asynchronous invocations". A bus with a key of its own asks
nothing more of the sender. Partner buses are refused with "The destination ARN … is invalid" (serverless#7507).
"""

from lambda_dest_cli.destinations.type import DestinationType, Refusal
from lambda_dest_cli.model.configuration import Slot

EVENTS = DestinationType(
    name="events",
    words="an EventBridge bus",
    service="events",
    slots=frozenset({Slot.ON_SUCCESS, Slot.ON_FAILURE}),
    resource="event-bus/{name}",
    pattern=r"[/.A-Za-z0-9_-]{1,256}",
    actions=(("events:PutEvents", "{arn}"),),
    refusals=(Refusal(r"^event-bus/aws\.partner/", "Lambda does not deliver to partner event buses"),),
)
