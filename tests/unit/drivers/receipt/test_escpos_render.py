"""Receipts as bytes: Chinese, columns, codes, pictures, and nothing to obey."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.receipt.layout import clean, columns, row, wrap
from drivers.receipt.raster import check_font, raster_line
from drivers.receipt.render import Paper, Unprintable, encode, is_four_byte, render
from kiosk.core.errors import SettingsError
from kiosk.core.media import Align, Receipt, ReceiptLine

Golden = Callable[[str], dict[str, bytes]]

FILE = "receipt/escpos.toml"
FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"


def printed(*lines: ReceiptLine, paper: Paper | None = None) -> bytes:
    return render(Receipt("K24-1", lines), paper or Paper())


def test_chinese_stands_between_mode_on_and_off(golden: Golden) -> None:
    assert encode("收据") + b"\n" == golden(FILE)["chinese-line"]
    assert encode("No. 1 号") == b"No. 1 \x1c&\xba\xc5\x1c."


def test_a_slip_begins_with_initialise_and_ends_with_the_cut(golden: Golden) -> None:
    frames = golden(FILE)
    data = printed(ReceiptLine("收据"))
    assert data == frames["init"] + frames["chinese-line"] + frames["cut-feed"]


def test_a_code_is_sent_by_the_golden_functions(golden: Golden) -> None:
    frames = golden(FILE)
    data = printed(ReceiptLine(qr="K24-1"))
    for name in ("qr-model-2", "qr-level-m", "qr-store", "qr-print"):
        assert frames[name] in data
    order = [data.index(frames[name]) for name in ("qr-store", "qr-print")]
    assert order == sorted(order)


def test_a_code_never_outgrows_the_paper() -> None:
    data = printed(ReceiptLine(qr="x" * 400), paper=Paper(width=32))
    size = data[data.index(b"\x1d(k\x03\x001C") + 7]
    assert size * (81 + 8) <= 32 * 12


@pytest.mark.parametrize("text", ["x" * 2900, "a\x10\x05\x02b", "line\nline"])
def test_a_code_that_cannot_be_printed_is_refused(text: str) -> None:
    with pytest.raises(Unprintable):
        printed(ReceiptLine(qr=text))


def test_styles_are_undone_behind_the_line() -> None:
    data = printed(ReceiptLine("A", align=Align.CENTRE, large=True, bold=True))
    assert data.index(b"\x1ba\x01") < data.index(b"A\n") < data.index(b"\x1ba\x00")
    assert data.index(b"\x1bE\x01") < data.index(b"A\n") < data.index(b"\x1bE\x00")
    assert data.index(b"\x1d!\x11") < data.index(b"A\n") < data.index(b"\x1d!\x00")


def test_a_rule_is_as_wide_as_the_paper() -> None:
    assert b"-" * 32 + b"\n" in printed(ReceiptLine(rule=True), paper=Paper(width=32))


def test_columns_count_chinese_twice() -> None:
    assert columns("户号 1001") == 9


def test_a_row_fills_the_width_exactly() -> None:
    (line,) = row("户号", "1001", 32)
    assert columns(line) == 32
    assert line.startswith("户号 ")
    assert line.endswith(" 1001")


def test_a_row_too_long_puts_the_value_below_on_the_right() -> None:
    lines = row("缴费单位名称", "涪山区自来水有限责任公司", 32)
    assert lines[0] == "缴费单位名称"
    assert columns(lines[-1]) == 32


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 8, [""]),
        ("abc def", 8, ["abc def"]),
        ("abc defgh", 8, ["abc", "defgh"]),
        ("水费缴费凭条", 8, ["水费缴费", "凭条"]),
        ("abcdefghijkl", 8, ["abcdefgh", "ijkl"]),
        ("金额abcdefghijkl", 8, ["金额abcd", "efghijkl"]),
    ],
)
def test_text_is_broken_at_the_width(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


def test_the_half_width_yen_sign_becomes_the_one_printers_have() -> None:
    assert clean("¥86.40") == "￥86.40"
    assert not is_four_byte(clean("¥86.40"))


def test_control_characters_are_taken_out() -> None:
    assert clean("李\x1b@\x00芳\x1d") == "李 @ 芳 "


def test_a_four_byte_character_is_text_unless_the_font_lacks_it() -> None:
    rare = ReceiptLine("王㛃")
    assert "王㛃".encode("gb18030") in printed(rare)
    picture = printed(rare, paper=Paper(two_byte_only=True, font=FONT))
    assert b"\x1dv0\x00" in picture
    assert "㛃".encode("gb18030") not in picture


def test_a_picture_says_its_own_size() -> None:
    data = raster_line("王㛃", FONT)
    width, height = data[4] + 256 * data[5], data[6] + 256 * data[7]
    assert len(data) == 8 + width * height
    assert any(data[8:]), "something is drawn"
    large = raster_line("王㛃", FONT, scale=2)
    assert large[4] == 2 * width


def test_a_missing_font_shows_at_start_up() -> None:
    with pytest.raises(SettingsError):
        check_font("/nowhere/font.ttc")


ANY_TEXT = st.text(max_size=120)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(ANY_TEXT, st.integers(24, 64))
def test_no_line_is_ever_wider_than_the_paper(text: str, width: int) -> None:
    assert all(columns(line) <= width for line in wrap(clean(text), width))


@settings(max_examples=120, derandomize=True, deadline=None)
@given(ANY_TEXT)
def test_no_text_holds_a_command(text: str) -> None:
    data = encode(clean(text)).replace(b"\x1c&", b"").replace(b"\x1c.", b"")
    assert not any(byte < 0x20 or byte == 0x7F for byte in data)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(ANY_TEXT, ANY_TEXT, st.integers(24, 64))
def test_rows_of_any_text_fit(label: str, value: str, width: int) -> None:
    assert all(
        columns(line) <= width for line in row(clean(label), clean(value), width)
    )
