"""How the tests of decisions ask: one role, one queue, one key, and statements to judge them by."""

from collections.abc import Mapping
from typing import Any

from lambda_dest_cli.iam.document import Policy, read
from lambda_dest_cli.iam.evaluate import Policies, Request, Verdict, evaluate
from lambda_dest_cli.model.permission import Decision

ACCOUNT = "123456789012"
OTHER = "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/orders"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/orders/s"
ANOTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/refunds"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
QUEUE = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:failed"
THEIR_QUEUE = f"arn:aws:sqs:eu-west-1:{OTHER}:failed"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1"
THEIR_KEY = f"arn:aws:kms:eu-west-1:{OTHER}:key/1"
LAMBDA = "lambda.amazonaws.com"
UNTOLD = {"StringResembles": {"a:b": "c"}}
"""A condition that cannot be told."""

ALLOWED, DENIED, NOT_ALLOWED, UNKNOWN = (
    Decision.ALLOWED,
    Decision.EXPLICIT_DENY,
    Decision.IMPLICIT_DENY,
    Decision.UNKNOWN,
)
Entry = Mapping[str, Any]


def allow(**changes: Any) -> Entry:
    return {"Effect": "Allow", "Action": "*", "Resource": "*"} | changes


def deny(**changes: Any) -> Entry:
    return {"Effect": "Deny", "Action": "*", "Resource": "*"} | changes


def policy(*statements: Entry, name: str = "") -> Policy:
    return read({"Version": "2012-10-17", "Statement": list(statements)}, name)


def ask(resource: str = QUEUE, *, action: str = "sqs:SendMessage", principal: str = ROLE, **more: Any) -> Request:
    return Request(action, resource, principal, **more)


def identity(*statements: Entry, request: Request | None = None) -> Decision:
    return evaluate(request or ask(), Policies([policy(*statements)])).decision


def own(*statements: Entry, request: Request | None = None, roles: tuple[Entry, ...] = ()) -> Decision:
    """Ask with a resource policy of these statements, and identity policies of ``roles``."""
    return evaluate(request or ask(), Policies([policy(*roles)], resource=policy(*statements))).decision


def key(*statements: Entry, roles: tuple[Entry, ...] = (), request: Request | None = None) -> Verdict:
    """Ask with a key policy of these statements, and identity policies of ``roles``."""
    wanted = request or ask(KEY, action="kms:Decrypt")
    return evaluate(wanted, Policies([policy(*roles)], resource=policy(*statements), key=True))


def without(entry: Entry, name: str) -> Entry:
    """A statement that lacks an element."""
    return {key: value for key, value in entry.items() if key != name}
