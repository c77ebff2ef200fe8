"""Letters, colours, line breaks, icons."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from kiosk.core.errors import SettingsError
from screens.theme.breaking import break_lines
from screens.theme.icons import SHAPES, shapes
from screens.theme.sketches import SKETCHES, layers
from screens.theme.strokes import read_path
from screens.theme.tokens import (
    HIGH_CONTRAST,
    READ_PAIRS,
    SMALLEST_TEXT,
    STANDARD,
    TextSize,
    contrast,
    letters,
)
from screens.theme.typeface import FontFiles, Typeface, simplified_face

NOTO = FontFiles().regular


@pytest.fixture(scope="module")
def typeface() -> Typeface:
    return Typeface()


def _japanese(char: str, size: int) -> np.ndarray:
    font = ImageFont.truetype(str(NOTO), size, index=0)
    left, top, right, bottom = font.getbbox(char, anchor="ls")
    picture = Image.new("L", (int(right - left), int(bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), char, font=font, fill=255, anchor="ls")
    return np.asarray(picture)


@pytest.mark.parametrize("char", "直复关令")
def test_glyphs_are_the_simplified_forms(typeface: Typeface, char: str) -> None:
    font = ImageFont.truetype(str(NOTO), 64, index=simplified_face(NOTO))
    assert font.getname()[0] == "Noto Sans CJK SC"
    drawn = typeface._glyph(char, 64, False).mask
    other = _japanese(char, 64)
    assert drawn.shape != other.shape or not np.array_equal(drawn, other)


def test_missing_font_is_a_settings_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        simplified_face(tmp_path / "none.ttc")


def test_character_without_a_font_is_marked_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    typeface = Typeface(FontFiles(fallbacks=()))
    rare = "\U00030000"
    assert not typeface.covers(rare)
    with caplog.at_level(logging.ERROR):
        mask, _ = typeface.draw(rare, 40)
        typeface.draw(rare, 40)
    assert mask.any()
    assert [record.getMessage() for record in caplog.records] == [
        "no font draws U+30000"
    ]


def test_fallback_font_draws_what_the_face_lacks() -> None:
    # Any other installed font stands in for a font of rare characters.
    other = FontFiles().bold
    typeface = Typeface(FontFiles(fallbacks=(other,)))
    typeface._covered[str(FontFiles().regular)] = frozenset()
    assert typeface.covers("ä")


@pytest.mark.parametrize(("ink", "ground", "least"), READ_PAIRS)
def test_standard_colours_can_be_read(ink: str, ground: str, least: float) -> None:
    assert contrast(STANDARD[ink], STANDARD[ground]) >= least


@pytest.mark.parametrize(("ink", "ground", "_least"), READ_PAIRS)
def test_high_contrast_is_twenty_to_one(ink: str, ground: str, _least: float) -> None:
    # A pressed surface must look different for the moment that it is.
    least = 10.0 if ground == "pressed" else 20.0
    assert contrast(HIGH_CONTRAST[ink], HIGH_CONTRAST[ground]) >= least


@pytest.mark.parametrize("size", TextSize)
@pytest.mark.parametrize("portrait", [True, False])
def test_no_letters_are_too_small(size: TextSize, portrait: bool) -> None:
    assert min(letters(size, portrait=portrait).values()) >= SMALLEST_TEXT


def _wide(text: str) -> float:
    return sum(10.0 if ord(char) > 0x2000 else 5.0 for char in text)


def test_closing_marks_never_begin_a_line() -> None:
    ends = ",\u3002\uff0c\uff1f\u201d"
    for end in ends:
        text = f"请把身份证放在读卡区{end}不要移动{end}谢谢"
        for room in range(60, 200, 10):
            lines = break_lines(text, float(room), _wide)
            assert all(line[0] not in ends for line in lines)
            assert all(_wide(line) <= room for line in lines)


def test_opening_marks_never_end_a_line() -> None:
    lines = break_lines("这是很长很长的话《社会保险法》", 90.0, _wide)
    assert not any(line.endswith("《") for line in lines)


def test_words_stay_whole_and_long_ones_are_cut() -> None:
    assert break_lines("Please look here", 60.0, _wide) == ("Please look", "here")
    assert break_lines("A" * 30, 50.0, _wide) == ("A" * 10,) * 3


def test_text_is_never_lost_in_breaking() -> None:
    text = "办件编号 FS-2026-1120-0042 已受理(5 个工作日内办结)。"
    for room in range(40, 400, 7):
        joined = "".join(break_lines(text, float(room), _wide))
        assert joined.replace(" ", "") == text.replace(" ", "")


def test_every_icon_and_drawing_has_lines() -> None:
    assert all(shapes(name) for name in SHAPES)
    assert all(layer.strokes for name in SKETCHES for layer in layers(name))


def test_arcs_end_where_the_path_says() -> None:
    (line,) = read_path("M5 15h38v7a4 4 0 0 0 0 8v6")
    assert (43.0, 30.0) in [(round(x, 6), round(y, 6)) for x, y in line.points]
    assert min(x for x, _ in line.points[3:-1]) < 40.0
