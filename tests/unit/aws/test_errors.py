"""Whatever AWS says, a person learns the thing, the cause and the next step, and a script the right code."""

import pytest
from botocore import exceptions as boto
from botocore.exceptions import BotoCoreError, ClientError

from lambda_dest_cli.aws.errors import calling, translate
from lambda_dest_cli.errors import (
    AccessDenied,
    Conflict,
    CredentialsProblem,
    ExitCode,
    LdsError,
    NotFound,
    Rejected,
    Throttled,
    Unreachable,
    UsageProblem,
)


def client_error(code: str, message: str = "said AWS", status: int = 400) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "Operation")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "kind", "exit_code"),
    [
        (client_error("AccessDeniedException", status=403), AccessDenied, 1),
        (client_error("AuthorizationError", status=403), AccessDenied, 1),
        (client_error("ExpiredTokenException"), CredentialsProblem, 4),
        (client_error("ExpiredToken"), CredentialsProblem, 4),
        (client_error("InvalidClientTokenId", status=403), CredentialsProblem, 4),
        (client_error("UnrecognizedClientException", status=403), CredentialsProblem, 4),
        (client_error("SignatureDoesNotMatch", status=403), CredentialsProblem, 4),
        (client_error("TooManyRequestsException", status=429), Throttled, 1),
        (client_error("Throttling"), Throttled, 1),
        (client_error("ResourceNotFoundException", status=404), NotFound, 1),
        (client_error("AWS.SimpleQueueService.NonExistentQueue"), NotFound, 1),
        (client_error("com.amazonaws.sqs#QueueDoesNotExist"), NotFound, 1),
        (client_error("404", status=404), NotFound, 1),
        (client_error("ResourceConflictException", status=409), Conflict, 1),
        (client_error("PreconditionFailedException", status=412), Conflict, 1),
        (client_error("ServiceException", status=500), Unreachable, 1),
        (client_error("InvalidParameterValueException"), Rejected, 1),
        (boto.NoCredentialsError(), CredentialsProblem, 4),
        (boto.PartialCredentialsError(provider="env", cred_var="AWS_SECRET_ACCESS_KEY"), CredentialsProblem, 4),
        (boto.ProfileNotFound(profile="nobody"), CredentialsProblem, 4),
        (boto.UnauthorizedSSOTokenError(), CredentialsProblem, 4),
        (boto.CredentialRetrievalError(provider="process", error_msg="gone"), CredentialsProblem, 4),
        (boto.NoRegionError(), UsageProblem, 2),
        (boto.InvalidRegionError(region_name="no/where"), UsageProblem, 2),
        (boto.EndpointConnectionError(endpoint_url="http://127.0.0.1:1"), Unreachable, 1),
        (boto.ConnectTimeoutError(endpoint_url="http://127.0.0.1:1"), Unreachable, 1),
        (boto.ReadTimeoutError(endpoint_url="http://127.0.0.1:1"), Unreachable, 1),
        (boto.ParamValidationError(report="too long"), UsageProblem, 2),
        (boto.UnknownServiceError(service_name="x", known_service_names="y"), Rejected, 1),
    ],
    ids=lambda value: str(value)[:40],
)
def test_each_error_becomes_the_one_that_says_it(
    error: BotoCoreError | ClientError, kind: type[LdsError], exit_code: int
) -> None:
    problem = translate(error, "lambda:GetFunctionConfiguration", "orders")
    assert type(problem) is kind
    assert problem.exit_code == ExitCode(exit_code)
    assert problem.message


def test_a_refused_call_names_its_action_and_its_thing() -> None:
    with pytest.raises(AccessDenied) as caught, calling("iam:SimulatePrincipalPolicy", "orders-role"):
        raise client_error("AccessDenied", "User: x is not authorized", 403)
    assert "iam:SimulatePrincipalPolicy" in caught.value.message
    assert "orders-role" in caught.value.message
    assert "User: x is not authorized" in caught.value.message


def test_an_error_of_ours_passes_through() -> None:
    with pytest.raises(NotFound, match=r"^mine$"), calling("sqs:GetQueueUrl", "q"):
        raise NotFound("mine")
