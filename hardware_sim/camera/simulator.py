"""The two cameras of a terminal as simulated devices.

``face``: a hall, and whoever steps in front of the machine. ``document``: a desk,
and what is laid on it. Both are network cameras with a Motion JPEG stream.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from hardware_sim.camera.papers import KINDS
from hardware_sim.camera.scene import (
    DESK_SIZE,
    FACE_SIZE,
    DeskScene,
    FaceScene,
    black_frames,
    desk_frames_blocking,
    face_frames_blocking,
)
from hardware_sim.camera.stream import MjpegServer
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.scenarios.people import load_people

Kind = Literal["face", "document"]
FREEZE_MODES = ("stall", "repeat")
FRAMES_PER_SECOND = {"face": 10.0, "document": 8.0}


class SimCamera:
    """What both cameras share: the stream, its faults, and a scene to be drawn."""

    title_en = "Camera"

    def __init__(
        self, name: str, title: str, kind: Kind, host: str, port: int, fps: float
    ) -> None:
        self.name = name
        self.title = title
        self.wire = WireLog()
        self.size = FACE_SIZE if kind == "face" else DESK_SIZE
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

    def draw_blocking(self) -> tuple[bytes, ...]:
        """Draw the present scene; for a worker thread."""
        raise NotImplementedError

    def scene_state(self) -> dict[str, JsonValue]:
        """What stands or lies in front of the lens."""
        raise NotImplementedError

    def scene_verbs(self) -> tuple[Verb, ...]:
        """What hands can do in front of the lens."""
        raise NotImplementedError

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


class SimFaceCamera(SimCamera):
    """The camera that looks at the citizen."""

    title_en = "Face camera"

    def __init__(self, host: str, port: int, fps: float) -> None:
        super().__init__("face-camera", "人像摄像头", "face", host, port, fps)
        self._scene = FaceScene()

    def draw_blocking(self) -> tuple[bytes, ...]:
        """Draw the hall and whoever stands in it."""
        return face_frames_blocking(self._scene)

    def scene_state(self) -> dict[str, JsonValue]:
        """Who is there, and how the picture is spoilt."""
        scene = self._scene
        return {
            "people": list(scene.people),
            "far": scene.far,
            "blurred": scene.blurred,
            "dark": scene.dark,
        }

    def scene_verbs(self) -> tuple[Verb, ...]:
        """Stepping in and out, and making it hard to see."""
        keys = ("none", *load_people())
        who = Argument("key", "choice", "li-fang", keys)
        other = Argument("other", "choice", "zhou-qing", keys[1:])
        return (
            Verb("person", "站到镜头前", "Step in front", self.person, (who,)),
            Verb("two_faces", "旁边多一人", "A second face", self.two_faces, (other,)),
            Verb("too_far", "站得太远", "Too far away", self.too_far),
            Verb("blur_face", "画面模糊", "Blur the face", self.blur_face),
            Verb("dark", "光线太暗", "Too dark", self.dark),
        )

    async def person(self, key: object = "li-fang") -> JsonValue:
        """Put one person in front, or nobody; everything else becomes normal."""
        chosen = one_of(key or "none", "key", ("none", *load_people()))
        people = () if chosen == "none" else (chosen,)
        return await self._show(FaceScene(people))

    async def two_faces(self, other: object = "zhou-qing") -> JsonValue:
        """Let a second person look over the shoulder."""
        second = one_of(other, "other", tuple(load_people()))
        first = self._somebody()[0]
        return await self._show(replace(self._scene, people=(first, second)))

    async def too_far(self) -> JsonValue:
        """Step back by three metres."""
        people = self._somebody()
        return await self._show(replace(self._scene, people=people, far=True))

    async def blur_face(self) -> JsonValue:
        """Put the lens out of focus."""
        people = self._somebody()
        return await self._show(replace(self._scene, people=people, blurred=True))

    async def dark(self) -> JsonValue:
        """Switch the light off."""
        return await self._show(replace(self._scene, dark=True))

    def _somebody(self) -> tuple[str, ...]:
        return self._scene.people or ("li-fang",)

    async def _show(self, scene: FaceScene) -> JsonValue:
        self._scene = scene
        await self.redraw()
        return self.scene_state()


class SimDocumentCamera(SimCamera):
    """The camera above the desk."""

    title_en = "Document camera"

    def __init__(self, host: str, port: int, fps: float) -> None:
        super().__init__("document-camera", "高拍仪", "document", host, port, fps)
        self._scene = DeskScene()

    def draw_blocking(self) -> tuple[bytes, ...]:
        """Draw the desk and what lies on it."""
        return desk_frames_blocking(self._scene)

    def scene_state(self) -> dict[str, JsonValue]:
        """What lies there, and how the picture is spoilt."""
        scene = self._scene
        return {
            "paper": scene.paper,
            "person": scene.person if scene.paper else "",
            "shaking": scene.shaking,
            "half_outside": scene.half_outside,
            "glare": scene.glare,
        }

    def scene_verbs(self) -> tuple[Verb, ...]:
        """Laying a paper down, well or badly."""
        kind = Argument("kind", "choice", "admission", tuple(KINDS))
        who = Argument("person", "choice", "li-fang", tuple(load_people()))
        return (
            Verb("lay_page", "放上材料", "Lay a page", self.lay_page, (kind, who)),
            Verb("remove_page", "取走材料", "Remove the page", self.remove_page),
            Verb("shake", "手抖", "Shake", self.shake),
            Verb("half_outside", "放到画面外", "Half outside", self.half_outside),
            Verb("glare", "反光", "Glare", self.glare),
        )

    async def lay_page(
        self, kind: object = "admission", person: object = "li-fang"
    ) -> JsonValue:
        """Lay one paper down neatly."""
        paper = one_of(kind, "kind", tuple(KINDS))
        who = one_of(person, "person", tuple(load_people()))
        return await self._show(DeskScene(paper, who))

    async def remove_page(self) -> JsonValue:
        """Take everything away."""
        return await self._show(DeskScene())

    async def shake(self) -> JsonValue:
        """Move the paper while it is photographed."""
        return await self._show(replace(self._scene, shaking=True))

    async def half_outside(self) -> JsonValue:
        """Push the paper half out of the picture."""
        return await self._show(replace(self._scene, half_outside=True))

    async def glare(self) -> JsonValue:
        """Let the ceiling lamp shine on the paper."""
        return await self._show(replace(self._scene, glare=True))

    async def _show(self, scene: DeskScene) -> JsonValue:
        self._scene = scene
        await self.redraw()
        return self.scene_state()


def create(
    kind: Kind = "face",
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    frames_per_second: float | None = None,
) -> SimCamera:
    """Make a camera; nothing listens before ``start``.

    Args:
        kind: ``face`` or ``document``.
        port: 0 for a free one.
        frames_per_second: default 10 for faces, 8 for documents.
    """
    pace = frames_per_second or FRAMES_PER_SECOND[kind]
    made = SimFaceCamera if kind == "face" else SimDocumentCamera
    return made(host, port, pace)
