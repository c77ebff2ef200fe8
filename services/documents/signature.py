"""A signature: strokes of a finger into a small picture."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

WIDTH_PX = 900
PEN_PX = 7
_OVERSAMPLE = 2
"""Drawn larger and scaled down: Pillow's lines have no smooth edges."""


class PillowSignatureMaker:
    """Implements ``kiosk.core.ports.SignatureMaker`` with Pillow."""

    def draw_blocking(
        self, strokes: tuple[tuple[tuple[float, float], ...], ...], aspect: float
    ) -> bytes:
        """Return the signature as PNG; see the port."""
        width = WIDTH_PX * _OVERSAMPLE
        height = max(1, round(width / aspect))
        picture = Image.new("L", (width, height), 255)
        pen = ImageDraw.Draw(picture)
        for stroke in strokes:
            points = [(x * width, y * height) for x, y in stroke]
            if len(points) > 1:
                pen.line(points, fill=20, width=PEN_PX * _OVERSAMPLE, joint="curve")
        small = picture.resize((WIDTH_PX, height // _OVERSAMPLE), Image.Resampling.BOX)
        data = BytesIO()
        small.save(data, "PNG", optimize=True)
        return data.getvalue()
