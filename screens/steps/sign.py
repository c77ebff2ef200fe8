"""A white field to sign in with the finger."""

from __future__ import annotations

from kiosk.core.bodies import SignBody
from kiosk.core.intents import Intent
from kiosk.core.parts import Tone
from screens.layout.leaves import Local
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Press
from screens.layout.shapes import SigningPad
from screens.layout.stacks import Column, Row
from screens.pieces.blocks import notice
from screens.scene import Parts, Scene


class SignScreen:
    """The strokes live in the field's widget, and are emptied with it."""

    def parts(self, body: SignBody, scene: Scene) -> Parts:
        """Describe the page."""
        pad = SigningPad("sign:field", grow=1.0)
        hint = Text(scene.own("sign.here"), "second", "ink2", align="center")
        trouble = scene.text(body.trouble)
        lead: tuple[Node, ...] = (notice(trouble, Tone.WARN),) if trouble else ()
        clear = _button("sign:clear", scene.text(body.clear_label), "delete", scene)
        done = _button("sign:done", scene.text(body.done_label), "check", scene)
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            lead=lead,
            main=Column((pad, hint), gap=18.0, grow=1.0),
            actions=(clear, done),
        )

    def act(self, local: Local) -> tuple[Intent, ...]:
        """Do nothing: the host knows the field."""
        return ()

    def reset(self) -> None:
        """Keep nothing, forget nothing."""


def _button(name: str, label: str, icon: str, scene: Scene) -> Press:
    main = name == "sign:done"
    ink = "on_brand" if main else "ink"
    words = Text(label, "button", ink, main, one_line=True)
    tint = "on_brand" if main else "brand"
    return Press(
        Row((Icon(icon, 48.0, tint), words), gap=20.0, align="center"),
        name,
        Local(name),
        fill="brand" if main else "card",
        line="brand" if main else "line_strong",
        pressed_fill="brand_pressed" if main else "pressed",
        pad=(20.0, 10.0),
        floor=128.0,
        grow=2.0 if main else 1.0,
    )
