"""The document camera: a desk, and what is laid on it."""

from __future__ import annotations

from dataclasses import replace

from hardware_sim.camera.device import SimCamera
from hardware_sim.camera.papers import KINDS
from hardware_sim.camera.scene import DESK_SIZE, DeskScene, desk_frames_blocking
from hardware_sim.link.arguments import one_of
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.scenarios.people import load_people

_KIND = Argument("kind", "choice", "admission", tuple(KINDS))


def _person(_: SimDocumentCamera) -> Argument:
    """Whose paper."""
    return Argument("person", "choice", "li-fang", tuple(load_people()))


class SimDocumentCamera(SimCamera):
    """The camera above the desk."""

    name = "document-camera"
    title = "高拍仪"
    title_en = "Document camera"

    def __init__(
        self, host: str, port: int, fps: float, transport: str, password: str
    ) -> None:
        super().__init__(DESK_SIZE, host, port, fps, transport, password)
        self._scene = DeskScene()

    def draw_blocking(self) -> tuple[bytes, ...]:
        """Draw the desk and what lies on it."""
        return desk_frames_blocking(self._scene, self.code)

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

    @verb("放上材料", "Lay a page", _KIND, _person)
    async def lay_page(
        self, kind: object = "admission", person: object = "li-fang"
    ) -> JsonValue:
        """Lay one paper down neatly."""
        paper = one_of(kind, "kind", tuple(KINDS))
        who = one_of(person, "person", tuple(load_people()))
        return await self._show(DeskScene(paper, who))

    @verb("取走材料", "Remove the page")
    async def remove_page(self) -> JsonValue:
        """Take everything away."""
        return await self._show(DeskScene())

    @verb("手抖", "Shake")
    async def shake(self) -> JsonValue:
        """Move the paper while it is photographed."""
        return await self._show(replace(self._scene, shaking=True))

    @verb("放到画面外", "Half outside")
    async def half_outside(self) -> JsonValue:
        """Push the paper half out of the picture."""
        return await self._show(replace(self._scene, half_outside=True))

    @verb("反光", "Glare")
    async def glare(self) -> JsonValue:
        """Let the ceiling lamp shine on the paper."""
        return await self._show(replace(self._scene, glare=True))

    async def _show(self, scene: DeskScene) -> JsonValue:
        self._scene = scene
        await self.redraw()
        return self.scene_state()
