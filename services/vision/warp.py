"""Straighten a page: four corners of the picture become a rectangle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kiosk.core.media import Pixels

KNOWN_SHAPES = (297 / 210, 85.6 / 53.98, 125 / 88)
"""Long side by short side: A4, ID-1 card (ISO/IEC 7810), passport page."""

SNAP = 0.06
"""Perspective falsifies the measured sides by a few per cent: within this share
of a known shape, that shape is taken."""

LONGEST_PX = 2339
"""A4 at 200 dots per inch; no platform asks for more."""


def straightened(pixels: Pixels, corners: NDArray[np.float64]) -> Pixels:
    """Return the page as an upright rectangle, never larger than it was seen.

    Args:
        pixels: height x width (x 3).
        corners: 4 x 2 fractions, clockwise from the top left.
    """
    import cv2

    height, width = pixels.shape[:2]
    source = np.asarray(corners * (width - 1, height - 1), dtype=np.float32)
    across, down = page_size(source)
    target = np.array(
        [[0, 0], [across - 1, 0], [across - 1, down - 1], [0, down - 1]],
        dtype=np.float32,
    )
    matrix = cv2.getPerspectiveTransform(source, target)
    page = cv2.warpPerspective(
        pixels, matrix, (across, down), flags=cv2.INTER_AREA | cv2.INTER_LINEAR
    )
    return np.asarray(page, dtype=np.uint8)


def page_size(corners: NDArray[np.float32]) -> tuple[int, int]:
    """Return width and height in pixels for the straightened page.

    The longer of each pair of opposite sides gives the size, so that nothing that
    was seen is lost; their means give the shape, which snaps to a known one.
    """
    top, right, bottom, left = np.linalg.norm(
        np.roll(corners, -1, axis=0) - corners, axis=1
    )
    across, down = float(top + bottom) / 2, float(left + right) / 2
    shape = max(across, down, 2.0) / max(min(across, down), 2.0)
    nearest = min(KNOWN_SHAPES, key=lambda known: abs(known - shape))
    if abs(nearest - shape) <= SNAP * nearest:
        shape = nearest
    long_px = min(max(2, round(float(max(top, right, bottom, left)))), LONGEST_PX)
    short_px = max(2, round(long_px / shape))
    return (long_px, short_px) if across >= down else (short_px, long_px)
