"""How the next character looks, and the commands that change it.

Sizes: ``ESC !`` acts on Latin, ``FS !`` and ``FS W`` on Chinese, ``GS !`` on both;
the last one stands. Bold acts on all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

DEFAULT_SPACING = 34
"""One sixth of an inch at 203 dots an inch."""

_ALIGN = {0: "left", 1: "centre", 2: "right", 48: "left", 49: "centre", 50: "right"}


@dataclass(slots=True)
class Style:
    """The printer's modes since power-on or ``ESC @``.

    Attributes:
        chinese: two-byte characters are understood; on at power-on.
        latin, han: width and height factors.
        spacing: dots from line to line.
    """

    chinese: bool = True
    latin: tuple[int, int] = (1, 1)
    han: tuple[int, int] = (1, 1)
    bold: bool = False
    underline: int = 0
    han_underline: int = 0
    reverse: bool = False
    align: str = "left"
    spacing: int = DEFAULT_SPACING
    latin_gap: int = 0
    han_gap: int = 0
    left: int = 0
    width: int = 576
    code_table: int = 0

    def apply(self, name: str, data: bytes) -> bool:
        """Carry out a style command; False when it is none."""
        setter = _SETTERS.get(name)
        if setter is not None:
            setter(self, data)
        return setter is not None


def _double(wide: int, high: int) -> tuple[int, int]:
    return (2 if wide else 1, 2 if high else 1)


def _print_mode(style: Style, data: bytes) -> None:
    mode = data[0]
    style.latin = _double(mode & 0x20, mode & 0x10)
    style.bold = bool(mode & 0x08)
    style.underline = 1 if mode & 0x80 else 0


def _han_mode(style: Style, data: bytes) -> None:
    mode = data[0]
    style.han = _double(mode & 0x04, mode & 0x08)
    style.han_underline = 1 if mode & 0x80 else 0


def _size(style: Style, data: bytes) -> None:
    style.latin = style.han = ((data[0] >> 4 & 7) + 1, (data[0] & 7) + 1)


def _han_double(style: Style, data: bytes) -> None:
    style.han = (2, 2) if data[0] & 1 else (1, 1)


def _han_gaps(style: Style, data: bytes) -> None:
    style.han_gap = data[0] + data[1]


def _flag(name: str) -> Callable[[Style, bytes], None]:
    def set_flag(style: Style, data: bytes) -> None:
        setattr(style, name, bool(data[0] & 1))

    return set_flag


def _number(name: str) -> Callable[[Style, bytes], None]:
    def set_number(style: Style, data: bytes) -> None:
        setattr(style, name, int.from_bytes(data, "little"))

    return set_number


def _line(name: str) -> Callable[[Style, bytes], None]:
    def set_line(style: Style, data: bytes) -> None:
        setattr(style, name, data[0] % 48 if data[0] % 48 <= 2 else 0)

    return set_line


def _constant(name: str, value: object) -> Callable[[Style, bytes], None]:
    def set_constant(style: Style, data: bytes) -> None:
        setattr(style, name, value)

    return set_constant


def _alignment(style: Style, data: bytes) -> None:
    style.align = _ALIGN.get(data[0], style.align)


def _area(style: Style, data: bytes) -> None:
    style.width = min(576, max(12, int.from_bytes(data, "little")))


_SETTERS: dict[str, Callable[[Style, bytes], None]] = {
    "ESC !": _print_mode,
    "ESC E": _flag("bold"),
    "ESC G": _flag("bold"),
    "ESC -": _line("underline"),
    "ESC a": _alignment,
    "ESC 2": _constant("spacing", DEFAULT_SPACING),
    "ESC 3": _number("spacing"),
    "ESC  ": _number("latin_gap"),
    "ESC t": _number("code_table"),
    "GS !": _size,
    "GS B": _flag("reverse"),
    "GS L": _number("left"),
    "GS W": _area,
    "FS &": _constant("chinese", True),
    "FS .": _constant("chinese", False),
    "FS !": _han_mode,
    "FS -": _line("han_underline"),
    "FS S": _han_gaps,
    "FS W": _han_double,
}
