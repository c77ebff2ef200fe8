"""What every widget here is: a canvas group that shows one leaf at a time.

Widgets are made once, kept, and shown again with other contents. ``blank`` takes
everything out of one, texture included, so that nothing of a person stays.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Generic, TypeVar

import numpy as np
from kivy.graphics import InstructionGroup
from kivy.graphics.texture import Texture
from numpy.typing import NDArray

from screens.layout.leaves import Rect

Shown = TypeVar("Shown")


class Figure(ABC, Generic[Shown]):
    """Base of the widgets. ``group`` is what is drawn."""

    def __init__(self) -> None:
        self.group: Any = InstructionGroup()
        self.leaf: Shown | None = None
        self.rect = Rect(0, 0, 0, 0)
        self.window_height = 0.0

    def show(self, leaf: Shown, rect: Rect, window_height: float) -> None:
        """Draw a leaf in a place."""
        self.leaf, self.rect, self.window_height = leaf, rect, window_height
        self.draw(leaf)

    def blank(self) -> None:
        """Forget what was shown."""
        self.leaf = None
        self.group.clear()

    @abstractmethod
    def draw(self, leaf: Shown) -> None:
        """Fill ``group``."""

    def words(self) -> str:
        """Return the text that is shown, for checks."""
        return ""

    def textures(self) -> tuple[Any, ...]:
        """Return the textures of its own that are held, for checks."""
        return ()

    def origin(self, rect: Rect) -> tuple[float, float]:
        """Return a place's lower left corner as Kivy counts, from the bottom."""
        return (rect.x, self.window_height - rect.y - rect.height)


def texture_of(pixels: NDArray[np.uint8]) -> Any:
    """Make a texture of a picture, rows from the top, four bytes a pixel."""
    rows, columns = pixels.shape[:2]
    texture = Texture.create(size=(columns, rows), colorfmt="rgba")
    texture.blit_buffer(
        np.ascontiguousarray(pixels).tobytes(), colorfmt="rgba", bufferfmt="ubyte"
    )
    texture.flip_vertical()
    return texture


def whitened(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Turn a mask into white of that opacity, to be tinted when drawn."""
    pixels = np.full((*mask.shape, 4), 255, dtype=np.uint8)
    pixels[..., 3] = mask
    return pixels
