"""What both cameras share: the stream, its faults, and a scene to be drawn."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

from hardware_sim.camera.scene import black_frames
from hardware_sim.camera.stream import MjpegServer
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog

FREEZE_MODES = ("stall", "repeat")


class SimCamera(ABC):
    """A camera with a cable; subclasses say what is in front of it.

    Args:
        size: width and height of the picture in pixels.
        fps: frames a second.
    """

    name = "camera"
    title = "摄像头"
    title_en = "Camera"

    def __init__(self, size: tuple[int, int], host: str, port: int, fps: float) -> None:
        self.wire = WireLog()
        self.size = size
        self.server = MjpegServer(self.wire, host, port, fps)
        self._drawing = asyncio.Lock()
        self._black = False

    async def start(self) -> str:
        """Draw the scene, listen, and return ``http://host:port/stream.mjpg``."""
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

    @abstractmethod
    def scene_verbs(self) -> tuple[Verb, ...]:
        """What hands can do in front of the lens."""

    def picture(self) -> bytes | None:
        """Return what the lens sees now as JPEG, ``None`` while unplugged."""
        return self.server.current() if self.server.listening else None

    async def redraw(self) -> None:
        """Bring the stream up to date with the scene."""
        async with self._drawing:
            draw: Callable[[], tuple[bytes, ...]] = self.draw_blocking
            if self._black:
                draw = self._draw_black
            self.server.frames = await asyncio.to_thread(draw)

    def _draw_black(self) -> tuple[bytes, ...]:
        return black_frames(self.size)

    def state(self) -> dict[str, JsonValue]:
        """What eyes see of the camera and before it."""
        return {
            **self.scene_state(),
            "plugged": self.server.listening,
            "black": self._black,
            "frozen": self.server.behaviour.frozen,
            "late_ms": self.server.behaviour.late_ms,
            "viewers": self.server.viewers,
            "frames_sent": self.server.sent,
        }

    def verbs(self) -> Mapping[str, Verb]:
        """What hands can do to this camera."""
        freeze = Argument("mode", "choice", FREEZE_MODES[0], FREEZE_MODES)
        late = Argument("ms", "number", 1000)
        verbs = (
            *self.scene_verbs(),
            Verb("cut", "断开连接", "Cut the connection", self.cut),
            Verb("freeze", "画面冻结", "Freeze", self.freeze, (freeze,)),
            Verb("black", "镜头全黑", "Black picture", self.black),
            Verb("answer_late", "画面迟缓", "Slow frames", self.answer_late, (late,)),
            Verb("restore", "画面恢复", "All well again", self.restore),
        )
        return {verb.name: verb for verb in verbs}

    async def cut(self) -> JsonValue:
        """Pull the cable: viewers are dropped, nobody gets in."""
        await self.server.unplug()
        return None

    async def freeze(self, mode: object = "stall") -> JsonValue:
        """Stop the picture: no more frames, or the same one for ever."""
        self.server.freeze(one_of(mode, "mode", FREEZE_MODES))
        return None

    async def black(self) -> JsonValue:
        """Cover the lens."""
        self._black = True
        await self.redraw()
        return None

    async def answer_late(self, ms: object = 1000) -> JsonValue:
        """Add a pause before every frame."""
        self.server.behaviour.late_ms = whole_number(ms, "ms", most=60_000)
        return None

    async def restore(self) -> JsonValue:
        """Cable in, lens free, picture running."""
        self._black = False
        self.server.behaviour.frozen = ""
        self.server.behaviour.late_ms = 0
        await self.redraw()
        await self.server.plug_in()
        return None
