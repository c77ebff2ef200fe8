"""What goes to the loudspeaker, in words: how long, and whether it is silence."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.speech.sound import BYTES_PER_SAMPLE
from kiosk.core.wire import Direction


class SoundExplainer:
    """See ``kiosk.core.wire.WireExplainer``; samples are never shown: it is speech."""

    def __init__(self, rate: int, channels: int) -> None:
        self._bytes_per_s = rate * channels * BYTES_PER_SAMPLE

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield one line for each piece."""
        if direction == "received":
            yield f"unknown, {len(data)} bytes", b""
            return
        kind = "sound" if any(data) else "silence"
        yield f"{1000 * len(data) / self._bytes_per_s:.0f} ms of {kind}", b""
