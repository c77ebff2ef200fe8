"""What is left when a page is laid out: things with a place, ready to be drawn.

Each class is drawn by the widget of the same role in ``screens.widgets``. All
values are final: colours resolved, lines broken, lengths in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from kiosk.core.intents import Intent
from kiosk.core.parts import Tone
from screens.theme.tokens import Rgba


class Rect(NamedTuple):
    """A place on the screen in pixels, from the top left corner."""

    x: float
    y: float
    width: float
    height: float

    def holds(self, x: float, y: float) -> bool:
        """Tell whether a point lies inside."""
        inside = self.x <= x < self.x + self.width
        return inside and self.y <= y < self.y + self.height

    @property
    def centre(self) -> tuple[float, float]:
        return (self.x + self.width / 2, self.y + self.height / 2)

    def inset(self, by: float) -> Rect:
        """Return the place without a margin on each side."""
        return Rect(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)


@dataclass(frozen=True, slots=True)
class Local:
    """Something to do inside the screen itself: a key, another keyboard page."""

    name: str
    value: str = field(default="", repr=False)


Deed: TypeAlias = "Intent | Local"


@dataclass(frozen=True, slots=True)
class Surface:
    """A filled area with round corners and a line around it."""

    fill: Rgba | None
    line: Rgba | None = None
    line_width: float = 2.0
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Pressable:
    """A touch target. ``deed`` is ``None`` while it cannot be used.

    Attributes:
        at_once: acts when touched, not when let go (keyboard keys).
    """

    key: str
    rest: Surface
    pressed: Surface
    deed: Deed | None
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of text."""

    lines: tuple[str, ...] = field(repr=False)
    size: int = 34
    bold: bool = False
    ink: Rgba = (0, 0, 0, 1)
    align: str = "left"
    line_height: float = 46.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A line icon."""

    name: str
    ink: Rgba
    weight: float = 3.2


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code."""

    payload: str = field(repr=False)
    ink: Rgba = (0, 0, 0, 1)


@dataclass(frozen=True, slots=True)
class LivePicture:
    """What a camera sees now.

    Attributes:
        box: a face, as fractions of the picture.
        corners: a page, as fractions of the picture.
        mirrored: as in a mirror.
    """

    feed: str
    ground: Rgba
    mark: Rgba
    box: tuple[float, float, float, float] | None = None
    corners: tuple[tuple[float, float], ...] | None = None
    mirrored: bool = False
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class StillPicture:
    """A JPEG or PNG, as large as fits."""

    data: bytes = field(repr=False)
    align: str = "center"
    line: Rgba | None = None


@dataclass(frozen=True, slots=True)
class Sketch:
    """A drawing of the machine; ``colours`` are the token values it needs."""

    name: str
    high_contrast: bool = False


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring of which a share is filled."""

    share: float
    ink: Rgba
    track: Rgba
    width: float


@dataclass(frozen=True, slots=True)
class SignField:
    """Where a finger writes a name."""

    key: str
    ink: Rgba
    rest: Surface
    stroke_width: float


Leaf: TypeAlias = (
    Surface
    | Pressable
    | Lettering
    | Sign
    | Code
    | LivePicture
    | StillPicture
    | Sketch
    | Ring
    | SignField
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A leaf, where it is, and how deep it lies among the surfaces.

    Attributes:
        path: where in the page it comes from; stays the same from view to view.
    """

    leaf: Leaf
    rect: Rect
    path: str
    depth: int
