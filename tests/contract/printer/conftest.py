"""The IPP driver and its simulator, joined by a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.printer.delays import Delays
from drivers.printer.driver import IppDocumentPrinter
from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.simulator import SimPrinter
from hardware_sim.printer.simulator import create as create_sim
from kiosk.core.media import PdfDocument
from tests.contract.printer.subject import blank, printer_at

QUICK = Delays(
    connect_s=3.0,
    answer_s=3.0,
    upload_s=8.0,
    poll_s=0.02,
    refill_s=0.4,
    gone_s=4.0,
    confirm_s=15.0,
)


class Bench:
    """Hands on the simulated printer, and the diary of the driver."""

    def __init__(self, sim: SimPrinter, endpoint: str) -> None:
        self.sim = sim
        self.endpoint = endpoint
        self.diary: list[tuple[str, dict[str, object]]] = []

    async def do(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    def log(self, event: str, /, **facts: object) -> None:
        self.diary.append((event, facts))

    def open_jobs(self) -> list[str]:
        ended = {"canceled", "aborted", "completed"}
        jobs = self.sim.state()["jobs"]
        return [job["name"] for job in jobs if job["state"] not in ended]

    def sheets(self) -> int:
        return len([sheet for sheet in self.sim.papers() if sheet.whole])


@pytest.fixture
def patient() -> Delays:
    """Time enough for the test's hands, however busy the computer is."""
    return replace(QUICK, connect_s=10.0, answer_s=10.0, refill_s=5.0)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    pace = Pace(warm_up_s=0.02, sheet_s=0.12, boot_s=0.05)
    sim = create_sim(directory=tmp_path, pace=pace)
    yield Bench(sim, await sim.start())
    await sim.stop()


@pytest.fixture
async def make_printer(
    bench: Bench,
) -> AsyncIterator[Callable[..., IppDocumentPrinter]]:
    made: list[IppDocumentPrinter] = []

    def make(delays: Delays = QUICK, **options: Any) -> IppDocumentPrinter:
        made.append(printer_at(bench.endpoint, bench.log, delays, **options))
        return made[-1]

    yield make
    for printer in made:
        await printer.close()


@pytest.fixture
async def printer(
    make_printer: Callable[..., IppDocumentPrinter],
) -> IppDocumentPrinter:
    printer = make_printer()
    assert (await printer.open()).ok
    return printer


@pytest.fixture
def document() -> Callable[[int], PdfDocument]:
    """Make an empty document of so many A4 pages."""
    return blank


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait for a condition, at most half a minute."""

    async def wait(condition: Callable[[], object]) -> None:
        with anyio.fail_after(30):
            while not condition():  # noqa: ASYNC110 - it has no event of its own
                await anyio.sleep(0.005)

    return wait
