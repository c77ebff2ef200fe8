"""Drawings of paper: under the camera, out of a printer, on its way to the platform."""

from __future__ import annotations

from types import MappingProxyType

from screens.theme.sketch_layers import Drawing, Strokes, arrow, layer, lines, shape
from screens.theme.strokes import box, circle, ellipse

_DOCUMENT = (
    layer(
        lines("M40 452L600 452L548 340L92 340Z", "line_strong", "plate"),
        lines("M574 340L574 60L330 60", "line_strong", width=16.0),
        shape(box(250, 34, 140, 56, 14), "brand", "brand_soft"),
        shape(ellipse(320, 92, 26, 12), "brand", "card"),
        lines("M298 112L196 318M342 112L444 318", "line_strong", width=3.0),
    ),
    layer(
        lines("M210 356L430 356L456 436L184 436Z", "brand", "card"),
        lines("M240 376h150M234 396h170M228 416h140", width=4.0),
        start=(-90.0, 0.0),
    ),
    layer(arrow(176, 396, 26, 0)),
)


def _printed(left: float, wide: float, high: float) -> Drawing:
    """A printer with a sheet coming out of it."""
    printer = layer(
        shape(box(left - 70, 26, wide + 140, 190, 22), "line_strong", "plate"),
        shape(box(left - 40, 52, 92, 56, 10), "line_strong", "card", width=4.0),
        shape(circle(left + wide + 30, 80, 10), "ok", "ok_soft"),
        shape(box(left - 26, 158, wide + 52, 24, 12), "ink", "ink", width=2.0),
    )
    sheet = _sheet(left, wide, high)
    return printer, layer(sheet, arrow(320, 464, 0, 26), start=(0.0, -60.0))


def _sheet(left: float, wide: float, high: float) -> Strokes:
    rows = "".join(
        f"M{left + 36} {220 + 34 * n}h{wide - 72 - (60 if n % 3 == 2 else 0)}"
        for n in range(4)
    )
    edge = lines(f"M{left} 172h{wide}v{high}h-{wide}Z", "brand", "card")
    return (*edge, *lines(rows, width=4.0))


_PLATFORM = (
    layer(
        shape(box(30, 90, 168, 300, 20), "brand", "brand_soft"),
        shape(box(54, 118, 120, 150, 8), "brand", "card"),
        lines("M78 310h72M78 342h40", width=6.0),
        lines("M78 160h72M78 194h52M78 228h64", width=4.0),
    ),
    layer(
        lines("M410 390h206M430 390V222M490 390V222M536 390V222M596 390V222"),
        lines("M404 214L513 122L622 214Z", "brand", "brand_soft"),
        shape(circle(513, 182, 12)),
    ),
    layer(
        lines(
            "M236 216h134M344 192l28 24-28 24M370 306H236M262 282l-28 24 28 24",
            "ok",
            width=7.0,
        ),
        start=(-20.0, 0.0),
    ),
)

PAPERS = MappingProxyType[str, Drawing](
    {
        "document": _DOCUMENT,
        "paper": _printed(180, 280, 210),
        "receipt": _printed(240, 160, 206),
        "platform": _PLATFORM,
    }
)
"""By name, as the screens ask for them."""
