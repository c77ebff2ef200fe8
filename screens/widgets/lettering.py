"""Text: lines put together from drawn letters, one texture a text."""

from __future__ import annotations

from typing import Any

import numpy as np
from kivy.graphics import Color, Rectangle

from screens.layout.leaves import Lettering, Rect
from screens.theme.typeface import Mask, Typeface
from screens.widgets.figure import Figure, texture_of, whitened

_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}


class LetteringFigure(Figure[Lettering]):
    """Some lines of text in one colour."""

    def __init__(self, typeface: Typeface) -> None:
        super().__init__()
        self._typeface = typeface
        self._texture: Any = None
        self._drawn: tuple[object, ...] = ()

    def draw(self, leaf: Lettering) -> None:
        wanted = (leaf.lines, leaf.size, leaf.bold, leaf.align, leaf.line_height)
        if self._texture is None or wanted != self._drawn:
            self._texture = texture_of(whitened(set_lines(self._typeface, leaf)))
            self._drawn = wanted
        width, height = self._texture.size
        spare = (self.rect.width - width) * _SHARE[leaf.align]
        y = self.rect.y + (self.rect.height - height) / 2
        place = Rect(round(self.rect.x + spare), round(y), width, height)
        self.group.clear()
        self.group.add(Color(*leaf.ink))
        self.group.add(
            Rectangle(texture=self._texture, pos=self.origin(place), size=place[2:])
        )

    def blank(self) -> None:
        self._texture = None
        self._drawn = ()
        super().blank()

    def words(self) -> str:
        return "\n".join(self.leaf.lines) if self.leaf else ""

    def textures(self) -> tuple[Any, ...]:
        return () if self._texture is None else (self._texture,)


def set_lines(typeface: Typeface, leaf: Lettering) -> Mask:
    """Put all lines of a text into one mask."""
    drawn = [typeface.draw(line, leaf.size, bold=leaf.bold)[0] for line in leaf.lines]
    width = max(mask.shape[1] for mask in drawn)
    step, high = int(leaf.line_height), drawn[0].shape[0]
    sheet: Mask = np.zeros((step * (len(drawn) - 1) + high, width), dtype=np.uint8)
    for number, mask in enumerate(drawn):
        x = int((width - mask.shape[1]) * _SHARE[leaf.align])
        rows = sheet[number * step : number * step + high, x : x + mask.shape[1]]
        np.maximum(rows, mask, out=rows)
    return sheet
