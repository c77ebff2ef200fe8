"""The IPP driver against the simulated printer: paper, faults, and no leftovers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from drivers.printer.client import IppClient
from drivers.printer.delays import Delays
from drivers.printer.driver import IppDocumentPrinter, create
from drivers.printer.submit import submit
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.media import PdfDocument, PrintOutcome, Settled

Make = Callable[[int], PdfDocument]
Wait = Callable[..., Any]


def _outcome(done: Completion[PrintOutcome]) -> tuple[str, str, int]:
    assert done.payload is not None
    return done.trouble, done.payload.settled.value, done.payload.sheets


class Printing:
    """A document on its way, while the test's hands are free."""

    def __init__(self, printer: IppDocumentPrinter, document: PdfDocument) -> None:
        self._printer = printer
        self._document = document
        self.sheets: list[int] = []
        self.done: Completion[PrintOutcome] | None = None

    async def run(self, timeout_s: float = 10.0) -> None:
        self.done = await self._printer.print_native(
            self._document, on_sheet=self.sheets.append, timeout_s=timeout_s
        )


async def test_all_sheets_out_is_presented(bench, printer, document: Make) -> None:
    printing = Printing(printer, document(3))
    await printing.run()
    assert printing.done is not None
    assert printing.done.ok
    assert printing.done.payload == PrintOutcome(Settled.PRESENTED, 3)
    assert printing.sheets[-1] == bench.sheets() == 3
    assert printing.sheets == sorted(set(printing.sheets))
    assert printer.status.state is DeviceState.ONLINE


async def test_contact_names_the_printer(printer) -> None:
    assert printer.info.model_name
    assert printer.info.interfaces["Printer"] == ("PrintNative", "ClearBuffer", "Reset")
    assert printer.status.detail["paper.upper"] == "full"


async def test_busy_while_printing(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(1))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printer.status.state is DeviceState.BUSY)
    assert printer.status.state is DeviceState.ONLINE


@pytest.mark.parametrize(
    ("verb", "trouble", "state"),
    [
        ("run_out", "paperOut", DeviceState.USER_ERROR),
        ("jam", "paperJammed", DeviceState.HARDWARE_ERROR),
        ("open_cover", "coverOpen", DeviceState.USER_ERROR),
        ("toner_out", "tonerOut", DeviceState.USER_ERROR),
    ],
)
async def test_printer_that_cannot_is_given_nothing(
    bench, printer, document: Make, verb: str, trouble: str, state: DeviceState
) -> None:
    await bench.do(verb)
    done = await printer.print_native(document(1))
    assert _outcome(done) == (trouble, "notPrinted", 0)
    assert printer.status.state is state
    assert bench.sim.state()["jobs"] == []


@pytest.mark.parametrize("verb", ["threshold_low", "toner_low"])
async def test_low_supplies_are_told_and_do_not_refuse(
    bench, printer, document: Make, verb: str
) -> None:
    heard = printer.events()
    await bench.do(verb)
    assert (await printer.print_native(document(1))).ok
    names = []
    with anyio.fail_after(20):
        while not names or not names[-1].endswith("ThresholdEvent"):
            names.append((await anext(heard)).name)
    assert "low" in printer.status.detail.values()


@pytest.mark.parametrize(
    ("verb", "argument", "trouble"),
    [
        ("run_out_after", {"sheets": 1}, "paperOut"),
        ("jam", {"at_sheet": 2}, "paperJammed"),
    ],
)
async def test_trouble_after_the_first_sheet_withdraws_the_rest(
    bench, printer, document: Make, verb: str, argument: dict[str, int], trouble: str
) -> None:
    await bench.do(verb, **argument)
    done = await printer.print_native(document(3))
    assert _outcome(done) == (trouble, "partly", 1)
    assert bench.open_jobs() == []
    assert bench.sheets() == 1


async def test_nothing_more_comes_out_when_paper_is_loaded_later(
    bench, printer, document: Make
) -> None:
    await bench.do("run_out_after", sheets=1)
    await printer.print_native(document(3))
    await bench.do("load_paper")
    done = await printer.print_native(document(1))
    assert done.ok
    assert bench.sheets() == 2


async def test_refilled_in_time_goes_on(
    bench, make_printer, patient, document: Make, eventually: Wait
) -> None:
    printer = make_printer(patient)
    await bench.do("run_out_after", sheets=1)
    printing = Printing(printer, document(2))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printer.status.detail["paper.upper"] == "out")
        await bench.do("load_paper")
    assert printing.done is not None
    assert _outcome(printing.done) == ("success", "presented", 2)


async def test_opened_again_while_it_waits_for_paper_it_prints_on(
    bench, make_printer, patient, document: Make, eventually: Wait
) -> None:
    printer = make_printer(patient)
    await bench.do("run_out_after", sheets=1)
    printing = Printing(printer, document(2))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printer.status.detail["paper.upper"] == "out")
        opened = await printer.open()
        assert (opened.code, opened.error_code) == (
            CompletionCode.COMMAND_ERROR,
            "paperOut",
        )
        await bench.do("load_paper")
    assert printing.done is not None
    assert _outcome(printing.done) == ("success", "presented", 2)


async def test_cover_opened_while_printing_withdraws(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(4))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printing.sheets)
        await bench.do("open_cover")
    assert printing.done is not None
    trouble, settled, sheets = _outcome(printing.done)
    assert (trouble, settled) == ("coverOpen", "partly")
    assert sheets == bench.sheets()
    assert bench.open_jobs() == []


async def test_cancel_accounts_for_the_paper(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(5))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printing.sheets)
        await printer.cancel()
    assert printing.done is not None
    trouble, settled, sheets = _outcome(printing.done)
    assert (trouble, settled) == ("canceled", "partly")
    assert sheets == bench.sheets()
    assert bench.open_jobs() == []


async def test_session_that_is_torn_down_leaves_no_job(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(5))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printing.sheets)
        tasks.cancel_scope.cancel()
    assert bench.open_jobs() == []
    assert bench.sheets() < 5


async def test_time_out_withdraws(bench, printer, document: Make) -> None:
    done = await printer.print_native(document(20), timeout_s=0.6)
    trouble, _, sheets = _outcome(done)
    assert trouble == "timeOut"
    assert sheets == bench.sheets() < 20
    assert bench.open_jobs() == []


async def test_lost_for_a_moment_is_found_again(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(3))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printing.sheets)
        await bench.do("unplug")
        await eventually(lambda: printer.status.state is DeviceState.NO_DEVICE)
        await bench.do("plug_in")
    assert printing.done is not None
    assert _outcome(printing.done) == ("success", "presented", 3)


async def test_lost_for_good_is_unknown_and_cleared_when_it_is_back(
    bench, printer, document: Make, eventually: Wait
) -> None:
    await bench.do("run_out_after", sheets=2)
    printing = Printing(printer, document(4))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run, 3.0)
        await eventually(lambda: printing.sheets)
        await bench.do("unplug")
    assert printing.done is not None
    trouble, settled, sheets = _outcome(printing.done)
    assert (trouble, settled) == ("connectionLost", "unknown")
    assert 1 <= sheets <= 2
    assert len(bench.open_jobs()) == 1
    await bench.do("plug_in")
    await printer.refresh_status()
    assert bench.open_jobs() == []
    await bench.do("load_paper")
    assert (await printer.print_native(document(1))).ok
    assert bench.sheets() == 3


async def test_citizen_is_not_kept_waiting_for_a_printer_that_stays_away(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(4))
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(printing.run, 600.0)
            await eventually(lambda: printing.sheets)
            await bench.do("unplug")
    assert printing.done is not None
    assert _outcome(printing.done)[:2] == ("connectionLost", "unknown")


async def test_power_cut_is_unknown(
    bench, printer, document: Make, eventually: Wait
) -> None:
    printing = Printing(printer, document(4))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printing.sheets)
        await bench.do("power_cut", seconds=0)
    assert printing.done is not None
    assert _outcome(printing.done)[1] == "unknown"


async def test_unplugged_printer_is_given_nothing(
    bench, make_printer, patient: Delays, document: Make
) -> None:
    printer = make_printer(patient)
    assert (await printer.open()).ok
    await bench.do("unplug")
    done = await printer.print_native(document(1))
    assert _outcome(done) == ("connectionLost", "notPrinted", 0)
    assert printer.status.state is DeviceState.NO_DEVICE
    assert printer.status.detail["paper.upper"] == "unknown"


async def test_silent_printer_is_given_nothing(bench, printer, document: Make) -> None:
    await bench.do("go_silent")
    with anyio.fail_after(5):
        done = await printer.print_native(document(1))
    assert _outcome(done) == ("deviceNotReady", "notPrinted", 0)
    assert printer.status.state is DeviceState.OFFLINE


async def test_slow_printer_is_waited_for(bench, printer, document: Make) -> None:
    await bench.do("answer_late", ms=150)
    assert (await printer.print_native(document(1))).ok


@pytest.mark.parametrize("kind", ["body", "http", "half"])
async def test_garbage_while_printing_changes_nothing(
    bench, printer, document: Make, eventually: Wait, kind: str
) -> None:
    printing = Printing(printer, document(3))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(printing.run)
        await eventually(lambda: printing.sheets)
        await bench.do("answer_garbage", answers=3, kind=kind)
    assert printing.done is not None
    assert _outcome(printing.done) == ("success", "presented", 3)
    assert printer.status.state is DeviceState.ONLINE


async def test_garbage_at_first_contact_gives_nothing_away(
    bench, printer, document: Make
) -> None:
    await bench.do("answer_garbage", answers=2)
    done = await printer.print_native(document(1))
    assert _outcome(done) == ("hardwareError", "notPrinted", 0)
    assert (await printer.reset()).ok


async def test_job_of_a_kiosk_that_died_is_cleared_at_start(
    bench, make_printer, document: Make, eventually: Wait
) -> None:
    dead = make_printer()
    await bench.do("run_out_after", sheets=0)
    await _abandon_a_job(bench)
    assert len(bench.open_jobs()) == 1
    reborn = make_printer()
    await reborn.open()
    assert bench.open_jobs() == []
    await dead.close()


async def test_clear_buffer_counts_and_leaves_other_users_alone(
    bench, make_printer
) -> None:
    await bench.do("run_out")
    await _abandon_a_job(bench)
    await _abandon_a_job(bench)
    stranger = make_printer(user="another-kiosk")
    assert (await stranger.clear_buffer()).payload == 0
    assert len(bench.open_jobs()) == 2
    ours = make_printer()
    assert (await ours.clear_buffer()).payload == 2
    assert bench.open_jobs() == []


async def test_documents_wait_for_their_turn(bench, printer, document: Make) -> None:
    first, second = Printing(printer, document(1)), Printing(printer, document(2))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first.run)
        tasks.start_soon(second.run)
    assert first.done is not None
    assert second.done is not None
    assert (first.done.ok, second.done.ok) == (True, True)
    assert bench.sheets() == 3


async def test_diary_and_names_hold_nothing_of_the_document(
    bench, printer, document: Make
) -> None:
    await printer.print_native(document(1))
    assert "certificate" not in repr(bench.diary)
    assert [job["name"][:8] for job in bench.sim.state()["jobs"]] == ["kiosk24-"]


async def _abandon_a_job(bench) -> None:
    """Order a page as a kiosk does that dies right afterwards."""
    client = IppClient(bench.endpoint, "kiosk24", Delays())
    await submit(client, Delays(), "kiosk24-left", PAGE, "iso_a4_210x297mm", False)
    await client.close()


PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("http://10.0.0.7/ipp", {}),
        ("ipp://10.0.0.7/ipp", {"colour": True}),
        ("ipp://10.0.0.7/ipp", {"refill_s": -1.0}),
    ],
)
def test_wrong_settings_are_refused(endpoint: str, options: dict[str, object]) -> None:
    def log(event: str, /, **facts: object) -> None: ...

    with pytest.raises(SettingsError):
        create(DriverSpec("printer", endpoint, SystemClock(), log, options))
