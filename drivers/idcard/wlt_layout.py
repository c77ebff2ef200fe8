"""How a library for the picture block is called, and what its picture looks like.

The picture block of identity cards (WLT) has no open decoder. The libraries that makers
of readers give away mostly have one function, ``int unpack(char *source, char *target,
int save)``, and write a Windows bitmap of 102 x 126 points. Both are settings here:
nothing of any library is built in. Source: public wrappers of such libraries.
"""

from __future__ import annotations

import io
import struct

from PIL import Image

BLOCK_BYTES = 1024
WIDTH, HEIGHT = 102, 126
_ROW = WIDTH * 3
_PADDED_ROW = 308
_BITMAP_HEAD = 54
PLAIN_BYTES = _ROW * HEIGHT
BITMAP_BYTES = _BITMAP_HEAD + _PADDED_ROW * HEIGHT
LONGEST = BITMAP_BYTES

_BUFFERS = ("source", "target")
_MOST_ARGUMENTS = 8


def parse_arguments(text: str) -> list[str | int]:
    """Read ``source, target, 0``: buffers by name, numbers as they are.

    Raises:
        ValueError: another word, or one of the buffers is missing.
    """
    found: list[str | int] = []
    for word in (part.strip() for part in text.split(",")):
        found.append(word if word in _BUFFERS else int(word))
    if any(found.count(name) != 1 for name in _BUFFERS):
        raise ValueError("source and target once each are expected")
    if len(found) > _MOST_ARGUMENTS:
        raise ValueError("too many arguments")
    return found


def picture(written: bytes) -> bytes:
    """Return what a library wrote as PNG.

    It is a bitmap (``BM``) of 24 bits, rows from the bottom up, or the same points
    without head and without padding.

    Raises:
        ValueError: it is neither.
    """
    if written.startswith(b"BM"):
        points, row = _of_bitmap(written), _PADDED_ROW
    else:
        points, row = written[:PLAIN_BYTES], _ROW
    if len(points) < row * HEIGHT or not any(points):
        raise ValueError("no picture was written")
    size = (WIDTH, HEIGHT)
    image = Image.frombytes("RGB", size, points, "raw", "BGR", row, -1)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def _of_bitmap(written: bytes) -> bytes:
    if len(written) < BITMAP_BYTES:
        raise ValueError("a bitmap that stops short")
    start, _size, width, height, _planes, bits = struct.unpack_from(
        "<IIiiHH", written, 10
    )
    if (width, height, bits) != (WIDTH, HEIGHT, 24):
        raise ValueError(f"a bitmap of {width} x {height} points, {bits} bits")
    if not _BITMAP_HEAD <= start <= len(written) - _PADDED_ROW * HEIGHT:
        raise ValueError("a bitmap without points")
    return written[start : start + _PADDED_ROW * HEIGHT]
