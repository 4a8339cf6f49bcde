"""The definition: a Distributed Map, with one child workflow an event.

Step Functions Developer Guide: "Using Map state in Distributed mode", "ItemReader (Map)", "Transforming data with
JSONata", "Invoke an AWS Lambda function with Step Functions". Children are standard workflows: an express one may run
twice (same guide, "Choosing workflow type"), and a second Invoke is a second run of the function. For the same reason
nothing but a refusal for the rate is tried again.
"""

from typing import Any

from lambda_dest_cli.model.state_machine import Machine

STATE_BYTES = 262_144
"""The most that a state takes or gives (Step Functions Developer Guide, "Service quotas")."""
NOT_REPLAYABLE = "NotReplayable"
_SURE_REFUSALS = ["Lambda.TooManyRequestsException"]
"""What Lambda says when it has not taken an event, and will later."""


def definition(machine: Machine) -> dict[str, Any]:
    """Give the state machine's definition in the Amazon States Language."""
    states = _drained() if machine.drained else _listed(machine)
    return {
        "Comment": "Made by lds replay --engine step-functions: sends events again that an AWS Lambda function failed",
        "StartAt": "Replay",
        "States": {
            "Replay": {
                "Type": "Map",
                "Label": "events",
                "MaxConcurrency": machine.max_concurrency,
                "ToleratedFailurePercentage": machine.tolerated_failure_percentage,
                "ItemReader": _reader(machine),
                "ItemSelector": _selector(machine),
                "ItemProcessor": {
                    "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                    "StartAt": next(iter(states)),
                    "States": states,
                },
                "ResultWriter": {
                    "Resource": "arn:aws:states:::s3:putObject",
                    "Parameters": {"Bucket": machine.bucket, "Prefix": machine.results_prefix},
                },
                "ResultPath": None,
                "End": True,
            }
        },
    }


def _reader(machine: Machine) -> dict[str, Any]:
    if machine.drained:
        return {
            "Resource": "arn:aws:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSONL"},
            "Parameters": {"Bucket": machine.bucket, "Key.$": "$.key"},
        }
    return {
        "Resource": "arn:aws:states:::s3:listObjectsV2",
        "Parameters": {"Bucket": machine.bucket, "Prefix": machine.read_prefix},
    }


def _selector(machine: Machine) -> dict[str, Any]:
    if machine.drained:
        return {"function.$": "$$.Map.Item.Value.function", "payload.$": "$$.Map.Item.Value.payload"}
    return {
        "object.$": "$$.Map.Item.Value",
        "since.$": "$.since",
        "until.$": "$.until",
        "to.$": "$.to",
    }


def _drained() -> dict[str, Any]:
    """Give the child's states where lds wrote which event goes where."""
    return {"Invoke": _invoke("{% $states.input.function %}", "{% $parse($states.input.payload) %}")}


def _listed(machine: Machine) -> dict[str, Any]:
    """Give the child's states where Lambda wrote the objects.

    What was written since the run began is left alone: it may be what this run sent, come back.
    """
    body = "$parse($states.result.Body)"
    return {
        "Chosen": _choice(
            {
                "{% $states.input.object.Size > " + str(STATE_BYTES) + " %}": "TooLarge",
                "{% $states.input.object.LastModified >= $states.input.since"
                " and $states.input.object.LastModified < $states.input.until %}": "Fetch",
            },
            "NotChosen",
        ),
        "NotChosen": {"Type": "Succeed"},
        "TooLarge": _fail("the record is larger than the 256 KiB that Step Functions takes"),
        "Fetch": {
            "Type": "Task",
            "QueryLanguage": "JSONata",
            "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
            "Arguments": {"Bucket": machine.bucket, "Key": "{% $states.input.object.Key %}"},
            "Retry": [{"ErrorEquals": ["S3.S3Exception", "S3.SdkClientException"], "MaxAttempts": 5}],
            "Output": {"to": "{% $states.input.to %}", "record": "{% " + body + " %}"},
            "Next": "Replayable",
        },
        "Replayable": _choice(
            {
                "{% 'requestPayload' in $keys($states.input.record)"
                " and $exists($states.input.record.requestContext.functionArn) %}": "Invoke"
            },
            "Dropped",
        ),
        "Dropped": _fail("the record does not hold the event, or is none of Lambda's"),
        "Invoke": _invoke(
            "{% $states.input.to = '' ? $states.input.record.requestContext.functionArn : $states.input.to %}",
            "{% $states.input.record.requestPayload %}",
        ),
    }


def _invoke(function: str, payload: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "QueryLanguage": "JSONata",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": function, "InvocationType": "Event", "Payload": payload},
        "Retry": [
            {
                "ErrorEquals": _SURE_REFUSALS,
                "IntervalSeconds": 2,
                "BackoffRate": 2,
                "MaxAttempts": 8,
                "MaxDelaySeconds": 120,
                "JitterStrategy": "FULL",
            }
        ],
        "End": True,
    }


def _choice(rules: dict[str, str], default: str) -> dict[str, Any]:
    choices = [{"Condition": condition, "Next": state} for condition, state in rules.items()]
    return {"Type": "Choice", "QueryLanguage": "JSONata", "Choices": choices, "Default": default}


def _fail(cause: str) -> dict[str, Any]:
    return {"Type": "Fail", "Error": NOT_REPLAYABLE, "Cause": cause}
