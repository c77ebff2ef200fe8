"""What was heard: loudness and length of one utterance. Pure."""

from __future__ import annotations

import array
import math
import sys
import wave
from dataclasses import dataclass, field
from pathlib import Path

BYTES_PER_SAMPLE = 2
_SILENT = 60
"""Samples below this are silence: some -55 dB."""


@dataclass(slots=True)
class Utterance:
    """Samples of one connection, s16le.

    Attributes:
        whole: the player closed it after the last sample; False = broken off by us.
    """

    number: int
    rate: int
    channels: int
    data: bytearray = field(default_factory=bytearray)
    whole: bool = False

    @property
    def duration_s(self) -> float:
        """Seconds of sound, with its silence."""
        return len(self.data) / (BYTES_PER_SAMPLE * self.channels * self.rate)

    def samples(self) -> array.array[int]:
        """Return the samples; half of one at the end is left out."""
        values = array.array("h")
        values.frombytes(bytes(self.data[: len(self.data) // 2 * 2]))
        if sys.byteorder == "big":
            values.byteswap()
        return values

    def heard_s(self) -> float:
        """Seconds from the first to the last sample that is not silence."""
        loud = [at for at, value in enumerate(self.samples()) if abs(value) > _SILENT]
        count = loud[-1] - loud[0] + 1 if loud else 0
        return count / (self.channels * self.rate)

    def rms(self) -> float:
        """Return the loudness of what is not silence, 0 to 32767."""
        values = [value for value in self.samples() if abs(value) > _SILENT]
        if not values:
            return 0.0
        return math.sqrt(sum(value * value for value in values) / len(values))

    def facts(self) -> dict[str, object]:
        """Return what can be said of it, ready for JSON."""
        return {
            "number": self.number,
            "duration_s": round(self.duration_s, 3),
            "heard_s": round(self.heard_s(), 3),
            "rms": round(self.rms(), 1),
            "peak": max((abs(value) for value in self.samples()), default=0),
            "ended": self.whole,
        }

    def save(self, directory: Path) -> Path:
        """Write it as a WAV file, so that a person can listen."""
        path = directory / f"utterance-{self.number}.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(self.channels)
            file.setsampwidth(BYTES_PER_SAMPLE)
            file.setframerate(self.rate)
            file.writeframes(bytes(self.data))
        return path


def loudness(data: bytes) -> str:
    """Return a piece in words for the wire log."""
    values = array.array("h")
    values.frombytes(data[: len(data) // 2 * 2])
    peak = max((abs(value) for value in values), default=0)
    return "silence" if peak <= _SILENT else f"sound, peak {peak}"
