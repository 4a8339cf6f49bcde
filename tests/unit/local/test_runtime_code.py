"""The code of functions, from the emulator's zip to a folder; and functions that only the emulator can run."""

import asyncio
import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lambda_dest_cli.local.code import CodeStore
from lambda_dest_cli.local.faults import ApiFault
from lambda_dest_cli.local.functions import LocalFunctions
from tests.unit.local.engine_stage import FUNCTION, KEY, FakeEmulator


def packed(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


class Holder(FakeEmulator):
    """Serves one zip, and says how often it was asked."""

    def __init__(self, content: bytes, status: int = 200) -> None:
        super().__init__()
        self.content, self.status, self.asked = content, status, 0

    async def call(
        self, service: str, operation: str, params: Mapping[str, Any], *, account: str, region: str
    ) -> dict[str, Any]:
        if operation == "GetFunction":
            return {"Code": {"Location": "http://127.0.0.1:4566/code/orders?x=1"}}
        if operation == "Invoke":
            return {"Payload": params["Payload"].upper(), "FunctionError": "Unhandled"}
        raise AssertionError(operation)

    async def request(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        assert (method, path, query) == ("GET", "/code/orders", "x=1")
        self.asked += 1
        return self.status, {}, self.content


def test_code_is_unpacked_once_however_many_ask_and_removed_at_the_end() -> None:
    content = packed(**{"index.py": "x = 1\n", "lib/more.py": "y = 2\n"})
    holder = Holder(content)

    async def act() -> Path:
        store = CodeStore(holder)
        folders = await asyncio.gather(*(store.folder(KEY, "$LATEST", sha256(content)) for _ in range(5)))
        assert len(set(folders)) == 1
        assert holder.asked == 1
        assert (folders[0] / "lib" / "more.py").read_text() == "y = 2\n"
        assert folders[0].stat().st_mode & 0o077 == 0
        store.remove()
        return folders[0]

    assert not asyncio.run(act()).parent.exists()


def test_nothing_is_unpacked_outside_of_the_folder() -> None:
    content = packed(**{"../../outside.py": "", "/absolute.py": "", "a/../../../up.py": "", "index.py": ""})

    async def act() -> None:
        store = CodeStore(Holder(content))
        folder = await store.folder(KEY, "$LATEST", sha256(content))
        inside = {str(path.relative_to(folder)) for path in folder.rglob("*.py")}
        around = {path.name for path in folder.parent.iterdir()} - {folder.name}
        store.remove()
        assert inside == {"outside.py", "absolute.py", "a/up.py", "index.py"}
        assert around == set()

    asyncio.run(act())


@pytest.mark.parametrize(
    ("content", "status", "expected"), [(b"not a zip", 200, zipfile.BadZipFile), (b"", 404, ApiFault)]
)
def test_code_that_cannot_be_had_is_asked_for_again(content: bytes, status: int, expected: type[Exception]) -> None:
    async def act() -> None:
        holder = Holder(content, status)
        store = CodeStore(holder)
        for _ in range(2):
            with pytest.raises(expected):
                await store.folder(KEY, "$LATEST", sha256(content))
        assert holder.asked == 2
        store.remove()

    asyncio.run(act())


def test_a_runtime_that_has_no_client_here_is_run_by_the_emulator() -> None:
    async def act() -> None:
        functions = LocalFunctions(Holder(b""), "")
        ran = await functions.run(replace(FUNCTION, runtime="java21"), "id", b"abc")
        assert (ran.answer.body, ran.answer.failed, ran.log_stream) == (b"ABC", True, "")
        await functions.reset()

    asyncio.run(act())
