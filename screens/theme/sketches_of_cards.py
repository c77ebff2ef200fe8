"""Drawings of cards: on the ID card reader, in the meter slot, at the card terminal."""

from __future__ import annotations

from types import MappingProxyType

from screens.theme.sketch_layers import (
    Drawing,
    Layer,
    Strokes,
    arrow,
    layer,
    lines,
    mark,
    shape,
)
from screens.theme.strokes import box, circle, ellipse


def _card(x: float, y: float) -> Strokes:
    rows = (
        f"M{x + 36} {y + 54}h108M{x + 36} {y + 94}h138"
        f"M{x + 36} {y + 134}h118M{x + 36} {y + 176}h146"
    )
    return (
        *shape(box(x, y, 340, 212, 16), fill="brand_soft"),
        *lines(rows),
        *shape(circle(x + 260, y + 82, 34)),
        *lines(f"M{x + 206} {y + 176}c0-38 22-54 54-54s54 16 54 54"),
    )


def _lying_card(ink: str) -> Layer:
    return layer(
        lines("M182 336L458 336L476 414L164 414Z", ink, f"{ink}_soft"),
        lines("M208 360h96M204 388h116", ink),
        shape(ellipse(408, 364, 22, 13), ink),
        lines("M372 402c4-22 20-26 38-26s34 4 40 26", ink),
        start=(0.0, -70.0),
    )


_READER = layer(
    lines("M66 300L574 300L624 462L16 462Z", "line_strong", "plate"),
    lines("M156 330L484 330L508 420L132 420Z", "ok", "ok_soft"),
    shape(ellipse(320, 374, 48, 24), "ok"),
)
_READER_WAVES = (
    "M232 250c52-46 124-46 176 0M264 284c34-30 78-30 112 0M200 216c72-64 168-64 240 0"
)
_OVER_READER = (320, 170)


def _chip_card(y: float, ink: str) -> Strokes:
    """A card with its chip, on end, half in the slot."""
    contacts = f"M286 {y + 96}h68M286 {y + 120}h68M320 {y + 72}v72"
    edge = f"M196 {y}h248v258q0 18-18 18H214q-18 0-18-18Z"
    return (
        *lines(edge, ink, f"{ink}_soft"),
        *shape(box(286, y + 72, 68, 72, 10), ink, "card", width=4.0),
        *lines(contacts, ink, width=4.0),
        *lines(f"M226 {y + 196}h120M226 {y + 226}h80", ink, width=4.0),
    )


_SLOT = layer(
    shape(box(96, 20, 448, 176, 24), "line_strong", "plate"),
    shape(box(150, 120, 340, 26, 13), "ink", "ink", width=2.0),
    shape(box(150, 52, 128, 40, 8), "line_strong", "card", width=4.0),
    shape(circle(480, 72, 11), "ok", "ok_soft"),
)
_SLOT_WAVES = (
    "M70 300c-24-40-24-96 0-136M34 324c-38-56-38-128 0-184"
    "M570 300c24-40 24-96 0-136M606 324c38-56 38-128 0-184"
)
_BESIDE_SLOT = (540, 330)

_TERMINAL = layer(
    shape(box(180, 16, 280, 330, 26), "line_strong", "plate"),
    shape(box(208, 42, 224, 92, 10), "brand", "card"),
    lines(
        "M222 168h44M298 168h44M374 168h44M222 214h44M298 214h44M374 214h44"
        "M222 260h44M298 260h44M374 260h44",
        width=16.0,
    ),
    shape(box(208, 306, 224, 18, 9), "ink", "ink", width=2.0),
)
_BANK_CARD = (
    *lines("M226 330h188v108q0 16-16 16H242q-16 0-16-16Z", "brand", "ok_soft"),
    *shape(box(248, 360, 44, 36, 8), "brand", "card", width=4.0),
    *lines("M310 372h80M248 424h100", width=4.0),
)

CARDS = MappingProxyType[str, Drawing](
    {
        "card": (
            _READER,
            layer(arrow(320, 288, 0, 26)),
            layer(_card(150, 6), start=(0.0, -44.0)),
        ),
        "card-reading": (
            _READER,
            _lying_card("brand"),
            layer(lines(_READER_WAVES, width=8.0)),
        ),
        "card-read": (
            _READER,
            _lying_card("ok"),
            mark("M280 172l28 30 54-62", "ok", _OVER_READER, 86, 14.0),
        ),
        "card-failed": (
            _READER,
            _lying_card("seal"),
            mark("M320 124v54M320 210v2", "warn", _OVER_READER, 86, 14.0),
        ),
        "take-card": (
            _READER,
            layer(_card(150, 66), start=(0.0, 60.0)),
            layer(arrow(320, 6, 0, -24)),
        ),
        "belongings": (
            layer(_card(60, 40), lines("M430 70h150v260H430Z", "brand", "card")),
            layer(lines("M456 120h98M456 160h98M456 200h62M456 240h80", width=4.0)),
        ),
        "meter": (
            _SLOT,
            layer(_chip_card(160, "brand"), start=(0.0, 70.0)),
            layer(arrow(100, 250, 0, -26)),
        ),
        "meter-reading": (
            _SLOT,
            layer(_chip_card(132, "brand")),
            layer(lines(_SLOT_WAVES, "ok", width=8.0)),
        ),
        "meter-read": (
            _SLOT,
            layer(_chip_card(132, "ok")),
            mark("M512 332l20 22 38-44", "ok", _BESIDE_SLOT, 62, 12.0),
        ),
        "meter-failed": (
            _SLOT,
            layer(_chip_card(160, "seal"), start=(0.0, -30.0)),
            mark("M540 298v38M540 358v2", "warn", _BESIDE_SLOT, 62, 12.0),
        ),
        "take-meter": (
            _SLOT,
            layer(_chip_card(176, "brand"), start=(0.0, -60.0)),
            layer(arrow(100, 420, 0, 26)),
        ),
        "terminal": (
            _TERMINAL,
            layer(_BANK_CARD, start=(0.0, 60.0)),
            layer(arrow(140, 350, 0, -26)),
        ),
        "terminal-pin": (
            _TERMINAL,
            layer(_BANK_CARD),
            layer(
                lines("M238 88h2M286 88h2M334 88h2M382 88h2", width=22.0),
                arrow(500, 210, -26, 0),
            ),
        ),
        "terminal-busy": (
            _TERMINAL,
            layer(_BANK_CARD),
            layer(
                lines("M240 88h30M305 88h30M370 88h30", "ok", width=10.0),
                start=(-20.0, 0.0),
            ),
        ),
        "terminal-take": (
            _TERMINAL,
            layer(_BANK_CARD, start=(0.0, -40.0)),
            layer(arrow(140, 452, 0, 26)),
        ),
    }
)
"""By name, as the screens ask for them."""
