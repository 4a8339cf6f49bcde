"""What Lambda checks when a destination is set: the shape, that it is there, and the role's permission.

The words are AWS's (recorded Nov 2025 and captured Sept 2026; each is quoted in the contract tests). Nothing checks
again later.
"""

from lambda_dest_cli.destinations import TYPES, complaint, type_of
from lambda_dest_cli.errors import UsageProblem
from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunction
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.local.targets import LocalTargets
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import Slot

_MEMBER = {Slot.ON_SUCCESS: "OnSuccess", Slot.ON_FAILURE: "OnFailure"}


class Admission:
    """Says no in AWS's words."""

    def __init__(self, backend: Backend, permissions: Permissions) -> None:
        self._backend = backend
        self._permissions = permissions

    async def destination(self, function: LocalFunction, slot: Slot, text: str) -> None:
        """Check one destination of an event invoke configuration; raises ApiFault."""
        arn = _read(text)
        if arn is not None and _is_function(arn, function):
            raise _invalid("You can't specify the function as a destination for itself.")
        kind = type_of(arn) if arn else None
        if arn is None or kind is None or slot not in kind.slots:
            raise _invalid(f"The provided destination config {_config(slot, text)} is invalid.")
        if arn.service == "sns" and arn.resource.endswith(".fifo"):
            raise _invalid("FIFO-type Amazon SNS topics aren't supported as a destination.")
        if complaint(arn, slot) is not None:
            raise _invalid(f"The destination ARN {text} is invalid.")
        if arn.service == "s3":
            await self._bucket(function, arn)
            return
        # The bus of EventBridge is not looked up: one that is missing is accepted (captures of Sept 2026).
        targets = LocalTargets(self._backend, function.key.account, arn.region or function.key.region)
        if arn.service != "events" and await targets.look(arn) is None:
            raise _invalid(f"The destination ARN {text} is invalid.")
        for need in kind.needs(arn, function.key.name):
            if not await self._may(function, need.action, need.resource):
                raise _invalid(
                    "The function execution role does not have permissions to call "
                    f"{need.action.partition(':')[2]} on {need.resource}"
                )

    async def dead_letter(self, function_region: str, role: str, text: str) -> None:
        """Check a DeadLetterConfig's target; raises ApiFault."""
        arn = _read(text)
        wrong = "Invalid dead letter queue ARN: "
        if arn is None or arn.service not in ("sqs", "sns"):
            raise _invalid(f"{wrong}Only Amazon SQS queues and Amazon SNS topics are supported.")
        if arn.region != function_region:
            raise _invalid(
                f"{wrong}The resource specified by the TargetArn must be in the same region as the Lambda function "
                "it's associated with."
            )
        if arn.resource.endswith(".fifo"):
            kind = "SQS queue" if arn.service == "sqs" else "SNS topic"
            raise _invalid(f"{wrong}FIFO {kind} is not supported for dead letter configuration")
        for need in TYPES[arn.service].needs(arn, ""):
            if not await self._permissions.allows(role, need.action, need.resource, function_region):
                raise _invalid(
                    "The provided execution role does not have permissions to call "
                    f"{need.action.partition(':')[2]} on {arn.service.upper()}"
                )

    async def _bucket(self, function: LocalFunction, arn: Arn) -> None:
        lacks = "The function execution role does not have permissions to call {} on S3"
        if not await self._may(function, "s3:ListBucket", str(arn)):
            raise _invalid(lacks.format("ListBucket"))
        if await LocalTargets(self._backend, function.key.account, function.key.region).look(arn) is None:
            raise _invalid("Error occurred while ListBucket. S3 Error Code: 404 Not Found. S3 Error Message: Not Found")
        if not await self._may(function, "s3:PutObject", f"{arn}/aws/lambda/async/{function.key.name}/x"):
            raise _invalid(lacks.format("PutObject"))

    async def _may(self, function: LocalFunction, action: str, resource: str) -> bool:
        return await self._permissions.allows(function.role, action, resource, function.key.region)


def _read(text: str) -> Arn | None:
    try:
        return Arn.parse(text)
    except UsageProblem:
        return None


def _is_function(arn: Arn, function: LocalFunction) -> bool:
    itself = function.key.unqualified_arn
    return str(arn) == itself or str(arn).startswith(f"{itself}:")


def _config(slot: Slot, text: str) -> str:
    """Give the configuration as the service's own toString writes it."""
    named = f"{_MEMBER[slot]}(destination={text})"
    success, failure = (named, "null") if slot is Slot.ON_SUCCESS else ("null", named)
    return f"DestinationConfig(onSuccess={success}, onFailure={failure})"


def _invalid(message: str) -> ApiFault:
    return ApiFault(400, "InvalidParameterValueException", message)
