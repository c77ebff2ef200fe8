"""The ESC/POS driver and the simulated printer, for the contract kit."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.receipt.driver import EscPosOptions, EscPosReceiptPrinter
from drivers.receipt.printer import Delays
from hardware_sim.receipt.simulator import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceStatus
from kiosk.core.media import PrintOutcome, Receipt, ReceiptLine, Settled
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

FAST = Delays(answer_s=0.15, write_s=0.3, look_s=0.1, mechanics_s=0.7, person_s=0.5)
NAME, ACCOUNT = "王㛃明", "3300218845"
SLIP = Receipt(
    "K24-1",
    (
        ReceiptLine("缴费凭条"),
        ReceiptLine("姓名", value=NAME),
        ReceiptLine("户号", value=ACCOUNT),
        ReceiptLine(qr=f"https://example.org/{ACCOUNT}"),
    ),
)
PRINT, RESET, REPLENISH = (
    "Printer.PrintNative",
    "Printer.Reset",
    "Printer.SupplyReplenish",
)


@dataclass(frozen=True)
class Printed:
    """What the driver says of a slip, and how many lie there."""

    outcome: PrintOutcome | None
    slips: int


class Box(Stand):
    """A printer, its driver, and what was said meanwhile."""

    @property
    def printer(self) -> EscPosReceiptPrinter:
        """The driver."""
        printer: EscPosReceiptPrinter = self.device
        return printer

    @property
    def slips(self) -> list[str]:
        """What is written on the paper that lies there."""
        sim: Any = self.sim
        return [paper.text for paper in sim.papers()]


def box(
    place: Path,
    *,
    tcp: bool = False,
    device_file: bool = False,
    four_byte: bool = True,
    speed_mm_s: float = 20_000.0,
    options: EscPosOptions | None = None,
    delays: Delays = FAST,
) -> AbstractAsyncContextManager[Box]:
    """A printer on a pty, a socket or a device file, and its driver, not opened."""

    def make(endpoint: str, log: EventLog) -> EscPosReceiptPrinter:
        clock = SystemClock()
        link = link_to(endpoint, SerialLine(baudrate=115200), clock)
        chosen = options or EscPosOptions()
        return EscPosReceiptPrinter("receipt", link, clock, log, chosen, delays)

    sim = create(
        directory=place,
        tcp_port=0 if tcp else None,
        speed_mm_s=speed_mm_s,
        cut_s=20.0 / speed_mm_s,
        four_byte=four_byte,
        device_file=device_file,
    )
    return standing(sim, make, Box)


def _slips(stand: Stand) -> int:
    sim: Any = stand.sim
    return sum(paper.cut and ACCOUNT in paper.text for paper in sim.papers())


async def _print(stand: Stand) -> Completion[Printed]:
    before = _slips(stand)
    completion: Completion[PrintOutcome] = await stand.device.print_receipt(
        SLIP, timeout_s=2.0
    )
    outcome, slips = completion.payload, _slips(stand) - before
    assert outcome is not None, "no word on the paper"
    if outcome.settled is Settled.NOT_PRINTED:
        assert slips == 0, "called not printed, and a slip lies there"
    return replace(completion, payload=Printed(outcome, slips))


def _not_one_slip(printed: Printed) -> str:
    if printed.outcome != PrintOutcome(Settled.PRESENTED, 1):
        return f"success with {printed.outcome}"
    return "" if printed.slips == 1 else f"{printed.slips} slips lie there"


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


async def _replenish(stand: Stand) -> Completion[None]:
    completion: Completion[None] = await stand.device.supply_replenish()
    return completion


def _unusable(status: DeviceStatus) -> bool:
    return not status.usable


def _shows(key: str, value: str) -> Any:
    return lambda status: status.detail[key] == value


_WHILE_PRINTING = frozenset({PRINT})
FAULTS = (
    Fault(
        "run_out",
        expects=frozenset({"paperOut"}),
        shows=_shows("paper.upper", "out"),
    ),
    Fault("run_out_after", {"lines": 2}, steps=_WHILE_PRINTING),
    Fault(
        "threshold_low",
        expects=frozenset({"success"}),
        shows=_shows("paper.upper", "low"),
    ),
    Fault(
        "open_cover",
        expects=frozenset({"coverOpen"}),
        shows=_shows("cover", "open"),
    ),
    Fault("jam", steps=_WHILE_PRINTING, expects=frozenset({"paperJammed"})),
    Fault("jam", {"after_lines": 2}, steps=_WHILE_PRINTING),
    Fault("jam_cutter", steps=_WHILE_PRINTING, expects=frozenset({"cutterError"})),
    Fault(
        "fail",
        {"kind": "unrecoverable"},
        expects=frozenset({"printerError"}),
        shows=_unusable,
    ),
    Fault("fail", {"kind": "headHot"}, expects=frozenset({"printerError"})),
    Fault("power_cut", shows=_unusable),
    Fault("power_cut", {"after_lines": 2}, steps=_WHILE_PRINTING),
)

PRINTING = Step(PRINT, _print, wrong=_not_one_slip, longest_s=8.0)

SUBJECTS = (
    Subject(
        "receipt.escpos",
        box,
        steps=(PRINTING, Step(RESET, _reset), Step(REPLENISH, _replenish)),
        faults=FAULTS,
        secrets=(NAME, ACCOUNT),
    ),
    Subject(
        "receipt.escpos-usb",
        partial(box, device_file=True),
        steps=(PRINTING,),
        faults=FAULTS,
        secrets=(NAME, ACCOUNT),
    ),
)
