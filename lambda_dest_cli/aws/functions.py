"""Lambda's functions and their asynchronous configuration, read and written."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambda_dest_cli.aws.errors import calling, translate
from lambda_dest_cli.aws.parallel import both, each
from lambda_dest_cli.aws.session import AwsSession
from lambda_dest_cli.errors import AccessDenied, Conflict, NotFound
from lambda_dest_cli.model.arn import Arn
from lambda_dest_cli.model.configuration import (
    DEFAULT_EVENT_AGE_SECONDS,
    DEFAULT_RETRY_ATTEMPTS,
    EventInvokeConfig,
    FunctionFacts,
    FunctionHealth,
    FunctionState,
)
from lambda_dest_cli.model.function_ref import LATEST, FunctionRef

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient

PAGE = 50
"""The most that ListFunctions and ListFunctionEventInvokeConfigs give at once."""
_UPDATE_POLL_SECONDS = 1.0
_UPDATE_POLLS = 120


class Functions:
    """The functions of one account and region."""

    def __init__(self, session: AwsSession, sleep: Callable[[float], object]) -> None:
        self._session = session
        self._sleep = sleep

    @property
    def _lambda(self) -> "LambdaClient":
        return self._session.client("lambda")

    def get(self, ref: FunctionRef) -> FunctionFacts:
        """Read a function; raises NotFound when it, or the qualifier that was named, does not exist."""
        with calling("lambda:GetFunctionConfiguration", str(ref)):
            try:
                return _facts(self._lambda.get_function_configuration(**_named(ref)))
            except self._lambda.exceptions.ResourceNotFoundException as error:
                raise self._missing(ref) from error

    def health(self, ref: FunctionRef) -> FunctionHealth:
        """Read what a list of functions leaves out: the state of ``$LATEST``, and the reserved concurrency.

        GetFunction tells both in one call, at 100 a second; where it is not allowed (it also gives the code away), two
        lesser calls do, at 15 a second.
        """
        with calling("lambda:GetFunction", ref.name):
            try:
                answer = self._lambda.get_function(FunctionName=_address(ref))
            except self._lambda.exceptions.ResourceNotFoundException as error:
                raise self._missing(ref.at(LATEST)) from error
            except ClientError as error:
                if not isinstance(translate(error, "lambda:GetFunction", ref.name), AccessDenied):
                    raise
                return FunctionHealth(self.get(ref.at(LATEST)), self._reserved_concurrency(ref))
            reserved = answer.get("Concurrency", {}).get("ReservedConcurrentExecutions")
            return FunctionHealth(_facts(answer["Configuration"]), reserved)

    def _reserved_concurrency(self, ref: FunctionRef) -> int | None:
        with calling("lambda:GetFunctionConcurrency", ref.name):
            answer = self._lambda.get_function_concurrency(FunctionName=_address(ref))
        return answer.get("ReservedConcurrentExecutions")

    def state(self, ref: FunctionRef) -> FunctionState:
        """Read a function's ``$LATEST``, the configuration of every qualifier of it, and its aliases.

        Raises NotFound also when the qualifier that ``ref`` names does not exist.
        """
        latest = ref.at(LATEST)
        facts, (configurations, aliases) = both(
            lambda: self.get(latest),
            lambda: both(lambda: self.configurations(ref), lambda: self.aliases(ref)),
        )
        if ref.qualifier not in (LATEST, *configurations, *aliases):
            self.get(ref)
        return FunctionState(facts, configurations, aliases)

    def all(self) -> Iterator[FunctionFacts]:
        """Give every function of the region, as ListFunctions pages them (each carries its role and DLQ)."""
        with calling("lambda:ListFunctions", self._session.region):
            for page in self._lambda.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": PAGE}):
                yield from (_facts(function) for function in page["Functions"])

    def versions(self) -> Iterator[FunctionFacts]:
        """Give every function of the region once a version: each keeps the role and DLQ it was published with."""
        with calling("lambda:ListFunctions", self._session.region):
            pages = self._lambda.get_paginator("list_functions").paginate(
                FunctionVersion="ALL", PaginationConfig={"PageSize": PAGE}
            )
            for page in pages:
                yield from (_facts(function) for function in page["Functions"])

    def states(self, found: Iterable[FunctionFacts]) -> list[FunctionState]:
        """Read the configurations and aliases of functions that were listed; one deleted since is left out."""

        def read(facts: FunctionFacts) -> FunctionState | None:
            ref = FunctionRef(facts.name)
            try:
                return FunctionState(facts, self.configurations(ref), self.aliases(ref))
            except NotFound:
                return None

        return [state for state in each(read, found) if state]

    def configurations(self, ref: FunctionRef) -> Mapping[str, EventInvokeConfig]:
        """Give the configuration of every qualifier that has one (one call gives them all)."""
        found = {}
        with calling("lambda:ListFunctionEventInvokeConfigs", ref.name):
            try:
                pages = self._lambda.get_paginator("list_function_event_invoke_configs").paginate(
                    FunctionName=_address(ref), PaginationConfig={"PageSize": PAGE}
                )
                for page in pages:
                    for entry in page["FunctionEventInvokeConfigs"]:
                        found[_qualifier_of(entry["FunctionArn"])] = _configuration(entry)
            except self._lambda.exceptions.ResourceNotFoundException as error:
                raise self._missing(ref.at(LATEST)) from error
        return found

    def aliases(self, ref: FunctionRef) -> Mapping[str, str]:
        """Give each alias of a function and the version it points to."""
        with calling("lambda:ListAliases", ref.name):
            try:
                pages = self._lambda.get_paginator("list_aliases").paginate(FunctionName=_address(ref))
                return {alias["Name"]: alias["FunctionVersion"] for page in pages for alias in page["Aliases"]}
            except self._lambda.exceptions.ResourceNotFoundException as error:
                raise self._missing(ref.at(LATEST)) from error

    def configuration(self, ref: FunctionRef) -> EventInvokeConfig | None:
        """Read the configuration of one qualifier; None where it has none of its own."""
        with calling("lambda:GetFunctionEventInvokeConfig", str(ref)):
            try:
                return _configuration(self._lambda.get_function_event_invoke_config(**_named(ref)))
            except self._lambda.exceptions.ResourceNotFoundException:
                return None

    def put(self, ref: FunctionRef, config: EventInvokeConfig) -> None:
        """Write the whole configuration of a qualifier. Put removes what it leaves out, so all of it is sent."""
        destinations = {
            "OnSuccess": {"Destination": str(config.on_success)} if config.on_success else {},
            "OnFailure": {"Destination": str(config.on_failure)} if config.on_failure else {},
        }
        with calling("lambda:PutFunctionEventInvokeConfig", str(ref)):
            self._lambda.put_function_event_invoke_config(
                **_named(ref),
                MaximumRetryAttempts=config.maximum_retry_attempts,
                MaximumEventAgeInSeconds=config.maximum_event_age_in_seconds,
                DestinationConfig=destinations,  # type: ignore[arg-type]  # an empty slot is what AWS itself returns
            )

    def delete(self, ref: FunctionRef) -> None:
        """Delete the configuration of a qualifier; one that is gone already is no error."""
        with calling("lambda:DeleteFunctionEventInvokeConfig", str(ref)):
            try:
                self._lambda.delete_function_event_invoke_config(**_named(ref))
            except self._lambda.exceptions.ResourceNotFoundException:
                return

    def set_dead_letter(self, ref: FunctionRef, target: Arn | None) -> None:
        """Set or clear the DLQ of ``$LATEST``; RevisionId guards it against a change in the meantime.

        Only an empty TargetArn clears; an empty DeadLetterConfig keeps what is there.
        """
        latest = ref.at(LATEST)
        facts = self.wait_until_updated(latest)
        change: dict[str, Any] = {"DeadLetterConfig": {"TargetArn": str(target) if target else ""}}
        if facts.revision_id:  # every answer of Lambda's carries one; an emulator's may not
            change["RevisionId"] = facts.revision_id
        with calling("lambda:UpdateFunctionConfiguration", ref.name):
            self._lambda.update_function_configuration(FunctionName=_address(ref), **change)
        self.wait_until_updated(latest)

    def wait_until_updated(self, ref: FunctionRef) -> FunctionFacts:
        """Wait while Lambda is still applying an update; raises Conflict when it does not end in two minutes."""
        for _ in range(_UPDATE_POLLS):
            facts = self.get(ref)
            if facts.last_update_status != "InProgress":
                return facts
            self._sleep(_UPDATE_POLL_SECONDS)
        raise Conflict(f"{ref}: Lambda is still updating it", "run the command again later")

    def _missing(self, ref: FunctionRef) -> NotFound:
        where = self._session.region
        if ref.qualifier == LATEST:
            return NotFound(
                f"{ref.name}: there is no such function in {where}",
                "check the name and --region; lds show --all lists the functions",
            )
        return NotFound(
            f"{ref}: {ref.name} has no alias or version {ref.qualifier!r} in {where}",
            f"lds show {ref.name} lists its qualifiers",
        )


def _address(ref: FunctionRef) -> str:
    """Give FunctionName as the API takes it; the account only where somebody named it."""
    return f"{ref.account}:function:{ref.name}" if ref.account else ref.name


def _named(ref: FunctionRef) -> Any:
    """Give FunctionName and, where it is not $LATEST, Qualifier: unqualified means $LATEST everywhere."""
    return {"FunctionName": _address(ref), **({} if ref.qualifier == LATEST else {"Qualifier": ref.qualifier})}


def _qualifier_of(arn: str) -> str:
    return FunctionRef.parse(arn).qualifier


def _facts(answer: Mapping[str, Any]) -> FunctionFacts:
    arn = Arn.parse(answer["FunctionArn"])
    unqualified = Arn(arn.partition, arn.service, arn.region, arn.account, f"function:{answer['FunctionName']}")
    target = answer.get("DeadLetterConfig", {}).get("TargetArn") or None
    return FunctionFacts(
        name=answer["FunctionName"],
        arn=unqualified,
        role=Arn.parse(answer["Role"]),
        dead_letter=Arn.parse(target) if target else None,
        runtime=answer.get("Runtime", ""),
        state=answer.get("State", ""),
        revision_id=answer.get("RevisionId", ""),
        last_update_status=answer.get("LastUpdateStatus", "Successful"),
        reason=answer.get("StateReason") or answer.get("LastUpdateStatusReason") or "",
        timeout_seconds=answer.get("Timeout", 3),
        log_group=answer.get("LoggingConfig", {}).get("LogGroup", ""),
    )


def _configuration(answer: Mapping[str, Any]) -> EventInvokeConfig:
    destinations = answer.get("DestinationConfig") or {}

    def destination(slot: str) -> Arn | None:
        text = (destinations.get(slot) or {}).get("Destination")
        return Arn.parse(text) if text else None

    retries, age = answer.get("MaximumRetryAttempts"), answer.get("MaximumEventAgeInSeconds")
    return EventInvokeConfig(
        on_success=destination("OnSuccess"),
        on_failure=destination("OnFailure"),
        maximum_retry_attempts=DEFAULT_RETRY_ATTEMPTS if retries is None else retries,
        maximum_event_age_in_seconds=DEFAULT_EVENT_AGE_SECONDS if age is None else age,
    )
