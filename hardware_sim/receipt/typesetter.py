"""Commands into actions: the printer's modes, its line buffer, pictures and QR codes.

Nothing here waits or knows whether there is paper; the simulator carries the actions
out one by one. Sources as in ``commands.py``.
"""

from __future__ import annotations

from collections.abc import Iterator

from hardware_sim.receipt import glyphs
from hardware_sim.receipt.actions import (
    Action,
    AutomaticStatus,
    Cut,
    Feed,
    PrintRow,
    Query,
)
from hardware_sim.receipt.commands import Command
from hardware_sim.receipt.decoder import UNPRINTABLE, TextDecoder
from hardware_sim.receipt.line import Line
from hardware_sim.receipt.style import Style
from hardware_sim.receipt.symbols import QrStore

_STRIP_ROWS = 24
"""Pictures are printed in strips, so that paper can end in the middle of one."""

_TAB_DOTS = 8 * glyphs.HALF
_CUT_WITH_FEED = (0x41, 0x42, 0x61, 0x62, 0x67, 0x68)
_QUERIES = {1: "paper", 2: "drawer", 49: "paper", 50: "drawer"}


class Typesetter:
    """Modes and line buffer of one printer."""

    def __init__(self, four_byte: bool = False) -> None:
        self._style = Style()
        self._line = Line()
        self._decoder = TextDecoder(four_byte)
        self._qr = QrStore()

    def reset(self) -> None:
        """Go back to the power-on state; the line buffer is lost."""
        self._style = Style()
        self._line.clear()
        self._decoder.clear()
        self._qr = QrStore()

    def apply(self, command: Command) -> Iterator[Action]:
        """Carry out one command; yield what the mechanism has to do."""
        name, data = command.name, command.data
        if name == "text":
            yield from self._text(data)
        elif name == "control":
            yield from self._control(data[0])
        elif name == "ESC @":
            self.reset()
            yield AutomaticStatus(0)
        elif not self._style.apply(name, data):
            yield from self._act(name, data)

    def _act(self, name: str, data: bytes) -> Iterator[Action]:
        match name:
            case "ESC J":
                yield from self._flush(feed=data[0])
            case "ESC d":
                yield from self._flush(feed=data[0] * self._style.spacing)
            case "ESC $":
                self._line.move_to(int.from_bytes(data, "little"))
            case "ESC \\":
                self._line.move_to(
                    self._line.end + int.from_bytes(data, "little", signed=True)
                )
            case "ESC *":
                self._bit_image(data)
            case "ESC i" | "ESC m":
                yield Cut(to_knife=False)
            case "GS V":
                yield from self._cut(data)
            case "GS v":
                yield from self._raster(data)
            case "GS k":
                yield from self._bar_code(data)
            case "GS (":
                yield from self._symbol(data)
            case "GS r" if data[0] in _QUERIES:
                yield Query(_QUERIES[data[0]])
            case "GS I":
                yield Query("id", data[0])
            case "GS a":
                yield AutomaticStatus(data[0])

    def _control(self, byte: int) -> Iterator[Action]:
        if byte == 0x0A:
            yield from self._flush(feed=self._style.spacing)
        elif byte == 0x09:
            self._line.move_to((self._line.end // _TAB_DOTS + 1) * _TAB_DOTS)
        elif byte == 0x18:
            self._line.clear()

    def _text(self, data: bytes) -> Iterator[Action]:
        style = self._style
        characters = self._decoder.decode(
            data, chinese=style.chinese, code_table=style.code_table
        )
        for character, wide in characters:
            mask = self._cell(character, wide)
            if self._line.end + mask.width > style.width:
                yield from self._flush(feed=style.spacing)
            gap = style.han_gap if wide else style.latin_gap
            self._line.add(mask, character, gap)

    def _cell(self, character: str, wide: bool) -> glyphs.Mask:
        style = self._style
        mask = glyphs.glyph(character, wide)
        if character == UNPRINTABLE:
            mask = glyphs.box(mask.width)
        mask = glyphs.enlarge(mask, *(style.han if wide else style.latin))
        if style.bold:
            mask = glyphs.embolden(mask)
        thickness = style.han_underline if wide else style.underline
        if thickness:
            mask = glyphs.underline(mask, thickness)
        return glyphs.invert(mask) if style.reverse else mask

    def _flush(self, feed: int) -> Iterator[Action]:
        """Print the line buffer and feed; an empty one only feeds."""
        if self._line.empty:
            yield Feed(feed)
            return
        style = self._style
        mask = self._line.render(style.align, style.left, style.width)
        text = self._line.text
        self._line.clear()
        yield PrintRow(mask, max(feed, mask.height), text)

    def _cut(self, data: bytes) -> Iterator[Action]:
        if not self._line.empty:
            yield from self._flush(feed=self._style.spacing)
        if data[0] in _CUT_WITH_FEED:
            yield Cut(to_knife=True, extra=data[1])
        else:
            yield Cut(to_knife=False)

    def _raster(self, data: bytes) -> Iterator[Action]:
        mode = data[1]
        width, rows = (
            int.from_bytes(data[2:4], "little"),
            int.from_bytes(data[4:6], "little"),
        )
        if not width or not rows:
            return
        picture = glyphs.unpack_bits(data[6:], width, rows)
        picture = glyphs.enlarge(picture, 2 if mode & 1 else 1, 2 if mode & 2 else 1)
        yield from self._picture(picture, f"[picture {width * 8}x{rows}]")

    def _picture(self, picture: glyphs.Mask, words: str) -> Iterator[Action]:
        if not self._line.empty:
            yield from self._flush(feed=self._style.spacing)
        for top in range(0, picture.height, _STRIP_ROWS):
            bottom = min(top + _STRIP_ROWS, picture.height)
            self._line.add(picture.crop((0, top, picture.width, bottom)), "")
            self._line.text = words if top == 0 else ""
            yield from self._flush(feed=bottom - top)

    def _bit_image(self, data: bytes) -> None:
        mode = data[0]
        height = 24 if mode in (32, 33) else 8
        mask = glyphs.unpack_columns(data[3:], height)
        mask = glyphs.enlarge(mask, 1 if mode in (1, 33) else 2, 24 // height)
        self._line.add(mask, "")

    def _symbol(self, data: bytes) -> Iterator[Action]:
        """Take a ``GS ( k`` block; only QR codes are drawn."""
        if data[0:1] != b"k" or data[3:4] != b"1" or len(data) < 5:
            return
        if data[4] == 0x51:
            picture, words = self._qr.render()
            yield from self._picture(picture, words)
        else:
            self._qr.set(data[4], data[5:])

    def _bar_code(self, data: bytes) -> Iterator[Action]:
        """Print the digits in a frame: bars are not drawn by this printer."""
        code = data[2:] if data[0] >= 65 else data[1:-1]
        words = bytes(byte if 0x20 <= byte < 0x7F else 0x3F for byte in code)
        yield from self._text(b"[" + words + b"]")
        yield from self._flush(feed=self._style.spacing)
