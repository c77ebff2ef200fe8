"""What is said is heard at the simulated loudspeaker, and at real ALSA."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.speech.driver import SpeakingVoice, SpeechOptions, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.words import Language
from tests.contract.kit.subject import Stand
from tests.contract.speech.subject import (
    PROMPT_S,
    TEXT,
    record_prompt,
)
from tests.contract.speech.subject import (
    stand as make_stand,
)

needs_espeak = pytest.mark.skipif(
    shutil.which("espeak-ng") is None, reason="espeak-ng is not installed"
)
needs_aplay = pytest.mark.skipif(
    shutil.which("aplay") is None, reason="aplay is not installed"
)
LONG = "这句话要说很久"


async def until(true: Callable[[], object]) -> None:
    """Wait for something that happens at the other end of the wire."""
    with anyio.fail_after(10):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.005)


async def heard(stand: Stand, count: int = 1) -> list[dict[str, Any]]:
    """Return what was heard, once the loudspeaker has closed its book."""
    await until(lambda: len(stand.sim.state()["utterances"]) >= count)
    found: list[dict[str, Any]] = stand.sim.state()["utterances"]
    return found


def alsa(name: str, place: Path, **options: Any) -> SpeakingVoice:
    """A voice whose way out is ALSA."""
    chosen = {"prompts": str(place), "rate": 8000, **options}
    return create(
        DriverSpec("speaker", name, SystemClock(), lambda e, **f: None, chosen)
    )


async def test_a_recorded_prompt_is_heard_whole(stand: Stand) -> None:
    began = time.monotonic()
    assert (await stand.device.say(TEXT, Language.CHINESE)).ok
    assert time.monotonic() - began >= PROMPT_S - 0.06, "success is: played"
    (said,) = await heard(stand)
    assert said["heard_s"] == pytest.approx(PROMPT_S, abs=0.005)
    assert said["ended"]
    assert stand.port.statistics()["said.prompt"] == 1


async def test_the_loudness_is_as_told(stand: Stand) -> None:
    for percent in (100, 50, 0):
        assert (await stand.device.set_volume(percent)).ok
        assert (await stand.device.say(TEXT, Language.CHINESE)).ok
    peaks = [said["peak"] for said in await heard(stand, 3)]
    assert peaks == [12000, 6000, 0]


@pytest.mark.parametrize("percent", [-1, 101])
async def test_a_loudness_that_is_none_is_refused(stand: Stand, percent: int) -> None:
    completion = await stand.device.set_volume(percent)
    assert completion.code is CompletionCode.INVALID_DATA


async def test_cancel_silences_within_a_tenth_of_a_second(
    stand: Stand, tmp_path: Path
) -> None:
    record_prompt(tmp_path, LONG, 5.0)
    ended: list[float] = []
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await until(lambda: len(stand.sim.wire.entries) > 10)
            ended.append(time.monotonic())
            await stand.port.cancel()

        tasks.start_soon(stop)
        completion = await stand.device.say(LONG, Language.CHINESE)
        ended.append(time.monotonic())
    assert completion.code is CompletionCode.CANCELED
    assert ended[1] - ended[0] < 0.1
    (said,) = await heard(stand)
    assert said["heard_s"] < 1.0, "of five seconds"


async def test_one_utterance_at_a_time_in_order(stand: Stand, tmp_path: Path) -> None:
    record_prompt(tmp_path, LONG, 0.3)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(stand.device.say, TEXT, Language.CHINESE)
        tasks.start_soon(stand.device.say, LONG, Language.CHINESE)
    lengths = [said["heard_s"] for said in await heard(stand, 2)]
    assert lengths == [pytest.approx(PROMPT_S, abs=0.01), pytest.approx(0.3, abs=0.01)]


@needs_espeak
@pytest.mark.parametrize(
    ("text", "language"),
    [("请放上身份证", Language.CHINESE), ("Put down your card", Language.ENGLISH)],
)
async def test_any_other_text_is_synthesised(
    stand: Stand, text: str, language: Language
) -> None:
    assert (await stand.device.say(text, language)).ok
    (said,) = await heard(stand)
    assert 0.5 < said["heard_s"] < 5
    assert said["rms"] > 200
    assert stand.port.statistics()["said.synthesis"] == 1


@pytest.mark.parametrize("text", ["", "  ", "长" * 5000])
async def test_nothing_to_say_and_too_much_are_refused(stand: Stand, text: str) -> None:
    completion = await stand.device.say(text, Language.CHINESE)
    assert completion.trouble == "noVoice"
    assert text.strip() == "" or text not in completion.description


async def test_without_recording_and_espeak_nothing_can_say_it(tmp_path: Path) -> None:
    options = SpeechOptions(espeak="no-such-programme")
    async with make_stand(tmp_path, options) as stand:
        assert (await stand.device.say(TEXT, Language.CHINESE)).ok
        completion = await stand.device.say("别的话", Language.CHINESE)
        assert completion.trouble == "noVoice"
        assert "no-such-programme is not installed" in completion.description
        assert stand.port.status.detail["synthesis"] is None


async def test_a_prompt_that_is_no_wav_says_so(stand: Stand, tmp_path: Path) -> None:
    record_prompt(tmp_path, LONG, 0.1).write_bytes(b"RIFF, but not really")
    completion = await stand.device.say(LONG, Language.CHINESE)
    assert completion.trouble == "noVoice"
    assert "no WAV file" in completion.description


@pytest.mark.parametrize("language", list(Language))
@needs_espeak
async def test_a_prompt_belongs_to_its_language(
    stand: Stand, language: Language
) -> None:
    assert (await stand.device.say(TEXT, language)).ok
    source = "prompt" if language is Language.CHINESE else "synthesis"
    assert stand.port.statistics()[f"said.{source}"] == 1


async def test_a_loudspeaker_that_is_gone_is_no_sound(stand: Stand) -> None:
    await stand.hands("disconnect")
    completion = await stand.device.say(TEXT, Language.CHINESE)
    assert completion.trouble == "soundFailed"
    assert stand.port.status.state is DeviceState.NO_DEVICE
    await stand.hands("reconnect")
    assert (await stand.port.reset()).ok
    assert stand.port.status.detail["sound"] == "ok"


async def test_health_plays_a_tone(stand: Stand) -> None:
    report = await stand.port.check_health(HealthLevel.EXTERNAL)
    assert report.verdict is HealthVerdict.PASS
    (said,) = await heard(stand)
    assert said["heard_s"] == pytest.approx(0.4, abs=0.05)


@needs_aplay
async def test_alsa_plays_to_the_end(tmp_path: Path) -> None:
    record_prompt(tmp_path, TEXT, PROMPT_S)
    speaker = alsa("alsa:null", tmp_path)
    assert (await speaker.open()).ok
    completion = await speaker.say(TEXT, Language.CHINESE)
    await speaker.close()
    assert completion.ok, completion


@needs_aplay
async def test_a_card_that_does_not_exist_is_named(tmp_path: Path) -> None:
    record_prompt(tmp_path, TEXT, PROMPT_S)
    speaker = alsa("alsa:nosuchcard", tmp_path)
    completion = await speaker.say(TEXT, Language.CHINESE)
    await speaker.close()
    assert completion.trouble == "soundFailed"
    assert "nosuchcard" in completion.description
    assert "No such file" in completion.description


async def test_without_aplay_there_is_no_sound(tmp_path: Path) -> None:
    speaker = alsa("alsa:default", tmp_path, aplay="no-such-programme")
    completion = await speaker.open()
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert "no-such-programme is not installed" in completion.description


async def test_an_aplay_that_cannot_be_started_is_no_sound(tmp_path: Path) -> None:
    record_prompt(tmp_path, TEXT, PROMPT_S)
    broken = tmp_path / "aplay"
    broken.write_bytes(b"\x7fELF of another machine")
    broken.chmod(0o755)
    speaker = alsa("alsa:default", tmp_path, aplay=str(broken))
    completion = await speaker.say(TEXT, Language.CHINESE)
    assert completion.trouble == "soundFailed"
    assert "cannot be started" in completion.description
    await speaker.close()


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("/dev/snd/pcm", {}),
        ("alsa:", {}),
        ("pcm+tcp://somewhere", {}),
        ("tcp://127.0.0.1:4711", {}),
        ("alsa:default", {"rate": 1}),
        ("alsa:default", {"channels": 6}),
        ("alsa:default", {"volume": 101}),
        ("alsa:default", {"voice_zh": "-x"}),
        ("alsa:default", {"loud": True}),
    ],
)
def test_settings_of_no_use_are_refused(endpoint: str, options: dict[str, Any]) -> None:
    spec = DriverSpec("speaker", endpoint, SystemClock(), lambda e, **f: None, options)
    with pytest.raises(SettingsError):
        create(spec)


async def test_what_is_said_shows_nowhere(stand: Stand) -> None:
    trace = stand.port.trace()
    completion = await stand.device.say(TEXT, Language.CHINESE)
    said: list[str] = []
    with anyio.fail_after(2):
        async for line in trace:
            said.append(f"{line.text} {line.shown}")
            if line.text == "closed":
                break
    assert "20 ms of sound " in said
    told = repr((completion, said, stand.diary, stand.port.diagnostics()))
    assert TEXT not in told
