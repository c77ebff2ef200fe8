"""PWG raster (PWG 5102.4) into pictures, as an IPP Everywhere printer takes it.

::

    RaS2 | page header, 1796 bytes | lines | page header | lines ...

    header   276 resolution across, along; 372 width; 376 height; 384 bits a colour;
             388 bits a pixel; 392 bytes a line; 400 colour space (3 black, 18 sGray,
             19 sRGB); all unsigned 32 bits, high byte first
    line     repeat - 1, then runs until the line is full:
             00..7F n: the next pixel n + 1 times    81..FF n: 257 - n pixels follow
             80: the rest of the line is white
"""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageChops

SYNC = b"RaS2"
_HEADER_BYTES = 1796
_MOST_DOTS = 60_000_000
"""A4 at 720 dpi has fewer; a few bytes may promise far more."""

_BLACK, _GRAY, _RGB = 3, 18, 19
_KINDS = {(_BLACK, 1): "1", (_GRAY, 8): "L", (_RGB, 24): "RGB"}


class BadRaster(ValueError):
    """The bytes are no PWG raster of a kind that this printer takes."""


@dataclass(frozen=True, slots=True)
class RasterPage:
    """One page.

    Attributes:
        inches: width and height.
    """

    picture: Image.Image
    inches: tuple[float, float]


def read_raster(data: bytes) -> list[RasterPage]:
    """Return every page.

    Raises:
        BadRaster: another format, a kind that is not supported, or cut short.
    """
    if not data.startswith(SYNC):
        raise BadRaster("no RaS2 at the beginning")
    pages, at = [], len(SYNC)
    while at < len(data):
        page, at = _page(data, at)
        pages.append(page)
    if not pages:
        raise BadRaster("no page")
    return pages


def _page(data: bytes, at: int) -> tuple[RasterPage, int]:
    head = data[at : at + _HEADER_BYTES]
    if len(head) < _HEADER_BYTES:
        raise BadRaster("the header ends early")
    across, along = _word(head, 276), _word(head, 280)
    width, height = _word(head, 372), _word(head, 376)
    bits, line_bytes, space = _word(head, 388), _word(head, 392), _word(head, 400)
    kind = _KINDS.get((space, bits))
    if kind is None:
        raise BadRaster(f"colour space {space} with {bits} bits")
    sane = 0 < width * height <= _MOST_DOTS and across and along
    if not sane or line_bytes != -(-width * bits // 8):
        raise BadRaster("a size that makes no sense")
    white = b"\x00" if kind == "1" else b"\xff"
    body, at = _lines(data, at + _HEADER_BYTES, height, line_bytes, bits, white)
    picture = Image.frombytes(kind, (width, height), body)
    if kind == "1":
        picture = ImageChops.invert(picture.convert("L"))
    return RasterPage(picture, (width / across, height / along)), at


def _lines(
    data: bytes, at: int, height: int, line_bytes: int, bits: int, white: bytes
) -> tuple[bytes, int]:
    body = bytearray()
    while len(body) < height * line_bytes:
        if at >= len(data):
            raise BadRaster("the page ends early")
        repeat = data[at] + 1
        line, at = _line(data, at + 1, line_bytes, max(1, bits // 8), white)
        body += line * repeat
    if len(body) != height * line_bytes:
        raise BadRaster("more lines than the header says")
    return bytes(body), at


def _line(
    data: bytes, at: int, line_bytes: int, pixel: int, white: bytes
) -> tuple[bytes, int]:
    line = bytearray()
    while len(line) < line_bytes:
        if at >= len(data):
            raise BadRaster("a line ends early")
        run, at = data[at], at + 1
        if run == 0x80:
            line += white * (line_bytes - len(line))
        elif run < 0x80:
            line += data[at : at + pixel] * (run + 1)
            at += pixel
        else:
            line += data[at : at + (257 - run) * pixel]
            at += (257 - run) * pixel
    if len(line) != line_bytes or at > len(data):
        raise BadRaster("a run that does not fit")
    return bytes(line), at


def _word(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "big")
