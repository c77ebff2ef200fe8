"""The printer's ear: commands, real-time commands, status bytes, characters."""

from __future__ import annotations

import pytest

from hardware_sim.receipt.actions import Cut, PrintRow, Query
from hardware_sim.receipt.commands import CommandReader
from hardware_sim.receipt.decoder import TextDecoder
from hardware_sim.receipt.mechanism import Mechanism
from hardware_sim.receipt.realtime import RealTime, RealTimeScanner
from hardware_sim.receipt.style import Style
from hardware_sim.receipt.typesetter import Typesetter

PATH = "receipt/escpos.toml"

NAMES = {
    "init": "ESC @",
    "gs-r-paper": "GS r",
    "asb-on": "GS a",
    "cut-feed": "GS V",
    "qr-model-2": "GS (",
    "qr-module-6": "GS (",
    "qr-level-m": "GS (",
    "qr-store": "GS (",
    "qr-print": "GS (",
    "raster-8x2": "GS v",
}


def commands(data: bytes) -> list[str]:
    reader = CommandReader()
    reader.feed(data)
    found = []
    while (command := reader.next()) is not None:
        found.append(command.name)
    assert len(reader) == 0, "bytes left over"
    return found


def actions(data: bytes, typesetter: Typesetter | None = None) -> list[object]:
    typesetter = typesetter or Typesetter()
    reader = CommandReader()
    reader.feed(data)
    done: list[object] = []
    while (command := reader.next()) is not None:
        done += typesetter.apply(command)
    return done


@pytest.mark.parametrize("name", NAMES)
def test_golden_commands_have_their_golden_length(golden, name) -> None:
    assert commands(golden(PATH)[name] + b"\n") == [NAMES[name], "control"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x1dk\x04ABC\x00", "GS k"),
        (b"\x1dk\x49\x03{B1", "GS k"),
        (b"\x1b*\x21\x02\x00" + bytes(6), "ESC *"),
        (b"\x1bD\x08\x10\x00", "ESC D"),
        (b"\x1dV\x00", "GS V"),
        (b"\x1dVA\x03", "GS V"),
        (b"\x1bp\x00\x19\xfa", "ESC p"),
        (b"\x1c2\xfe\xa1" + bytes(72), "FS 2"),
        (b"\x1d(L\x02\x00\x30\x32", "GS ("),
        (b"\x10\x04\x01", "real-time"),
        (bytes.fromhex("10 14 08 01 03 14 01 06 02 08"), "real-time"),
    ],
)
def test_commands_with_a_length_of_their_own(data, name) -> None:
    assert commands(data + b"\n") == [name, "control"]


def test_a_command_in_single_bytes_waits_for_its_end(golden) -> None:
    reader = CommandReader()
    frame = golden(PATH)["raster-8x2"]
    for at in range(len(frame) - 1):
        reader.feed(frame[at : at + 1])
        assert reader.next() is None
    reader.feed(frame[-1:])
    assert reader.next() is not None


def test_real_time_commands_are_seen_inside_other_data() -> None:
    scanner = RealTimeScanner()
    data = b"text\x10\x04\x01more\x10\x05\x02" + bytes.fromhex("1014080103140106 0208")
    seen = [command for byte in data if (command := scanner.see(byte)) is not None]
    assert seen == [RealTime("status", 1), RealTime("recover", 2), RealTime("clear")]


def box(**state: object) -> Mechanism:
    return Mechanism(**state)


@pytest.mark.parametrize(
    ("name", "number", "mechanism"),
    [
        ("status-idle", 1, box()),
        ("status-idle", 2, box()),
        ("status-idle", 3, box()),
        ("status-idle", 4, box()),
        ("n1-offline", 1, box(cover_open=True)),
        ("n1-offline", 1, box(paper_m=0.0)),
        ("n2-cover-open", 2, box(cover_open=True)),
        ("n2-paper-end", 2, box(paper_m=0.0)),
        ("n2-error", 2, box(error="cutter")),
        ("n3-cutter", 3, box(error="cutter")),
        ("n3-mechanical", 3, box(error="mechanical")),
        ("n3-unrecoverable", 3, box(error="unrecoverable")),
        ("n3-head-hot", 3, box(error="headHot")),
        ("n4-near-end", 4, box(paper_m=1.0)),
        ("n4-end-and-near-end", 4, box(paper_m=0.0)),
    ],
)
def test_real_time_status_is_the_golden_byte(golden, name, number, mechanism) -> None:
    assert bytes((mechanism.real_time_status(number),)) == golden(PATH)[name]


@pytest.mark.parametrize(
    ("name", "mechanism"),
    [
        ("asb-idle", box()),
        ("asb-cover-open", box(cover_open=True)),
        ("asb-near-end", box(paper_m=1.0)),
        ("asb-paper-end", box(paper_m=0.0)),
        ("asb-cutter", box(error="cutter")),
    ],
)
def test_automatic_status_is_the_golden_one(golden, name, mechanism) -> None:
    assert mechanism.automatic_status() == golden(PATH)[name]


def test_paper_status_in_turn_is_the_golden_byte(golden) -> None:
    table = golden(PATH)
    answers = {
        "gs-r-ok": box(),
        "gs-r-near-end": box(paper_m=1.0),
        "gs-r-end-and-near-end": box(paper_m=0.0),
    }
    for name, mechanism in answers.items():
        assert bytes((mechanism.paper_status(),)) == table[name]


def decode(data: bytes, *, chinese: bool = True, four_byte: bool = False) -> str:
    decoder = TextDecoder(four_byte)
    pairs = decoder.decode(data, chinese=chinese, code_table=0)
    return "".join(character for character, _ in pairs)


def test_chinese_mode_reads_pairs_and_keeps_half_a_character() -> None:
    decoder = TextDecoder()
    data = "收据".encode("gb18030")
    first = list(decoder.decode(data[:3], chinese=True, code_table=0))
    second = list(decoder.decode(data[3:], chinese=True, code_table=0))
    assert (first, second) == ([("收", True)], [("据", True)])


def test_four_byte_characters_print_as_garbage_unless_the_firmware_has_them() -> None:
    rare = "王㛃".encode("gb18030")
    assert decode(rare).startswith("王□")
    assert "㛃" not in decode(rare)
    assert decode(rare, four_byte=True) == "王㛃"


def test_without_chinese_mode_every_byte_is_one_character() -> None:
    assert decode(b"\x81A", chinese=False) == "üA"


def test_the_golden_chinese_line_prints_its_word(golden) -> None:
    (row,) = actions(golden(PATH)["chinese-line"])
    assert isinstance(row, PrintRow)
    assert row.text == "收据"
    assert row.mask.getbbox() is not None


def test_cut_and_query_come_after_the_text_before_them(golden) -> None:
    table = golden(PATH)
    data = b"last words" + table["cut-feed"] + table["gs-r-paper"]
    row, cut, query = actions(data)
    assert isinstance(row, PrintRow)
    assert (cut, query) == (Cut(to_knife=True, extra=0), Query("paper"))


def test_a_line_too_long_goes_on_below() -> None:
    rows = actions(b"x" * 49 + b"\n")
    assert [row.text for row in rows] == ["x" * 48, "x"]
    rows = actions("汉".encode("gb18030") * 25 + b"\n")
    assert [len(row.text) for row in rows] == [24, 1]


def test_sizes_alignment_and_initialise() -> None:
    (big,) = actions(b"\x1d!\x11\x1ba\x01A\n")
    assert big.feed == 48
    left, _, right, _ = big.mask.getbbox()
    assert abs((left + right) / 2 - 288) < 12
    (small,) = [a for a in actions(b"\x1d!\x11\x1b@A\n") if isinstance(a, PrintRow)]
    assert small.mask.height == 24


def test_size_commands_act_on_latin_or_chinese_or_both() -> None:
    style = Style()
    style.apply("ESC !", b"\x30")
    assert (style.latin, style.han) == ((2, 2), (1, 1))
    style.apply("FS W", b"\x01")
    style.apply("ESC !", b"\x00")
    assert (style.latin, style.han) == ((1, 1), (2, 2))
    style.apply("GS !", b"\x21")
    assert (style.latin, style.han) == ((3, 2), (3, 2))


def test_a_raster_picture_is_printed_dot_by_dot(golden) -> None:
    (row,) = actions(golden(PATH)["raster-8x2"])
    dots = [row.mask.getpixel((x, 1)) for x in range(8)]
    assert dots == [255, 0, 0, 0, 0, 0, 0, 255]
    assert row.feed == 2
