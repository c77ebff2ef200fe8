"""办到哪一步了: the list of cases, and one case with its stages."""

from __future__ import annotations

from kiosk.core.bodies import CaseBody, CaseItem, CasesBody, CaseStepRow
from kiosk.core.parts import Tone
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Dot
from screens.layout.stacks import Column, Grid, Row
from screens.pieces.blocks import TONES, fact_rows, pill
from screens.pieces.buttons import answer, main_button, pager, press, style_of
from screens.scene import Parts, Plain, Scene

_MARKS = {Tone.WARN: "warn", Tone.STOP: "stop"}


class CasesScreen(Plain[CasesBody]):
    """One card a case; touching it opens it."""

    def parts(self, body: CasesBody, scene: Scene) -> Parts:
        """Describe the page."""
        cards = tuple(_case(item, scene) for item in body.items)
        columns = 1 if scene.portrait or len(cards) == 1 else 2
        grid = Grid(cards, columns=columns, gap=24.0, tall=300.0, grow=1.0)
        side: tuple[Node, ...] = ()
        if body.pages > 1:
            side = (pager(body.page, body.pages, scene),)
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            main=grid,
            side=side,
        )


def _case(item: CaseItem, scene: Scene) -> Node:
    look = style_of(item.open)
    head = Row(
        (
            Text(scene.text(item.title), "section", "ink", bold=True, grow=1.0),
            Column((pill(scene.text(item.state), item.tone),), align="center"),
        ),
        gap=24.0,
    )
    foot = Row(
        (
            Text(item.number, "second", "ink2", grow=1.0),
            Text(scene.text(item.applied), "second", "ink2", align="right"),
            Icon("right", 36.0, look.icon),
        ),
        gap=24.0,
    )
    return press(
        Column((head, foot), gap=18.0, align="center"),
        item.open,
        look,
        pad=(40.0, 26.0),
        floor=150.0,
    )


class CaseScreen(Plain[CaseBody]):
    """Stages from top to bottom; what is missing and the promise beside them."""

    def parts(self, body: CaseBody, scene: Scene) -> Parts:
        """Describe the page."""
        lead: list[Node] = [Row((pill(scene.text(body.state), body.tone, "body"),))]
        side: list[Node] = []
        if body.missing:
            side.append(_missing(body, scene))
        if body.rows:
            side.append(Card(fact_rows(body.rows, scene, "second"), pad=(36.0, 24.0)))
        main = [b for b in body.actions if b.style == "main"]
        for button in body.actions:
            if button.style != "main":
                side.append(answer(button, scene, role="section", cap=128.0))
        return Parts(
            title=scene.text(body.title),
            lead=tuple(lead),
            main=_stages(body.steps, scene),
            side=tuple(side),
            actions=tuple(main_button(button, scene) for button in main),
            split=True,
            share=0.46,
        )


def _missing(body: CaseBody, scene: Scene) -> Node:
    lines: list[Node] = [
        Text(scene.own("case.missing"), "section", "warn", bold=True),
    ]
    for each in body.missing:
        words = Text(scene.text(each), "body", "warn", grow=1.0)
        lines.append(Row((Dot("warn", 16.0), words), gap=20.0))
    return Card(
        Column(tuple(lines), gap=12.0),
        fill="warn_soft",
        line="warn_soft_line",
        pad=(36.0, 26.0),
    )


def _stages(steps: tuple[CaseStepRow, ...], scene: Scene) -> Node:
    rows = tuple(_stage(step, scene) for step in steps)
    return Card(Column(rows, gap=26.0), pad=(44.0, 40.0), grow=1.0, cap=1000.0)


def _stage(step: CaseStepRow, scene: Scene) -> Node:
    ink = TONES[step.tone][0] if step.reached else "off_icon"
    if step.reached and step.tone is Tone.PLAIN:
        ink = "brand"
    mark: Node = Dot("track", 40.0)
    if step.reached:
        mark = Card(
            Icon(_MARKS.get(step.tone, "check"), 28.0, "on_brand", 5.0),
            fill=ink,
            line="",
            radius=26.0,
            pad=(12.0, 12.0),
            basis=52.0,
        )
    title = Text(
        scene.text(step.title),
        "body",
        "ink" if step.reached else "ink2",
        step.reached,
        grow=1.0,
    )
    at = Text(scene.text(step.at), "second", "ink2", align="right")
    lines: list[Node] = [Row((title, at), gap=20.0, most=0.5)]
    if step.opinion is not None:
        lines.append(Text(scene.text(step.opinion), "second", "ink2"))
    words = Column(tuple(lines), gap=6.0, grow=1.0)
    side = Column((mark,), basis=52.0)
    return Row((side, words), gap=28.0, grow=1.0, cap=200.0)
