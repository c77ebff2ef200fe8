"""What a technician has of the receipt printer: tests, counters, the cable in words."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from PIL import Image

from drivers.receipt.driver import EscPosOptions, create
from drivers.receipt.explain import ReceiptExplainer
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.media import Receipt, ReceiptLine
from kiosk.core.wire import WireLine

Make = Callable[..., Awaitable[Any]]
NAME = "王小明"
SLIP = Receipt("K24-1", (ReceiptLine("姓名", value=NAME), ReceiptLine(qr="K24-1")))


async def test_asking_and_printing_is_the_test_without_a_person(box: Any) -> None:
    report = await box.printer.check_health(HealthLevel.EXTERNAL)
    assert [check.name for check in report.checks] == ["device", "printSlip"]
    assert report.verdict is HealthVerdict.PASS
    (slip,) = box.slips
    assert "Self-test" in slip
    assert "水电燃气" in slip


async def test_a_trouble_ends_the_test_before_anything_is_printed(box: Any) -> None:
    await box.hands("run_out")
    report = await box.printer.check_health(HealthLevel.INTERACTIVE)
    assert [(check.name, check.detail) for check in report.checks] == [
        ("device", "paperOut")
    ]
    assert report.verdict is HealthVerdict.FAIL


async def test_somebody_at_the_cover_passes_the_last_test(box: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def a_hand() -> None:
            await box.when(lambda: box.printer.statistics()["slips"] == 1)
            await box.hands("open_cover")
            await box.when(lambda: box.printer.status.detail["cover"] == "open")
            await box.hands("close_cover")

        tasks.start_soon(a_hand)
        report = await box.printer.check_health(HealthLevel.INTERACTIVE)
    assert report.checks[-1].name == "cover"
    assert report.verdict is HealthVerdict.PASS


async def test_nobody_at_the_cover_is_no_failure(make_box: Make) -> None:
    box = await make_box(person_s=0.3)
    report = await box.printer.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.NEEDS_PERSON


async def test_paper_is_counted_until_a_new_roll_is_in(box: Any) -> None:
    assert (await box.printer.print_receipt(SLIP)).ok
    used = box.printer.statistics()
    assert used["slips"] == 1
    picture = Image.open(_png(box))
    on_the_table_mm = (picture.height - 56 - 8) / 8
    assert abs(used["paperMm"] - on_the_table_mm) < 8
    assert (await box.printer.supply_replenish()).ok
    after = box.printer.statistics()
    assert (after["paperMm"], after["paperMmSinceReplenish"]) == (used["paperMm"], 0)


def _png(box: Any) -> io.BytesIO:
    return io.BytesIO(box.sim.papers()[0].png)


async def test_a_refused_slip_uses_no_paper(box: Any) -> None:
    await box.hands("open_cover")
    await box.printer.print_receipt(SLIP)
    assert box.printer.statistics()["paperMm"] == 0
    assert box.printer.statistics()["coverOpen"] == 1


async def test_reset_says_why_not(box: Any) -> None:
    await box.hands("open_cover")
    completion = await box.printer.reset()
    assert (completion.code, completion.error_code) == (
        CompletionCode.COMMAND_ERROR,
        "coverOpen",
    )
    await box.hands("close_cover")
    assert (await box.printer.reset()).ok
    assert box.printer.status.state is DeviceState.ONLINE


async def test_diagnostics_name_the_settings(box: Any) -> None:
    await box.printer.open()
    told = box.printer.diagnostics()
    assert told["settings"]["width"] == 48
    assert told["endpoint"].endswith("receipt")
    assert told["detail"] == {"paper.upper": "full", "cover": "closed"}


async def test_the_trace_tells_every_frame_and_nobody_s_name(box: Any) -> None:
    lines: list[WireLine] = []
    stream = box.printer.trace()

    async def listen() -> None:
        async for line in stream:
            lines.append(line)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        assert (await box.printer.print_receipt(SLIP)).ok
        await anyio.lowlevel.checkpoint()
        tasks.cancel_scope.cancel()
    said = [line.text for line in lines]
    for words in (
        "DLE EOT 1: printer?",
        "answer to DLE EOT 1: online",
        "answer to DLE EOT 4: paper full",
        "ESC @ initialise",
        "GS ( k store a code of 5 bytes",
        "GS V feed and cut",
        "GS r paper, in its turn",
        "answer to GS r: all before it is done",
    ):
        assert words in said
    assert not [words for words in said if "unknown" in words]
    shown = " ".join(line.shown for line in lines)
    assert NAME.encode("gb18030").hex(" ") not in shown
    assert b"K24-1".hex(" ") not in shown


async def test_a_printer_that_makes_no_codes_gets_a_picture(make_box: Make) -> None:
    box = await make_box(options=EscPosOptions(qr="raster"))
    assert (await box.printer.print_receipt(SLIP)).ok
    meanings = [entry.meaning for entry in box.sim.wire.entries]
    assert any(words.startswith("GS v") for words in meanings)
    assert not any(words.startswith("GS (") for words in meanings)
    zxingcpp = pytest.importorskip("zxingcpp")
    found = zxingcpp.read_barcodes(Image.open(_png(box)))
    assert [code.text for code in found] == ["K24-1"]


async def test_a_usb_printer_is_found_again_after_it_was_unplugged(
    make_box: Make,
) -> None:
    box = await make_box(device_file=True)
    assert box.printer.diagnostics()["endpoint"].startswith("file:/")
    assert (await box.printer.print_receipt(SLIP)).ok
    await box.hands("disconnect")
    lost = await box.printer.print_receipt(SLIP)
    assert lost.code is CompletionCode.CONNECTION_LOST
    await box.hands("reconnect")
    assert (await box.printer.print_receipt(SLIP)).ok
    assert len(box.slips) == 2


async def test_noise_on_the_line_is_asked_again_not_believed(box: Any) -> None:
    await box.printer.open()
    await box.hands("noise_before", count=9)
    completion = await box.printer.print_receipt(SLIP, timeout_s=4)
    assert not completion.ok
    await box.hands("heal")
    assert (await box.printer.reset()).ok


@pytest.mark.parametrize("option", [{"qr": "svg"}, {"width": 8}, {"baudrate": 7}])
def test_an_option_of_no_use_is_refused(option: dict[str, object]) -> None:
    def log(event: str, /, **facts: object) -> None: ...

    with pytest.raises(SettingsError):
        create(DriverSpec("receipt", "file:/dev/usb/lp0", SystemClock(), log, option))


@pytest.mark.parametrize(
    ("received", "words"),
    [
        (b"\x12", "status that nobody asked for"),
        (b"\x10\x00\x03\x0f", "automatic status"),
        (b"\x03", "answer to GS r: all before it is done, paper low"),
        (b"\xff", "no answer of a printer, 1 byte"),
    ],
)
def test_what_comes_unasked_has_words_too(received: bytes, words: str) -> None:
    explainer = ReceiptExplainer()
    assert list(explainer.explain("received", received)) == [(words, received)]


def test_a_frame_in_pieces_is_explained_once() -> None:
    explainer = ReceiptExplainer()
    pieces = [b"\x1dv0\x00\x01\x00", b"\x02\x00\xff", b"\x81\x1d", b"VB\x00"]
    said = [words for piece in pieces for words, _ in explainer.explain("sent", piece)]
    assert said == ["GS v 0 picture of 8 x 2 dots", "GS V feed and cut"]
