"""What a stream of pictures is worth: alive, frozen, black, blank, or too small."""

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


_BLANK_SPREAD = 0.5
"""A sensor that gives no data is one flat colour, green after conversion from YUV; a
wall out of focus still has the noise of the sensor in it."""


class Verdict(StrEnum):
    """What may be said of the picture."""

    GOOD = "ok"
    FROZEN = "frozen"
    BLACK = "black"
    BLANK = "blank"
    LOST = "lost"
    MISSING = "missing"
    TOO_LARGE = "tooLarge"
    TOO_SMALL = "tooSmall"
    MUTE = "mute"


SHOWN = frozenset({Verdict.GOOD, Verdict.BLACK})
"""Verdicts under which the picture may be shown."""

UNFIT = frozenset({Verdict.TOO_LARGE, Verdict.TOO_SMALL})
"""Verdicts on its size."""


class PictureWatch:
    """Judges one picture after the other; knows no clock of its own.

    Args:
        least: smallest width and height that are of use.
    """

    def __init__(self, delays: Delays, least: tuple[int, int] = (0, 0)) -> None:
        self._delays = delays
        self._least = least
        self._last_sum: int | None = None
        self._changed_at = 0.0
        self._lit_at: float | None = None
        self._doubted = True

    @property
    def doubtful(self) -> bool:
        """True while more pictures are needed to know: only one, dark, or the same."""
        return self._doubted

    def judge(self, pixels: Pixels, now: float) -> Verdict:
        """Say what is true after this picture, which arrived at ``now`` seconds."""
        height, width = pixels.shape[:2]
        self._doubted = False
        if height * width > MAX_PIXELS:
            return Verdict.TOO_LARGE
        if width < self._least[0] or height < self._least[1]:
            return Verdict.TOO_SMALL
        sample = pixels[::8, ::8]
        return self._judge_content(sample, now)

    def _judge_content(self, sample: Pixels, now: float) -> Verdict:
        checksum = zlib.crc32(sample.tobytes())
        changed = checksum != self._last_sum
        first = self._last_sum is None
        if changed:
            self._last_sum, self._changed_at = checksum, now
        spread = float(sample.std(axis=(0, 1)).max())
        dark = float(sample.mean()) < _BLACK_MEAN and spread < _BLACK_SPREAD
        dull = dark or spread < _BLANK_SPREAD
        if not dull or self._lit_at is None:
            self._lit_at = now
        self._doubted = first or not changed or dull
        if now - self._lit_at >= self._delays.black_s:
            return Verdict.BLACK if dark else Verdict.BLANK
        if now - self._changed_at >= self._delays.identical_s:
            return Verdict.FROZEN
        return Verdict.GOOD
