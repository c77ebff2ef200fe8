"""The 1024-byte picture block: **a test codec of our own, not WLT.**

The codec of real cards (WLT, header ``57 4C 66``) is closed and has no open decoder,
so a simulated card carries this instead, openly labelled:

```
 0  16  "KIOSK24-TESTPIC1"
16  48  palette, 16 colours, 3 bytes RGB each
64 714  34 x 42 picture, 4 bits a point, left to right, top to bottom, high half first
778     zeros
```
Shown three times as large it has the size of a real one, 102 x 126. The picture is a
drawing made from the person's key, never a photograph of anyone.
"""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw

BLOCK_BYTES = 1024
MAGIC = b"KIOSK24-TESTPIC1"
WIDTH, HEIGHT, SCALE = 34, 42, 3

_PALETTE_AT = len(MAGIC)
_POINTS_AT = _PALETTE_AT + 48
_FIXED = ((206, 222, 236), (48, 36, 32), (150, 90, 78), (250, 250, 250))
_BACKGROUND, _DARK, _MOUTH, _WHITE, _SKIN, _HAIR, _COAT, _SHADE = range(8)
_SKINS = ((238, 205, 176), (226, 188, 154), (214, 172, 138), (244, 216, 190))
_HAIRS = ((28, 24, 24), (58, 44, 38), (92, 92, 96), (176, 176, 180))
_COATS = ((52, 78, 120), (120, 52, 60), (60, 100, 78), (84, 70, 110), (70, 70, 76))


def encode_photo(key: str) -> bytes:
    """Return the picture block for a person's key: always the same drawing."""
    seed = hashlib.sha256(key.encode()).digest()
    skin = _SKINS[seed[0] % len(_SKINS)]
    shade = (skin[0] - 24, skin[1] - 28, skin[2] - 28)
    hair = _HAIRS[seed[1] % len(_HAIRS)]
    coat = _COATS[seed[2] % len(_COATS)]
    colours = [*_FIXED, skin, hair, coat, shade]
    palette = bytes(part for colour in colours for part in colour).ljust(48, b"\0")
    points = _draw(seed).tobytes()
    halves = zip(points[::2], points[1::2], strict=True)
    packed = bytes(high << 4 | low for high, low in halves)
    return (MAGIC + palette + packed).ljust(BLOCK_BYTES, b"\0")


def decode_photo(block: bytes) -> bytes:
    """Return the picture as PNG, 102 x 126.

    Raises:
        ValueError: the block is not of this codec.
    """
    if len(block) != BLOCK_BYTES or not block.startswith(MAGIC):
        raise ValueError("not a picture of the test codec")
    packed = block[_POINTS_AT : _POINTS_AT + WIDTH * HEIGHT // 2]
    points = bytes(half for byte in packed for half in (byte >> 4, byte & 15))
    picture = Image.frombytes("P", (WIDTH, HEIGHT), points)
    picture.putpalette(block[_PALETTE_AT:_POINTS_AT])
    large = picture.resize((WIDTH * SCALE, HEIGHT * SCALE), Image.Resampling.NEAREST)
    out = io.BytesIO()
    large.convert("RGB").save(out, "PNG")
    return out.getvalue()


def _draw(seed: bytes) -> Image.Image:
    picture = Image.new("P", (WIDTH, HEIGHT), _BACKGROUND)
    draw = ImageDraw.Draw(picture)
    long_hair = seed[3] % 2 == 0
    if long_hair:
        draw.rounded_rectangle((7, 6, 26, 30), 7, fill=_HAIR)
    draw.rounded_rectangle((2, 33, 31, 50), 8, fill=_COAT)
    draw.polygon(((12, 33), (21, 33), (17, 38)), fill=_WHITE)
    draw.rectangle((14, 28, 19, 34), fill=_SHADE)
    draw.ellipse((9, 8, 24, 31), fill=_SKIN)
    draw.pieslice((8, 4, 25, 24), 180, 360, fill=_HAIR)
    draw.rectangle((9, 13, 24, 13 + seed[4] % 2), fill=_HAIR)
    for left in (12, 19):
        draw.line((left, 17, left + 2, 17), fill=_HAIR)
        draw.line((left, 19, left + 2, 19), fill=_WHITE)
        draw.point((left + 1, 19), fill=_DARK)
    draw.line((16, 21, 17, 23), fill=_SHADE)
    draw.line((14, 26, 19, 26), fill=_MOUTH)
    if seed[5] % 3 == 0:
        draw.rectangle((11, 18, 15, 21), outline=_DARK)
        draw.rectangle((18, 18, 22, 21), outline=_DARK)
    return picture
