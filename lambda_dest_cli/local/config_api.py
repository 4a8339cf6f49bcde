"""The event invoke configuration calls: Lambda API reference, and the answers recorded against AWS."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lambda_dest_cli.local.admission import Admission
from lambda_dest_cli.local.constraints import MEMBERS, NUMBERS, check_page_size, check_values, destination_in
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunctions
from lambda_dest_cli.local.invocation import FunctionKey
from lambda_dest_cli.local.invoke_config import ConfigStore, StoredConfig
from lambda_dest_cli.model.function_ref import LATEST


@dataclass(frozen=True, slots=True)
class ConfigApi:
    """Put, Update, Get, Delete and List."""

    store: ConfigStore
    functions: LocalFunctions
    admission: Admission

    async def put(self, key: FunctionKey, body: bytes) -> dict[str, object]:
        """Set the configuration; whatever the body leaves out is gone."""
        asked = _asked(body)
        if await self.functions.get(key) is None:
            raise _missing()
        return await self._store(key, _overlaid(StoredConfig(), asked, clears=True), asked)

    async def update(self, key: FunctionKey, body: bytes) -> dict[str, object]:
        """Change the configuration; what the body leaves out, or says with an empty object, stays."""
        asked = _asked(body)
        if await self.functions.get(replace(key, qualifier=LATEST)) is None:
            raise _missing()
        found = self.store.get(key)
        if found is None:
            raise _unconfigured(key)
        return await self._store(key, _overlaid(found, asked, clears=False), asked)

    def get(self, key: FunctionKey) -> dict[str, object]:
        """Give the configuration of one qualifier."""
        found = self.store.get(key)
        if found is None:
            raise _unconfigured(key)
        return found.answer(key)

    def delete(self, key: FunctionKey) -> None:
        """Remove the configuration; a second time is an error."""
        if not self.store.delete(key):
            raise _unconfigured(key)

    async def list(self, key: FunctionKey, query: Mapping[str, str]) -> dict[str, object]:
        """Give the configurations of every qualifier, page by page."""
        if await self.functions.get(key) is None:
            raise _missing()
        size = check_page_size(query.get("MaxItems"))
        start = int(query["Marker"]) if query.get("Marker", "").isdigit() else 0
        listed = [config.answer(each) for each, config in self.store.of_function(key).items()]
        page: dict[str, object] = {"FunctionEventInvokeConfigs": listed[start : start + size]}
        return {**page, "NextMarker": str(start + size)} if start + size < len(listed) else page

    async def _store(self, key: FunctionKey, config: StoredConfig, asked: Mapping[str, Any]) -> dict[str, object]:
        """Admit what the body names, and only then keep it: a refused write changes nothing."""
        function = await self.functions.get(key)
        if function is None:
            raise _missing()
        if not _sets_anything(asked):
            raise ApiFault(
                400,
                "InvalidParameterValueException",
                "You must specify at least one of error handling or destination setting.",
            )
        for member, _, slot in MEMBERS:
            text = destination_in(asked, member)
            if text:
                await self.admission.destination(function, slot, text)
        stored = replace(config, last_modified=time.time())
        self.store.put(key, stored)
        return stored.answer(key)


def _asked(body: bytes) -> Mapping[str, Any]:
    try:
        asked = json.loads(body or b"{}")
    except ValueError as error:
        words = f"Could not parse request body into json: {error}"
        raise ApiFault(400, "InvalidRequestContentException", words) from error
    check_values(asked)
    return dict(asked)


def _sets_anything(asked: Mapping[str, Any]) -> bool:
    """Say whether a body sets anything. ``{"OnFailure": {}}`` counts, ``DestinationConfig: {}`` does not."""
    return any(asked.get(member) is not None for member, _, _ in NUMBERS) or bool(asked.get("DestinationConfig"))


def _overlaid(config: StoredConfig, asked: Mapping[str, Any], clears: bool) -> StoredConfig:
    changes: dict[str, Any] = {}
    for member, field, _ in NUMBERS:
        if asked.get(member) is not None or clears:
            changes[field] = asked.get(member)
    for member, field, _ in MEMBERS:
        text = destination_in(asked, member)
        if text is not None or clears:
            changes[field] = text or None
    return replace(config, **changes)


def _missing() -> ApiFault:
    return ApiFault(404, "ResourceNotFoundException", "The function doesn't exist.")


def _unconfigured(key: FunctionKey) -> ApiFault:
    return ApiFault(404, "ResourceNotFoundException", f"The function {key.arn} doesn't have an EventInvokeConfig")
