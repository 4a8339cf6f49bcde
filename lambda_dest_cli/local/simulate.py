"""IAM's simulator, over ``iam/``: IAM API reference, SimulatePrincipalPolicy and its sisters."""

from collections.abc import Mapping
from dataclasses import dataclass

from lambda_dest_cli.iam.context_keys import context_keys
from lambda_dest_cli.iam.evaluate import Policies
from lambda_dest_cli.local.exclusions import exclusions
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.holdings import Holdings, entity_of
from lambda_dest_cli.local.permission import Permissions
from lambda_dest_cli.local.simulated import members, simulated
from lambda_dest_cli.local.simulation import (
    asked,
    given_boundary,
    given_organization,
    given_policies,
    given_resource_policy,
    invalid,
)

OPERATIONS = frozenset(
    {
        "SimulatePrincipalPolicy",
        "SimulateCustomPolicy",
        "GetContextKeysForPrincipalPolicy",
        "GetContextKeysForCustomPolicy",
    }
)
_NAMESPACE = "https://iam.amazonaws.com/doc/2010-05-08/"
_NOBODY = Holdings((), None)


@dataclass(frozen=True, slots=True)
class Simulator:
    """Answers the query protocol in XML."""

    permissions: Permissions

    async def answer(self, form: Mapping[str, str], region: str, request_id: str) -> str:
        """Give the XML of an operation's answer; raises ApiFault."""
        operation = form["Action"]
        result = await (self._keys(form, region) if operation.startswith("Get") else self._simulation(form, region))
        return (
            f'<{operation}Response xmlns="{_NAMESPACE}"><{operation}Result>{result}</{operation}Result>'
            f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
        )

    async def _keys(self, form: Mapping[str, str], region: str) -> str:
        """Name the keys of identity policies and given ones: "only" those (GetContextKeysForPrincipalPolicy)."""
        held = await self._held(form, region)
        found = context_keys([*held.identity, *given_policies(form, "PolicyInputList")])
        return f"<ContextKeyNames>{members(found)}</ContextKeyNames>"

    async def _simulation(self, form: Mapping[str, str], region: str) -> str:
        call = asked(form)
        held = (await self._held(form, region)).without(exclusions(form))
        policies = Policies(
            [*held.identity, *given_policies(form, "PolicyInputList")],
            given_boundary(form) or held.limits,
            given_organization(form),
            given_resource_policy(form, call),
        )
        return simulated(call, policies)

    async def _held(self, form: Mapping[str, str], region: str) -> Holdings:
        """Give what PolicySourceArn holds; nothing where a call names none."""
        source = form.get("PolicySourceArn")
        if source is None:
            return _NOBODY
        entity = entity_of(source)
        if entity is None:
            # github.com/newrelic/newrelic-lambda-cli/issues/96
            raise invalid(f"Invalid Entity Arn: {source} does not clearly define entity type and name.")
        found = await self.permissions.policies(source, region)
        if found is None:
            raise ApiFault(404, "NoSuchEntity", f"The {entity.kind} with name {entity.name} cannot be found.")
        return found
