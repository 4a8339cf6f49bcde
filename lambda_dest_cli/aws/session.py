"""Credentials, region and clients: made when first asked for, one of each.

The session is botocore's, on which boto3's own stands: boto3 imports its S3 transfer manager and its resources besides,
which no command uses and every command would wait for.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import RLock
from typing import TYPE_CHECKING, Any, Literal, overload

from botocore.config import Config
from botocore.session import Session

from lambda_dest_cli import __version__
from lambda_dest_cli.aws.assumed import assumed
from lambda_dest_cli.aws.errors import calling, no_region
from lambda_dest_cli.aws.paced import keep_pace
from lambda_dest_cli.model.arn import Arn, partition_of
from lambda_dest_cli.model.caller import Caller

if TYPE_CHECKING:
    from types_boto3_cloudwatch.client import CloudWatchClient
    from types_boto3_events.client import EventBridgeClient
    from types_boto3_iam.client import IAMClient
    from types_boto3_kms.client import KMSClient
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_logs.client import CloudWatchLogsClient
    from types_boto3_s3.client import S3Client
    from types_boto3_sns.client import SNSClient
    from types_boto3_sqs.client import SQSClient
    from types_boto3_stepfunctions.client import SFNClient
    from types_boto3_sts.client import STSClient

LOCAL_REGION = "us-east-1"
_CONFIG = Config(
    connect_timeout=5,
    read_timeout=60,
    max_pool_connections=32,
    retries={"mode": "standard", "total_max_attempts": 5},
    user_agent_extra=f"lds/{__version__}",
    # An emulator's buckets have no host names of their own; S3 itself takes both styles.
    s3={"addressing_style": "auto"},
)


class AwsSession:
    """One caller in one region. Clients are made on first use and shared; botocore's clients are thread-safe."""

    def __init__(
        self,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        local: bool = False,
        role_arn: str = "",
        local_account: str = "",
    ) -> None:
        """``local`` uses the embedded AWS's own credentials and, where none is named, its region.

        ``role_arn`` is a role to assume. ``local_account`` is the embedded AWS's account that is meant.
        """
        self.endpoint_url = endpoint_url
        self._keys: Any = local_credentials(local_account) if local else {}
        self._lock = RLock()
        self._clients: dict[tuple[str | int, ...], Any] = {}
        # A local run takes nothing of a person's profile, neither keys nor a role to assume.
        self._session = Session(profile=None if local else profile)
        with calling("sts:GetCallerIdentity", profile or "the default profile"):
            self._region = region or _named_region() or self._session.get_config_variable("region")
        if local and not self._region:
            self._region = LOCAL_REGION
        if role_arn:
            self._session = assumed(self._session, role_arn, self.region, endpoint_url)

    @property
    def region(self) -> str:
        """The region calls go to; raises UsageProblem when none is set anywhere."""
        if not self._region:
            raise no_region()
        return str(self._region)

    def home(self) -> Arn:
        """Give the caller's partition, region and account, as an ARN; asks STS."""
        return self.caller().home

    def caller(self) -> Caller:
        """Say who asks, and when AWS says it is; asks STS."""
        with calling("sts:GetCallerIdentity", "your credentials"):
            answer = self.client("sts").get_caller_identity()
            home = Arn(partition_of(self.region), "lambda", self.region, answer["Account"], "function:*")
        headers = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
        return Caller(answer.get("Arn", ""), home, _moment(headers.get("date", "")))

    def expires_within(self, seconds: int) -> bool:
        """Say whether the credentials end that soon; those that renew themselves have been renewed by now.

        Keys without an end, and those whose end nobody told (AWS_SESSION_TOKEN alone), never do.
        """
        if self._keys:
            return False
        with calling("sts:GetCallerIdentity", "your credentials"):
            credentials = self._session.get_credentials()
        needed = getattr(credentials, "refresh_needed", None)
        return bool(needed and needed(refresh_in=seconds))

    # fmt: off
    @overload
    def client(self, service: Literal["lambda"], region: str = ...) -> "LambdaClient": ...
    @overload
    def client(self, service: Literal["iam"], region: str = ...) -> "IAMClient": ...
    @overload
    def client(self, service: Literal["sqs"], region: str = ...) -> "SQSClient": ...
    @overload
    def client(self, service: Literal["sns"], region: str = ...) -> "SNSClient": ...
    @overload
    def client(self, service: Literal["events"], region: str = ...) -> "EventBridgeClient": ...
    @overload
    def client(self, service: Literal["s3"], region: str = ...) -> "S3Client": ...
    @overload
    def client(self, service: Literal["kms"], region: str = ...) -> "KMSClient": ...
    @overload
    def client(self, service: Literal["sts"], region: str = ...) -> "STSClient": ...
    @overload
    def client(self, service: Literal["logs"], region: str = ...) -> "CloudWatchLogsClient": ...
    @overload
    def client(self, service: Literal["cloudwatch"], region: str = ...) -> "CloudWatchClient": ...
    @overload
    def client(self, service: Literal["stepfunctions"], region: str = ...) -> "SFNClient": ...
    # fmt: on
    def client(self, service: str, region: str = "") -> Any:
        """Give the client of a service, in another region than the session's where one is named."""
        key = (service, region or self.region)
        with self._lock:  # making clients is what botocore says is not thread-safe
            if key not in self._clients:
                with calling(f"{service}:*", service):
                    self._clients[key] = self._session.create_client(
                        service, region_name=key[1], endpoint_url=self.endpoint_url, config=_CONFIG, **self._keys
                    )
                if service == "lambda":
                    keep_pace(self._clients[key].meta.events, limited=self.endpoint_url is None)
            return self._clients[key]

    def sender(self, region: str = "", connections: int = 10) -> "LambdaClient":
        """Give a client of Lambda that sends every request once: a second Invoke may be a second run.

        Whoever sends events decides whether to send one again. It keeps so many connections.
        """
        where = region or self.region
        key = ("once", where, connections)
        with self._lock, calling("lambda:InvokeFunction", "lambda"):
            if key not in self._clients:
                config = _CONFIG.merge(Config(retries={"total_max_attempts": 1}, max_pool_connections=connections))
                self._clients[key] = self._session.create_client(
                    "lambda", region_name=where, endpoint_url=self.endpoint_url, config=config, **self._keys
                )
            client: LambdaClient = self._clients[key]
            return client


def local_credentials(account: str = "") -> Mapping[str, str]:
    """Give what the embedded AWS takes for credentials; they are never a person's own keys.

    It knows no secrets, and takes an access key of 12 digits for an account.
    """
    return {"aws_access_key_id": account or "test", "aws_secret_access_key": "test"}


def _moment(header: str) -> datetime | None:
    """Read an HTTP date; None where there is none."""
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None


def _named_region() -> str | None:
    """Give AWS_REGION, which the AWS CLI and Lambda itself set and botocore does not read; the rest botocore finds."""
    return os.environ.get("AWS_REGION") or None
