"""A receipt as ESC/POS bytes.

Sources: published Epson-compatible command manuals; golden bytes in
``tests/golden/receipt/escpos.toml``.

    1B 40             initialise            1C 26 / 1C 2E      Chinese mode on / off
    1B 61 n           left, centre, right   1C 57 n            Chinese double size
    1B 45 n           bold                  1D 21 nn           size
    1D 28 6B ..       QR code               1D 76 30 00 ..     picture
    1D 56 42 00       feed to the knife and cut partially (41: fully)

Chinese text goes as GB 18030 between Chinese mode on and off, so that it does not
matter in which mode the printer woke up.
"""

from __future__ import annotations

from dataclasses import dataclass

import segno

from drivers.receipt.layout import clean, row, wrap
from drivers.receipt.raster import CELL_DOTS, raster_code, raster_line
from kiosk.core.media import Align, Receipt, ReceiptLine

INITIALISE = b"\x1b@"
CHINESE_ON = b"\x1c&"
CHINESE_OFF = b"\x1c."
LINE_FEED = b"\n"

_ALIGN = {
    Align.LEFT: b"\x1ba\x00",
    Align.CENTRE: b"\x1ba\x01",
    Align.RIGHT: b"\x1ba\x02",
}
_BOLD_ON, _BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
_LARGE_ON, _LARGE_OFF = b"\x1d!\x11\x1cW\x01", b"\x1d!\x00\x1cW\x00"
_QR = b"\x1d(k"
_QR_LARGEST, _QR_SMALLEST = 8, 3
_QUIET_ZONE = 8


class Unprintable(ValueError):
    """The receipt asks for something that does not fit on this paper."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What the printer and its paper can do.

    Attributes:
        width: columns: 48 on 80 mm, 32 on 58 mm.
        two_byte_only: the printer's font has no four-byte GB 18030 characters; lines
            with one are sent as pictures.
        font: file for those pictures.
        full_cut: cut through instead of leaving a bridge.
        qr_as_picture: the printer makes no QR codes itself.
    """

    width: int = 48
    two_byte_only: bool = False
    font: str = ""
    full_cut: bool = False
    qr_as_picture: bool = False

    @property
    def dots(self) -> int:
        """Printable width in dots."""
        return self.width * CELL_DOTS


def render(receipt: Receipt, paper: Paper) -> bytes:
    """Return the whole receipt, from initialise to cut.

    Raises:
        Unprintable: a QR code that is too large for the paper, or whose text has
            control characters, which the printer might obey.
    """
    body = b"".join(_line(line, paper) for line in receipt.lines)
    return INITIALISE + body + _cut(paper)


def cut_off(paper: Paper) -> bytes:
    """Return bytes that feed and cut whatever hangs in the printer."""
    return INITIALISE + _cut(paper)


def _cut(paper: Paper) -> bytes:
    return b"\x1dVA\x00" if paper.full_cut else b"\x1dVB\x00"


def encode(text: str) -> bytes:
    """Return text as bytes, every run outside ASCII in Chinese mode."""
    out = b""
    chinese = False
    for character in text:
        if character.isascii() == chinese:
            chinese = not chinese
            out += CHINESE_ON if chinese else CHINESE_OFF
        out += character.encode("gb18030")
    return out + CHINESE_OFF if chinese else out


def is_four_byte(text: str) -> bool:
    """Tell whether a character lies outside the two-byte area of GB 18030."""
    return any(len(character.encode("gb18030")) > 2 for character in text)


def _line(line: ReceiptLine, paper: Paper) -> bytes:
    if line.rule:
        return b"-" * paper.width + LINE_FEED
    if line.qr is not None:
        return _qr_code(line.qr, paper)
    width = paper.width // 2 if line.large else paper.width
    text = clean(line.text)
    if line.value is not None:
        rows = row(text, clean(line.value), width)
        return _styled(rows, line, paper, Align.LEFT)
    return _styled(wrap(text, width), line, paper, line.align)


def _styled(rows: list[str], line: ReceiptLine, paper: Paper, align: Align) -> bytes:
    body = b"".join(_row(text, line, paper) for text in rows)
    if line.bold:
        body = _BOLD_ON + body + _BOLD_OFF
    if line.large:
        body = _LARGE_ON + body + _LARGE_OFF
    if align is not Align.LEFT:
        body = _ALIGN[align] + body + _ALIGN[Align.LEFT]
    return body


def _row(text: str, line: ReceiptLine, paper: Paper) -> bytes:
    if not (paper.two_byte_only and is_four_byte(text)):
        return encode(text) + LINE_FEED
    return raster_line(text, paper.font, scale=2 if line.large else 1)


def _qr_code(text: str, paper: Paper) -> bytes:
    """Return a code with an empty line above and below: its quiet zone."""
    data = text.encode("utf-8")
    if not text.isprintable():
        raise Unprintable("control characters in a QR code")
    try:
        # A printer that makes the code chooses the mask itself: only the size counts.
        mask = None if paper.qr_as_picture else 0
        symbol = segno.make_qr(data, error="m", boost_error=False, mask=mask)
    except segno.DataOverflowError as error:
        raise Unprintable(f"{len(data)} bytes in a QR code") from error
    module = min(_QR_LARGEST, paper.dots // (len(symbol.matrix) + _QUIET_ZONE))
    if module < _QR_SMALLEST:
        raise Unprintable(f"QR code of {len(symbol.matrix)} modules")
    made = (
        raster_code(symbol.matrix, module)
        if paper.qr_as_picture
        else (
            _qr_function(b"A2\x00")
            + _qr_function(b"C" + bytes([module]))
            + _qr_function(b"E1")
            + _qr_function(b"P0" + data)
            + _qr_function(b"Q0")
        )
    )
    edge = LINE_FEED
    return edge + _ALIGN[Align.CENTRE] + made + _ALIGN[Align.LEFT] + edge


def _qr_function(body: bytes) -> bytes:
    return _QR + (len(body) + 1).to_bytes(2, "little") + b"1" + body
