"""Small drawn things: icons, QR codes, the countdown ring, machine drawings."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import segno
from kivy.clock import Clock
from kivy.graphics import Color, PopMatrix, PushMatrix, Rectangle, Translate
from PIL import Image, ImageDraw

from screens.layout.leaves import Code, Rect, Ring, Sign, Sketch
from screens.theme import icons, sketches
from screens.theme.strokes import Stroke, bounds, paint
from screens.theme.tokens import palette, rgba
from screens.widgets.figure import Figure, texture_of, whitened

_MOTION_S = 0.18
_FRAME_S = 1 / 60
_QUIET_ZONE = 4
_BLACK = {"ink": (0, 0, 0)}


@lru_cache(maxsize=256)
def icon_texture(name: str, side: int, weight: float) -> Any:
    """Return an icon as a white texture; there is a closed set of them."""
    strokes = tuple(Stroke(line, "ink", weight) for line in icons.shapes(name))
    pixels = paint(strokes, (side, side), side / icons.GRID, _BLACK)
    return texture_of(whitened(pixels[..., 3]))


class SignFigure(Figure[Sign]):
    """A line icon."""

    def draw(self, leaf: Sign) -> None:
        side = max(1, int(self.rect.width))
        self.group.clear()
        self.group.add(Color(*leaf.ink))
        texture = icon_texture(leaf.name, side, leaf.weight)
        place = Rect(self.rect.x, self.rect.y, side, side)
        self.group.add(
            Rectangle(texture=texture, pos=self.origin(place), size=(side, side))
        )


class CodeFigure(Figure[Code]):
    """A QR code in whole pixels a module, with its quiet zone."""

    def __init__(self) -> None:
        super().__init__()
        self._texture: Any = None
        self._payload = ""

    def draw(self, leaf: Code) -> None:
        if self._texture is None or leaf.payload != self._payload:
            self._texture = _code_texture(leaf.payload)
            self._payload = leaf.payload
        modules = self._texture.width
        room = min(self.rect.width, self.rect.height)
        side = modules * max(1, int(room // modules))
        x = self.rect.x + (self.rect.width - side) // 2
        y = self.rect.y + (self.rect.height - side) // 2
        place = Rect(x, y, side, side)
        self.group.clear()
        self.group.add(Color(1, 1, 1, 1))
        self.group.add(
            Rectangle(texture=self._texture, pos=self.origin(place), size=(side, side))
        )

    def blank(self) -> None:
        self._texture, self._payload = None, ""
        super().blank()

    def words(self) -> str:
        return self._payload

    def textures(self) -> tuple[Any, ...]:
        return () if self._texture is None else (self._texture,)


def _code_texture(payload: str) -> Any:
    matrix = segno.make(payload, error="m", micro=False, boost_error=False).matrix
    dark = np.array([list(row) for row in matrix], dtype=np.uint8)
    grey = np.pad(
        np.where(dark, 0, 255).astype(np.uint8),
        _QUIET_ZONE,
        "constant",
        constant_values=255,
    )
    pixels = np.dstack([grey, grey, grey, np.full_like(grey, 255)])
    texture = texture_of(pixels)
    texture.mag_filter = "nearest"
    texture.min_filter = "nearest"
    return texture


class RingFigure(Figure[Ring]):
    """A ring that empties, for a countdown."""

    def __init__(self) -> None:
        super().__init__()
        self._textures: tuple[Any, ...] = ()

    def draw(self, leaf: Ring) -> None:
        side = max(8, int(min(self.rect.width, self.rect.height)))
        angle = 360.0 * min(1.0, max(0.0, leaf.share))
        self._textures = (
            _ring_texture(side, leaf.width, 360.0),
            _ring_texture(side, leaf.width, angle),
        )
        place = Rect(self.rect.x, self.rect.y, side, side)
        self.group.clear()
        for colour, texture in zip((leaf.track, leaf.ink), self._textures, strict=True):
            self.group.add(Color(*colour))
            self.group.add(
                Rectangle(texture=texture, pos=self.origin(place), size=(side, side))
            )

    def blank(self) -> None:
        self._textures = ()
        super().blank()


def _ring_texture(side: int, width: float, angle: float) -> Any:
    big = Image.new("L", (side * 4, side * 4))
    if angle > 0:
        ImageDraw.Draw(big).arc(
            (4, 4, side * 4 - 4, side * 4 - 4), -90, angle - 90, 255, int(width * 4)
        )
    small = big.resize((side, side), Image.Resampling.BOX)
    return texture_of(whitened(np.asarray(small, dtype=np.uint8)))


@lru_cache(maxsize=24)
def _layer_texture(
    name: str, number: int, width: int, contrast: bool
) -> tuple[Any, float, float]:
    """Return a layer's texture and where in the drawing it begins, in pixels."""
    scale = width / sketches.WIDTH
    strokes = sketches.layers(name)[number].strokes
    left, top, right, bottom = bounds(strokes)
    # On whole pixels, so that lines stay as sharp as they were drawn.
    x, y = math.floor(left * scale), math.floor(top * scale)
    size = (math.ceil(right * scale) - x, math.ceil(bottom * scale) - y)
    colours = {
        key: (round(red * 255), round(green * 255), round(blue * 255))
        for key, code in palette(high_contrast=contrast).items()
        for red, green, blue, _ in (rgba(code),)
    }
    pixels = paint(strokes, size, scale, colours, (x / scale, y / scale))
    return texture_of(pixels), x, y


class SketchFigure(Figure[Sketch]):
    """A drawing of the machine; its parts come in once, then it is still."""

    def __init__(self) -> None:
        super().__init__()
        self._moving: list[tuple[Any, float, float]] = []
        self._began = 0.0
        self._ticking: Any = None
        self._drawn: tuple[object, ...] = ()

    def draw(self, leaf: Sketch) -> None:
        if self._drawn == (leaf, self.rect):
            return
        moves = not self._drawn or self._drawn[0] != leaf
        self._stop()
        self._drawn = (leaf, self.rect)
        self._compose(leaf, moves)
        if self._moving:
            self._began = Clock.get_time()
            self._ticking = Clock.schedule_interval(self._move, _FRAME_S)
            self._move(0)

    def _compose(self, leaf: Sketch, moves: bool) -> None:
        width = max(8, int(self.rect.width))
        scale = width / sketches.WIDTH
        self.group.clear()
        for number, layer in enumerate(sketches.layers(leaf.name)):
            texture, left, top = _layer_texture(
                leaf.name, number, width, leaf.high_contrast
            )
            place = Rect(self.rect.x + left, self.rect.y + top, *texture.size)
            shift = Translate(0, 0, 0)
            for instruction in (
                PushMatrix(),
                shift,
                Color(1, 1, 1, 1),
                Rectangle(texture=texture, pos=self.origin(place), size=texture.size),
                PopMatrix(),
            ):
                self.group.add(instruction)
            if moves and layer.start != (0.0, 0.0):
                across, down = layer.start
                self._moving.append((shift, across * scale, -down * scale))

    def _move(self, _elapsed: float) -> None:
        share = min(1.0, (Clock.get_time() - self._began) / _MOTION_S)
        left = (1.0 - share) ** 3
        for shift, across, up in self._moving:
            shift.xy = (across * left, up * left)
        if share >= 1.0:
            self._stop()

    def _stop(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        self._moving = []

    def blank(self) -> None:
        self._stop()
        self._drawn = ()
        super().blank()
