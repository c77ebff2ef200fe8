"""Receipt printer by ESC/POS, over a serial line, port 9100 or a USB device file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.receipt.condition import UNKNOWN, detail_of, state_of
from drivers.receipt.explain import ReceiptExplainer
from drivers.receipt.paper_used import paper_mm
from drivers.receipt.printer import Delays, EscPosPrinter
from drivers.receipt.printing import SettledPrinting, ended
from drivers.receipt.raster import check_font
from drivers.receipt.render import Paper, Unprintable, cut_off, render
from drivers.receipt.selftest import CoverWatch, slip_for_test
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
from kiosk.core.health import HealthLevel
from kiosk.core.media import PrintOutcome, Receipt, Settled
from kiosk.core.ports import EventLog

_QR = ("native", "raster")
_BAUDRATES = ("9600", "19200", "38400", "57600", "115200")
_SHORT_S = 15.0
"""Last resort for commands that print nothing."""


@dataclass(frozen=True, slots=True)
class EscPosOptions:
    """Settings of the driver.

    Attributes:
        width: columns of the paper, 48 on 80 mm, 32 on 58 mm.
        two_byte_only: the printer's font has no four-byte GB 18030 characters; lines
            with one are sent as pictures.
        font: file for those pictures.
        qr: ``native``, or ``raster`` for a printer that makes no QR codes itself.
    """

    baudrate: int = 115200
    width: int = 48
    two_byte_only: bool = False
    font: str = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
    full_cut: bool = False
    qr: str = "native"


def _info(name: str) -> DeviceInfo:
    interfaces = {
        "Common": ("Status", "Capabilities", "Cancel"),
        "Printer": ("PrintNative", "Reset", "SupplyReplenish"),
    }
    return DeviceInfo(
        name,
        "receipt",
        model_name="ESC/POS printer",
        interfaces=MappingProxyType(interfaces),
    )


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
            options.width,
            options.two_byte_only,
            options.font,
            options.full_cut,
            options.qr == "raster",
        )
        self._used_mm = 0
        byte_s = 10.0 / options.baudrate
        self._printer = EscPosPrinter(link, clock, self._delays, byte_s)
        super().__init__(
            *parts_of(_info(name), link, log, UNKNOWN),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=ReceiptExplainer,
            settings=asdict(options),
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
        self._account(data, completion)
        return completion

    def _account(self, data: bytes, completion: Completion[PrintOutcome]) -> None:
        """Count the paper of all that may have been printed."""
        if completion.ok:
            self._events.emit("MediaPresentedEvent")
            self._counters.add("slips")
        settled = completion.payload and completion.payload.settled
        if settled is not Settled.NOT_PRINTED:
            used_mm = paper_mm(data)
            self._used_mm += used_mm
            self._counters.add("paperMm", used_mm)

    async def supply_replenish(self) -> Completion[None]:
        """Note that a new roll is in: its counter begins at nothing.

        The counter lives as long as the process; the printer's own sensor decides
        when paper is low.
        """
        return await self._queue.run(self._replenish, timeout_s=self._short_s)

    async def examine(self) -> Completion[None]:
        """Ask the printer how it is; a trouble that it names is the completion's."""
        return await self._queue.run(self._examine, timeout_s=self._short_s)

    def statistics(self) -> Mapping[str, int]:
        """Return also ``slips``, ``paperMm``, and ``paperMmSinceReplenish``."""
        counted = {"slips": 0, "paperMm": 0, "paperMmSinceReplenish": self._used_mm}
        return counted | dict(super().statistics())

    def health_tests(self) -> Sequence[HealthTest]:
        """Internal: ask; external: print a short slip; interactive: the cover."""
        return (
            HealthTest("device", HealthLevel.INTERNAL, self.examine),
            HealthTest("printSlip", HealthLevel.EXTERNAL, self._print_test_slip),
            HealthTest("cover", HealthLevel.INTERACTIVE, self._watch_cover),
        )

    async def _replenish(self) -> Completion[None]:
        self._used_mm = 0
        return await self._examine()

    async def _print_test_slip(self) -> Completion[PrintOutcome]:
        return await self.print_receipt(slip_for_test(self._clock.now()))

    async def _watch_cover(self) -> Completion[None]:
        watch = CoverWatch(self._look, self._clock, self._delays)
        return await self._queue.run(
            watch.opened_and_closed, timeout_s=self._delays.person_s + _SHORT_S
        )

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
        return await self._examine()

    async def _examine(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            status = await self._look()
        except DeviceError as error:
            return self._connection.failed(error)
        if status.silent:
            return Completion(CompletionCode.DEVICE_NOT_READY, description="no answer")
        if status.trouble is not None:
            return Completion(CompletionCode.COMMAND_ERROR, status.trouble)
        if status.is_offline:
            words = "offline without a cause"
            return Completion(CompletionCode.DEVICE_NOT_READY, description=words)
        return Completion(CompletionCode.SUCCESS)

    async def _look(self) -> PrinterStatus:
        """Ask the printer, and put what it says into the device's status."""
        status = await self._printer.status()
        if status.silent:
            self._status.update(DeviceState.OFFLINE, "no answer", **UNKNOWN)
            return status
        before = self.status.detail["paper.upper"]
        self._status.update(state_of(status), status.trouble or "", **detail_of(status))
        self._tell_paper(before)
        return status

    def _tell_paper(self, before: object) -> None:
        level = self.status.detail["paper.upper"]
        if level != before and level in ("low", "out"):
            self._events.emit("PaperThresholdEvent", threshold=level)


def create(spec: DriverSpec) -> EscPosReceiptPrinter:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(EscPosOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    in_range(spec.name, "width", options.width, 24, 80)
    one_of(spec.name, "qr", options.qr, _QR)
    if options.two_byte_only:
        check_font(options.font)
    line = SerialLine(baudrate=options.baudrate)
    link = link_to(spec.endpoint, line, spec.clock)
    return EscPosReceiptPrinter(spec.name, link, spec.clock, spec.log, options)
