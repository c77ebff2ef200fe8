"""A loudspeaker on the network: takes raw samples and remembers what was said.

It listens like PulseAudio's module-simple-protocol-tcp: no handshake, s16le, one
connection is one stream. It takes bytes no faster than a card plays them, with a small
buffer, so that a kiosk which sends too far ahead is slowed down.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.arguments import whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.speech.ear import BYTES_PER_SAMPLE, Utterance, loudness

_HOST = "127.0.0.1"
_KEPT = 20
_NOISE = b"\x00\xff half a frame"
_BREAK_MS = Argument("ms", "number", 200)
_BUFFER_S = 0.2
"""What the card's buffer holds."""


class SimSpeaker:
    """The loudspeaker and its listener."""

    name = "speaker"
    title = "扬声器"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        port: int = 0,
        rate: int = 22050,
        channels: int = 1,
    ) -> None:
        self.wire = WireLog()
        self._directory = None if directory is None else Path(directory)
        self._port = port
        self._rate = rate
        self._channels = channels
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._breaks_at: int | None = None
        self._noisy = False
        self._count = 0
        self._said: deque[Utterance] = deque(maxlen=_KEPT)

    async def start(self) -> str:
        """Begin to listen; return ``pcm+tcp://127.0.0.1:port``."""
        await self._reconnect()
        return self._endpoint

    async def stop(self) -> None:
        """Stop listening; safe to call twice."""
        self._flowing.set()
        await self._disconnect()

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        """What was said lately, oldest first."""
        return tuple(self._said)

    def state(self) -> dict[str, JsonValue]:
        """Return what was heard."""
        return {
            "connected": self._server is not None,
            "endpoint": self._endpoint,
            "playing": bool(self._writers),
            "stalled": not self._flowing.is_set(),
            "utterances": [each.facts() for each in self._said],
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        return verbs_of(self)

    @property
    def _endpoint(self) -> str:
        return f"pcm+tcp://{_HOST}:{self._port}"

    @verb("拔掉扬声器", "Unplug it")
    async def _disconnect(self) -> JsonValue:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            for writer in tuple(self._writers):
                writer.transport.abort()
            await server.wait_closed()
            self.wire.add("note", b"", "disconnected")
        return {"connected": False}

    @verb("插回扬声器", "Plug it in")
    async def _reconnect(self) -> JsonValue:
        if self._server is None:
            self._server = await asyncio.start_server(
                self._listen, _HOST, self._port, limit=self._bytes_in(_BUFFER_S)
            )
            self._port = self._server.sockets[0].getsockname()[1]
            self.wire.add("note", b"", f"listening on {self._endpoint}")
        return {"connected": True}

    @verb("声卡卡住", "Let the card hang")
    async def _stall(self) -> JsonValue:
        self._flowing.clear()
        self.wire.add("note", b"", "takes no more sound")
        return {"stalled": True}

    @verb("播放中断开", "Break off after so many milliseconds", _BREAK_MS)
    async def _break_after(self, ms: object = 200) -> JsonValue:
        after_s = whole_number(ms, "ms", most=600_000) / 1000
        self._breaks_at = self._bytes_in(after_s)
        return {"ms": round(after_s * 1000)}

    @verb("断电重启", "Let the power blink")
    async def _power_cut(self) -> JsonValue:
        """Hang up on everybody; what was in the buffer is never heard."""
        for writer in tuple(self._writers):
            writer.transport.abort()
        self.wire.add("note", b"", "power off and on")
        return {"connected": self._server is not None}

    @verb("往回发乱码", "Send noise back")
    async def _answer_garbage(self) -> JsonValue:
        """Say something on a line on which a loudspeaker says nothing."""
        self._noisy = True
        for writer in tuple(self._writers):
            writer.write(_NOISE)
        return {"noisy": True}

    @verb("清空录音", "Forget what was said")
    async def _forget(self) -> JsonValue:
        self._said.clear()
        return {"utterances": 0}

    @verb("一切复原", "All well again")
    async def _heal(self) -> JsonValue:
        self._flowing.set()
        self._breaks_at = None
        self._noisy = False
        return await self._reconnect()

    def _bytes_in(self, seconds: float) -> int:
        return BYTES_PER_SAMPLE * self._channels * round(self._rate * seconds)

    def _ms(self, data: bytes) -> int:
        return round(1000 * len(data) / self._bytes_in(1.0))

    async def _listen(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._writers.add(writer)
        self._count += 1
        utterance = Utterance(self._count, self._rate, self._channels)
        if self._noisy:
            writer.write(_NOISE)
        try:
            await self._hear(reader, utterance)
        except ConnectionError:
            self.wire.add("note", b"", "connection broken")
        finally:
            self._writers.discard(writer)
            writer.close()
            self._keep(utterance)

    async def _hear(self, reader: asyncio.StreamReader, utterance: Utterance) -> None:
        """Take samples at the pace of a card, until the player closes."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        while data := await reader.read(self._bytes_in(0.05)):
            await self._flowing.wait()
            utterance.data += data
            self.wire.add("in", data, f"{self._ms(data)} ms of {loudness(data)}")
            if self._breaks_at is not None:
                if len(utterance.data) >= self._breaks_at:
                    self.wire.add("note", b"", "broken off")
                    return
            ahead = utterance.duration_s - (loop.time() - begun)
            if ahead > _BUFFER_S:
                await asyncio.sleep(ahead - _BUFFER_S)
        utterance.whole = True

    def _keep(self, utterance: Utterance) -> None:
        if not utterance.data:
            return
        self._said.append(utterance)
        if self._directory is not None:
            utterance.save(self._directory)
        self.wire.add("note", b"", f"{utterance.duration_s:.2f} s were said")


def create(
    directory: Path | str | None = None,
    port: int = 0,
    rate: int = 22050,
    channels: int = 1,
) -> SimSpeaker:
    """Return a loudspeaker that is not started yet.

    Args:
        directory: where each utterance is written as a WAV file; nowhere if ``None``.
        port: where it listens; 0 = any free port.
    """
    return SimSpeaker(directory=directory, port=port, rate=rate, channels=channels)
