"""What a stream of pictures is worth: alive, frozen, or black."""

from __future__ import annotations

import zlib
from enum import StrEnum

from drivers.camera.delays import Delays
from kiosk.core.media import Pixels

MAX_PIXELS = 4208 * 3120
"""13 megapixels, the largest document cameras; more is a fault or an attack."""

_BLACK_MEAN = 12.0
_BLACK_SPREAD = 6.0
"""A covered lens gives grey 0 to 8 with sensor noise; a dark hall still has lamps
and screens in it, which spread wider."""


class Verdict(StrEnum):
    """What may be said of the picture."""

    GOOD = "ok"
    FROZEN = "frozen"
    BLACK = "black"
    LOST = "lost"
    MISSING = "missing"
    TOO_LARGE = "tooLarge"


class PictureWatch:
    """Judges one picture after the other; knows no clock of its own."""

    def __init__(self, delays: Delays) -> None:
        self._delays = delays
        self._last_sum: int | None = None
        self._changed_at = 0.0
        self._lit_at: float | None = None

    def judge(self, pixels: Pixels, now: float) -> Verdict:
        """Say what is true after this picture, which arrived at ``now`` seconds."""
        if pixels.shape[0] * pixels.shape[1] > MAX_PIXELS:
            return Verdict.TOO_LARGE
        sample = pixels[::8, ::8]
        checksum = zlib.crc32(sample.tobytes())
        if checksum != self._last_sum:
            self._last_sum, self._changed_at = checksum, now
        dark = sample.mean() < _BLACK_MEAN and sample.std() < _BLACK_SPREAD
        if not dark or self._lit_at is None:
            self._lit_at = now
        if now - self._changed_at >= self._delays.identical_s:
            return Verdict.FROZEN
        if now - self._lit_at >= self._delays.black_s:
            return Verdict.BLACK
        return Verdict.GOOD
