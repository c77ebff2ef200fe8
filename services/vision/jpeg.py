"""JPEG within a size limit, as platforms demand for uploads."""

from __future__ import annotations

import numpy as np

from kiosk.core.media import Pixels

QUALITIES = (92, 85, 75, 65)
"""Tried in this order; below 65 the small print of a page begins to break."""


def encode_jpeg_blocking(pixels: Pixels, *, limit: int) -> bytes:
    """Return the picture as JPEG of at most ``limit`` bytes.

    Quality falls first; when that does not do, the picture is made smaller by a
    fifth and the qualities are tried again.

    Args:
        pixels: height x width (x 3), blue-green-red or grey.
        limit: bytes, at least some 1000.
    """
    import cv2

    picture = np.ascontiguousarray(pixels)
    while True:
        for quality in QUALITIES:
            content = _encoded(picture, quality)
            if len(content) <= limit:
                return content
        height, width = picture.shape[:2]
        if min(height, width) < 8:
            raise ValueError(f"no JPEG fits into {limit} bytes")
        smaller = (max(1, width * 4 // 5), max(1, height * 4 // 5))
        picture = np.asarray(
            cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA),
            dtype=np.uint8,
        )


def _encoded(picture: Pixels, quality: int) -> bytes:
    import cv2

    done, content = cv2.imencode(
        ".jpg", picture, [int(cv2.IMWRITE_JPEG_QUALITY), quality]
    )
    if not done:
        raise ValueError(f"cannot encode a picture of shape {picture.shape}")
    return content.tobytes()
