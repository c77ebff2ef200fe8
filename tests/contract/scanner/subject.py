"""The scanner drivers and the simulated modules, for the contract kit."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.scanner.gm65.driver import Gm65Options, gm65_scanner
from drivers.scanner.honeywell.driver import HoneywellOptions, honeywell_scanner
from drivers.scanner.module import Delays
from drivers.scanner.newland.driver import NewlandOptions, newland_scanner
from drivers.scanner.scanner import ModuleScanner, ScannerOptions
from drivers.scanner.ssi.driver import ssi_scanner
from hardware_sim.scanner.simulator import Timings, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion
from kiosk.core.driver import DriverSpec
from kiosk.core.media import Barcode
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

CODE = "134567890123456789"
"""Looks like a payment code, so it must not show anywhere."""

SPEED = 115200
FAST = Delays(reply_s=0.2, trigger_s=0.5, tail_s=0.02, idle_s=0.06, wake_s=0.001)
QUICK = Timings(decode_s=0.002, repeat_s=0.05, resend_s=0.1)

MAKERS: dict[str, tuple[Callable[..., ModuleScanner], type[ScannerOptions]]] = {
    "gm65": (gm65_scanner, Gm65Options),
    "newland": (newland_scanner, NewlandOptions),
    "honeywell": (honeywell_scanner, HoneywellOptions),
    "ssi": (ssi_scanner, ScannerOptions),
    "gm67": (ssi_scanner, ScannerOptions),
}
"""What makes the driver for a family of simulated modules."""


class Counter(Stand):
    """A scanner at a counter, its driver, and what was logged meanwhile."""

    @property
    def scanner(self) -> ModuleScanner:
        """The driver."""
        scanner: ModuleScanner = self.device
        return scanner

    @property
    def family(self) -> str:
        """The protocol of the module."""
        return str(self.sim.state()["family"])

    async def when_lit(self) -> None:
        """Wait until the module looks for a code."""
        await self.when(lambda: self.sim.state()["light"])


def counter(
    place: Path,
    *,
    family: str,
    timings: Timings = QUICK,
    delays: Delays = FAST,
    same_code_s: float = 0.0,
) -> AbstractAsyncContextManager[Counter]:
    """A module of one protocol on a pty, and its driver, not opened."""

    def make(endpoint: str, log: EventLog) -> ModuleScanner:
        clock = SystemClock()
        make_scanner, options = MAKERS[family]
        chosen = options(baudrate=SPEED, same_code_s=same_code_s)
        link = link_to(endpoint, SerialLine(baudrate=SPEED), clock)
        spec = DriverSpec("scanner", endpoint, clock, log)
        return make_scanner(spec, link, chosen, delays)

    sim = create(directory=place, timings=timings, baudrate=SPEED, family=family)
    return standing(sim, make, Counter)


async def _hold_a_code(stand: Stand) -> None:
    await stand.hands("present", code=CODE)


async def _hold_nothing(stand: Stand) -> None:
    await stand.hands("remove")


async def _read(stand: Stand) -> Completion[Barcode]:
    completion: Completion[Barcode] = await stand.device.read(timeout_s=1.0)
    return completion


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _not_the_code(barcode: Barcode) -> str:
    return "" if barcode.data == CODE.encode() else f"{len(barcode.data)} other bytes"


def _not_nearly_the_code(barcode: Barcode) -> str:
    """A bare line has no check sum: one flipped bit in the digits goes unnoticed."""
    wanted = CODE.encode()
    pairs = zip(barcode.data, wanted, strict=False)
    flipped = sum((got ^ meant).bit_count() for got, meant in pairs)
    if len(barcode.data) == len(wanted) and flipped <= 1:
        return ""
    return f"{len(barcode.data)} other bytes"


def _subject(family: str, wrong: Callable[[Barcode], str]) -> Subject:
    read = Step(
        "BarcodeReader.Read",
        _read,
        _hold_a_code,
        waits=_hold_nothing,
        wrong=wrong,
        longest_s=4.0,
        times_out_s=1.0,
    )
    reset = Step("BarcodeReader.Reset", _reset, _hold_nothing, longest_s=3.0)
    return Subject(
        f"scanner.{family}",
        partial(counter, family=family),
        steps=(read, reset),
        faults=(
            Fault("remove", mend="heal", steps=frozenset({"BarcodeReader.Read"})),
            Fault("present_wrong_media", steps=frozenset({"BarcodeReader.Read"})),
            Fault("power_cycle"),
        ),
        secrets=(CODE,),
    )


SUBJECTS = (
    _subject("gm65", _not_nearly_the_code),
    _subject("newland", _not_nearly_the_code),
    _subject("honeywell", _not_nearly_the_code),
    _subject("ssi", _not_the_code),
)
