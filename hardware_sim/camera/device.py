"""What both cameras share: the stream, its faults, and a scene to be drawn."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from hardware_sim.camera.codes import ENCODINGS, KINDS, ShownCode, draw_code
from hardware_sim.camera.film import Film
from hardware_sim.camera.mjpeg import MjpegServer
from hardware_sim.camera.rtsp import RtspServer
from hardware_sim.camera.scene import black_frames, blank_frames, shrunk
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.hands import verb, verbs_of

FREEZE_MODES = ("stall", "repeat")
TRANSPORTS = ("http", "rtsp")
"""Motion JPEG over HTTP, or RTSP with RTP inside."""

_FREEZE = Argument("mode", "choice", FREEZE_MODES[0], FREEZE_MODES)
_LATE_MS = Argument("ms", "number", 1000)
_CODE = Argument("code")
_KIND = Argument("kind", "choice", KINDS[0], KINDS)
_ENCODING = Argument("encoding", "choice", ENCODINGS[0], ENCODINGS)

_SMALL = (640, 360)
_PROBE_WIDTH = 400


class SimCamera(ABC):
    """A camera with a cable; subclasses say what is in front of it.

    Args:
        size: width and height of the picture in pixels.
        fps: frames a second.
        transport: one of ``TRANSPORTS``.
        password: of the RTSP user ``admin``; ``""`` lets everybody in.
    """

    name = "camera"
    title = "摄像头"
    title_en = "Camera"

    def __init__(
        self,
        size: tuple[int, int],
        host: str,
        port: int,
        fps: float,
        transport: str = "http",
        password: str = "",
    ) -> None:
        self.wire = WireLog()
        self.size = size
        self.film = Film(self.wire, fps)
        self.server: MjpegServer | RtspServer = (
            RtspServer(self.film, host, port, password)
            if transport == "rtsp"
            else MjpegServer(self.film, host, port)
        )
        self.code: ShownCode | None = None
        self._drawing = asyncio.Lock()
        self._sight = "scene"
        self._small = False

    async def start(self) -> str:
        """Draw the scene, listen, and return the address of the stream."""
        await self.redraw()
        return await self.server.plug_in()

    async def stop(self) -> None:
        """Drop every viewer; safe to call twice."""
        await self.server.unplug()

    @abstractmethod
    def draw_blocking(self) -> tuple[bytes, ...]:
        """Draw the present scene; for a worker thread."""

    @abstractmethod
    def scene_state(self) -> dict[str, JsonValue]:
        """What stands or lies in front of the lens."""

    def picture(self) -> bytes | None:
        """Return what the lens sees now as JPEG, ``None`` while unplugged."""
        return self.film.current() if self.server.listening else None

    async def redraw(self) -> None:
        """Bring the stream up to date with the scene."""
        async with self._drawing:
            self.film.frames = await asyncio.to_thread(self._draw_blocking)

    def _draw_blocking(self) -> tuple[bytes, ...]:
        sights: dict[str, Callable[[], tuple[bytes, ...]]] = {
            "scene": self.draw_blocking,
            "covered": lambda: black_frames(self.size),
            "dead": lambda: blank_frames(self.size),
        }
        frames = sights[self._sight]()
        return shrunk(frames, _SMALL) if self._small else frames

    def state(self) -> dict[str, JsonValue]:
        """What eyes see of the camera and before it."""
        behaviour = self.film.behaviour
        return {
            **self.scene_state(),
            "code": None if self.code is None else self.code.text,
            "plugged": self.server.listening,
            "sight": self._sight,
            "small": self._small,
            "frozen": behaviour.frozen,
            "late_ms": behaviour.late_ms,
            "garbage": behaviour.garbage,
            "viewers": self.film.viewers,
            "frames_sent": self.film.sent,
        }

    def verbs(self) -> Mapping[str, Verb]:
        """What hands can do to this camera."""
        return verbs_of(self)

    @verb("出示条码或二维码", "Hold up a code", _CODE, _KIND, _ENCODING)
    async def present(
        self, code: object, kind: object = KINDS[0], encoding: object = ENCODINGS[0]
    ) -> JsonValue:
        """Hold a code before the lens until it is taken away."""
        shown = ShownCode(
            str(code),
            one_of(kind, "kind", KINDS),
            one_of(encoding, "encoding", ENCODINGS),
        )
        if not shown.text:
            raise ValueError("code: something to show")
        draw_code(shown, _PROBE_WIDTH)
        self.code = shown
        await self.redraw()
        return {"code": shown.text}

    @verb("拿开条码", "Take the code away")
    async def remove(self) -> JsonValue:
        """Take the code away."""
        self.code = None
        await self.redraw()
        return {"code": None}

    @verb("画面冻结", "Freeze", _FREEZE)
    async def freeze(self, mode: object = "stall") -> JsonValue:
        """Stop the picture: no more frames, or the same one for ever."""
        self.film.freeze(one_of(mode, "mode", FREEZE_MODES))
        return None

    @verb("遮住镜头", "Cover the lens")
    async def cover_lens(self) -> JsonValue:
        """Put a hand or a cap before the lens."""
        return await self._see("covered")

    @verb("感光元件损坏", "Dead sensor")
    async def dead_sensor(self) -> JsonValue:
        """Let the sensor give one flat green, as it does when its cable is loose."""
        return await self._see("dead")

    @verb("画面尺寸不对", "Picture too small")
    async def wrong_size(self) -> JsonValue:
        """Let the camera fall back to a small picture."""
        self._small = True
        await self.redraw()
        return {"size": list(_SMALL)}

    @verb("视频流中断", "End the stream")
    async def stop_stream(self) -> JsonValue:
        """End the stream that runs; the camera takes the next viewer as before."""
        await self.server.unplug()
        await self.server.plug_in()
        return {"viewers": self.film.viewers}

    @verb("画面迟缓", "Slow frames", _LATE_MS)
    async def answer_late(self, ms: object = 1000) -> JsonValue:
        """Add a pause before every frame."""
        self.film.behaviour.late_ms = whole_number(ms, "ms", most=60_000)
        return None

    @verb("画面花屏", "Garbled frames")
    async def answer_garbage(self) -> JsonValue:
        """Spoil every picture on its way."""
        self.film.behaviour.garbage = True
        return None

    @verb("断开连接", "Unplug the cable")
    async def disconnect(self) -> JsonValue:
        """Pull the cable: viewers are dropped, nobody gets in."""
        await self.server.unplug()
        return {"plugged": False}

    @verb("接回连接", "Plug the cable in")
    async def reconnect(self) -> JsonValue:
        """Put the cable back."""
        await self.server.plug_in()
        return {"plugged": True}

    @verb("一切复原", "All well again")
    async def heal(self) -> JsonValue:
        """Cable in, lens free, picture running."""
        self._sight, self._small = "scene", False
        self.film.behaviour.frozen = ""
        self.film.behaviour.late_ms = 0
        self.film.behaviour.garbage = False
        await self.redraw()
        await self.server.plug_in()
        return None

    async def _see(self, sight: str) -> JsonValue:
        self._sight = sight
        await self.redraw()
        return {"sight": sight}
