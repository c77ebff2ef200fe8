"""Draw a strip of thermal paper as a picture: paper, ink, teeth of the knife, shade."""

from __future__ import annotations

import random
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from hardware_sim.receipt.glyphs import Mask

PAPER_DOTS = 640
"""80 mm at 8 dots a millimetre."""

_BORDER = 28
_TEETH = 4
_TABLE = (222, 224, 227)
_PAPER = (252, 251, 247)
_INK = (44, 42, 48)


def draw_paper(dots: Mask) -> Image.Image:
    """Return the paper with its print on a light table, RGB."""
    margin = (PAPER_DOTS - dots.width) // 2
    size = (PAPER_DOTS, dots.height + 2 * _TEETH)
    face = _texture(size)
    ink = Image.new("L", size, 0)
    ink.paste(255, (margin, _TEETH), dots)
    ink = ink.filter(ImageFilter.GaussianBlur(0.45)).point(lambda v: int(v * 0.94))
    face.paste(_INK, (0, 0), ink)
    return _on_table(face, _outline(size))


def _texture(size: tuple[int, int]) -> Image.Image:
    """Return blank paper: a fine grain, darker towards both edges."""
    grain = Image.new("L", size)
    tile = _grain()
    for left in range(0, size[0], tile.width):
        for top in range(0, size[1], tile.height):
            grain.paste(tile, (left, top))
    curl = Image.new("L", (size[0], 1))
    half = size[0] / 2
    curl.putdata([int(255 - 16 * (abs(x - half) / half) ** 4) for x in range(size[0])])
    shade = ImageChops.multiply(grain, curl.resize(size))
    bands = [shade.point(lambda v, c=colour: v * c // 250) for colour in _PAPER]
    return Image.merge("RGB", bands)


@cache
def _grain() -> Image.Image:
    """Return a tile of fine grain, always the same."""
    chance = random.Random(80)
    return Image.frombytes("L", (96, 96), bytes(chance.choices((248, 250), k=96 * 96)))


def _outline(size: tuple[int, int]) -> Mask:
    """Return the paper's shape: fine teeth at both ends."""
    width, height = size
    steps = range(0, width + 1, _TEETH)
    top = [(x, _TEETH if index % 2 else 0) for index, x in enumerate(steps)]
    bottom = [(x, height - 1 - y) for x, y in reversed(top)]
    shape = Image.new("L", size, 0)
    ImageDraw.Draw(shape).polygon(top + bottom, fill=255)
    return shape


def _on_table(face: Image.Image, outline: Mask) -> Image.Image:
    size = (face.width + 2 * _BORDER, face.height + 2 * _BORDER)
    picture = Image.new("RGB", size, _TABLE)
    shadow = Image.new("L", size, 0)
    shadow.paste(110, (_BORDER + 2, _BORDER + 5), outline)
    shadow = shadow.filter(ImageFilter.GaussianBlur(7))
    picture.paste((70, 74, 82), (0, 0), shadow)
    picture.paste(face, (_BORDER, _BORDER), outline)
    return picture
