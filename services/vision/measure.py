"""Measures on pictures that faces and pages share: grey, size, sharpness."""

from __future__ import annotations

import numpy as np

from kiosk.core.media import Pixels


def grey_of(pixels: Pixels) -> Pixels:
    """Return height x width grey for a blue-green-red or grey picture."""
    import cv2

    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), dtype=np.uint8)


def scaled_down(pixels: Pixels, longest_px: int) -> Pixels:
    """Return the picture with its longest side at most ``longest_px``.

    Averages over areas, so that noise falls and fine print does not alias. A
    picture that is small enough is returned as it is.
    """
    import cv2

    height, width = pixels.shape[:2]
    factor = longest_px / max(height, width)
    if factor >= 1:
        return pixels
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def laplacian_variance(grey: Pixels) -> float:
    """Return the variance of the Laplacian: the usual measure of focus.

    Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy" (2000).
    """
    import cv2

    return float(cv2.Laplacian(grey, cv2.CV_64F).var())
