"""A live picture with a frame to look into; no blink, no turn of the head."""

from __future__ import annotations

from kiosk.core.bodies import FaceBody
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import CameraView
from screens.layout.stacks import Column, Layered
from screens.pieces.blocks import notice
from screens.pieces.buttons import alternatives
from screens.scene import Parts, Plain, Scene


class FaceScreen(Plain[FaceBody]):
    """The mirror, what to do in words, and other ways."""

    def parts(self, body: FaceBody, scene: Scene) -> Parts:
        """Describe the page."""
        picture = CameraView(
            body.feed, box=body.box, mirrored=True, tone=body.tone, grow=1.0
        )
        panel = camera_panel(picture, scene)
        ways: tuple[Node, ...] = ()
        if body.alternatives:
            columns = 2 if scene.portrait and not scene.elder else 1
            ways = (alternatives(body.alternatives, scene, columns=columns),)
        hint = notice(scene.text(body.hint), body.tone, role="section")
        return Parts(
            title=scene.text(body.title),
            lead=(hint,),
            main=panel,
            side=ways,
            split=True,
            share=0.4,
        )


def camera_panel(picture: CameraView, scene: Scene) -> Node:
    """Return the picture on a dark card, with words until it comes."""
    waiting = Text(scene.own("camera.waiting"), "body", "on_brand", align="center")
    return Card(
        Layered((Column((waiting,), align="center"), picture), grow=1.0),
        fill="night",
        line="",
        radius=28.0,
        pad=(20.0, 20.0),
        grow=1.0,
    )
