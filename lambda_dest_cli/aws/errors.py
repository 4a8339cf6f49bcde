"""The one place that turns botocore's and AWS's errors into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from lambda_dest_cli.errors import (
    AccessDenied,
    Conflict,
    CredentialsProblem,
    LdsError,
    NotFound,
    Rejected,
    Throttled,
    Unreachable,
    UsageProblem,
)

# Error codes as each service spells them: Lambda and EventBridge in JSON, IAM, STS and SNS in XML, SQS in both.
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation", "403", "Forbidden"}
)
_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_BAD_CREDENTIALS = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "MissingAuthenticationToken",
        "AuthFailure",
        "InvalidSignatureException",
    }
)
_THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
     "SlowDown", "RequestThrottled", "KmsThrottled"}
)  # fmt: skip
_MISSING = frozenset(
    {"ResourceNotFoundException", "NotFound", "NotFoundException", "NoSuchEntity", "NoSuchBucket", "NoSuchKey",
     "404", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "StateMachineDoesNotExist"}
)  # fmt: skip
_CONFLICT = frozenset({"ResourceConflictException", "PreconditionFailedException", "ConcurrentModificationException"})

# What AWS says of a call whose signature's time is more than five minutes off (IAM User Guide, "Troubleshoot Signature
# Version 4 signed requests").
_WRONG_TIME = ("Signature expired", "Signature not yet current")
_SET_CLOCK = "this machine's clock is wrong: set it, or let it be set (timedatectl set-ntp true)"

_LOG_IN = "sign in again (aws sso login, or new keys), or choose another profile with --profile"
_NO_CREDENTIALS = (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError)
_SIGN_IN_ERRORS = (boto.TokenRetrievalError, boto.SSOError)
_CONNECTION = (boto.HTTPClientError, boto.ConnectionError)


@contextmanager
def calling(action: str, subject: str) -> Iterator[None]:
    """Translate whatever a call raises. ``action`` is its IAM action, ``subject`` the thing it is about."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise translate(error, action, subject) from error
    except (ResponseParserError, KeyError) as error:
        # A body cut short, or not from AWS at all (a proxy's page): botocore says so for XML, and reads JSON that is
        # none as an answer without the members that every answer has.
        raise Unreachable(
            f"{subject}: the answer to {action} cannot be read",
            "is something between you and AWS? check --endpoint-url",
        ) from error


def translate(error: BotoCoreError | ClientError, action: str, subject: str) -> LdsError:
    """Give the error a person can act on: what thing, what cause, what next."""
    if isinstance(error, ClientError):
        return _from_service(error, action, subject)
    if isinstance(error, boto.ProfileNotFound):
        return CredentialsProblem(f"{error}", "name one of your profiles (aws configure list-profiles) with --profile")
    if isinstance(error, _NO_CREDENTIALS):
        return CredentialsProblem(
            "there are no AWS credentials",
            "set AWS_PROFILE or --profile, run aws configure, or try it without an account: lds demo",
        )
    if isinstance(error, _SIGN_IN_ERRORS):
        return CredentialsProblem(f"the sign-in has ended: {error}", _LOG_IN)
    if isinstance(error, boto.NoRegionError):
        return no_region()
    if isinstance(error, _CONNECTION):
        return Unreachable(
            f"{subject}: no answer to {action}: {error}",
            "check the network, the region's name and --endpoint-url (for the embedded AWS: lds local status)",
        )
    if isinstance(error, (boto.ParamValidationError, boto.InvalidRegionError)):
        return UsageProblem(f"{subject}: {error}")
    return Rejected(f"{subject}: {action}: {error}")


def no_region() -> UsageProblem:
    """Give the error for a run without a region."""
    return UsageProblem("no region is set", "name one with --region or AWS_REGION, or write it in your AWS profile")


def error_code(error: ClientError) -> str:
    """Give the service's error code, without the prefix that SQS's JSON protocol puts on it."""
    return str(error.response.get("Error", {}).get("Code", "")).rpartition("#")[2]


def _from_service(error: ClientError, action: str, subject: str) -> LdsError:
    code = error_code(error)
    words = str(error.response.get("Error", {}).get("Message", "")) or code or str(error)
    if code in _EXPIRED:
        return CredentialsProblem(f"the credentials have expired: {words}", _LOG_IN)
    if code == "RequestTimeTooSkewed" or words.startswith(_WRONG_TIME):
        return CredentialsProblem(f"AWS does not take the time of the call: {words}", _SET_CLOCK)
    if code in _BAD_CREDENTIALS:
        return CredentialsProblem(f"AWS does not take these credentials: {words}", _LOG_IN)
    if code in _DENIED:
        return AccessDenied(f"{subject}: you may not call {action}: {words}", f"ask for {action} on {subject}")
    if code in _THROTTLED:
        return Throttled(
            f"{subject}: AWS refuses {action} for the rate of calls: {words}", "wait a minute and run it again"
        )
    if code in _MISSING:
        return NotFound(f"{subject}: not found: {words}")
    if code in _CONFLICT:
        return Conflict(f"{subject}: {action}: {words}", "someone else is changing it; run the command again")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status >= 500:
        return Unreachable(f"{subject}: AWS failed at {action} ({status} {code}): {words}", "run it again in a minute")
    return Rejected(f"{subject}: {action}: {words}")
