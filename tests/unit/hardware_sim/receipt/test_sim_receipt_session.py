"""Sessions with the simulated printer over a real pty, by pyserial."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image
from pyzbar import pyzbar

from hardware_sim.receipt.simulator import SimReceipt, create

CUT = b"\x1dV\x42\x00"
ASK = b"\x1dr\x01"
STATUS = (b"\x10\x04\x01", b"\x10\x04\x02", b"\x10\x04\x03", b"\x10\x04\x04")


class Session:
    def __init__(self, sim: SimReceipt, client) -> None:
        self.sim, self.client = sim, client
        self.verbs = sim.verbs()

    async def do(self, verb: str, **arguments: object) -> object:
        return await self.verbs[verb].call(**arguments)

    async def status(self) -> str:
        """Ask DLE EOT 1 to 4; return the four answers in hex."""
        answers = [await self.client.ask(query, 1) for query in STATUS]
        return b"".join(answers).hex(" ")

    async def print(self, *lines: str, cut: bytes = CUT) -> None:
        """Print, cut, and wait for the answer that stands behind the cut."""
        await self.send(*lines, cut=cut)
        assert await self.client.read(1) != b""

    async def send(self, *lines: str, cut: bytes = CUT) -> None:
        data = b"\x1b@" + b"".join(line.encode("gb18030") + b"\n" for line in lines)
        await self.client.write(data + cut + ASK)


@pytest.fixture
async def session(tmp_path, connect) -> AsyncIterator[Session]:
    sim = create(directory=tmp_path, speed_mm_s=50_000, cut_s=0)
    yield Session(sim, connect(await sim.start()))
    await sim.stop()


async def test_a_receipt_comes_out_as_words_and_as_a_picture(session) -> None:
    await session.print("缴费凭条", "金额 86.40 元")
    (paper,) = session.sim.papers()
    assert paper.text == "缴费凭条\n金额 86.40 元"
    assert paper.cut
    assert not paper.taken
    picture = Image.open(io.BytesIO(paper.png))
    assert picture.width > 640
    assert await session.do("take_paper") == {"taken": [1]}
    assert session.sim.papers()[0].taken


async def test_the_qr_code_on_the_paper_can_be_scanned(session) -> None:
    data = b"https://example.test/r/K24-000123"
    size = (len(data) + 3).to_bytes(2, "little")
    code = b"\x1d(k\x03\x001C\x05\x1d(k\x03\x001E1\x1d(k" + size + b"1P0" + data
    await session.client.write(b"\x1ba\x01" + code + b"\x1d(k\x03\x001Q0" + CUT + ASK)
    assert await session.client.read(1) == b"\x00"
    picture = Image.open(io.BytesIO(session.sim.papers()[0].png))
    (found,) = pyzbar.decode(picture, [pyzbar.ZBarSymbol.QRCODE])
    assert found.data == data


async def test_nothing_wrong_is_reported_as_nothing_wrong(session) -> None:
    assert await session.status() == "12 12 12 12"


@pytest.mark.parametrize(
    ("verb", "arguments", "expected"),
    [
        ("open_cover", {}, "1a 16 12 12"),
        ("run_out", {}, "1a 32 12 7e"),
        ("threshold_low", {}, "12 12 12 1e"),
        ("fail", {"kind": "mechanical"}, "1a 52 16 12"),
        ("fail", {"kind": "unrecoverable"}, "1a 52 32 12"),
    ],
)
async def test_every_trouble_shows_in_the_real_time_status(
    session, verb, arguments, expected
) -> None:
    await session.do(verb, **arguments)
    assert await session.status() == expected
    await session.do("heal")
    assert await session.status() == "12 12 12 12"


async def test_queued_data_waits_while_the_cover_is_open(session) -> None:
    await session.do("open_cover")
    await session.send("waits")
    assert await session.client.read(1, 0.1) == b""
    assert session.sim.papers() == ()
    assert await session.client.ask(STATUS[1], 1) == b"\x16"
    await session.do("close_cover")
    assert await session.client.read(1) == b"\x00"
    assert session.sim.papers()[0].text == "waits"


async def test_paper_ending_in_the_middle_stops_at_that_line(
    session, eventually
) -> None:
    await session.do("run_out_after", lines=2)
    await session.send("one", "two", "three")
    await eventually(lambda: session.sim.state()["paperEnd"])
    assert session.sim.state()["hanging"] == "one\ntwo"
    assert await session.client.read(1, 0.1) == b"", "the answer stands behind the rest"
    await session.do("load_paper")
    assert await session.client.read(1) == b"\x00"
    torn, rest = session.sim.papers()
    assert (torn.text, torn.cut) == ("one\ntwo", False)
    assert (rest.text, rest.cut) == ("three", True)


async def test_what_was_not_cleared_comes_out_for_the_next_citizen(
    session, eventually
) -> None:
    await session.do("run_out")
    await session.send("first citizen")
    await session.do("load_paper")
    await eventually(lambda: len(session.sim.papers()) == 1)
    assert session.sim.papers()[0].text == "first citizen"


@pytest.mark.parametrize(
    "clear", [b"\x10\x05\x02", bytes.fromhex("10 14 08 01 03 14 01 06 02 08")]
)
async def test_a_cleared_buffer_prints_nothing_afterwards(
    session, eventually, clear
) -> None:
    await session.do("run_out")
    await session.send("first citizen")
    await eventually(lambda: session.sim.state()["buffered"])
    await session.client.write(clear)
    await eventually(lambda: not session.sim.state()["buffered"])
    await session.do("load_paper")
    await session.print("second citizen")
    assert [paper.text for paper in session.sim.papers()] == ["second citizen"]


async def test_a_jammed_cutter_stops_and_recovers_in_steps(session, eventually) -> None:
    await session.do("jam_cutter")
    await session.send("stuck")
    await eventually(lambda: session.sim.state()["error"] == "cutter")
    assert await session.status() == "1a 52 1a 12"
    await session.client.write(b"\x10\x05\x01")
    await eventually(lambda: session.sim.state()["error"] == "cutter")
    await session.do("clear_jam")
    await session.client.write(b"\x10\x05\x01")
    assert await session.client.read(1) == b"\x00"
    assert session.sim.papers()[0].text == "stuck"


async def test_a_printer_that_is_switched_on_homes_its_blade(
    session, eventually
) -> None:
    await session.do("jam_cutter")
    await session.send("stuck")
    await eventually(lambda: session.sim.state()["error"] == "cutter")
    await session.do("power_cut")
    await session.do("power_on")
    assert session.sim.state()["error"] == "cutter", "the blade is still stuck"
    await session.do("power_cut")
    await session.do("clear_jam")
    await session.do("power_on")
    assert session.sim.state()["error"] is None
    await session.print("next citizen")
    assert session.sim.papers()[-1].text.endswith("next citizen")


async def test_a_broken_printer_is_not_mended_by_its_switch(session) -> None:
    await session.do("fail", kind="unrecoverable")
    await session.do("power_cut")
    await session.do("power_on")
    assert session.sim.state()["error"] == "unrecoverable"


async def test_a_cut_without_feeding_leaves_the_last_lines_inside(session) -> None:
    lines = [f"line {number}" for number in range(1, 7)]
    await session.print(*lines, cut=b"\x1dV\x00")
    first = session.sim.papers()[0].text.split("\n")
    assert first == lines[: len(first)] != lines
    await session.print("next citizen")
    second = session.sim.papers()[1].text.split("\n")
    assert second == [*lines[len(first) :], "next citizen"]


async def test_power_lost_while_printing_leaves_half_a_receipt(
    session, eventually
) -> None:
    await session.do("power_cut", after_lines=1)
    await session.send("one", "two", "three")
    await eventually(lambda: not session.sim.state()["powered"])
    assert await session.client.ask(STATUS[0], 1, 0.1) == b""
    await session.do("power_on")
    assert await session.status() == "12 12 12 12"
    assert session.sim.state()["hanging"] == "one"
    assert session.sim.state()["buffered"] == 0
    await session.print("after")
    assert session.sim.papers()[0].text == "one\nafter"


async def test_automatic_status_comes_with_every_change_that_was_asked_for(
    session,
) -> None:
    assert await session.client.ask(b"\x1da\xff", 4) == bytes.fromhex("10 00 00 0f")
    await session.do("open_cover")
    assert await session.client.read(4) == bytes.fromhex("38 00 00 0f")
    await session.do("close_cover")
    assert await session.client.read(4) == bytes.fromhex("10 00 00 0f")
    await session.do("threshold_low")
    assert await session.client.read(4) == bytes.fromhex("10 00 03 0f")
    await session.client.write(b"\x1da\x00" + ASK)
    assert await session.client.read(1) == b"\x03"
    await session.do("open_cover")
    assert await session.client.read(1, 0.1) == b""


async def test_real_time_answers_overtake_queued_ones(tmp_path, connect) -> None:
    sim = create(directory=tmp_path, speed_mm_s=100, cut_s=0)
    client = connect(await sim.start())
    await client.write(b"slow\n" * 5 + ASK + STATUS[3])
    assert await client.read(2) == b"\x12\x00"
    await sim.stop()


async def test_a_silent_return_line_still_prints(session, eventually) -> None:
    await session.do("go_silent")
    await session.send("printed anyway")
    await eventually(lambda: session.sim.papers())
    assert await session.client.read(1, 0.05) == b""


async def test_a_torn_off_piece_is_not_a_cut_one(session, eventually) -> None:
    lines = [f"line {number}" for number in range(1, 9)]
    await session.print(*lines, cut=b"")
    await eventually(lambda: session.sim.state()["printing"] is False)
    assert session.sim.papers() == ()
    await session.do("take_paper")
    (torn,) = session.sim.papers()
    assert not torn.cut
    assert torn.taken


async def test_the_wire_log_has_words(session) -> None:
    await session.print("李芳")
    log = [(entry.direction, entry.meaning) for entry in session.sim.wire.entries]
    assert ("in", "text 李芳") in log
    assert ("in", "GS V 42 00 cut") in log
    assert any(direction == "out" for direction, _ in log)


async def test_python_escpos_finds_the_printer_online(session) -> None:
    """Another program's bytes: printed whole, nothing mistaken for text."""
    escpos = pytest.importorskip("escpos.printer")
    dummy = escpos.Dummy()
    dummy.set(align="center", bold=True, double_height=True, double_width=True)
    dummy.text("Receipt\n")
    dummy.set_with_default()
    dummy.qr("K24-1", native=True, size=4)
    dummy.cut(feed=False)
    await session.client.write(dummy.output + ASK)
    assert await session.client.read(1) == b"\x00"
    text = "\n".join(paper.text for paper in session.sim.papers())
    assert "Receipt" in text + session.sim.state()["hanging"]
    assert "\x1b" not in text
