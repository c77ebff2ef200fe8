"""What the sensor sees now: ready-made frames, and how the stream misbehaves."""

from __future__ import annotations

import time
from dataclasses import dataclass

from hardware_sim.link.device import WireLog

GARBAGE_EVERY = 7
"""In a garbled frame every so many bytes of the picture one is wrong."""

_SOS = b"\xff\xda"


@dataclass(slots=True)
class Behaviour:
    """How the stream misbehaves.

    Attributes:
        frozen: ``""`` runs; ``stall`` sends nothing more; ``repeat`` sends the same
            frame again and again.
        late_ms: added before every frame.
        garbage: the picture's bytes are spoilt on the way.
    """

    frozen: str = ""
    late_ms: int = 0
    garbage: bool = False


class Film:
    """The frames of one camera, shown in turn; every viewer sees the same.

    Nothing is drawn or encoded while the stream runs.
    """

    def __init__(self, wire: WireLog, frames_per_second: float) -> None:
        self.wire = wire
        self.pace_s = 1 / frames_per_second
        self.frames: tuple[bytes, ...] = ()
        self.behaviour = Behaviour()
        self.viewers = 0
        self.sent = 0
        self._began = time.monotonic()
        self._stopped_at = 0

    @property
    def wait_s(self) -> float:
        """Seconds until the next frame."""
        return self.pace_s + self.behaviour.late_ms / 1000

    @property
    def stalled(self) -> bool:
        """True while nothing is sent."""
        return self.behaviour.frozen == "stall"

    def freeze(self, mode: str) -> None:
        """Stop moving; see ``Behaviour.frozen``."""
        self._stopped_at = self._running_index()
        self.behaviour.frozen = mode

    def current(self) -> bytes:
        """Return the frame that the sensor sees now, as JPEG."""
        frozen = bool(self.behaviour.frozen)
        index = self._stopped_at if frozen else self._running_index()
        return self.frames[index % len(self.frames)]

    def next_frame(self) -> bytes:
        """Return the frame as it leaves the camera, and count it."""
        self.sent += 1
        frame = self.current()
        return garbled(frame) if self.behaviour.garbage else frame

    def entered(self, how: str) -> None:
        """Note that a viewer came."""
        self.viewers += 1
        self.wire.add("in", b"", f"a viewer opens {how}")

    def left(self) -> None:
        """Note that a viewer went."""
        self.viewers -= 1
        self.wire.add("note", b"", f"a viewer left after {self.sent} frames")

    def _running_index(self) -> int:
        return int((time.monotonic() - self._began) / self.pace_s)


def garbled(jpeg: bytes) -> bytes:
    """Return the picture with its scan spoilt; the frame around it stays whole."""
    start = jpeg.find(_SOS) + 14
    spoilt = bytearray(jpeg)
    for at in range(start, len(jpeg) - 2, GARBAGE_EVERY):
        spoilt[at] = (spoilt[at] * 7 + 91) & 0x7F
    return bytes(spoilt)
