"""Parts that are a drawn shape: dots, step segments, a meter, a countdown, pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk.core.parts import Tone
from screens.layout import leaves
from screens.layout.leaves import Rect, Surface
from screens.layout.measure import Measure
from screens.layout.nodes import Node, Page, whole
from screens.theme import sketches


@dataclass(frozen=True, slots=True)
class Dot(Node):
    """A round spot."""

    ink: str
    size: float = 24.0

    @property
    def rigid(self) -> bool:
        return True

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.size)

    def _width(self, m: Measure) -> float:
        return m.length(self.size)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        side = m.length(self.size)
        x = rect.x + (rect.width - side) / 2
        y = rect.y + (rect.height - side) / 2
        surface = Surface(m.colour(self.ink), radius=side / 2)
        out.add(surface, whole(x, y, side, side))


@dataclass(frozen=True, slots=True)
class Caret(Node):
    """Where the next letter goes."""

    ink: str
    size: float = 52.0

    @property
    def rigid(self) -> bool:
        return True

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.size)

    def _width(self, m: Measure) -> float:
        return m.fixed(5.0)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        high = min(m.length(self.size), rect.height)
        y = rect.y + (rect.height - high) / 2
        surface = Surface(m.colour(self.ink), radius=m.fixed(2.0))
        out.add(surface, whole(rect.x, y, m.fixed(5.0), high))


@dataclass(frozen=True, slots=True)
class Segments(Node):
    """Steps of a matter: those behind and the present one filled."""

    step: int
    total: int

    def _height(self, width: float, m: Measure) -> float:
        return m.fixed(12.0)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        gap = m.fixed(14.0)
        wide = (rect.width - gap * (self.total - 1)) / self.total
        for number in range(self.total):
            ink = "brand" if number < self.step else "track"
            surface = Surface(m.colour(ink), radius=rect.height / 2)
            x = rect.x + number * (wide + gap)
            out.add(surface, whole(x, rect.y, wide, rect.height))


@dataclass(frozen=True, slots=True)
class Meter(Node):
    """How much of a work is done."""

    share: float
    thick: float = 24.0

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.thick)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        high = m.length(self.thick)
        y = rect.y + (rect.height - high) / 2
        track = Surface(m.colour("track"), radius=high / 2)
        out.add(track, whole(rect.x, y, rect.width, high))
        done = max(high, rect.width * min(1.0, max(0.0, self.share)))
        out.add(
            Surface(m.colour("brand"), radius=high / 2), whole(rect.x, y, done, high)
        )


@dataclass(frozen=True, slots=True)
class Countdown(Node):
    """A ring that empties."""

    share: float
    size: float = 120.0
    ink: str = "brand"

    @property
    def rigid(self) -> bool:
        return True

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.size)

    def _width(self, m: Measure) -> float:
        return m.length(self.size)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        side = min(m.length(self.size), rect.height, rect.width)
        x = rect.x + (rect.width - side) / 2
        y = rect.y + (rect.height - side) / 2
        ring = leaves.Ring(
            self.share, m.colour(self.ink), m.colour("track"), max(2.0, side / 10)
        )
        out.add(ring, whole(x, y, side, side))


@dataclass(frozen=True, slots=True)
class Drawing(Node):
    """A drawing of the machine, as large as fits."""

    name: str
    wish: float = 300.0
    most: float = 560.0

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.wish)

    def _width(self, m: Measure) -> float:
        return m.length(self.most * sketches.ASPECT)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        high = min(rect.height, m.fixed(self.most), rect.width / sketches.ASPECT)
        wide = high * sketches.ASPECT
        x = rect.x + (rect.width - wide) / 2
        y = rect.y + (rect.height - high) / 2
        leaf = leaves.Sketch(self.name, m.theme.high_contrast)
        out.add(leaf, whole(x, y, wide, high))


@dataclass(frozen=True, slots=True)
class QrCode(Node):
    """A QR code on white, square."""

    payload: str = field(repr=False)
    wish: float = 360.0

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.wish)

    def _width(self, m: Measure) -> float:
        return m.length(self.wish)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        side = min(rect.width, rect.height)
        x = rect.x + (rect.width - side) / 2
        y = rect.y + (rect.height - side) / 2
        out.add(leaves.Code(self.payload, m.colour("qr")), whole(x, y, side, side))


_MARKS = MappingProxyType(
    {Tone.PLAIN: "brand", Tone.OK: "ok", Tone.WARN: "warn", Tone.STOP: "seal"}
)


@dataclass(frozen=True, slots=True)
class CameraView(Node):
    """What a camera sees, on a dark ground."""

    feed: str
    box: tuple[float, float, float, float] | None = None
    corners: tuple[tuple[float, float], ...] | None = None
    mirrored: bool = False
    tone: Tone = Tone.PLAIN
    waiting: str = ""

    def _height(self, width: float, m: Measure) -> float:
        return m.length(400.0)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        leaf = leaves.LivePicture(
            self.feed,
            m.colour("night"),
            m.colour(_MARKS[self.tone]),
            self.box,
            self.corners,
            self.mirrored,
            self.tone,
        )
        out.add(leaf, whole(*rect))


@dataclass(frozen=True, slots=True)
class Photograph(Node):
    """A picture that was taken or made, the whole of it."""

    data: bytes = field(repr=False)
    wish: float = 300.0
    framed: bool = False

    def _height(self, width: float, m: Measure) -> float:
        return m.length(self.wish)

    def _width(self, m: Measure) -> float:
        return m.length(self.wish)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        line = m.colour("line_strong") if self.framed else None
        out.add(leaves.StillPicture(self.data, line=line), whole(*rect))


@dataclass(frozen=True, slots=True)
class SigningPad(Node):
    """The field to sign in."""

    key: str

    def _height(self, width: float, m: Measure) -> float:
        return m.length(300.0)

    def place(self, rect: Rect, m: Measure, out: Page) -> None:
        rest = Surface(
            m.colour("card"), m.colour("line_strong"), m.fixed(3.0), m.fixed(28.0)
        )
        leaf = leaves.SignField(self.key, m.colour("ink"), rest, m.fixed(9.0))
        out.add(leaf, whole(*rect))
