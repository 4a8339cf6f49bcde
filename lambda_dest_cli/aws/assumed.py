"""A role that is assumed: IAM User Guide, "Methods to assume a role". Its credentials are renewed as they expire."""

from functools import partial

from botocore.credentials import (
    AssumeRoleCredentialFetcher,
    CredentialProvider,
    CredentialResolver,
    DeferredRefreshableCredentials,
)
from botocore.session import Session

from lambda_dest_cli.errors import CredentialsProblem

_SESSION_NAME = "lds"
"""What CloudTrail shows as the session of the role."""


class _Assumed(CredentialProvider):
    METHOD = "assume-role"

    def __init__(self, credentials: DeferredRefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> DeferredRefreshableCredentials:
        return self._credentials


def assumed(session: Session, role_arn: str, region: str, endpoint_url: str | None) -> Session:
    """Give a session like this one that acts as a role, which is asked for with this one's credentials.

    Raises CredentialsProblem where it has none.
    """
    source = session.get_credentials()
    if source is None:
        raise CredentialsProblem(
            f"there are no credentials to assume {role_arn} with", "set AWS_PROFILE, or run: aws configure"
        )
    fetcher = AssumeRoleCredentialFetcher(
        client_creator=partial(session.create_client, region_name=region, endpoint_url=endpoint_url),
        source_credentials=source,
        role_arn=role_arn,
        extra_args={"RoleSessionName": _SESSION_NAME},
    )
    credentials = DeferredRefreshableCredentials(refresh_using=fetcher.fetch_credentials, method=_Assumed.METHOD)
    fresh = Session(profile=session.profile)
    fresh.register_component("credential_provider", CredentialResolver([_Assumed(credentials)]))
    return fresh
