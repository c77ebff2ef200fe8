"""Receipt driver against the simulated ESC/POS printer, over a pty and a socket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest

from drivers.receipt.driver import EscPosOptions
from kiosk.core.device import CompletionCode, DeviceEvent, DeviceState
from kiosk.core.media import Align, Receipt, ReceiptLine, Settled

Make = Callable[..., Awaitable[Any]]

SLIP = Receipt(
    "K24-1",
    (
        ReceiptLine("水费缴费凭条", align=Align.CENTRE, large=True, bold=True),
        ReceiptLine(rule=True),
        ReceiptLine("户号", value="1001"),
        ReceiptLine("金额", value="¥86.40"),
        ReceiptLine("请妥善保管 Keep this slip"),
        ReceiptLine(qr="https://example.org/v/K24-1"),
    ),
)

LONG = Receipt("K24-4", tuple(ReceiptLine(f"户号 {n}") for n in range(400)))


@pytest.mark.parametrize("tcp", [False, True])
async def test_a_slip_comes_out_whole_cut_and_settled(
    make_box: Make, tcp: bool
) -> None:
    box = await make_box(tcp=tcp)
    completion = await box.printer.print_receipt(SLIP)
    assert completion.ok, completion
    assert completion.payload.settled is Settled.PRESENTED
    assert completion.payload.sheets == 1
    (slip,) = box.slips
    for word in (
        "水费缴费凭条",
        "户号",
        "1001",
        "￥86.40",
        "请妥善保管 Keep this slip",
    ):
        assert word in slip
    assert box.sim.papers()[0].cut
    assert box.printer.status.state is DeviceState.ONLINE
    assert box.printer.status.detail["paper.upper"] == "full"


async def test_two_slips_are_two_pieces_of_paper(box: Any) -> None:
    for number in ("1", "2"):
        slip = Receipt(number, (ReceiptLine(f"第{number}张"),))
        assert (await box.printer.print_receipt(slip)).ok
    assert ["第1张" in box.slips[0], "第2张" in box.slips[1]] == [True, True]


async def test_a_rare_name_is_sent_as_a_picture_where_the_font_lacks_it(
    make_box: Make,
) -> None:
    slip = Receipt("K24-2", (ReceiptLine("王㛃"), ReceiptLine("李芳")))
    box = await make_box(options=EscPosOptions(two_byte_only=True))
    assert (await box.printer.print_receipt(slip)).ok
    assert "李芳" in box.slips[0]
    meanings = [entry.meaning for entry in box.sim.wire.entries]
    assert any(meaning.startswith("GS v") for meaning in meanings)


async def test_a_rare_name_is_text_where_the_font_has_it(make_box: Make) -> None:
    box = await make_box(four_byte=True)
    slip = Receipt("K24-2", (ReceiptLine("王㛃"),))
    assert (await box.printer.print_receipt(slip)).ok
    assert "王㛃" in box.slips[0]


async def test_a_name_cannot_command_the_printer(box: Any) -> None:
    slip = Receipt("K24-3", (ReceiptLine("李\x1bp\x00芳\x1dV\x00尾"),))
    assert (await box.printer.print_receipt(slip)).ok
    assert len(box.slips) == 1


@pytest.mark.parametrize(
    ("verb", "arguments", "error_code"),
    [
        ("run_out", {}, "paperOut"),
        ("open_cover", {}, "coverOpen"),
        ("fail", {"kind": "mechanical"}, "paperJammed"),
    ],
)
async def test_nothing_is_sent_to_a_printer_that_cannot_print(
    box: Any, verb: str, arguments: dict[str, Any], error_code: str
) -> None:
    await box.hands(verb, **arguments)
    completion = await box.printer.print_receipt(SLIP)
    assert completion.error_code == error_code
    assert completion.payload.settled is Settled.NOT_PRINTED
    assert "ESC @  initialise" not in [e.meaning for e in box.sim.wire.entries]
    assert not box.printer.status.usable
    await box.hands("heal")
    assert box.slips == []


async def test_paper_that_runs_out_within_a_slip_is_unknown_and_forgotten(
    box: Any,
) -> None:
    await box.hands("run_out_after", lines=2)
    completion = await box.printer.print_receipt(SLIP)
    assert completion.error_code == "paperOut"
    assert completion.payload.settled is Settled.UNKNOWN
    await box.hands("load_paper")
    again = Receipt("K24-9", (ReceiptLine("下一位"),))
    assert (await box.printer.print_receipt(again)).ok
    assert box.slips[-1].strip() == "下一位"
    assert not any("1001" in slip for slip in box.slips)


async def test_what_a_failed_slip_left_hanging_is_cut_off_first(box: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def open_the_cover() -> None:
            await box.when(lambda: "户号" in box.sim.state()["hanging"])
            await box.hands("open_cover")

        tasks.start_soon(open_the_cover)
        completion = await box.printer.print_receipt(LONG)
    assert completion.error_code == "coverOpen"
    assert completion.payload.settled is Settled.UNKNOWN
    await box.hands("close_cover")
    again = Receipt("K24-9", (ReceiptLine("下一位"),))
    assert (await box.printer.print_receipt(again)).ok
    assert box.slips[-1].strip() == "下一位"


async def test_a_knife_that_jams_is_named(box: Any) -> None:
    await box.hands("jam_cutter")
    completion = await box.printer.print_receipt(SLIP)
    assert completion.error_code == "cutterError"
    assert completion.payload.settled in (Settled.UNKNOWN, Settled.NOT_PRINTED)
    assert box.printer.status.state is DeviceState.HARDWARE_ERROR


async def test_paper_nearly_out_prints_and_tells_once(
    box: Any, heard: list[DeviceEvent]
) -> None:
    await box.hands("threshold_low")
    assert (await box.printer.print_receipt(SLIP)).ok
    await box.printer.refresh_status()
    await anyio.lowlevel.checkpoint()
    assert box.printer.status.detail["paper.upper"] == "low"
    assert box.printer.status.usable
    told = [event for event in heard if event.name == "PaperThresholdEvent"]
    assert [event.detail["threshold"] for event in told] == ["low"]


async def test_power_cut_after_the_bytes_is_never_called_printed(box: Any) -> None:
    await box.printer.open()
    await box.hands("power_cut", after_lines=2)
    completion = await box.printer.print_receipt(SLIP, timeout_s=5)
    assert completion.code is CompletionCode.TIME_OUT
    assert completion.payload.settled is Settled.UNKNOWN
    assert box.printer.status.state is DeviceState.OFFLINE


async def test_a_silent_printer_gets_nothing_to_print(box: Any) -> None:
    await box.printer.open()
    await box.hands("go_silent")
    completion = await box.printer.print_receipt(SLIP)
    assert completion.code is CompletionCode.TIME_OUT
    assert completion.payload.settled is Settled.NOT_PRINTED
    assert box.printer.status.state is DeviceState.OFFLINE
    assert box.slips == []


async def test_silence_is_not_called_out_of_paper(box: Any) -> None:
    await box.hands("go_silent")
    completion = await box.printer.open()
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert box.printer.status.detail["paper.upper"] == "unknown"


async def test_unplugged_before_printing_is_not_printed(box: Any) -> None:
    await box.printer.open()
    await box.hands("disconnect")
    completion = await box.printer.print_receipt(SLIP)
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert completion.payload.settled is Settled.NOT_PRINTED
    await box.hands("reconnect")
    assert (await box.printer.print_receipt(SLIP)).ok
    assert box.states_logged() == ["online", "noDevice", "online"]


async def test_unplugged_while_printing_is_unknown(box: Any) -> None:
    await box.printer.open()
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await box.when(lambda: box.sim.state()["printing"])
            await box.hands("disconnect")

        tasks.start_soon(pull)
        completion = await box.printer.print_receipt(LONG)
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert completion.payload.settled is Settled.UNKNOWN


@pytest.mark.parametrize("verb", ["answer_garbage", "noise_before", "duplicate"])
async def test_a_line_that_lies_never_makes_a_slip_out_of_nothing(
    box: Any, verb: str
) -> None:
    await box.printer.open()
    await box.hands(verb)
    completion = await box.printer.print_receipt(SLIP, timeout_s=4)
    printed = any(paper.cut for paper in box.sim.papers())
    if completion.payload.settled is Settled.PRESENTED:
        assert printed
    if completion.payload.settled is Settled.NOT_PRINTED:
        assert not printed
    await box.hands("heal")
    assert (await box.printer.reset()).ok
    assert (await box.printer.print_receipt(SLIP)).ok


async def test_an_answer_in_two_halves_is_still_an_answer(box: Any) -> None:
    await box.hands("split_answer", pause_ms=40)
    assert (await box.printer.print_receipt(SLIP)).ok


async def test_cancel_before_the_first_byte_leaves_no_paper(box: Any) -> None:
    await box.printer.open()
    await box.hands("go_silent")
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await box.when(lambda: box.printer._queue.busy)
            await box.printer.cancel()

        tasks.start_soon(stop)
        completion = await box.printer.print_receipt(SLIP)
    assert completion.code is CompletionCode.CANCELED
    assert completion.payload.settled is Settled.NOT_PRINTED
    assert box.slips == []


async def test_cancel_while_printing_lets_the_paper_come_out(box: Any) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await box.when(lambda: box.sim.state()["printing"])
            await box.printer.cancel()

        tasks.start_soon(stop)
        completion = await box.printer.print_receipt(SLIP)
    assert completion.ok
    assert completion.payload.settled is Settled.PRESENTED
    assert len(box.slips) == 1


async def test_a_code_too_large_for_the_paper_is_refused(box: Any) -> None:
    slip = Receipt("K24-5", (ReceiptLine(qr="x" * 2900),))
    completion = await box.printer.print_receipt(slip)
    assert completion.code is CompletionCode.INVALID_DATA
    assert completion.payload.settled is Settled.NOT_PRINTED
