"""A page under the document camera: how to lay it, the live picture, the result."""

from __future__ import annotations

from kiosk.core.bodies import CaptureBody
from screens.layout.nodes import Node
from screens.layout.panels import Card
from screens.layout.shapes import CameraView, Photograph
from screens.pieces.blocks import notice
from screens.pieces.buttons import main_button, plain_button
from screens.scene import Parts, Plain, Scene
from screens.steps.face import camera_panel


class CaptureScreen(Plain[CaptureBody]):
    """Live first; then the picture taken, to be kept or taken again."""

    def parts(self, body: CaptureBody, scene: Scene) -> Parts:
        """Describe the page."""
        panel: Node
        if body.taken_jpeg is not None:
            picture = Photograph(body.taken_jpeg, 500.0, framed=True, grow=1.0)
            panel = Card(picture, fill="plate", line="line", pad=(36.0, 36.0), grow=1.0)
        else:
            live = CameraView(body.feed, corners=body.corners, tone=body.tone, grow=1.0)
            panel = camera_panel(live, scene)
        actions: list[Node] = []
        if body.again is not None:
            actions.append(plain_button(body.again, scene, floor=128.0, grow=1.0))
        for button in (body.shoot, body.accept):
            if button is not None:
                actions.append(main_button(button, scene))
        return Parts(
            title=scene.text(body.title),
            lead=(notice(scene.text(body.hint), body.tone),),
            main=panel,
            actions=tuple(actions),
            split=True,
            share=0.38,
        )
