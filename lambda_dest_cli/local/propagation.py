"""IAM's changes on their way to Lambda: ``lds local start --eventual``.

IAM User Guide, "Troubleshooting IAM", "Changes that I make are not always immediately visible". IAM's own answers, the
simulator's among them, are up to date at once; Lambda goes on by what it knew until a change has reached it.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.holdings import Holdings
from lambda_dest_cli.local.http import Request
from lambda_dest_cli.local.permission import Permissions

DELAY_SECONDS = 4.0

_Seen = tuple[float, Holdings | None]
"""Until when Lambda believes it, and what."""


class DelayedPermissions(Permissions):
    """Judges by a role's policies as they were ``seconds`` ago. Of a role made since, it knows nothing."""

    def __init__(self, backend: Backend, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(backend)
        self._seconds = seconds
        self._clock = clock
        self._past: dict[str, deque[_Seen]] = defaultdict(deque)
        """By role ARN, what it was before each change that is on its way, the oldest first."""

    async def policies(self, arn: str, region: str) -> Holdings | None:
        """Read what a role holds as Lambda sees it; None when it does not know the role."""
        past = self._past.get(arn, deque())
        while past and past[0][0] <= self._clock():
            past.popleft()
        if past:
            return past[0][1]
        self._past.pop(arn, None)
        return await super().policies(arn, region)

    async def before(self, change: Request) -> None:
        """Keep what Lambda knows of the roles that an IAM request is about to change."""
        for role in await self._roles_of(change):
            self.forget()
            known = await super().policies(role, change.region)
            self._past[role].append((self._clock() + self._seconds, known))
        self.forget()

    def reset(self) -> None:
        """Forget every change on its way."""
        self._past.clear()
        self.forget()

    async def _roles_of(self, change: Request) -> list[str]:
        form = change.form()
        if "RoleName" in form:
            path = form.get("Path", "") or await self._path(change, form["RoleName"])
            return [f"arn:aws:iam::{change.account}:role{path}{form['RoleName']}"]
        return await self._attached(change, form["PolicyArn"]) if "PolicyArn" in form else []

    async def _path(self, change: Request, name: str) -> str:
        try:
            return str((await self._ask(change, "GetRole", RoleName=name))["Role"].get("Path", "/"))
        except ApiFault:  # it is about to be made
            return "/"

    async def _attached(self, change: Request, policy: str) -> list[str]:
        try:
            found = await self._ask(change, "ListEntitiesForPolicy", PolicyArn=policy, EntityFilter="Role")
        except ApiFault:
            return []
        names = [role["RoleName"] for role in found.get("PolicyRoles", [])]
        return [f"arn:aws:iam::{change.account}:role{await self._path(change, name)}{name}" for name in names]

    async def _ask(self, change: Request, operation: str, **params: str) -> dict[str, Any]:
        return await self.backend.call("iam", operation, params, account=change.account, region=change.region)
