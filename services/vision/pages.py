"""Find a page under the document camera, judge it, and straighten it.

A bright sheet or card on the darker mat of the stand: edges on a small grey
picture, the largest four-cornered outline, a four-point warp from the full
picture. Nothing is read and nothing is retouched: what goes to the platform is the
photograph itself, straightened.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from kiosk.core.errors import MaterialUnreadable
from kiosk.core.media import Frame, Pixels
from kiosk.core.ports import PageFinding
from services.vision.jpeg import encode_jpeg_blocking
from services.vision.measure import grey_of, laplacian_variance, scaled_down
from services.vision.outline import OutlineThresholds, find_outline
from services.vision.warp import straightened

PAGE_LIMIT = 1_500_000
"""Bytes: what the platform takes for one photographed material."""


@dataclass(frozen=True, slots=True)
class PageThresholds:
    """Where the hints change over, each with its reason.

    Attributes:
        work_px: longest side of the picture that the outline is sought in; the
            corners are then right to about two pixels of a 1280-pixel picture.
        edge: a corner nearer to the picture's edge than this share of the side
            means that the page may go on outside.
        dark: mean grey of the page; print on darker paper loses contrast.
        glare_level, glare_share: a lamp's reflection is burnt out (250 and more)
            on a share of the page that hides a line of text.
        white_level: a page whose own paper is already that white is merely well
            lit; burnt-out spots cannot be told from paper then.
        judged_px: sharpness is measured on the page at this size, so that the
            figure does not depend on the camera.
        blurred: variance of the Laplacian where the page is liveliest. Print in
            focus gives 1000 and more, print that is just readable about 250.
    """

    outline: OutlineThresholds = field(default_factory=OutlineThresholds)
    work_px: int = 720
    edge: float = 0.006
    dark: float = 75.0
    glare_level: int = 250
    glare_share: float = 0.006
    white_level: float = 238.0
    judged_px: int = 1000
    blurred: float = 250.0


class ContourPageFinder:
    """``PageFinder`` by outlines; keeps nothing between pictures."""

    def __init__(self, thresholds: PageThresholds | None = None) -> None:
        self._thresholds = thresholds or PageThresholds()

    def find_blocking(self, frame: Frame) -> PageFinding:
        """Find the page and choose a hint; for a worker thread."""
        limits = self._thresholds
        grey = grey_of(frame.pixels)
        small = scaled_down(grey, limits.work_px)
        corners = find_outline(small, limits.outline)
        if corners is None:
            dark = float(small.mean()) < limits.dark / 3
            return PageFinding(None, 0.0, "dark" if dark else "none")
        page = scaled_down(straightened(grey, corners), limits.judged_px)
        sharpness = page_sharpness(page)
        points = tuple((float(x), float(y)) for x, y in corners)
        return PageFinding(points, sharpness, _hint(page, corners, sharpness, limits))

    def crop_blocking(self, frame: Frame, finding: PageFinding) -> bytes:
        """Return the straightened page as JPEG of at most 1.5 MB.

        Raises:
            MaterialUnreadable: the finding has no page.
        """
        if finding.corners is None:
            raise MaterialUnreadable("no page in the picture")
        corners = np.asarray(finding.corners, dtype=np.float64)
        page = straightened(frame.pixels, corners)
        return encode_jpeg_blocking(page, limit=PAGE_LIMIT)


def _hint(
    page: Pixels,
    corners: NDArray[np.float64],
    sharpness: float,
    limits: PageThresholds,
) -> str:
    if bool((corners < limits.edge).any() or (corners > 1 - limits.edge).any()):
        return "partly"
    if float(page.mean()) < limits.dark:
        return "dark"
    if has_glare(page, limits):
        return "glare"
    return "blurred" if sharpness < limits.blurred else "ok"


def has_glare(page: Pixels, limits: PageThresholds) -> bool:
    """Tell whether a lamp burns out a spot of the grey page."""
    if float(np.median(page)) >= limits.white_level:
        return False
    return float((page >= limits.glare_level).mean()) >= limits.glare_share


def page_sharpness(page: Pixels) -> float:
    """Return the Laplacian variance of the liveliest part of a grey page.

    A page is mostly paper, which is smooth in focus and out of it. So the page is
    cut into 8 x 8 fields and the mean of the eight liveliest counts; the outer
    fields are left out, where the page's own edge would pass for print.
    """
    inner = page[page.shape[0] // 20 :, page.shape[1] // 20 :]
    inner = inner[: -(page.shape[0] // 20) or None, : -(page.shape[1] // 20) or None]
    fields = [
        laplacian_variance(np.ascontiguousarray(field))
        for band in np.array_split(inner, 8, axis=0)
        for field in np.array_split(band, 8, axis=1)
        if field.size
    ]
    return float(np.mean(sorted(fields)[-8:])) if fields else 0.0
