"""Receipt printer by ESC/POS, over a serial line or port 9100."""

from __future__ import annotations

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
from drivers.receipt.printer import Delays, EscPosPrinter
from drivers.receipt.printing import SettledPrinting, ended
from drivers.receipt.raster import check_font
from drivers.receipt.render import Paper, Unprintable, cut_off, render
from drivers.receipt.status_codec import PrinterStatus
from kiosk.core.clock import Clock
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceInfo,
    DeviceState,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.media import PrintOutcome, Receipt
from kiosk.core.ports import EventLog

_BAUDRATES = ("9600", "19200", "38400", "57600", "115200")
_SHORT_S = 15.0
"""Last resort for commands that print nothing."""

_UNKNOWN = {"paper.upper": "unknown", "cover": "unknown"}
_BY_HAND = frozenset({"paperOut", "coverOpen"})
"""Troubles that staff put right on the spot; the others need a technician."""


@dataclass(frozen=True, slots=True)
class EscPosOptions:
    """Settings of the driver.

    Attributes:
        width: columns of the paper, 48 on 80 mm, 32 on 58 mm.
        two_byte_only: the printer's font has no four-byte GB 18030 characters; lines
            with one are sent as pictures.
        font: file for those pictures.
    """

    baudrate: int = 115200
    width: int = 48
    two_byte_only: bool = False
    font: str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
    full_cut: bool = False


class EscPosReceiptPrinter(QueuedDevice):
    """Receipt printer; see ``kiosk.core.ports.ReceiptPrinter``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: EscPosOptions,
        delays: Delays | None = None,
    ) -> None:
        self._clock = clock
        self._delays = delays or Delays()
        self._paper = Paper(
            options.width, options.two_byte_only, options.font, options.full_cut
        )
        byte_s = 10.0 / options.baudrate
        self._printer = EscPosPrinter(link, clock, self._delays, byte_s)
        events = EventFanout(name)
        status = StatusCell(name, log, events, _UNKNOWN)
        info = DeviceInfo(
            name,
            "receipt",
            model_name="ESC/POS printer",
            interfaces=MappingProxyType(
                {
                    "Common": ("Status", "Capabilities", "Cancel"),
                    "Printer": ("PrintNative", "Reset"),
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
        self._printing = SettledPrinting(
            self._printer,
            clock,
            self._delays,
            self._look,
            self._connection.failed,
            byte_s=byte_s,
            cut_off=cut_off(self._paper),
        )

    async def cancel(self) -> None:
        """End the running command, unless bytes of a receipt have left.

        Paper that has begun is finished: the command then runs to its settled end.
        """
        self._queue.cancel()

    async def print_receipt(
        self, receipt: Receipt, *, timeout_s: float = 20.0
    ) -> Completion[PrintOutcome]:
        try:
            data = render(receipt, self._paper)
        except Unprintable as error:
            return ended(CompletionCode.INVALID_DATA, str(error))
        return await self._queue.run(
            partial(self._print, data, timeout_s),
            timeout_s=timeout_s + _SHORT_S,
            ended=ended,
        )

    async def _print(self, data: bytes, timeout_s: float) -> Completion[PrintOutcome]:
        deadline = Deadline(self._clock, timeout_s)
        try:
            await self._connection.ensure()
            refusal = await self._printing.refusal()
        except DeviceError as error:
            failed = self._connection.failed(error)
            return ended(failed.code, failed.description)
        if refusal is not None:
            return refusal
        with anyio.CancelScope(shield=True):
            completion = await self._printing.run(data, deadline)
        if completion.ok:
            self._events.emit("MediaPresentedEvent")
        return completion

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            status = await self._look()
        except DeviceError as error:
            return self._connection.failed(error)
        if status.silent:
            return Completion(CompletionCode.DEVICE_NOT_READY, description="no answer")
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            await self._printing.clear_away()
        except DeviceError as error:
            return self._connection.failed(error)
        return await self._check()

    async def _look(self) -> PrinterStatus:
        """Ask the printer, and put what it says into the device's status."""
        status = await self._printer.status()
        if status.silent:
            self._status.update(DeviceState.OFFLINE, "no answer", **_UNKNOWN)
            return status
        before = self.status.detail["paper.upper"]
        self._status.update(
            _state_of(status),
            status.trouble or "",
            **{"paper.upper": status.paper_level, "cover": _cover(status)},
        )
        self._tell_paper(before)
        return status

    def _tell_paper(self, before: object) -> None:
        level = self.status.detail["paper.upper"]
        if level != before and level in ("low", "out"):
            self._events.emit("PaperThresholdEvent", threshold=level)


def _cover(status: PrinterStatus) -> str:
    if status.cover_open is None:
        return "unknown"
    return "open" if status.cover_open else "closed"


def _state_of(status: PrinterStatus) -> DeviceState:
    if status.trouble is None:
        return DeviceState.OFFLINE if status.is_offline else DeviceState.ONLINE
    if status.trouble in _BY_HAND:
        return DeviceState.USER_ERROR
    return DeviceState.HARDWARE_ERROR


def create(spec: DriverSpec) -> EscPosReceiptPrinter:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(EscPosOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    in_range(spec.name, "width", options.width, 24, 80)
    if options.two_byte_only:
        check_font(options.font)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return EscPosReceiptPrinter(spec.name, link, spec.clock, spec.log, options)
