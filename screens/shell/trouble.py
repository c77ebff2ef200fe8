"""Something went wrong, and when the machine cannot serve at all."""

from __future__ import annotations

from kiosk.core.bodies import OutOfServiceBody, TroubleBody
from kiosk.core.parts import Row as FactRow
from kiosk.core.words import Words, say
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Card
from screens.layout.stacks import Centred, Column
from screens.pieces.blocks import bill_rows
from screens.pieces.buttons import answer
from screens.scene import Parts, Plain, Scene


class TroubleScreen(Plain[TroubleBody]):
    """A true sentence, ways on, and what to quote on the phone."""

    def parts(self, body: TroubleBody, scene: Scene) -> Parts:
        """Describe the page."""
        sentence = Text(scene.text(body.sentence), "section", "ink")
        lines: list[Node] = [medallion("warn", "warn", "warn_soft"), sentence]
        facts = _facts(body.reference, body.hotline)
        if facts:
            lines.append(bill_rows(facts, scene))
        card = Card(Column(tuple(lines), gap=34.0), pad=(48.0, 44.0))
        answers = tuple(
            answer(button, scene, style=button.style, role="section", cap=170.0)
            for button in body.actions
        )
        return Parts(
            title=scene.text(body.title),
            lead=(card,),
            main=Column(answers, gap=22.0, grow=1.0),
            split=True,
            share=0.5,
        )


class OutOfServiceScreen(Plain[OutOfServiceBody]):
    """Why, where to go instead, whom to call."""

    def parts(self, body: OutOfServiceBody, scene: Scene) -> Parts:
        """Describe the page."""
        title = Text(scene.text(body.title), "headline", "ink", True, "center")
        sentence = Text(scene.text(body.sentence), "section", "ink", align="center")
        facts: list[FactRow] = [
            FactRow(say("screens.terminal"), Words(body.terminal, body.terminal))
        ]
        if body.hotline:
            number = Words(body.hotline, body.hotline)
            facts.append(FactRow(say("screens.hotline"), number, strong=True))
        lines = (
            medallion("stop", "warn", "warn_soft", 200.0),
            title,
            sentence,
            bill_rows(facts, scene, "section"),
        )
        gap = 56.0 if scene.portrait else 30.0
        card = Card(Column(lines, gap=gap, align="center"), pad=(72.0, 48.0), grow=1.0)
        return Parts(main=card)


def _facts(reference: str, hotline: str) -> tuple[FactRow, ...]:
    pairs = (("reference", reference), ("hotline", hotline))
    return tuple(
        FactRow(say(f"screens.{name}"), Words(value, value), strong=True)
        for name, value in pairs
        if value
    )


def medallion(icon: str, ink: str, ground: str, size: float = 132.0) -> Node:
    """Return an icon in a large round spot."""
    return Centred(
        Card(
            Icon(icon, size * 0.52, ink),
            fill=ground,
            line="",
            radius=size / 2,
            pad=(size * 0.24, size * 0.24),
        )
    )
