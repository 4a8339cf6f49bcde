"""Set-ups for the doctor: what a role may do, what destinations say for themselves, and what was broken since.

Each is made on the embedded AWS as AWS would take it, and only then spoiled: so Lambda accepted the configuration once.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.contract.handlers import SILENT
from tests.contract.world import World, allow, document

ANYTHING = allow("*", "*")
FAIL = {"mode": "raise"}
"""The event that makes the function fail."""
Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A destination, and how to wait for what arrives there."""

    arn: str
    came: Callable[[], object]


def queue(world: World, **attributes: str) -> Place:
    made = world.queue(**attributes)
    return Place(made.arn, made.message)


def topic(world: World) -> Place:
    behind = world.queue()
    return Place(world.topic(behind), behind.message)


def bus(world: World) -> Place:
    behind = world.queue()
    return Place(world.bus(behind, source=["lambda", "aws.lambda"]), behind.message)


def function(world: World, qualifier: str = "") -> Place:
    name, behind = world.function(source=SILENT), world.queue()
    if qualifier:
        world.alias(name, world.version(name), qualifier)
    world.put(name, on_success=behind.arn, on_failure=behind.arn, qualifier=qualifier)
    return Place(world.arn(name, qualifier), behind.message)


def bucket(world: World) -> Place:
    name = world.bucket()
    return Place(f"arn:aws:s3:::{name}", lambda: world.objects(name))


def keyed_queue(world: World, *statements: Statement) -> Place:
    """A queue with a customer managed key; its policy lets the account's own policies decide unless told otherwise."""
    root = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{world.account}:root"})
    key = world.client("kms").create_key(Policy=document(*(statements or [root])))["KeyMetadata"]["Arn"]
    return queue(world, KmsMasterKeyId=key)


@dataclass(frozen=True)
class Scene:
    """What a row may need to spoil it."""

    world: World
    role: str
    place: Place

    def own_policy(self, *statements: Statement) -> None:
        """Set the destination's own policy."""
        arn = self.place.arn
        service, name = arn.split(":")[2], arn.rpartition(":")[2]
        if service == "sqs":
            url = self.world.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
            self.world.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": document(*statements)})
        elif service == "sns":
            self.world.client("sns").set_topic_attributes(
                TopicArn=arn, AttributeName="Policy", AttributeValue=document(*statements)
            )
        elif service == "events":
            self.world.client("events").put_permission(
                EventBusName=arn.rpartition("/")[2], Policy=document(*statements)
            )
        else:
            self.world.client("s3").put_bucket_policy(Bucket=name, Policy=document(*statements))

    def boundary(self, *statements: Statement) -> None:
        """Give the role a permissions boundary."""
        iam, name = self.world.client("iam"), self.world.name("boundary")
        made = iam.create_policy(PolicyName=name, PolicyDocument=document(*statements))["Policy"]["Arn"]
        iam.put_role_permissions_boundary(RoleName=self.role.rpartition("/")[2], PermissionsBoundary=made)

    def key(self) -> str:
        url = self.world.client("sqs").get_queue_url(QueueName=self.place.arn.rpartition(":")[2])["QueueUrl"]
        attributes = self.world.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["KmsMasterKeyId"])
        return str(attributes["Attributes"]["KmsMasterKeyId"])


@dataclass(frozen=True)
class Row:
    """One set-up: a destination for failures, what the role is left with, and what the doctor must find."""

    name: str
    place: Callable[[World], Place]
    grants: Callable[[Scene], list[Statement]] = lambda _: [ANYTHING]
    spoil: Callable[[Scene], object] = lambda _: None
    expected: Mapping[str, str] = field(default_factory=dict)
    """The state by id of everything that is not a pass."""
    slot: str = "on_failure"
    confirmed: bool = True
    """Whether an event is sent to see what becomes of it; not where the answer is that it cannot be known."""


FAILS_302, FAILS_303, FAILS_304 = ({each: "fail"} for each in ("LDS302", "LDS303", "LDS304"))
SEND = "sqs:SendMessage"


def to(*actions: str, **more: Any) -> Callable[[Scene], list[Statement]]:
    """Grant actions on the destination, and nothing else."""
    return lambda scene: [allow(list(actions), scene.place.arn, **more)]


def only(*statements: Statement) -> Callable[[Scene], list[Statement]]:
    return lambda _: list(statements)


def where(operator: str, key: str, value: str) -> Callable[[Scene], list[Statement]]:
    """Grant everything on a condition."""
    return only({**ANYTHING, "Condition": {operator: {key: value}}})


def denied_by_itself(action: str, resource: str = "") -> Callable[[Scene], None]:
    return lambda scene: scene.own_policy(
        {**allow(action, resource or scene.place.arn, Principal={"AWS": scene.role}), "Effect": "Deny"}
    )


def allowed_by_itself(action: str) -> Callable[[Scene], None]:
    return lambda scene: scene.own_policy(allow(action, scene.place.arn, Principal={"AWS": scene.role}))


def key_grant(scene: Scene) -> None:
    scene.world.client("kms").create_grant(
        KeyId=scene.key(), GranteePrincipal=scene.role, Operations=["GenerateDataKey", "Decrypt"]
    )


def key_denies(world: World) -> Place:
    root = allow("kms:*", "*", Principal={"AWS": f"arn:aws:iam::{world.account}:root"})
    return keyed_queue(world, root, {**allow("kms:GenerateDataKey", "*", Principal="*"), "Effect": "Deny"})


def key_of_nobody(world: World) -> Place:
    nobody = f"arn:aws:iam::{world.account}:role/nobody"
    return keyed_queue(world, allow("kms:*", "*", Principal={"AWS": nobody}))


def without_root(world: World) -> Place:
    return function(world, "live")


NOTHING = only(allow("logs:PutLogEvents", "*"))
OBJECTS = "/aws/lambda/async/*"

PERMISSIONS: list[Row] = [
    # What the role's own policies say, of a queue.
    Row("nothing is granted", queue, NOTHING, expected=FAILS_302),
    Row("another action", queue, to("sqs:ReceiveMessage"), expected=FAILS_302),
    Row("another queue", queue, lambda scene: [allow(SEND, f"{scene.place.arn}-2")], expected=FAILS_302),
    Row("the queue's URL for its ARN", queue, only(allow(SEND, "https://sqs.us-east-1.amazonaws.com/0/q")),
        expected=FAILS_302),
    Row("another region", queue, lambda scene: [allow(SEND, scene.place.arn.replace("us-east-1", "eu-west-1"))],
        expected=FAILS_302),
    Row("the queue itself", queue, to(SEND)),
    Row("the action in other letters", queue, to("SQS:sendmessage")),
    Row("a wildcard in the action", queue, to("sqs:Send*")),
    Row("a wildcard in the resource", queue, only(allow(SEND, "arn:aws:sqs:*:*:*"))),
    Row("any one character", queue, lambda scene: [allow(SEND, f"{scene.place.arn[:-1]}?")]),
    Row("an explicit deny", queue, lambda scene: [ANYTHING, {**allow(SEND, scene.place.arn), "Effect": "Deny"}],
        expected=FAILS_302),
    Row("a deny of another queue", queue,
        lambda scene: [ANYTHING, {**allow(SEND, f"{scene.place.arn}-2"), "Effect": "Deny"}]),
    Row("a deny on a condition that does not hold", queue, only(
        ANYTHING, {**allow(SEND, "*", Condition={"Bool": {"aws:SecureTransport": "false"}}), "Effect": "Deny"})),
    Row("a deny on a condition that holds", queue, only(
        ANYTHING, {**allow(SEND, "*", Condition={"Bool": {"aws:SecureTransport": "true"}}), "Effect": "Deny"}),
        expected=FAILS_302),
    Row("everything but it", queue, only({"Effect": "Allow", "NotAction": SEND, "Resource": "*"}), expected=FAILS_302),
    Row("everything but something else", queue, only({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})),
    Row("everywhere but there", queue,
        lambda scene: [{"Effect": "Allow", "Action": "*", "NotResource": scene.place.arn}], expected=FAILS_302),
    Row("the account on a condition", queue, where("StringEquals", "aws:PrincipalAccount", "000000000000")),
    Row("another account on a condition", queue, where("StringEquals", "aws:PrincipalAccount", "111111111111"),
        expected=FAILS_302),
    Row("the resource's account on a condition", queue, where("StringEquals", "aws:ResourceAccount", "000000000000")),
    Row("another region on a condition", queue, where("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        expected=FAILS_302),
    Row("the source function, which no delivery carries", queue,
        where("ArnLike", "lambda:SourceFunctionArn", "arn:aws:lambda:*:*:function:*"), expected=FAILS_302),
    Row("a private endpoint, which cannot be known", queue, where("StringEquals", "aws:SourceVpce", "vpce-1"),
        expected={"LDS302": "skip"}, confirmed=False),
    Row("a boundary without it", queue, spoil=lambda scene: scene.boundary(allow("s3:*", "*")), expected=FAILS_302),
    Row("a boundary that denies it", queue, spoil=lambda scene: scene.boundary(
        ANYTHING, {**allow("sqs:*", "*"), "Effect": "Deny"}), expected=FAILS_302),
    Row("a boundary with it", queue, spoil=lambda scene: scene.boundary(allow("sqs:*", "*"))),
    # The same, of the other types and slots.
    Row("no dead letters", queue, NOTHING, expected=FAILS_302 | {"LDS404": "pass"}, slot="dead_letter"),
    Row("a dead-letter queue", queue, to(SEND), expected={"LDS404": "pass"}, slot="dead_letter"),
    Row("no dead letters to a topic", topic, NOTHING, expected=FAILS_302 | {"LDS404": "pass"}, slot="dead_letter"),
    Row("no successes", queue, NOTHING, expected=FAILS_302 | {"LDS401": "warn"}, slot="on_success"),
    Row("no topic", topic, NOTHING, expected=FAILS_302),
    Row("a topic", topic, to("sns:Publish")),
    Row("a topic's subscribers, not the topic", topic, to("sns:Subscribe"), expected=FAILS_302),
    Row("no bus", bus, NOTHING, expected=FAILS_302),
    Row("a bus", bus, to("events:PutEvents")),
    Row("the default bus only", bus, only(
        allow("events:PutEvents", "arn:aws:events:us-east-1:000000000000:event-bus/default")), expected=FAILS_302),
    Row("no function", function, NOTHING, expected=FAILS_302),
    Row("a function", function, to("lambda:InvokeFunction")),
    Row("the old name of the action", function, to("lambda:InvokeAsync"), expected=FAILS_302),
    Row("an alias, granted without it", without_root,
        lambda scene: [allow("lambda:InvokeFunction", scene.place.arn.removesuffix(":live"))], expected=FAILS_302),
    Row("an alias, granted with it", without_root, to("lambda:InvokeFunction")),
    Row("no bucket", bucket, NOTHING, expected=FAILS_302),
    Row("a bucket and its objects", bucket, lambda scene: [
        allow("s3:ListBucket", scene.place.arn), allow("s3:PutObject", f"{scene.place.arn}{OBJECTS}")]),
    Row("a bucket without its objects", bucket, to("s3:ListBucket", "s3:PutObject"), expected=FAILS_302),
    Row("a bucket's objects without the bucket", bucket,
        lambda scene: [allow("s3:PutObject", f"{scene.place.arn}/*")], expected={"LDS302": "warn"}),
    Row("a bucket's objects under another prefix", bucket, lambda scene: [
        allow("s3:ListBucket", scene.place.arn), allow("s3:PutObject", f"{scene.place.arn}/failures/*")],
        expected=FAILS_302),
    # What destinations say for themselves.
    Row("a queue's own deny", queue, spoil=denied_by_itself(SEND), expected=FAILS_304),
    Row("a queue's own deny of everybody", queue, spoil=lambda scene: scene.own_policy(
        {**allow("sqs:*", scene.place.arn, Principal="*"), "Effect": "Deny"}), expected=FAILS_304),
    Row("a queue's own deny of something else", queue, spoil=denied_by_itself("sqs:PurgeQueue")),
    Row("a queue that allows by itself", queue, NOTHING, allowed_by_itself(SEND)),
    Row("a queue that allows another action", queue, NOTHING, allowed_by_itself("sqs:ReceiveMessage"),
        expected=FAILS_302),
    Row("a topic's own deny", topic, spoil=denied_by_itself("sns:Publish"), expected=FAILS_304),
    Row("a topic that allows by itself", topic, NOTHING, allowed_by_itself("sns:Publish")),
    Row("a bucket's own deny", bucket, spoil=lambda scene: scene.own_policy(
        {**allow("s3:PutObject", f"{scene.place.arn}/*", Principal="*"), "Effect": "Deny"}), expected=FAILS_304),
    # Keys.
    Row("a key that leaves it to the role", keyed_queue),
    Row("a key, and a role without it", keyed_queue, only(allow("sqs:*", "*")), expected=FAILS_303),
    Row("a key, and a role with half of it", keyed_queue, only(allow(["sqs:*", "kms:Decrypt"], "*")),
        expected=FAILS_303),
    Row("a key that denies", key_denies, expected=FAILS_303),
    Row("a key that names somebody else", key_of_nobody, expected=FAILS_303),
    Row("a key that grants", keyed_queue, only(allow("sqs:*", "*")), key_grant),
]  # fmt: skip
