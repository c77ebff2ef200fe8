"""The machine's voice: one utterance at a time, silenced within a tenth of a second.

Samples go out no further ahead than they are played, so that there is little left to
be heard when somebody cancels. What is said is neither logged nor kept.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import anyio

from drivers.link.health import HealthTest
from drivers.link.options import in_range, typed_options
from drivers.link.parts import parts_of
from drivers.link.queued import QueuedDevice
from drivers.speech.explain import SoundExplainer
from drivers.speech.sink import Sink, sink_to
from drivers.speech.sound import BYTES_PER_SAMPLE, Sound, tone
from drivers.speech.voice import NoVoice, Voice, VoiceSettings
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, SettingsError
from kiosk.core.health import HealthLevel
from kiosk.core.ports import EventLog
from kiosk.core.words import Language

_UNKNOWN = {"sound": "unknown", "synthesis": "unknown"}
_SHORT_S = 10.0


@dataclass(frozen=True, slots=True)
class SpeechOptions:
    """Settings of the driver.

    Attributes:
        prompts: folder of recorded prompts; see ``drivers.speech.voice``.
        rate, channels: format of the sound server, or of the card.
        volume: loudness at the start, percent.
        words_per_minute: speed of what is synthesised.
        voice_zh, voice_en: voices of espeak-ng.
    """

    prompts: str = ""
    rate: int = 22050
    channels: int = 1
    volume: int = 80
    words_per_minute: int = 150
    voice_zh: str = "cmn"
    voice_en: str = "en-us"
    espeak: str = "espeak-ng"
    aplay: str = "aplay"


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        slice_s: sound that is sent at a time.
        lead_s: how far sending may be ahead of playing.
        tail_s: silence after the last word, which pushes it through the buffers of a
            sound server.
        render_s: longest time to synthesise one text.
        end_s: longest wait for the card to play out.
    """

    slice_s: float = 0.02
    lead_s: float = 0.06
    tail_s: float = 0.25
    write_s: float = 1.0
    render_s: float = 10.0
    end_s: float = 3.0


def _info(name: str) -> DeviceInfo:
    interfaces = {
        "Common": ("Status", "Capabilities", "Cancel", "Reset"),
        "ExtSpeech": ("Say", "SetVolume"),
    }
    return DeviceInfo(
        name,
        "speech",
        model_name="prompts and espeak-ng",
        interfaces=MappingProxyType(interfaces),
    )


class SpeakingVoice(QueuedDevice):
    """See ``kiosk.core.peripherals.Speaker``."""

    def __init__(
        self,
        name: str,
        sink: Sink,
        clock: Clock,
        log: EventLog,
        options: SpeechOptions,
        delays: Delays | None = None,
    ) -> None:
        self._sink = sink
        self._clock = clock
        self._options = options
        self._delays = delays or Delays()
        self._volume = options.volume
        self._voice = Voice(_voice_settings(options, self._delays))
        super().__init__(
            *parts_of(_info(name), sink, log, _UNKNOWN),
            check=self._check,
            reset=self._check,
            short_s=_SHORT_S,
            explainer=partial(SoundExplainer, options.rate, options.channels),
            settings=asdict(options),
        )

    async def say(
        self, text: str, language: Language, *, timeout_s: float = 60.0
    ) -> Completion[None]:
        return await self._queue.run(
            partial(self._say, text, language), timeout_s=timeout_s
        )

    async def set_volume(self, percent: int) -> Completion[None]:
        """Set the loudness; 0 to 100, anything else is ``invalidData``.

        It is kept for a loudspeaker that is not there, and that is said.
        """
        return await self._queue.run(
            partial(self._set_volume, percent), timeout_s=_SHORT_S
        )

    def health_tests(self) -> tuple[HealthTest, ...]:
        return (
            *super().health_tests(),
            HealthTest("tone", HealthLevel.EXTERNAL, self._test_tone),
        )

    async def _set_volume(self, percent: int) -> Completion[None]:
        if not 0 <= percent <= 100:
            return Completion(CompletionCode.INVALID_DATA, description=f"{percent} %")
        self._volume = percent
        return await self._check()

    async def _test_tone(self) -> Completion[None]:
        sound = tone(440.0, 0.4, self._options.rate)
        return await self._queue.run(partial(self._play_out, sound), timeout_s=_SHORT_S)

    async def _say(self, text: str, language: Language) -> Completion[None]:
        try:
            sound, source = await self._voice.render(text, language)
        except NoVoice as error:
            return Completion(CompletionCode.COMMAND_ERROR, "noVoice", str(error))
        self._counters.add(f"said.{source}")
        return await self._play_out(sound)

    async def _play_out(self, sound: Sound) -> Completion[None]:
        """Play to the end; whatever happens, nothing goes on sounding after that."""
        try:
            await self._connection.ensure()
            await self._play(sound)
            await self._sink.finish(timeout_s=self._delays.end_s)
        except DeviceError as error:
            self._connection.failed(error)
            return Completion(CompletionCode.COMMAND_ERROR, "soundFailed", str(error))
        finally:
            with anyio.CancelScope(shield=True):
                await self._sink.close()
        self._sounds()
        return Completion(CompletionCode.SUCCESS)

    async def _play(self, sound: Sound) -> None:
        """Send the sound at the pace at which it is played."""
        options, delays = self._options, self._delays
        frame = BYTES_PER_SAMPLE * options.channels
        data = sound.stream(options.rate, options.channels, self._volume)
        data += bytes(frame * round(delays.tail_s * options.rate))
        step = frame * max(1, round(delays.slice_s * options.rate))
        begun = self._clock.monotonic()
        for start in range(0, len(data), step):
            await self._sink.write(data[start : start + step], timeout_s=delays.write_s)
            sent_s = (start + step) / (frame * options.rate)
            ahead = sent_s - (self._clock.monotonic() - begun)
            if ahead > delays.lead_s:
                await self._clock.sleep(ahead - delays.lead_s)

    async def _check(self) -> Completion[None]:
        """Open the way out and let it go again: nobody else may be kept from it."""
        try:
            await self._connection.ensure()
        except DeviceError as error:
            return self._connection.failed(error)
        finally:
            with anyio.CancelScope(shield=True):
                await self._sink.close()
        self._sounds()
        return Completion(CompletionCode.SUCCESS)

    def _sounds(self) -> None:
        synthesis = "ok" if self._voice.synthesises else None
        self._status.update(DeviceState.ONLINE, sound="ok", synthesis=synthesis)


def _voice_settings(options: SpeechOptions, delays: Delays) -> VoiceSettings:
    return VoiceSettings(
        prompts=Path(options.prompts) if options.prompts else None,
        programme=options.espeak,
        voices={
            Language.CHINESE: options.voice_zh,
            Language.ENGLISH: options.voice_en,
        },
        words_per_minute=options.words_per_minute,
        render_s=delays.render_s,
    )


def create(spec: DriverSpec) -> SpeakingVoice:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use, or an endpoint that
            is neither ``alsa:NAME`` nor ``pcm+tcp://host:port``.
    """
    options = typed_options(SpeechOptions, spec)
    in_range(spec.name, "rate", options.rate, 8000, 48000)
    in_range(spec.name, "channels", options.channels, 1, 2)
    in_range(spec.name, "volume", options.volume, 0, 100)
    in_range(spec.name, "words_per_minute", options.words_per_minute, 80, 400)
    for voice in (options.voice_zh, options.voice_en):
        if not voice or voice.startswith("-"):
            raise SettingsError(f"{spec.name}: no voice {voice!r}")
    sink = sink_to(
        spec.endpoint, options.rate, options.channels, spec.clock, aplay=options.aplay
    )
    return SpeakingVoice(spec.name, sink, spec.clock, spec.log, options)
