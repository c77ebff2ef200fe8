"""Samples, rates and WAV files, without a loudspeaker."""

from __future__ import annotations

import io
import struct
import wave

import numpy as np
import pytest

from drivers.speech.sound import NotSound, Sound, read_wav, tone


def wav(
    samples: list[int], rate: int = 8000, channels: int = 1, width: int = 2
) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", each) for each in samples))
    return out.getvalue()


def test_a_wav_file_is_read_as_it_was_written() -> None:
    sound = read_wav(wav([1, -2, 32767, -32768]))
    assert sound.samples.tolist() == [1, -2, 32767, -32768]
    assert sound.seconds == 4 / 8000


def test_two_channels_become_one() -> None:
    sound = read_wav(wav([100, 200, -100, -300], channels=2))
    assert sound.samples.tolist() == [150, -200]


def test_a_length_of_until_the_end_is_what_came() -> None:
    data = bytearray(wav([7] * 50))
    data[4:8] = data[40:44] = b"\x00\xf0\xff\x7f"
    assert len(read_wav(bytes(data)).samples) == 50


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"ID3 a song",
        wav([]),
        wav([1, 2], rate=100),
        wav([1, 2], width=1, channels=4),
        wav([1, 2])[:30],
    ],
)
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(NotSound):
        read_wav(data)


def test_another_rate_keeps_length_and_shape() -> None:
    sound = tone(200.0, 0.5, 8000)
    data = sound.stream(22050, 1, 100)
    samples = np.frombuffer(data, "<i2")
    assert len(samples) == round(0.5 * 22050)
    again = Sound(samples, 22050).stream(8000, 1, 100)
    difference = np.frombuffer(again, "<i2")[:4000].astype(int) - sound.samples
    assert abs(difference).max() < 400


def test_loudness_and_channels() -> None:
    sound = Sound(np.array([1000, -1000], np.int16), 8000)
    assert np.frombuffer(sound.stream(8000, 2, 50), "<i2").tolist() == [
        500,
        500,
        -500,
        -500,
    ]
    assert not any(sound.stream(8000, 1, 0))
