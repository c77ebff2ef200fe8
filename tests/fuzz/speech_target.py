"""WAV files of an operator, and samples at the simulated loudspeaker."""

from __future__ import annotations

from collections.abc import Callable

from drivers.speech.explain import SoundExplainer
from drivers.speech.sound import NotSound, read_wav
from hardware_sim.speech.ear import Utterance, loudness


def driver(data: bytes) -> None:
    """What is read as sound has samples, and streams in its own length."""
    try:
        sound = read_wav(data)
    except NotSound:
        return
    assert 0 < len(sound.samples) <= len(data)
    assert 4000 <= sound.rate <= 192_000
    assert len(sound.stream(sound.rate, 1, 100)) == 2 * len(sound.samples)


def explainer(data: bytes) -> None:
    """No sample is ever shown."""
    told = list(SoundExplainer(8000, 1).explain("sent", data))
    assert told[0][0]
    assert told[0][1] == b""


def simulator(data: bytes) -> None:
    """Any bytes are some sound."""
    utterance = Utterance(1, 8000, 1)
    utterance.data += data
    assert utterance.heard_s() <= utterance.duration_s
    assert 0 <= utterance.rms() <= 32768
    assert loudness(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "speech.driver": driver,
    "speech.explainer": explainer,
    "speech.simulator": simulator,
}
