"""The rig in a process of its own, and hands on its bench over HTTP."""

from __future__ import annotations

import asyncio
import re
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx


class BenchProcess:
    """``python -m hardware_sim rig`` and a client of its bench."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.settings = directory / "kiosk.toml"
        self.address = ""
        self._process: asyncio.subprocess.Process | None = None
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> BenchProcess:
        self.directory.mkdir(parents=True, exist_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "hardware_sim",
            "rig",
            "--directory",
            str(self.directory),
            "--settings",
            str(self.settings),
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._process.stdout is not None
        while not (self.address and self.settings.exists()):
            line = (await self._process.stdout.readline()).decode()
            if not line:
                raise RuntimeError("the rig did not start")
            found = re.match(r"bench\s+(http\S+)", line)
            self.address = found.group(1) if found else self.address
        self._client = httpx.AsyncClient(base_url=self.address, timeout=10)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._client is not None:
            await self._client.aclose()
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()

    async def act(self, device: str, verb: str, **arguments: Any) -> Any:
        """Do something with hands; return what the verb answers."""
        assert self._client is not None
        path = f"/api/devices/{device}/verbs/{verb}"
        answer = await self._client.post(path, json=arguments)
        if answer.is_error:
            raise RuntimeError(f"{device} {verb}: {answer.text}")
        return answer.json()["result"]

    async def state(self, device: str) -> dict[str, Any]:
        """Return what eyes see of a device."""
        assert self._client is not None
        answer = await self._client.get(f"/api/devices/{device}/state")
        state: dict[str, Any] = answer.raise_for_status().json()
        return state

    async def papers(self) -> list[dict[str, Any]]:
        """Return everything that was printed."""
        assert self._client is not None
        answer = await self._client.get("/api/papers")
        papers: list[dict[str, Any]] = answer.raise_for_status().json()
        return papers

    async def fetch(self, path: str) -> bytes:
        """Return the bytes behind a path of the bench."""
        assert self._client is not None
        return (await self._client.get(path)).raise_for_status().content
