"""Pictures: what a camera sees now, and what was taken or made."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, SmoothLine
from kivy.graphics.texture import Texture
from PIL import Image

from kiosk.core.media import Frame
from kiosk.core.views import FrameSource
from screens.layout.leaves import LivePicture, Rect, StillPicture
from screens.widgets.figure import Figure, texture_of

_PERIOD_S = 1 / 13
_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


def letterboxed(rect: Rect, width: float, height: float, share: float = 0.5) -> Rect:
    """Return the largest place of that shape inside a rectangle."""
    scale = min(rect.width / width, rect.height / height)
    wide, high = width * scale, height * scale
    x = rect.x + (rect.width - wide) * share
    return Rect(x, rect.y + (rect.height - high) / 2, wide, high)


def covered(size: tuple[float, float], shape: tuple[float, float]) -> Rect:
    """Return the middle part of a picture that has the shape of a frame.

    In fractions of the picture.
    """
    wanted = shape[0] / max(1.0, shape[1])
    given = size[0] / size[1]
    if given > wanted:
        wide = wanted / given
        return Rect((1 - wide) / 2, 0.0, wide, 1.0)
    high = given / wanted
    return Rect(0.0, (1 - high) / 2, 1.0, high)


def _corners(seen: Rect, mirrored: bool, reach: tuple[float, float]) -> list[float]:
    """Return texture coordinates from the lower left, the first row on top."""
    left, right = seen.x * reach[0], (seen.x + seen.width) * reach[0]
    top, bottom = seen.y * reach[1], (seen.y + seen.height) * reach[1]
    if mirrored:
        left, right = right, left
    return [left, bottom, right, bottom, right, top, left, top]


class LiveFigure(Figure[LivePicture]):
    """A camera's picture, fetched thirteen times a second while it is shown."""

    def __init__(self, frames: FrameSource) -> None:
        super().__init__()
        self._frames = frames
        self._texture: Any = None
        self._number = -1
        self._ticking: Any = None
        self._place: Rect | None = None

    def draw(self, leaf: LivePicture) -> None:
        if self._ticking is None:
            self._ticking = Clock.schedule_interval(self._pull, _PERIOD_S)
        self._pull(0)
        self._compose(leaf)

    def _pull(self, _elapsed: float) -> None:
        if self.leaf is None:
            return
        frame = self._frames.latest(self.leaf.feed)
        if frame is None or frame.number == self._number:
            return
        self._number = frame.number
        if self._take(frame):
            self._compose(self.leaf)

    def _take(self, frame: Frame) -> bool:
        """Put a frame into the texture; tell whether that is a new one."""
        size = (frame.width, frame.height)
        new = self._texture is None or self._texture.size != size
        if new:
            self._texture = Texture.create(size=size, colorfmt="rgb")
        # OpenGL ES knows no blue-green-red.
        pixels = np.ascontiguousarray(frame.pixels[:, :, ::-1])
        self._texture.blit_buffer(pixels.reshape(-1), colorfmt="rgb", bufferfmt="ubyte")
        if not new:
            self.group.flag_update()
        return new

    def _compose(self, leaf: LivePicture) -> None:
        self.group.clear()
        if self._texture is None:
            return
        size = self._texture.size
        # A mirror fills its frame; of a page on the table nothing may be cut.
        shape = self.rect[2:] if leaf.mirrored else size
        place = letterboxed(self.rect, *shape)
        seen = covered(size, shape)
        self.group.add(Color(1, 1, 1, 1))
        self.group.add(
            Rectangle(
                texture=self._texture,
                tex_coords=_corners(seen, leaf.mirrored, self._texture.uvsize),
                pos=self.origin(place),
                size=place[2:],
            )
        )
        if leaf.box is not None:
            left, top, wide, high = leaf.box
            corners = [(left, top), (left + wide, top)]
            corners += [(left + wide, top + high), (left, top + high)]
            self._outline(leaf, place, seen, corners)
        if leaf.corners is not None:
            self._outline(leaf, place, seen, leaf.corners)

    def _outline(
        self,
        leaf: LivePicture,
        place: Rect,
        seen: Rect,
        corners: Sequence[tuple[float, float]],
    ) -> None:
        points: list[float] = []
        for x, y in corners:
            across = min(1.0, max(0.0, (x - seen.x) / seen.width))
            across = 1.0 - across if leaf.mirrored else across
            down = min(1.0, max(0.0, (y - seen.y) / seen.height))
            points.append(place.x + across * place.width)
            points.append(self.window_height - place.y - down * place.height)
        self.group.add(Color(1, 1, 1, 0.9))
        self.group.add(SmoothLine(points=points, width=5.0, close=True))
        self.group.add(Color(*leaf.mark))
        self.group.add(SmoothLine(points=points, width=3.0, close=True))

    def blank(self) -> None:
        if self._ticking is not None:
            self._ticking.cancel()
            self._ticking = None
        self._texture, self._number = None, -1
        super().blank()

    def textures(self) -> tuple[Any, ...]:
        return () if self._texture is None else (self._texture,)


class StillFigure(Figure[StillPicture]):
    """A JPEG or PNG, as large as fits, the whole of it."""

    def __init__(self) -> None:
        super().__init__()
        self._texture: Any = None
        self._data = b""
        self._size: tuple[float, ...] = ()

    def draw(self, leaf: StillPicture) -> None:
        same = leaf.data == self._data and self.rect[2:] == self._size
        if self._texture is None or not same:
            self._texture = _decoded(leaf.data, self.rect)
            self._data, self._size = leaf.data, self.rect[2:]
        share = _SHARE[leaf.align]
        width, height = self._texture.size
        place = letterboxed(self.rect, width, height, share)
        self.group.clear()
        if leaf.line is not None:
            edge = place.inset(-2)
            self.group.add(Color(*leaf.line))
            self.group.add(Rectangle(pos=self.origin(edge), size=edge[2:]))
        self.group.add(Color(1, 1, 1, 1))
        self.group.add(
            Rectangle(texture=self._texture, pos=self.origin(place), size=place[2:])
        )

    def blank(self) -> None:
        self._texture, self._data = None, b""
        super().blank()

    def textures(self) -> tuple[Any, ...]:
        return () if self._texture is None else (self._texture,)


def _decoded(data: bytes, rect: Rect) -> Any:
    """Decode a picture, no larger than it is shown; no cache keeps it."""
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        place = letterboxed(rect, width, height)
        size = (max(1, round(place.width)), max(1, round(place.height)))
        # JPEG can be decoded at a half, a quarter or an eighth of its size.
        picture.draft("RGB", size)
        shown = picture.convert("RGBA")
    if shown.size[0] > size[0]:
        shown = shown.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return texture_of(np.asarray(shown, dtype=np.uint8))
