"""The handlers of the cases: one in Python and one in Node.js, that do what the event tells them."""

import io
import zipfile

PYTHON = """
import os, sys, time
def handler(event, context):
    told = event if isinstance(event, dict) else {}
    mode = told.get("mode")
    if "tell" in told: say(told["tell"], context.aws_request_id)
    if "hold" in told: wait_for_a_word(told["hold"])
    if mode == "raise": raise KeyError("sku")
    if mode == "long": raise ValueError("\\u00e9" * 2000)
    if mode == "exit": os._exit(3)
    if mode == "sleep": time.sleep(30)
    if mode == "bad": return {1, 2}
    if mode == "big": return "x" * told["size"]
    if mode == "return": return told["value"]
    return {"id": context.aws_request_id, "arn": context.invoked_function_arn, "event": event}
def queues():
    import boto3
    return boto3.client("sqs")
def say(url, text):
    queues().send_message(QueueUrl=url, MessageBody=text)
def wait_for_a_word(url):
    sqs = queues()
    while not sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"): pass
"""
"""``tell`` is the URL of a queue in which it says its request id, ``hold`` of one in which it waits for a message."""

NODE = """
export const handler = async (event, context) => {
  if (event.mode === "raise") throw new TypeError("no sku");
  if (event.mode === "exit") process.exit(3);
  if (event.mode === "sleep") await new Promise((resolve) => setTimeout(resolve, 30000));
  if (event.mode === "bad") { const ring = {}; ring.ring = ring; return ring; }
  return { id: context.awsRequestId, event };
};
"""

SILENT = "def handler(event, context): return None"
"""A record holds its event: where a function answered with that again, records would double at each hop."""

STREAMS = """
export const handler = awslambda.streamifyResponse(async (event, stream) => { throw new Error("boom"); });
"""


def packed(name: str, source: str) -> bytes:
    """Give a deployment package of one file."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(name, source)
    return content.getvalue()
