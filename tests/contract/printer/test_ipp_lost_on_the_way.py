"""The connection breaks between a document and the printer, at each step of the way.

The document is given anew when the printer has none of it, never when it may have;
whatever is said in the end, nothing of it comes out afterwards.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import anyio
import pytest

from drivers.link.deadline import Deadline
from drivers.printer.client import IppClient
from drivers.printer.run import PrintRun
from drivers.printer.tags import Operation
from hardware_sim.link.device import WireEntry
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceState
from kiosk.core.errors import DeviceMissing, DeviceTimeout
from kiosk.core.media import PdfDocument, PrintOutcome
from tests.contract.printer.conftest import QUICK

Make = Callable[[int], PdfDocument]
Wait = Callable[..., Any]
Hands = Callable[[], Awaitable[object]]

PAGES = 2
HASTY = replace(QUICK, answer_s=0.3, upload_s=0.3)


def _outcome(done: Completion[PrintOutcome]) -> tuple[str, str, int]:
    assert done.payload is not None
    return done.trouble, done.payload.settled.value, done.payload.sheets


class Silencer(deque[WireEntry]):
    """The log of a printer that carries one request out and never answers it."""

    def __init__(self, bench: Any, operation: str) -> None:
        super().__init__(bench.sim.wire.entries)
        self._manners = bench.sim.manners
        self._operation = operation
        self.lost = 0
        bench.sim.wire.entries = self

    def append(self, entry: WireEntry, /) -> None:
        super().append(entry)
        if entry.direction == "in":
            due = not self.lost and entry.meaning.startswith(self._operation)
            self._manners.silent = due
            self.lost += due


@pytest.fixture
def when(monkeypatch: pytest.MonkeyPatch) -> Callable[[Operation, str, Hands], None]:
    """Do something once, when a request was ``answered`` or found no connection."""

    def arm(operation: Operation, event: str, hands: Hands) -> None:
        ask = IppClient.ask
        left = [hands]

        async def due(kind: Operation, found: str) -> None:
            if kind is operation and found == event and left:
                await left.pop()()

        async def asked(self: IppClient, kind: Operation, *rest: Any, **more: Any):
            try:
                answer = await ask(self, kind, *rest, **more)
            except DeviceMissing:
                await due(kind, "refused")
                raise
            await due(kind, "answered")
            return answer

        monkeypatch.setattr(IppClient, "ask", asked)

    return arm


async def test_pulled_before_the_document_left_it_is_given_when_the_plug_is_back(
    bench, printer, document: Make, when
) -> None:
    when(Operation.CREATE_JOB, "answered", lambda: bench.do("unplug"))
    when(Operation.SEND_DOCUMENT, "refused", lambda: bench.do("plug_in"))
    done = await printer.print_native(document(PAGES))
    assert _outcome(done) == ("success", "presented", PAGES)
    assert bench.sheets() == PAGES
    assert bench.open_jobs() == []
    assert printer.status.state is DeviceState.ONLINE


async def test_a_printer_that_loses_its_power_before_the_document_gets_it_anew(
    bench, printer, document: Make, when
) -> None:
    async def power_cut() -> None:
        await bench.do("power_cut", seconds=0)
        await bench.sim.booted()

    when(Operation.CREATE_JOB, "answered", power_cut)
    done = await printer.print_native(document(PAGES))
    assert _outcome(done) == ("success", "presented", PAGES)
    assert bench.sheets() == PAGES
    assert bench.open_jobs() == []


async def test_pulled_before_the_document_left_and_not_put_back_prints_nothing_later(
    bench, make_printer, document: Make, when
) -> None:
    printer = make_printer(replace(QUICK, gone_s=0.2))
    assert (await printer.open()).ok
    when(Operation.CREATE_JOB, "answered", lambda: bench.do("unplug"))
    done = await printer.print_native(document(PAGES))
    assert _outcome(done) == ("connectionLost", "notPrinted", 0)
    assert printer.status.state is DeviceState.NO_DEVICE
    await bench.do("plug_in")
    assert (await printer.refresh_status()).state is DeviceState.ONLINE
    assert bench.open_jobs() == []
    assert bench.sheets() == 0


async def test_an_empty_job_that_is_withdrawn_is_no_word_of_a_printer_that_is_there(
    bench, make_printer, document: Make, when
) -> None:
    # No time is left to give it anew, and Cancel-Job gets through.
    printer = make_printer(replace(QUICK, gone_s=0.0))
    assert (await printer.open()).ok
    when(Operation.CREATE_JOB, "answered", lambda: bench.do("unplug"))
    when(Operation.SEND_DOCUMENT, "refused", lambda: bench.do("plug_in"))
    done = await printer.print_native(document(PAGES))
    assert _outcome(done) == ("connectionLost", "notPrinted", 0)
    assert not printer.status.usable
    assert bench.open_jobs() == []
    assert (await printer.refresh_status()).usable


async def test_cancelled_while_the_plug_is_out_nothing_is_given_anew(
    bench, printer, document: Make, eventually: Wait, when
) -> None:
    when(Operation.CREATE_JOB, "answered", lambda: bench.do("unplug"))
    ended: list[Completion[PrintOutcome]] = []

    async def run() -> None:
        ended.append(await printer.print_native(document(PAGES)))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(run)
        await eventually(lambda: printer.status.state is DeviceState.NO_DEVICE)
        await printer.cancel()
        await bench.do("plug_in")
    assert _outcome(ended[0]) == ("canceled", "notPrinted", 0)
    await printer.refresh_status()
    assert bench.open_jobs() == []
    assert bench.sheets() == 0


@pytest.mark.parametrize("operation", ["Create-Job", "Send-Document"])
async def test_a_lost_answer_costs_neither_the_document_nor_a_second_one(
    bench, make_printer, document: Make, operation: str
) -> None:
    printer = make_printer(HASTY)
    assert (await printer.open()).ok
    wire = Silencer(bench, operation)
    done = await printer.print_native(document(PAGES))
    assert wire.lost == 1
    assert _outcome(done) == ("success", "presented", PAGES)
    assert bench.sheets() == PAGES
    assert bench.open_jobs() == []
    assert printer.status.state is DeviceState.ONLINE


async def test_a_document_whose_answer_was_lost_is_withdrawn_for_want_of_paper(
    bench, make_printer, document: Make
) -> None:
    printer = make_printer(HASTY)
    assert (await printer.open()).ok
    await bench.do("run_out_after", sheets=1)
    wire = Silencer(bench, "Send-Document")
    done = await printer.print_native(document(PAGES))
    assert wire.lost == 1
    assert _outcome(done) == ("paperOut", "partly", 1)
    assert bench.open_jobs() == []
    await bench.do("load_paper")
    assert (await printer.refresh_status()).state is DeviceState.ONLINE
    assert bench.sheets() == 1


async def test_a_spoilt_answer_before_the_document_left_is_asked_again(
    bench, printer, document: Make, when
) -> None:
    async def spoil() -> None:
        await bench.do("answer_garbage", answers=1, kind="http")

    when(Operation.GET_PRINTER_ATTRIBUTES, "answered", spoil)
    done = await printer.print_native(document(PAGES))
    assert _outcome(done) == ("success", "presented", PAGES)
    assert bench.sheets() == PAGES
    assert bench.open_jobs() == []


async def test_a_document_that_never_arrived_is_given_again(
    bench, printer, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, lost = IppClient.ask, []

    async def broken_off(self: IppClient, kind: Operation, *rest: Any, **more: Any):
        if kind is Operation.SEND_DOCUMENT and not lost:
            lost.append(kind)
            raise DeviceTimeout("no answer: the connection broke")
        return await ask(self, kind, *rest, **more)

    monkeypatch.setattr(IppClient, "ask", broken_off)
    done = await printer.print_native(document(PAGES))
    assert lost
    assert _outcome(done) == ("success", "presented", PAGES)
    assert bench.sheets() == PAGES
    assert bench.open_jobs() == []


class StalledClock(SystemClock):
    """A machine that stood still for an hour, once."""

    late_s = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.late_s

    async def stall(self) -> None:
        self.late_s = 3600.0


async def test_our_own_lateness_is_no_printer_that_went_away(
    bench, make_printer, document: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, pause = StalledClock(), PrintRun.pause
    printer = make_printer(clock=clock)
    assert (await printer.open()).ok

    async def late(self: PrintRun, deadline: Deadline) -> None:
        await pause(self, deadline)
        await clock.stall()

    monkeypatch.setattr(PrintRun, "pause", late)
    done = await printer.print_native(document(PAGES), timeout_s=7200)
    assert clock.late_s
    assert _outcome(done) == ("success", "presented", PAGES)


async def test_a_job_withdrawn_before_we_stood_still_is_known_to_be(
    bench, make_printer, document: Make, when
) -> None:
    clock = StalledClock()
    printer = make_printer(clock=clock)
    assert (await printer.open()).ok
    await bench.do("run_out_after", sheets=1)
    when(Operation.CANCEL_JOB, "answered", clock.stall)
    done = await printer.print_native(document(PAGES))
    assert clock.late_s
    assert _outcome(done) == ("paperOut", "partly", 1)
