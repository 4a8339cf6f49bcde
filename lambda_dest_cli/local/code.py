"""The code of functions, unpacked: fetched from the emulator once for each version of it."""

import asyncio
import hashlib
import io
import shutil
import tempfile
import zipfile
from base64 import b64encode
from pathlib import Path
from urllib.parse import urlsplit

from lambda_dest_cli.local.backend import Backend
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.invocation import FunctionKey

_OK = 200


class CodeStore:
    """Folders of unpacked code, under one folder of our own that ``remove`` deletes."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._folders: dict[str, asyncio.Task[Path]] = {}
        self._root: Path | None = None

    async def folder(self, function: FunctionKey, version: str, sha256: str) -> Path:
        """Give the folder with this code of a function; raises ApiFault or zipfile.BadZipFile."""
        known = f"{function.unqualified_arn} {sha256}"
        if known not in self._folders:
            self._folders[known] = asyncio.ensure_future(self._unpack(function, version, sha256))
        try:
            # Several events may wait for the same code; one that is cancelled must not take it from the others.
            return await asyncio.shield(self._folders[known])
        except (ApiFault, OSError, zipfile.BadZipFile):
            self._folders.pop(known, None)
            raise

    def remove(self) -> None:
        """Delete every folder."""
        for task in self._folders.values():
            task.cancel()
        self._folders.clear()
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None

    async def _unpack(self, function: FunctionKey, version: str, sha256: str) -> Path:
        answer = await self._backend.call(
            "lambda",
            "GetFunction",
            {"FunctionName": function.name, "Qualifier": function.qualifier},
            account=function.account,
            region=function.region,
        )
        url = urlsplit(answer["Code"]["Location"])
        status, _, packed = await self._backend.request("GET", url.path, url.query, {"Host": "127.0.0.1"}, b"")
        if status != _OK:
            raise ApiFault(status, "ServiceException", f"the code of {function.arn} cannot be fetched")
        if _sha256(packed) != sha256:
            packed = _published(function, version) or packed
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="lds-local-code-"))
        folder = Path(tempfile.mkdtemp(dir=self._root))
        await asyncio.to_thread(_extract, packed, folder)
        return folder


def _extract(packed: bytes, folder: Path) -> None:
    """Unpack; ``extractall`` strips absolute names and ``..``, and makes no links, so that nothing lands outside."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(folder)


def _published(function: FunctionKey, version: str) -> bytes | None:
    """Give the code of a published version out of the emulator's memory: its download has ``$LATEST``'s alone."""
    from ministack.services import lambda_svc

    found = lambda_svc._functions.get_scoped(function.account, function.region, function.name) or {}
    packed = found.get("versions", {}).get(version, {}).get("code_zip")
    return packed if isinstance(packed, bytes) else None


def _sha256(packed: bytes) -> str:
    return b64encode(hashlib.sha256(packed).digest()).decode()
