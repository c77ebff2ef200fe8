"""A technician is at work: a calm page in two languages, with nothing to touch."""

from __future__ import annotations

from kiosk.core.bodies import ServicedBody
from kiosk.core.words import say
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.stacks import Column, Padded
from screens.scene import Parts, Plain, Scene
from screens.shell.emblem import emblem


class ServicedScreen(Plain[ServicedBody]):
    """The attract page's ground without its invitation."""

    def parts(self, body: ServicedBody, scene: Scene) -> Parts:
        """Describe the page."""
        title, second = (scene.text(each) for each in body.also)
        words = Column(
            (
                _line(scene.text(body.title), "headline", bold=True),
                _line(scene.text(body.second_line), "section"),
            ),
            gap=26.0,
        )
        also = Column(
            (_line(title, "section", bold=True), _line(second, "body")), gap=10.0
        )
        gap = 72.0 if scene.portrait else 40.0
        content = Column(
            (emblem("tool", scene), words, also), gap=gap, align="center", grow=1.0
        )
        whom = _line(_whom_to_call(body, scene), "second")
        page = Card(
            Padded(Column((content, whom), gap=30.0), (48.0, 24.0, 48.0, 36.0)),
            fill="brand",
            line="",
            radius=0.0,
            pad=(0.0, 0.0),
            grow=1.0,
        )
        return Parts(main=page, bare=True)


def _line(text: str, role: str, *, bold: bool = False) -> Node:
    return Text(text, role, "on_brand" if bold else "on_brand2", bold, "center")


def _whom_to_call(body: ServicedBody, scene: Scene) -> str:
    parts = [f"{scene.text(say('screens.terminal'))} {body.terminal}"]
    if body.hotline:
        parts.append(f"{scene.text(say('screens.hotline'))} {body.hotline}")
    return "    ".join(parts)
