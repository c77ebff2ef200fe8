"""The IPP driver and the simulated A4 printer, for the contract kit."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2

from drivers.printer.delays import Delays
from drivers.printer.driver import IppDocumentPrinter
from drivers.printer.options import PrinterOptions
from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.simulator import create
from kiosk.core.clock import Clock, SystemClock
from kiosk.core.device import Completion, DeviceStatus
from kiosk.core.driver import DriverSpec
from kiosk.core.media import PdfDocument, PrintOutcome, Settled
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

QUICK = Delays(
    connect_s=0.8,
    answer_s=0.8,
    upload_s=1.0,
    poll_s=0.01,
    refill_s=0.15,
    gone_s=1.2,
    confirm_s=1.2,
    person_s=0.5,
)
PAGES = 2
TITLE = "WangXiaoming-3300218845"
"""In the document, so it must not show anywhere."""

PRINT, CLEAR, RESET = "Printer.PrintNative", "Printer.ClearBuffer", "Printer.Reset"


@dataclass(frozen=True)
class Printed:
    """What the driver says of a document, and how many sheets of it lie there."""

    outcome: PrintOutcome
    sheets: int


def blank(pages: int, title: str = "certificate", tail: bytes = b"") -> PdfDocument:
    """Make an empty document of so many A4 pages.

    Args:
        tail: stands behind the last page, where no reader of a PDF looks.
    """
    pdf = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        pdf.new_page(595.28, 841.89)
    content = io.BytesIO()
    pdf.save(content)
    pdf.close()
    return PdfDocument(title, content.getvalue() + tail, pages, "5a" * 32)


@cache
def _document() -> PdfDocument:
    return blank(PAGES, TITLE, b"\n% " + TITLE.encode())


def printer_at(
    endpoint: str,
    log: EventLog,
    delays: Delays = QUICK,
    clock: Clock | None = None,
    **options: Any,
) -> IppDocumentPrinter:
    """Make the driver for a printer that is there; nothing is opened."""
    spec = DriverSpec("printer", endpoint, clock or SystemClock(), log)
    return IppDocumentPrinter(spec, PrinterOptions(**options), delays)


@asynccontextmanager
async def ipp(place: Path) -> AsyncIterator[Stand]:
    """A printer on a free port that has drawn the document once, and its driver."""
    pace = Pace(warm_up_s=0.0, sheet_s=0.02, boot_s=0.0)
    sim = create(directory=place, pace=pace)
    async with standing(sim, printer_at, Stand) as stand:
        await _draw_once(str(stand.port.diagnostics()["endpoint"]))
        yield stand


async def _draw_once(endpoint: str) -> None:
    """Have the simulator draw the document: it starts a process for a new one."""
    patient = printer_at(endpoint, lambda event, /, **facts: None, Delays())
    await patient.print_native(_document())
    await patient.close()


def _sheets(stand: Stand) -> int:
    sim: Any = stand.sim
    return sum(sheet.whole for sheet in sim.mechanics.sheets)


async def _print(stand: Stand) -> Completion[Printed]:
    before = _sheets(stand)
    completion: Completion[PrintOutcome] = await stand.device.print_native(
        _document(), timeout_s=2.0
    )
    outcome, sheets = completion.payload, _sheets(stand) - before
    assert outcome is not None, "no word on the paper"
    if outcome.settled in (Settled.NOT_PRINTED, Settled.PARTLY):
        assert sheets == outcome.sheets, f"{outcome}, and {sheets} sheets lie there"
    return replace(completion, payload=Printed(outcome, sheets))


def _not_all_sheets(printed: Printed) -> str:
    if printed.outcome != PrintOutcome(Settled.PRESENTED, PAGES):
        return f"success with {printed.outcome}"
    return "" if printed.sheets == PAGES else f"{printed.sheets} sheets lie there"


async def _clear(stand: Stand) -> Completion[int]:
    completion: Completion[int] = await stand.device.clear_buffer()
    return completion


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


async def _take_paper(stand: Stand) -> None:
    await stand.hands("take_paper")


def _unusable(status: DeviceStatus) -> bool:
    return not status.usable


def _shows(key: str, value: str) -> Any:
    return lambda status: status.detail[key] == value


_PRINTS = frozenset({PRINT})
_ASKS = frozenset({PRINT, RESET})
FAULTS = (
    Fault("unplug", expects=frozenset({"connectionLost"}), shows=_unusable),
    Fault("go_silent", expects=frozenset({"deviceNotReady"}), shows=_unusable),
    Fault("answer_late", {"ms": 30}, expects=frozenset({"success"})),
    Fault("answer_late", {"ms": 800}),
    Fault("answer_garbage", {"answers": 1, "kind": "body"}),
    Fault("answer_garbage", {"answers": 1, "kind": "http"}),
    Fault("answer_garbage", {"answers": 1, "kind": "half"}),
    Fault("answer_garbage", {"answers": 500, "kind": "body"}),
    # While printing, the last sheet may be out already: a success, and an empty tray.
    Fault(
        "run_out",
        steps=frozenset({RESET}),
        expects=frozenset({"paperOut"}),
        shows=_shows("paper.upper", "out"),
    ),
    Fault(
        "threshold_low",
        steps=_ASKS,
        expects=frozenset({"success"}),
        shows=_shows("paper.upper", "low"),
    ),
    Fault("jam", steps=_ASKS, expects=frozenset({"paperJammed"})),
    Fault("jam", {"at_sheet": 2}, steps=_PRINTS),
    Fault(
        "open_cover",
        steps=_ASKS,
        expects=frozenset({"coverOpen"}),
        shows=_shows("cover", "open"),
    ),
    Fault("open_tray", steps=_ASKS, expects=frozenset({"paperOut"})),
    Fault(
        "toner_low",
        steps=_ASKS,
        expects=frozenset({"success"}),
        shows=_shows("toner", "low"),
    ),
    Fault("toner_out", steps=_ASKS, expects=frozenset({"tonerOut"})),
    Fault("power_cut", {"seconds": 0}),
)

SUBJECTS = (
    Subject(
        "printer.ipp",
        ipp,
        steps=(
            Step(PRINT, _print, _take_paper, wrong=_not_all_sheets, longest_s=8.0),
            Step(CLEAR, _clear),
            Step(RESET, _reset),
        ),
        faults=FAULTS,
        has_cable=False,
        secrets=(TITLE,),
        lanes=3,
    ),
)
