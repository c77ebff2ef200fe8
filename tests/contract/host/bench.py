"""Host, puppets and hosted devices over one real socket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
from websockets.asyncio.client import ClientConnection, unix_connect

from drivers.host.address import HostAddress, in_state
from drivers.host.devices import hosted_device
from drivers.host.line import Delays
from drivers.host.message import PATH
from drivers.host.pictures import PictureMemory
from drivers.host.server import DeviceHost
from kiosk.core.clock import SystemClock
from tests.contract.host.puppet import Puppet

NAMES = (
    "idcard",
    "scanner",
    "receipt",
    "printer",
    "face-camera",
    "card-terminal",
    "meter-card",
    "chip-card",
    "keypad",
    "auxiliaries",
    "power",
    "speaker",
    "cash",
)
QUICK = Delays(first_pause_s=0.01, longest_pause_s=0.05, start_s=5.0, let_go_s=2.0)


class Raw:
    """An XFS4IoT client that is none of ours: plain JSON."""

    def __init__(self, socket: ClientConnection, patience_s: float = 5) -> None:
        self.socket = socket
        self._patience_s = patience_s
        self._number = 0

    async def send(self, name: str, payload: Any = None, **header: Any) -> int:
        """Send a command; return its number."""
        self._number += 1
        head = {"type": "command", "name": name, "requestId": self._number, **header}
        await self.socket.send(json.dumps({"header": head, "payload": payload}))
        return self._number

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next message of a kind; others are passed over."""
        with anyio.fail_after(self._patience_s):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                if message["header"]["type"] == kind:
                    return message

    async def ask(self, name: str, payload: Any = None, **header: Any) -> Any:
        """Send a command and return the payload of its completion."""
        await self.send(name, payload, **header)
        return (await self.next("completion"))["payload"]


class Bench:
    """What the tests act on.

    Attributes:
        puppets: drivers inside the host, by device name.
    """

    def __init__(self, place: Path) -> None:
        self.diary: list[dict[str, Any]] = []
        self.kiosk_diary: list[dict[str, Any]] = []
        self.address = in_state(place)
        self.pictures = PictureMemory()
        self.puppets: dict[str, Puppet] = {}
        self._serving: asyncio.Task[None] | None = None
        self._leave = anyio.Event()
        self._hosted: list[Any] = []

    def log(self, event: str, /, **facts: object) -> None:
        self.diary.append({"event": event, **facts})

    def _kiosk_log(self, event: str, /, **facts: object) -> None:
        self.kiosk_diary.append({"event": event, **facts})

    async def start(
        self,
        *more: HostAddress,
        prepare: Callable[[dict[str, Puppet]], None] = lambda puppets: None,
    ) -> None:
        """Start the host with new puppets."""
        self.puppets = {name: Puppet(name, self.log) for name in NAMES}
        prepare(self.puppets)
        memory = {"face-camera": PictureMemory(self.pictures.fd)}
        host = DeviceHost(self.puppets, self.log, memory)
        started, self._leave = anyio.Event(), anyio.Event()

        async def serve() -> None:
            async with host.serving(self.address, *more):
                await host.open()
                started.set()
                await self._leave.wait()

        self._serving = asyncio.create_task(serve())
        await started.wait()

    async def stop(self) -> None:
        """Let the host end; every connection is cut."""
        assert self._serving is not None
        self._leave.set()
        serving, self._serving = self._serving, None
        await serving

    async def device(self, name: str) -> Any:
        """Return the kiosk's side of a device, connected."""
        device = await self.device_without_opening(name)
        assert (await device.open()).ok
        return device

    async def device_without_opening(self, name: str) -> Any:
        """Return the kiosk's side of a device; the first command connects."""
        device = hosted_device(
            name,
            self.address,
            SystemClock(),
            self._kiosk_log,
            pictures=self.pictures,
            delays=QUICK,
        )
        self._hosted.append(device)
        return device

    def raw(self, service: str = "", **options: Any) -> Any:
        """Return a foreign client, to be entered."""
        return self.raw_at(PATH + (f"/{service}" if service else ""), **options)

    def raw_at(self, path: str, **options: Any) -> Any:
        """Return a foreign client that asks for a path, to be entered."""
        assert self.address.socket is not None
        uri = f"ws://localhost{path}"
        return unix_connect(str(self.address.socket), uri, **options)

    async def aclose(self) -> None:
        for device in self._hosted:
            await device.close()
        if self._serving is not None:
            await self.stop()


async def soon(true: Any) -> None:
    """Wait until something is so."""
    with anyio.fail_after(5):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.002)
