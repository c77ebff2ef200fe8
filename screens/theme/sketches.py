"""Drawings of the machine: where the card goes, where the paper comes out.

Each drawing is a list of layers on a grid of 640 x 480; one layer may come in
with a short motion, from ``start`` to its place.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from screens.theme.strokes import Polyline, Stroke, box, circle, ellipse, read_path

WIDTH, HEIGHT = 640, 480
ASPECT = WIDTH / HEIGHT


@dataclass(frozen=True, slots=True)
class Layer:
    """Shapes that move together.

    Attributes:
        start: where they come from, in grid units right and down.
    """

    strokes: tuple[Stroke, ...]
    start: tuple[float, float] = (0.0, 0.0)


def _lines(
    data: str, ink: str = "brand", width: float = 5.0, fill: str = ""
) -> tuple[Stroke, ...]:
    return tuple(Stroke(line, ink, width, fill) for line in read_path(data))


def _shape(
    line: Polyline, ink: str = "brand", fill: str = "", width: float = 5.0
) -> Stroke:
    return Stroke(line, ink, width, fill)


def _arrow(x: float, y: float, dx: float, dy: float) -> tuple[Stroke, ...]:
    """The one arrow that says here; ``x, y`` is its point."""
    side = (dy * 0.5, dx * 0.5)
    data = (
        f"M{x - dx * 2.2} {y - dy * 2.2}L{x} {y}"
        f"M{x - dx - side[0]} {y - dy - side[1]}L{x} {y}"
        f"L{x - dx + side[0]} {y - dy + side[1]}"
    )
    return _lines(data, "seal", 8.0)


def _card(x: float, y: float) -> tuple[Stroke, ...]:
    lines = (
        f"M{x + 36} {y + 54}h108M{x + 36} {y + 94}h138"
        f"M{x + 36} {y + 134}h118M{x + 36} {y + 176}h146"
    )
    shoulders = f"M{x + 206} {y + 176}c0-38 22-54 54-54s54 16 54 54"
    return (
        _shape(box(x, y, 340, 212, 16), fill="brand_soft"),
        *_lines(lines),
        _shape(circle(x + 260, y + 82, 34)),
        *_lines(shoulders),
    )


_READER = Layer(
    (
        *_lines("M66 300L574 300L624 462L16 462Z", "line_strong", 5.0, "plate"),
        *_lines("M156 330L484 330L508 420L132 420Z", "ok", 5.0, "ok_soft"),
        _shape(ellipse(320, 374, 48, 24), "ok"),
    )
)


def _lying_card(ink: str, fill: str) -> Layer:
    strokes = (
        *_lines("M182 336L458 336L476 414L164 414Z", ink, 5.0, fill),
        *_lines("M208 360h96M204 388h116", ink),
        _shape(ellipse(408, 364, 22, 13), ink),
        *_lines("M372 402c4-22 20-26 38-26s34 4 40 26", ink),
    )
    return Layer(strokes, start=(0.0, -70.0))


_CARD_TO_READER = (
    _READER,
    Layer(_arrow(320, 288, 0, 26)),
    Layer(_card(150, 6), start=(0.0, -44.0)),
)
_CARD_LYING = (
    _READER,
    _lying_card("brand", "brand_soft"),
    Layer(
        (
            *_lines("M232 250c52-46 124-46 176 0", "brand", 8.0),
            *_lines("M264 284c34-30 78-30 112 0", "brand", 8.0),
            *_lines("M200 216c72-64 168-64 240 0", "brand", 8.0),
        )
    ),
)
_CARD_READ = (
    _READER,
    _lying_card("ok", "ok_soft"),
    Layer(
        (
            _shape(circle(320, 170, 86), "ok", "ok_soft", 8.0),
            *_lines("M280 172l28 30 54-62", "ok", 14.0),
        )
    ),
)
_CARD_AGAIN = (
    _READER,
    _lying_card("seal", "seal_soft"),
    Layer(
        (
            _shape(circle(320, 170, 86), "warn", "warn_soft", 8.0),
            *_lines("M320 124v54M320 210v2", "warn", 14.0),
        )
    ),
)
_CARD_AWAY = (
    _READER,
    Layer(_card(150, 66), start=(0.0, 60.0)),
    Layer(_arrow(320, 6, 0, -24)),
)

_CAMERA = Layer(
    (
        *_lines("M40 452L600 452L548 340L92 340Z", "line_strong", 5.0, "plate"),
        *_lines("M574 340L574 60L330 60", "line_strong", 16.0),
        _shape(box(250, 34, 140, 56, 14), "brand", "brand_soft"),
        _shape(ellipse(320, 92, 26, 12), "brand", "card"),
        *_lines("M298 112L196 318", "line_strong", 3.0),
        *_lines("M342 112L444 318", "line_strong", 3.0),
    )
)
_SHEET_LYING = Layer(
    (
        *_lines("M210 356L430 356L456 436L184 436Z", "brand", 5.0, "card"),
        *_lines("M240 376h150M234 396h170M228 416h140", "brand", 4.0),
    ),
    start=(-90.0, 0.0),
)
_DOCUMENT = (_CAMERA, _SHEET_LYING, Layer(_arrow(176, 396, 26, 0)))


_SLOT = Layer(
    (
        _shape(box(96, 20, 448, 176, 24), "line_strong", "plate", 5.0),
        _shape(box(150, 120, 340, 26, 13), "ink", "ink", 2.0),
        _shape(box(150, 52, 128, 40, 8), "line_strong", "card", 4.0),
        _shape(circle(480, 72, 11), "ok", "ok_soft", 5.0),
    )
)


def _chip_card(y: float, ink: str, fill: str) -> tuple[Stroke, ...]:
    """A card with its chip, on end, half in the slot."""
    chip = f"M{286} {y + 96}h68M{286} {y + 120}h68M{320} {y + 72}v72"
    return (
        *_lines(f"M196 {y}h248v258q0 18-18 18H214q-18 0-18-18Z", ink, 5.0, fill),
        _shape(box(286, y + 72, 68, 72, 10), ink, "card", 4.0),
        *_lines(chip, ink, 4.0),
        *_lines(f"M226 {y + 196}h120M226 {y + 226}h80", ink, 4.0),
    )


def _mark(data: str, ink: str, fill: str, x: float = 540, y: float = 330) -> Layer:
    return Layer(
        (
            _shape(circle(x, y, 62), ink, fill, 8.0),
            *_lines(data, ink, 12.0),
        )
    )


_METER_IN = (
    _SLOT,
    Layer(_chip_card(160, "brand", "brand_soft"), start=(0.0, 70.0)),
    Layer(_arrow(100, 250, 0, -26)),
)
_METER_LYING = (
    _SLOT,
    Layer(_chip_card(132, "brand", "brand_soft")),
    Layer(
        (
            *_lines("M70 300c-24-40-24-96 0-136M34 324c-38-56-38-128 0-184", "ok", 8.0),
            *_lines("M570 300c24-40 24-96 0-136M606 324c38-56 38-128 0-184", "ok", 8.0),
        )
    ),
)
_METER_READ = (
    _SLOT,
    Layer(_chip_card(132, "ok", "ok_soft")),
    _mark("M512 332l20 22 38-44", "ok", "ok_soft"),
)
_METER_AGAIN = (
    _SLOT,
    Layer(_chip_card(160, "seal", "seal_soft"), start=(0.0, -30.0)),
    _mark("M540 298v38M540 358v2", "warn", "warn_soft"),
)
_METER_OUT = (
    _SLOT,
    Layer(_chip_card(176, "brand", "brand_soft"), start=(0.0, -60.0)),
    Layer(_arrow(100, 420, 0, 26)),
)

_TERMINAL = Layer(
    (
        _shape(box(180, 16, 280, 330, 26), "line_strong", "plate", 5.0),
        _shape(box(208, 42, 224, 92, 10), "brand", "card", 5.0),
        *_lines(
            "M222 168h44M298 168h44M374 168h44M222 214h44M298 214h44M374 214h44"
            "M222 260h44M298 260h44M374 260h44",
            "brand",
            16.0,
        ),
        _shape(box(208, 306, 224, 18, 9), "ink", "ink", 2.0),
    )
)
_BANK_CARD = Layer(
    (
        *_lines(
            "M226 330h188v108q0 16-16 16H242q-16 0-16-16Z", "brand", 5.0, "ok_soft"
        ),
        _shape(box(248, 360, 44, 36, 8), "brand", "card", 4.0),
        *_lines("M310 372h80M248 424h100", "brand", 4.0),
    ),
    start=(0.0, 60.0),
)
_TERMINAL_CARD = (_TERMINAL, _BANK_CARD, Layer(_arrow(140, 350, 0, -26)))
_TERMINAL_PIN = (
    _TERMINAL,
    Layer(_BANK_CARD.strokes),
    Layer(
        (
            *_lines("M238 88h2M286 88h2M334 88h2M382 88h2", "brand", 22.0),
            *_arrow(500, 210, -26, 0),
        )
    ),
)
_TERMINAL_BUSY = (
    _TERMINAL,
    Layer(_BANK_CARD.strokes),
    Layer(_lines("M240 88h30M305 88h30M370 88h30", "ok", 10.0), start=(-20.0, 0.0)),
)
_TERMINAL_TAKE = (
    _TERMINAL,
    Layer(_BANK_CARD.strokes, start=(0.0, -40.0)),
    Layer(_arrow(140, 452, 0, 26)),
)


def _printer(left: float, wide: float) -> Layer:
    return Layer(
        (
            _shape(
                box(left - 70, 26, wide + 140, 190, 22), "line_strong", "plate", 5.0
            ),
            _shape(box(left - 40, 52, 92, 56, 10), "line_strong", "card", 4.0),
            _shape(circle(left + wide + 30, 80, 10), "ok", "ok_soft", 5.0),
            _shape(box(left - 26, 158, wide + 52, 24, 12), "ink", "ink", 2.0),
        )
    )


def _sheet(left: float, wide: float, high: float, lines: int) -> tuple[Stroke, ...]:
    rows = "".join(
        f"M{left + 36} {220 + 34 * n}h{wide - 72 - (60 if n % 3 == 2 else 0)}"
        for n in range(lines)
    )
    return (
        *_lines(
            f"M{left} 172h{wide}v{high}h-{wide}Z",
            "brand",
            5.0,
            "card",
        ),
        *_lines(rows, "brand", 4.0),
    )


_PAPER = (
    _printer(180, 280),
    Layer((*_sheet(180, 280, 210, 4), *_arrow(320, 464, 0, 26)), start=(0.0, -60.0)),
)
_SLIP = (
    _printer(240, 160),
    Layer((*_sheet(240, 160, 206, 4), *_arrow(320, 464, 0, 26)), start=(0.0, -60.0)),
)
_PLATFORM = (
    Layer(
        (
            _shape(box(30, 90, 168, 300, 20), "brand", "brand_soft"),
            _shape(box(54, 118, 120, 150, 8), "brand", "card"),
            *_lines("M78 310h72M78 342h40", "brand", 6.0),
            *_lines("M78 160h72M78 194h52M78 228h64", "brand", 4.0),
        )
    ),
    Layer(
        (
            *_lines("M410 390h206M430 390V222M490 390V222M536 390V222M596 390V222"),
            *_lines("M404 214L513 122L622 214Z", "brand", 5.0, "brand_soft"),
            _shape(circle(513, 182, 12)),
        )
    ),
    Layer(
        (
            *_lines("M236 216h134M344 192l28 24-28 24", "ok", 7.0),
            *_lines("M370 306H236M262 282l-28 24 28 24", "ok", 7.0),
        ),
        start=(-20.0, 0.0),
    ),
)
_LEAVE_NOTHING = (
    Layer((*_card(60, 40), *_lines("M430 70h150v260H430Z", "brand", 5.0, "card"))),
    Layer(_lines("M456 120h98M456 160h98M456 200h62M456 240h80", "brand", 4.0)),
)

SKETCHES: Mapping[str, tuple[Layer, ...]] = MappingProxyType(
    {
        "card": _CARD_TO_READER,
        "card-reading": _CARD_LYING,
        "card-read": _CARD_READ,
        "card-failed": _CARD_AGAIN,
        "take-card": _CARD_AWAY,
        "document": _DOCUMENT,
        "paper": _PAPER,
        "receipt": _SLIP,
        "platform": _PLATFORM,
        "belongings": _LEAVE_NOTHING,
        "meter": _METER_IN,
        "meter-reading": _METER_LYING,
        "meter-read": _METER_READ,
        "meter-failed": _METER_AGAIN,
        "take-meter": _METER_OUT,
        "terminal": _TERMINAL_CARD,
        "terminal-pin": _TERMINAL_PIN,
        "terminal-busy": _TERMINAL_BUSY,
        "terminal-take": _TERMINAL_TAKE,
    }
)


def layers(name: str) -> tuple[Layer, ...]:
    """Return the layers of a drawing; an unknown name gives the machine's talk."""
    return SKETCHES.get(name, _PLATFORM)
