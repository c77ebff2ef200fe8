"""Face comparison, SIMULATED: no face is recognised here.

A real platform compares the portrait with the picture in its population register.
This one has no pictures and follows a rule that can be foreseen:

1. not a JPEG that decodes: ``unreadable``;
2. a side below 64 or above 4000 pixels, or a picture nearly of one colour
   (brightness varies by less than 4 of 255): ``poor``;
3. otherwise the verdict that the bench has set for the next picture, and ``match``
   when it has set none.
"""

from __future__ import annotations

import io

from PIL import Image, ImageStat, UnidentifiedImageError

VERDICTS = ("match", "mismatch", "poor")

_SMALLEST = 64
_LARGEST = 4000
_LEAST_VARIATION = 4.0


class SimulatedFaceComparison:
    """Decides by the rule above, never by the face."""

    def __init__(self) -> None:
        self.next_verdict = "match"

    def compare(self, portrait: bytes) -> str:
        """Return ``match``, ``mismatch``, ``poor`` or ``unreadable``."""
        quality = _judge(portrait)
        if quality != "good":
            return quality
        verdict, self.next_verdict = self.next_verdict, "match"
        return verdict


def _judge(portrait: bytes) -> str:
    try:
        with Image.open(io.BytesIO(portrait), formats=("JPEG",)) as picture:
            if min(picture.size) < _SMALLEST or max(picture.size) > _LARGEST:
                return "poor"
            spread = ImageStat.Stat(picture.convert("L")).stddev[0]
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return "unreadable"
    return "good" if spread >= _LEAST_VARIATION else "poor"
