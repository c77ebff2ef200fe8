"""The face camera: a hall, and whoever steps in front of the machine."""

from __future__ import annotations

from dataclasses import replace

from hardware_sim.camera.device import SimCamera
from hardware_sim.camera.scene import FACE_SIZE, FaceScene, face_frames_blocking
from hardware_sim.link.arguments import one_of
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.scenarios.people import load_people


def _somebody_or_nobody(_: SimFaceCamera) -> Argument:
    """Who steps in front."""
    return Argument("key", "choice", "li-fang", ("none", *load_people()))


def _second(_: SimFaceCamera) -> Argument:
    """Who looks over the shoulder."""
    return Argument("other", "choice", "zhou-qing", tuple(load_people()))


class SimFaceCamera(SimCamera):
    """The camera that looks at the citizen."""

    name = "face-camera"
    title = "人像摄像头"
    title_en = "Face camera"

    def __init__(
        self, host: str, port: int, fps: float, transport: str, password: str
    ) -> None:
        super().__init__(FACE_SIZE, host, port, fps, transport, password)
        self._scene = FaceScene()

    def draw_blocking(self) -> tuple[bytes, ...]:
        """Draw the hall and whoever stands in it."""
        return face_frames_blocking(self._scene, self.code)

    def scene_state(self) -> dict[str, JsonValue]:
        """Who is there, and how the picture is spoilt."""
        scene = self._scene
        return {
            "people": list(scene.people),
            "far": scene.far,
            "blurred": scene.blurred,
            "dark": scene.dark,
            "printed": scene.printed,
        }

    @verb("站到镜头前", "Step in front", _somebody_or_nobody)
    async def person(self, key: object = "li-fang") -> JsonValue:
        """Put one person in front, or nobody; everything else becomes normal."""
        chosen = one_of(key or "none", "key", ("none", *load_people()))
        people = () if chosen == "none" else (chosen,)
        return await self._show(FaceScene(people))

    @verb("旁边多一人", "A second face", _second)
    async def two_faces(self, other: object = "zhou-qing") -> JsonValue:
        """Let a second person look over the shoulder."""
        second = one_of(other, "other", tuple(load_people()))
        first = self._somebody()[0]
        return await self._show(replace(self._scene, people=(first, second)))

    @verb("站得太远", "Too far away")
    async def too_far(self) -> JsonValue:
        """Step back by three metres."""
        people = self._somebody()
        return await self._show(replace(self._scene, people=people, far=True))

    @verb("画面模糊", "Blur the face")
    async def blur_face(self) -> JsonValue:
        """Put the lens out of focus."""
        people = self._somebody()
        return await self._show(replace(self._scene, people=people, blurred=True))

    @verb("举着照片", "Hold up a photograph")
    async def no_live(self) -> JsonValue:
        """Hold a photograph up instead of a face."""
        people = self._somebody()
        return await self._show(FaceScene(people[:1], printed=True))

    @verb("光线太暗", "Too dark")
    async def dark(self) -> JsonValue:
        """Switch the light off."""
        return await self._show(replace(self._scene, dark=True))

    def _somebody(self) -> tuple[str, ...]:
        return self._scene.people or ("li-fang",)

    async def _show(self, scene: FaceScene) -> JsonValue:
        self._scene = scene
        await self.redraw()
        return self.scene_state()
