"""The outline of a page: the best four-cornered contour of a grey picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kiosk.core.media import Pixels


@dataclass(frozen=True, slots=True)
class OutlineThresholds:
    """What counts as a page.

    Attributes:
        smallest: share of the picture. An ID card under an A4 stand fills 7 %.
        largest: more than this is the mat or the picture itself, not a page.
        squareness: share of the four-cornered figure that the contour fills; a
            hand or a crumpled heap fills less.
        contrast: grey levels by which a page differs from the mat around it.
    """

    smallest: float = 0.035
    largest: float = 0.995
    squareness: float = 0.88
    contrast: float = 25.0


def find_outline(grey: Pixels, limits: OutlineThresholds) -> NDArray[np.float64] | None:
    """Return the corners of the largest page, or ``None``.

    Returns:
        4 x 2 fractions of width and height, clockwise from the top left.
    """
    height, width = grey.shape[:2]
    best, best_area = None, limits.smallest * height * width
    for contour in _contours(grey):
        corners = _four_corners(contour, limits)
        if corners is None:
            continue
        area = shoelace(corners)
        fits = best_area < area <= limits.largest * height * width
        if fits and _stands_out(grey, corners, limits):
            best, best_area = corners, area
    if best is None:
        return None
    scale = np.array([max(width - 1, 1), max(height - 1, 1)], dtype=np.float64)
    return np.clip(clockwise(best) / scale, 0.0, 1.0)


def clockwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """Order four corners clockwise (as seen) from the one nearest the top left."""
    middle = corners.mean(axis=0)
    turned = np.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0])
    ordered = corners[np.argsort(turned)]
    first = int(np.argmin(ordered.sum(axis=1)))
    return np.asarray(np.roll(ordered, -first, axis=0), dtype=np.float64)


def shoelace(corners: NDArray[np.float64]) -> float:
    """Return the area of a polygon in square units of its coordinates."""
    x, y = corners[:, 0], corners[:, 1]
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _contours(grey: Pixels) -> Iterator[NDArray[np.int32]]:
    """Yield outer contours by brightness and by edges: each finds what one misses."""
    import cv2

    calm = cv2.GaussianBlur(grey, (5, 5), 0)
    _, bright = cv2.threshold(calm, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    edges = cv2.Canny(calm, 30, 90)
    joined = cv2.dilate(edges, np.ones((3, 3), np.uint8))
    closing = np.ones((7, 7), np.uint8)
    for mask in (cv2.morphologyEx(bright, cv2.MORPH_OPEN, closing), joined):
        contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        for contour in contours:
            yield np.asarray(contour, dtype=np.int32)


def _four_corners(
    contour: NDArray[np.int32], limits: OutlineThresholds
) -> NDArray[np.float64] | None:
    import cv2

    hull = cv2.convexHull(contour)
    around = cv2.arcLength(hull, True)
    for roughness in (0.015, 0.03, 0.05):
        figure = cv2.approxPolyDP(hull, roughness * around, True)
        if len(figure) == 4:
            corners = np.asarray(figure.reshape(4, 2), dtype=np.float64)
            return corners if _fills(hull, corners, limits) else None
    corners = np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), dtype=np.float64)
    return corners if _fills(hull, corners, limits) else None


def _fills(
    hull: NDArray[np.int32] | object,
    corners: NDArray[np.float64],
    limits: OutlineThresholds,
) -> bool:
    filled = shoelace(np.asarray(hull, dtype=np.float64).reshape(-1, 2))
    return filled >= limits.squareness * max(shoelace(corners), 1.0)


def _stands_out(
    grey: Pixels, corners: NDArray[np.float64], limits: OutlineThresholds
) -> bool:
    """Tell whether the figure is brighter (or darker) than the mat around it."""
    import cv2

    inside = np.zeros(grey.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.asarray(np.rint(corners), dtype=np.int32), 255)
    wide = cv2.dilate(inside, np.ones((25, 25), np.uint8))
    close = cv2.dilate(inside, np.ones((7, 7), np.uint8))
    ring = cv2.subtract(wide, close)
    if not ring.any():
        return False  # no mat in sight: this is the picture's own frame
    difference = cv2.mean(grey, inside)[0] - cv2.mean(grey, ring)[0]
    return abs(difference) >= limits.contrast
