"""What is to be said becomes sound: a recorded prompt, or espeak-ng in a child process.

A prompt is a WAV file in the operator's folder, named for its text, so that no list has
to be kept:

    <prompts>/<zh_CN or en>/<16 hexadecimal digits>.wav
    printf %s "请放上身份证" | sha256sum | cut -c1-16

The text goes to espeak-ng on its standard input, never as an argument: everybody on the
machine may read arguments, and a text may hold a name.
"""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

import anyio
import anyio.to_thread

from drivers.speech.sound import NotSound, Sound, read_wav
from kiosk.core.words import Language

_LONGEST_TEXT = 4000
_LARGEST_FILE = 30_000_000


class NoVoice(Exception):
    """Nothing on this machine can say the text; the message has nothing of it."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """How texts are synthesised.

    Attributes:
        prompts: folder of recorded prompts, ``None`` where there is none.
        programme: name or path of espeak-ng.
        voices: its voice for each language.
        words_per_minute: its speed; slower than its own 175 for people who are old.
        render_s: longest time for one text.
    """

    prompts: Path | None
    programme: str
    voices: dict[Language, str]
    words_per_minute: int
    render_s: float


def prompt_path(folder: Path, text: str, language: Language) -> Path:
    """Return where the recording of a text must lie."""
    digest = hashlib.sha256(text.strip().encode()).hexdigest()
    return folder / language.value / f"{digest[:16]}.wav"


class Voice:
    """Finds or makes the sound of a text."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings

    @property
    def synthesises(self) -> bool:
        """True when espeak-ng is installed."""
        return shutil.which(self._settings.programme) is not None

    async def render(self, text: str, language: Language) -> tuple[Sound, str]:
        """Return the sound, and where it came from: ``prompt`` or ``synthesis``.

        Raises:
            NoVoice: no recording, and espeak-ng is missing, fails or hangs.
        """
        if not text.strip() or len(text) > _LONGEST_TEXT:
            raise NoVoice(f"{len(text)} characters to say")
        recorded = await anyio.to_thread.run_sync(self._recorded, text, language)
        if recorded is not None:
            return recorded, "prompt"
        return await self._synthesise(text, language), "synthesis"

    def _recorded(self, text: str, language: Language) -> Sound | None:
        if self._settings.prompts is None:
            return None
        path = prompt_path(self._settings.prompts, text, language)
        try:
            if not path.is_file():
                return None
            if path.stat().st_size > _LARGEST_FILE:
                raise NoVoice(f"prompt {path.name} is too large")
            return read_wav(path.read_bytes())
        except (NotSound, OSError) as error:
            raise NoVoice(f"prompt {path.name}: {error}") from error

    async def _synthesise(self, text: str, language: Language) -> Sound:
        programme = shutil.which(self._settings.programme)
        if programme is None:
            raise NoVoice(f"no prompt, and {self._settings.programme} is not installed")
        voice = self._settings.voices[language]
        speed = str(self._settings.words_per_minute)
        command = [programme, "-v", voice, "-s", speed, "--stdin", "--stdout"]
        try:
            with anyio.fail_after(self._settings.render_s):
                done = await anyio.run_process(
                    command, input=text.encode(), check=False
                )
            if done.returncode:
                raise NoVoice(f"espeak-ng ended with {done.returncode}, voice {voice}")
            return read_wav(done.stdout)
        except TimeoutError as error:
            raise NoVoice("espeak-ng did not end") from error
        except (NotSound, OSError) as error:
            raise NoVoice(f"espeak-ng: {error}") from error
