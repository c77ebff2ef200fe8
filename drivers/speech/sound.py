"""Sound as numbers: WAV in, samples out in the rate, channels and loudness wanted."""

from __future__ import annotations

import io
import struct
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BYTES_PER_SAMPLE = 2
"""Signed, 16 bits, low byte first: what espeak-ng writes and every sound card takes."""


_BROKEN = (
    *(wave.Error, EOFError, RuntimeError, ValueError, OverflowError, struct.error),
    *(ZeroDivisionError, MemoryError),
)
"""What the library ``wave`` raises for files that are none; found by fuzzing it."""


class NotSound(Exception):
    """The bytes are no WAV file of 16-bit samples."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples of one channel.

    Attributes:
        samples: int16, one per point in time.
        rate: points per second.
    """

    samples: NDArray[np.int16]
    rate: int

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.samples) / self.rate

    def stream(self, rate: int, channels: int, percent: int) -> bytes:
        """Return the samples as a sound card takes them.

        Args:
            percent: loudness, 0 to 100, of the sound as it was recorded.
        """
        samples = self._at(rate).astype(np.float64) * (percent / 100)
        clipped = np.clip(np.rint(samples), -32768, 32767).astype("<i2")
        return np.repeat(clipped, channels).tobytes()

    def _at(self, rate: int) -> NDArray[np.float64]:
        """Return the samples at another rate, straight lines between the points."""
        count = max(1, round(len(self.samples) * rate / self.rate))
        if rate == self.rate or not len(self.samples):
            return self.samples.astype(np.float64)
        places = np.arange(count) * (self.rate / rate)
        points = np.arange(len(self.samples))
        samples: NDArray[np.float64] = np.interp(places, points, self.samples)
        return samples


def read_wav(data: bytes) -> Sound:
    """Read a WAV file; several channels are mixed to one.

    A length of "until the end", as programmes write into a pipe, is taken as it is.

    Raises:
        NotSound: no WAV, compressed, other than 16 bits, or without a sample.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            width, channels = file.getsampwidth(), file.getnchannels()
            rate = file.getframerate()
            raw = file.readframes(file.getnframes())
    except _BROKEN as error:
        raise NotSound(f"no WAV file: {error}") from error
    if width != BYTES_PER_SAMPLE or not 1 <= channels <= 8:
        raise NotSound(f"{8 * width} bits, {channels} channels; 16 bits are needed")
    if not 4000 <= rate <= 192_000:
        raise NotSound(f"{rate} samples a second")
    whole = len(raw) // (BYTES_PER_SAMPLE * channels)
    if not whole:
        raise NotSound("no samples")
    frames = np.frombuffer(raw[: whole * BYTES_PER_SAMPLE * channels], "<i2")
    mixed = frames.reshape(whole, channels).mean(axis=1)
    return Sound(np.rint(mixed).astype(np.int16), rate)


def tone(hertz: float, seconds: float, rate: int) -> Sound:
    """Return a soft tone, faded in and out, for a test without words."""
    count = round(seconds * rate)
    wave_form = np.sin(2 * np.pi * hertz * np.arange(count) / rate)
    fade = np.minimum(1.0, np.minimum(np.arange(count), np.arange(count)[::-1]) / 200)
    return Sound((8000 * wave_form * fade).astype(np.int16), rate)
