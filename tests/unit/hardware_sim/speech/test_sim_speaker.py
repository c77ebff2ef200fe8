"""The simulated loudspeaker by itself: what it hears of a plain socket."""

from __future__ import annotations

import asyncio
import struct
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardware_sim.speech.ear import Utterance, loudness
from hardware_sim.speech.simulator import create

Eventually = Callable[..., Any]


def square(count: int, height: int) -> bytes:
    return b"".join(
        struct.pack("<h", height if at % 2 else -height) for at in range(count)
    )


def test_silence_around_an_utterance_is_not_heard() -> None:
    utterance = Utterance(1, rate=1000, channels=1)
    utterance.data += bytes(400) + square(100, 5000) + bytes(200)
    assert utterance.duration_s == 0.4
    assert utterance.heard_s() == 0.1
    assert utterance.rms() == 5000.0


def test_pieces_are_told_by_loudness() -> None:
    assert loudness(bytes(10)) == "silence"
    assert loudness(square(4, 900)) == "sound, peak 900"


async def test_a_stream_is_recorded(tmp_path: Path, eventually: Eventually) -> None:
    sim = create(directory=tmp_path, rate=8000)
    endpoint = await sim.start()
    host, _, port = endpoint.removeprefix("pcm+tcp://").rpartition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(square(800, 3000))
    writer.close()
    await eventually(lambda: sim.utterances)
    (said,) = sim.state()["utterances"]
    await sim.stop()
    assert (said["duration_s"], said["rms"], said["ended"]) == (0.1, 3000.0, True)
    with wave.open(str(tmp_path / "utterance-1.wav")) as file:
        assert file.getnframes() == 800


async def test_sound_that_comes_too_fast_is_slowed_down(
    eventually: Eventually,
) -> None:
    sim = create(rate=8000)
    endpoint = await sim.start()
    host, _, port = endpoint.removeprefix("pcm+tcp://").rpartition(":")
    loop = asyncio.get_running_loop()
    begun = loop.time()
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(square(4000, 3000))
    writer.close()
    await eventually(lambda: sim.utterances)
    took = loop.time() - begun
    await sim.stop()
    assert took >= 0.25, "half a second of sound, 0.2 s of it in the buffer"
