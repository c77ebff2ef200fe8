"""What a technician has of the A4 printer: tests, counters, messages in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import anyio
import anyio.lowlevel
import pytest

from drivers.printer.explain import IppExplainer
from drivers.printer.message import Attribute, Group
from drivers.printer.selftest import page_for_test
from drivers.printer.supplies import read_supplies
from drivers.printer.tags import GroupTag, ValueTag
from kiosk.core.device import CompletionCode
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.media import PdfDocument
from kiosk.core.wire import WireLine

Make = Callable[[int], PdfDocument]


async def test_a_test_page_is_counted_by_the_printer(bench, printer) -> None:
    report = await printer.check_health(HealthLevel.EXTERNAL)
    assert [check.name for check in report.checks] == ["device", "printPage"]
    assert report.verdict is HealthVerdict.PASS
    assert bench.sheets() == 1
    assert "Self-test page" in bench.sim.papers()[0].text


async def test_a_trouble_ends_the_test_before_a_page_is_spent(bench, printer) -> None:
    await bench.do("toner_out")
    report = await printer.check_health(HealthLevel.EXTERNAL)
    assert [(check.name, check.detail) for check in report.checks] == [
        ("device", "tonerOut")
    ]


async def test_somebody_at_the_tray_passes_the_last_test(
    bench, printer, eventually: Callable[..., Any]
) -> None:
    async with anyio.create_task_group() as tasks:

        async def a_hand() -> None:
            await eventually(lambda: printer.statistics()["documents"] == 1)
            await bench.do("open_tray")
            await eventually(lambda: printer.status.detail["paper.upper"] == "out")
            await bench.do("close_tray")

        tasks.start_soon(a_hand)
        report = await printer.check_health(HealthLevel.INTERACTIVE)
    assert report.checks[-1].name == "tray"
    assert report.verdict is HealthVerdict.PASS


async def test_nobody_at_the_tray_is_no_failure(make_printer, patient) -> None:
    printer = make_printer(replace(patient, person_s=0.2))
    report = await printer.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.NEEDS_PERSON


async def test_waiting_at_the_tray_can_be_cancelled(
    bench, printer, eventually: Callable[..., Any]
) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await eventually(lambda: bench.sheets() == 1)
            await eventually(lambda: printer.statistics()["documents"] == 1)
            await anyio.lowlevel.checkpoint()
            await printer.cancel()

        tasks.start_soon(stop)
        report = await printer.check_health(HealthLevel.INTERACTIVE)
    assert report.checks[-1].detail.startswith("canceled")


async def test_sheets_and_supplies_are_counted(bench, printer, document: Make) -> None:
    assert (await printer.print_native(document(2))).ok
    await printer.refresh_status()
    told = printer.diagnostics()
    assert told["statistics"]["sheets"] == 2
    assert told["statistics"]["documents"] == 1
    assert told["supplies"]["traySheets"] == 198
    assert 0 < told["supplies"]["tonerPercent"] <= 80
    assert told["settings"]["media"] == "iso_a4_210x297mm"


async def test_reset_says_why_not(bench, printer) -> None:
    await bench.do("open_cover")
    done = await printer.reset()
    assert (done.code, done.error_code) == (CompletionCode.COMMAND_ERROR, "coverOpen")
    await bench.do("close_cover")
    assert (await printer.reset()).ok


async def test_a_lost_cable_is_counted_once(bench, printer) -> None:
    await bench.do("unplug")
    await printer.refresh_status()
    await printer.refresh_status()
    await bench.do("plug_in")
    await printer.refresh_status()
    counted = printer.statistics()
    assert (counted["connected"], counted["lost"]) == (2, 1)


async def test_the_trace_names_each_message_and_shows_no_document(
    bench, printer, document: Make
) -> None:
    lines: list[WireLine] = []
    stream = printer.trace()

    async def listen() -> None:
        async for line in stream:
            lines.append(line)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        assert (await printer.print_native(document(1))).ok
        await bench.do("unplug")
        await printer.refresh_status()
        tasks.cancel_scope.cancel()
    said = "\n".join(line.text for line in lines)
    for words in (
        "Get-Printer-Attributes #",
        "Create-Job #",
        "document of ",
        "job 1 completed job-completed-successfully job-impressions-completed 1",
        "printer idle none",
    ):
        assert words in said
    assert lines[-1].direction == "note"
    assert b"%PDF".hex(" ") not in " ".join(line.shown for line in lines)


def test_what_is_no_ipp_is_told_by_its_length() -> None:
    ((words, shown),) = IppExplainer().explain("received", b"hello")
    assert words.startswith("5 bytes that are no IPP")
    assert shown == b""


def test_the_test_page_is_a_document_that_others_can_read() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    page = page_for_test()
    pdf = pdfium.PdfDocument(page.content)
    assert len(pdf) == page.pages == 1
    assert "Self-test page" in pdf[0].get_textpage().get_text_range()


@pytest.mark.parametrize(
    ("attributes", "told"),
    [
        ((), {}),
        ((("marker-levels", ValueTag.INTEGER, (-2,)),), {}),
        ((("marker-levels", ValueTag.INTEGER, (40, 7)),), {"tonerPercent": 7}),
        (
            (
                ("marker-levels", ValueTag.INTEGER, (40, 7)),
                ("marker-types", ValueTag.KEYWORD, ("toner-cartridge", "waste-toner")),
            ),
            {"tonerPercent": 40},
        ),
        (
            (
                (
                    "printer-input-tray",
                    ValueTag.OCTET_STRING,
                    (b"level=12;name=a;", b"level=-2;", b"junk"),
                ),
            ),
            {"traySheets": 12},
        ),
        (
            (("printer-impressions-completed", ValueTag.INTEGER, (9000,)),),
            {"printer-impressions-completed": 9000},
        ),
    ],
)
def test_supplies_are_what_is_told(attributes: Any, told: dict[str, object]) -> None:
    group = Group(GroupTag.PRINTER, tuple(Attribute(*each) for each in attributes))
    assert read_supplies(group) == told
