"""Read before it counts: a record, a draft with its paper, or a bill."""

from __future__ import annotations

from kiosk.core.bodies import ReviewBody
from kiosk.core.parts import Row as FactRow
from kiosk.core.parts import Tone
from kiosk.core.words import Say
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Photograph
from screens.layout.stacks import Column, Row
from screens.pieces.blocks import amount, bill_rows, fact_rows, notice
from screens.pieces.buttons import alternatives, main_button, pager
from screens.scene import Parts, Plain, Scene


class ReviewScreen(Plain[ReviewBody]):
    """Rows to read; the paper itself where there is one."""

    def parts(self, body: ReviewBody, scene: Scene) -> Parts:
        """Describe the page."""
        rows = _sections(body, scene)
        note = scene.text(body.notice)
        notices: tuple[Node, ...] = (notice(note, Tone.WARN),) if note else ()
        choices: tuple[Node, ...] = ()
        if body.choices:
            choices = (alternatives(body.choices, scene),)
        money: tuple[Node, ...] = (amount(body.amount),) if body.amount else ()
        side: tuple[Node, ...] = (*choices, *notices)
        main, share = rows, 0.38
        if body.pages_png:
            main = _paper(body, scene, rows if scene.portrait else None)
            side = side if scene.portrait else (rows, *side)
            share = 0.46
        elif len(body.sections) > 1 and not scene.portrait:
            main, share = _two_columns(body, scene), 0.3
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            lead=money,
            main=main,
            side=side,
            actions=(main_button(body.confirm, scene),),
            split=True,
            share=share,
        )


def _paper(body: ReviewBody, scene: Scene, rows: Node | None) -> Node:
    number = min(max(body.page, 1), len(body.pages_png)) - 1
    sheet = Photograph(
        body.pages_png[number],
        400.0 if scene.portrait else 560.0,
        framed=True,
        grow=1.0,
    )
    panel: Node = Card(sheet, fill="plate", line="line", pad=(28.0, 28.0), grow=1.0)
    parts: list[Node] = [panel]
    if body.pages > 1:
        parts.append(pager(body.page, body.pages, scene))
    if rows is not None:
        parts.append(rows)
    return Column(tuple(parts), gap=24.0, grow=1.0)


def _sections(body: ReviewBody, scene: Scene) -> Node:
    cards = _cards(body, scene)
    return Column(cards, gap=22.0, grow=0.0 if body.pages_png else 1.0)


def _two_columns(body: ReviewBody, scene: Scene) -> Node:
    """Share the cards out so that both columns hold about as many rows."""
    cards = _cards(body, scene)
    total = sum(len(rows) + 1 for _, rows in body.sections)
    left: list[Node] = []
    right: list[Node] = []
    taken = 0
    for card, (_, rows) in zip(cards, body.sections, strict=True):
        (left if taken < total / 2 else right).append(card)
        taken += len(rows) + 1
    columns = (Column(tuple(each), gap=22.0, grow=1.0) for each in (left, right))
    return Row(tuple(columns), gap=28.0, grow=1.0)


def _cards(body: ReviewBody, scene: Scene) -> tuple[Node, ...]:
    return tuple(_card(title, rows, body, scene) for title, rows in body.sections)


def _card(
    title: Say, rows: tuple[FactRow, ...], body: ReviewBody, scene: Scene
) -> Node:
    lines: list[Node] = []
    if words := scene.text(title):
        lines.append(Text(words, "section", "brand", bold=True))
    if body.amount:
        lines.append(bill_rows(rows, scene, cap=110.0, grow=1.0))
    else:
        lines.append(fact_rows(rows, scene, cap=96.0))
    facts = Column(tuple(lines), gap=16.0)
    return Card(facts, pad=(40.0, 26.0), grow=1.0, cap=900.0)
