"""The machine's voice and the simulated loudspeaker, for the contract kit."""

from __future__ import annotations

import math
import struct
import wave
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from drivers.speech.driver import Delays, SpeakingVoice, SpeechOptions
from drivers.speech.sink import sink_to
from drivers.speech.voice import prompt_path
from hardware_sim.speech.simulator import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.ports import EventLog
from kiosk.core.words import Language
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

TEXT = "李晓桐，请取走您的证件"
"""Has a name in it, so it must not show anywhere."""

RATE = 8000
PROMPT_S = 0.12
FAST = Delays(write_s=0.2, tail_s=0.03, end_s=1.0, render_s=5.0)


def record_prompt(folder: Path, text: str, seconds: float, rate: int = RATE) -> Path:
    """Put a recording of a text where the operator would: a tone of that length."""
    path = prompt_path(folder, text, Language.CHINESE)
    path.parent.mkdir(parents=True, exist_ok=True)
    values = (
        round(12000 * math.cos(2 * math.pi * 500 * at / rate))
        for at in range(round(seconds * rate))
    )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", value) for value in values))
    return path


def stand(
    place: Path, options: SpeechOptions | None = None
) -> AbstractAsyncContextManager[Stand]:
    """A loudspeaker on a free port, one recorded prompt, and the voice, not opened."""
    record_prompt(place, TEXT, PROMPT_S)
    chosen = replace(options or SpeechOptions(), prompts=str(place), rate=RATE)

    def make(endpoint: str, log: EventLog) -> SpeakingVoice:
        clock = SystemClock()
        sink = sink_to(endpoint, RATE, chosen.channels, clock)
        return SpeakingVoice("speaker", sink, clock, log, chosen, FAST)

    return standing(create(rate=RATE), make, Stand)


async def _well(stand: Stand) -> None:
    await stand.hands("heal")
    await stand.hands("forget")


async def _say(stand: Stand) -> Completion[Any]:
    """Say the prompt; the payload is how long it was heard."""
    said: Completion[None] = await stand.device.say(
        TEXT, Language.CHINESE, timeout_s=3.0
    )
    if not said.ok:
        return said
    heard = [each["heard_s"] for each in stand.sim.state()["utterances"]]
    return Completion(CompletionCode.SUCCESS, payload=heard)


def _not_heard(heard: Any) -> str:
    # The listener closes its book a moment after the last sample.
    whole = all(abs(each - PROMPT_S) < 0.01 for each in heard)
    return "" if whole else f"{heard} s were heard"


async def _set_volume(stand: Stand) -> Completion[None]:
    done: Completion[None] = await stand.device.set_volume(70)
    return done


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _out(status: Any) -> bool:
    return not status.usable


SUBJECTS = (
    Subject(
        "speech.voice",
        stand,
        steps=(
            Step("ExtSpeech.Say", _say, _well, wrong=_not_heard, longest_s=4.0),
            Step("ExtSpeech.SetVolume", _set_volume),
            Step("Common.Reset", _reset),
        ),
        # Nothing comes back from a loudspeaker: it takes sound, stops, or is gone.
        faults=(
            Fault("disconnect", shows=_out),
            Fault("power_cut"),
            Fault("answer_garbage"),
            Fault("stall", steps=frozenset({"ExtSpeech.Say"})),
            Fault("break_after", {"ms": 60}, steps=frozenset({"ExtSpeech.Say"})),
        ),
        has_cable=False,
        secrets=(TEXT, "李晓桐"),
    ),
)
