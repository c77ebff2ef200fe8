"""One device as the host has it: its turn, its first opening, what it can do."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from secrets import token_hex
from typing import Any, Final

import anyio

from drivers.host.capabilities import capabilities
from drivers.host.contract import Command
from drivers.host.faults import where
from drivers.host.pictures import PictureMemory
from drivers.host.status_form import StatusForm, section_of
from drivers.host.table import capability_of
from kiosk.core.device import Completion, CompletionCode, Device
from kiosk.core.media import Frame
from kiosk.core.ports import EventLog

CLOSE_S: Final = 4.0
"""A driver that has not let its device go by then hangs; the others are waited for."""


class DeviceService:
    """What all clients of one device share.

    Args:
        name: name in the settings; it says what kind of device it is.
        pictures: where a camera's pictures go.
    """

    def __init__(
        self,
        name: str,
        device: Any,
        log: EventLog,
        pictures: PictureMemory | None = None,
    ) -> None:
        self.name = name
        self.device: Any = device
        self.capability = capability_of(name)
        self._form = StatusForm(section_of(self.capability.interface), name)
        self.turn = anyio.Lock()
        self._port: Device = device
        self._log = log
        self._opening = anyio.Lock()
        self._opened: Completion[None] | None = None
        self._openings = 0
        self._holders: set[object] = set()
        self._epoch = token_hex(8)
        self._pictures = pictures
        self._copied = -1
        self._in_order = not self.capability.at_start
        self._faults: set[tuple[str, type[Exception], str]] = set()

    async def open(self) -> Completion[None]:
        """Open the device; whoever asks meanwhile shares the outcome."""
        before = self._openings
        async with self._opening:
            known = self._opened
            if known is not None and self._openings > before:
                return known
            if known is not None and known.ok and self._port.status.usable:
                return known
            self._opened = await self._port.open()
            self._openings += 1
            return self._opened

    async def open_at_start(self) -> None:
        """Open the device before anybody asks; a fault is told in the diary."""
        try:
            async with self.turn:
                await self.open()
                await self._put_in_order()
        except Exception as fault:  # noqa: BLE001  # a vendor's: the others go on
            self.fault("Common.ExtOpen", fault)

    async def close(self) -> None:
        """Let the device go; a driver that hangs is left behind and told of."""
        # A task of its own: a vendor's call in a thread cannot be cancelled.
        closing = asyncio.ensure_future(self._close())
        if not (await asyncio.wait((closing,), timeout=CLOSE_S))[0]:
            self.fault("close", TimeoutError())
            closing.cancel()

    async def _close(self) -> None:
        try:
            await self._port.close()
        except Exception as fault:  # noqa: BLE001  # a vendor's: the others go on
            self.fault("close", fault)

    async def cancel(self) -> None:
        """End the running command."""
        try:
            await self._port.cancel()
        except Exception as fault:  # noqa: BLE001  # a vendor's: the others go on
            self.fault("Common.Cancel", fault)

    def hold(self, client: object) -> None:
        """Note a client that wants a camera to run."""
        self._holders.add(client)

    async def release(self, client: object) -> None:
        """Stop a camera with the last client that wanted it."""
        if client in self._holders:
            self._holders.discard(client)
            if not self._holders:
                await getattr(self.device, self.capability.let_go)()

    async def call(self, row: Command, arguments: Mapping[str, Any]) -> Completion[Any]:
        """Carry a command out; an exception is a bug and ``internalError``."""
        try:
            return await self._carry_out(row, arguments)
        except Exception as fault:  # noqa: BLE001  # told, and logged with its place
            self.fault(row.name, fault)
            what = type(fault).__name__
            return Completion(CompletionCode.INTERNAL_ERROR, None, what, row.lost)

    async def _carry_out(
        self, row: Command, arguments: Mapping[str, Any]
    ) -> Completion[Any]:
        if row.name == "Common.ExtOpen":
            return await self.open()
        method = getattr(self.device, row.method_name, None)
        if method is None:
            return Completion(CompletionCode.UNSUPPORTED_COMMAND, payload=row.unsent)
        if row in self.capability.commands and not await self._put_in_order():
            what = f"{self.capability.at_start} failed"
            return Completion(CompletionCode.DEVICE_NOT_READY, None, what, row.unsent)
        result = await method(**arguments)
        if row.method_name == self.capability.let_go:
            self._holders.clear()  # whoever said so: it runs for nobody now
        if row.name == self.capability.held_by:
            self.copy_picture()
        if row.completes:
            return result  # type: ignore[no-any-return]  # a Completion by the table
        return Completion(CompletionCode.SUCCESS, payload=result)

    async def _put_in_order(self) -> bool:
        """Clear away what an earlier host may have left; once is enough."""
        if not self._in_order:
            completion = await getattr(self.device, self.capability.at_start)()
            self._in_order = completion.ok
        return self._in_order

    def copy_picture(self) -> bool:
        """Hand a camera's newest picture on; False while it has none."""
        if self._pictures is None:
            return False
        try:
            return self._copy(self._pictures, self.device.latest())
        except Exception as fault:  # noqa: BLE001  # a vendor's: the others go on
            self.fault("latest", fault)
            return self._copy(self._pictures, None)

    def _copy(self, pictures: PictureMemory, frame: Frame | None) -> bool:
        if frame is None:
            if self._copied >= 0:
                pictures.wipe()
            self._copied = -1
            return False
        if frame.number != self._copied:
            pictures.write(frame)
            self._copied = frame.number
        return True

    def fault(self, command: str, fault: Exception) -> None:
        """Write where a driver's fault happened, once; never what it says."""
        at = where(fault)
        known = (command, type(fault), at[-1] if at else "")
        if known in self._faults:
            return
        self._faults.add(known)
        self._log(
            "host.fault",
            device=self.name,
            command=command,
            fault=type(fault).__name__,
            at=at,
        )

    def status(self) -> dict[str, Any]:
        """Return the status as ``Common.Status`` has it."""
        return self._form.coded(self._port.status)

    def statistics(self) -> dict[str, Any]:
        """Return the counters; with another ``extEpoch`` they began anew."""
        counted = dict(self._port.statistics())
        return {"statistics": counted, "extEpoch": self._epoch}

    def capabilities(self) -> dict[str, Any]:
        """Return what the device is, as ``Common.Capabilities`` has it."""
        return capabilities(self.name, self.capability, self.device)
