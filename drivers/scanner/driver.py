"""Serial scanner module of the GM65 family, read by command.

A code may be worth money for a minute, so no code is ever logged, kept, or put into
an event; the memory of the last one is a keyed digest.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.connection import Connection
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.events import EventFanout
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.link.status import StatusCell
from drivers.scanner.module import Delays, OversizeCode, ScannerModule
from kiosk.core.clock import Clock
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceInfo,
    DeviceState,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.media import Barcode
from kiosk.core.ports import EventLog

_UNKNOWN = {"scanner": "unknown"}
_BAUDRATES = ("9600", "14400", "19200", "38400", "57600", "115200")
_SHORT_S = 15.0
"""Last resort for commands that wait for nobody."""


@dataclass(frozen=True, slots=True)
class ScannerOptions:
    """Settings of the driver.

    Attributes:
        same_code_s: the same code again within this time is the same showing of it.
        keep_settings: write the start-up settings to the module's flash.
        symbology: what the module is set to read, if it reads one kind only.
    """

    baudrate: int = 9600
    same_code_s: float = 1.5
    keep_settings: bool = False
    symbology: str = "unknown"


class Gm65Scanner(QueuedDevice):
    """Barcode reader; see ``kiosk.core.ports.BarcodeReader``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: ScannerOptions,
        delays: Delays | None = None,
    ) -> None:
        self._clock = clock
        self._options = options
        self._delays = delays or Delays()
        self._module = ScannerModule(link, clock, self._delays)
        events = EventFanout(name)
        status = StatusCell(
            name,
            log,
            events,
            _UNKNOWN,
            quiet=frozenset({"scanner"}),
        )
        info = DeviceInfo(
            name,
            "scanner",
            model_name="GM65 family",
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "BarcodeReader": ("Read", "Reset"),
                }
            ),
        )
        super().__init__(
            info,
            status,
            events,
            Connection(link, status, _UNKNOWN),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
        )
        self._key = secrets.token_bytes(16)
        self._last: tuple[bytes, float] | None = None

    async def read(self, *, timeout_s: float = 30.0) -> Completion[Barcode]:
        return await self._queue.run(
            partial(self._read, timeout_s), timeout_s=timeout_s + _SHORT_S
        )

    async def _read(self, timeout_s: float) -> Completion[Barcode]:
        deadline = Deadline(self._clock, timeout_s)
        try:
            await self._ready()
            return await self._read_lit(deadline)
        except DeviceError as error:
            return self._connection.failed(error)

    async def _read_lit(self, deadline: Deadline) -> Completion[Barcode]:
        lit = True
        try:
            completion = await self._wait_for_code(deadline)
            lit = not completion.ok
            return completion
        finally:
            if lit and self._connection.link.is_open:
                with anyio.CancelScope(shield=True):
                    await self._light_off()
            if self.status.detail["scanner"] == "on":
                self._status.update(scanner="off")

    async def _light_off(self) -> None:
        """Switch the light off; a failure here is about the device, not the read."""
        try:
            await self._module.light_off()
        except DeviceError as error:
            self._connection.failed(error)

    async def _wait_for_code(self, deadline: Deadline) -> Completion[Barcode]:
        again = False
        while not deadline.passed:
            await self._module.light_on(again=again)
            self._status.update(DeviceState.ONLINE, scanner="on")
            again = True
            lit = Deadline(self._clock, deadline.at_most(self._delays.trigger_s))
            try:
                code = await self._module.code(lit)
            except OversizeCode:
                return Completion(
                    CompletionCode.COMMAND_ERROR, "barcodeInvalid", "too long"
                )
            if code and not self._seen_just_now(code):
                barcode = Barcode(code, self._options.symbology)
                return Completion(CompletionCode.SUCCESS, payload=barcode)
        return Completion(CompletionCode.TIME_OUT)

    def _seen_just_now(self, code: bytes) -> bool:
        digest = hmac.digest(self._key, code, hashlib.sha256)
        now = self._clock.monotonic()
        if self._last is not None:
            before, taken_at = self._last
            recent = now - taken_at < self._options.same_code_s
            if recent and hmac.compare_digest(before, digest):
                return True
        self._last = (digest, now)
        return False

    async def _check(self) -> Completion[None]:
        try:
            await self._ready()
        except DeviceError as error:
            return self._connection.failed(error)
        self._status.update(DeviceState.ONLINE, scanner="off")
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            await self._module.light_off()
            await self._ready()
        except DeviceError as error:
            return self._connection.failed(error)
        self._last = None
        self._status.update(DeviceState.ONLINE, scanner="off")
        return Completion(CompletionCode.SUCCESS)

    async def _ready(self) -> None:
        """Connect, and set the module up if it is not: it may have lost its power."""
        await self._connection.ensure()
        await self._module.prepare(keep=self._options.keep_settings)
        self._module.forget()


def create(spec: DriverSpec) -> Gm65Scanner:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(ScannerOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    in_range(spec.name, "same_code_s", options.same_code_s, 0.0, 60.0)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return Gm65Scanner(spec.name, link, spec.clock, spec.log, options)
