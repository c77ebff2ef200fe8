"""请付款: the amount is the largest thing, the order number in sight."""

from __future__ import annotations

from kiosk.core.bodies import PayBody
from kiosk.core.parts import Row as FactRow
from kiosk.core.parts import Tone
from kiosk.core.words import Say, Words, say
from screens.layout.nodes import Node, Text
from screens.layout.panels import Card
from screens.layout.shapes import Drawing, QrCode
from screens.layout.stacks import Column, Row
from screens.pieces.blocks import amount, bill_rows, notice
from screens.pieces.buttons import choices
from screens.scene import Parts, Plain, Scene
from screens.shell.trouble import medallion

_PICTURES = {
    "insertCard": "terminal",
    "enterPin": "terminal-pin",
    "cardWait": "terminal-busy",
    "removeCard": "terminal-take",
}
"""Drawings while the bank-card terminal has the word; else the machine's talk."""


class PayScreen(Plain[PayBody]):
    """What is paid, how, how long; then that it is being looked up, then that it
    has arrived."""

    def parts(self, body: PayBody, scene: Scene) -> Parts:
        """Describe the page."""
        order = Words(body.order_id, body.order_id)
        facts = (*_known(body, scene), FactRow(say("screens.pay.order"), order))
        side: list[Node] = [bill_rows(facts, scene)]
        trouble, note = scene.text(body.trouble), scene.text(body.notice)
        if trouble:
            side.append(notice(trouble, Tone.WARN))
        if note:
            side.append(notice(note, Tone.WARN))
        if body.ways:
            side.append(_ways(body, scene))
        inner = _codes(body, scene) if body.stage == "waiting" else _busy(body, scene)
        return Parts(
            title=scene.text(body.title),
            lead=(amount(body.amount),),
            main=Card(
                inner, pad=(44.0, 28.0 if len(body.ways) > 2 else 40.0), grow=1.0
            ),
            side=tuple(side),
            split=True,
            share=0.42,
        )


def _codes(body: PayBody, scene: Scene) -> Node:
    words: list[Node] = []
    for first, second in (
        (body.by_phone, body.by_phone_second),
        (body.by_code, body.by_code_second),
    ):
        if first is not None:
            words.append(_way(first, second, scene))
    if body.seconds_left is not None:
        words.append(_left(body.seconds_left, scene))
    column = Column(tuple(words), gap=36.0, align="center", grow=1.0)
    if not body.qr_payload:
        return column
    if scene.portrait:
        side = 420.0 if len(body.ways) < 3 else 330.0
        code = QrCode(body.qr_payload, side, basis=side + 40.0)
        return Row((Column((code,), align="center"), column), gap=44.0)
    code = QrCode(body.qr_payload, 420.0, grow=1.15)
    return Row((code, column), gap=44.0)


def _known(body: PayBody, scene: Scene) -> tuple[FactRow, ...]:
    """Whose bill it is; the rest was read on the page before, and room is scarce."""
    crowded = body.stage == "waiting" and (scene.portrait or bool(body.ways))
    return body.rows[:2] if crowded else body.rows


def _ways(body: PayBody, scene: Scene) -> Node:
    """Every way to pay that this bill and this machine take, equal in size."""
    head = Text(scene.own("pay.ways"), "second", "ink2")
    three = scene.portrait and len(body.ways) == 3 and not scene.elder
    bare = len(body.ways) > 2 or scene.elder
    ways = choices(body.ways, scene, columns=3 if three else 2, bare=bare)
    return Column((head, ways), gap=12.0)


def _way(first: Say, second: Say | None, scene: Scene) -> Node:
    lines: list[Node] = [Text(scene.text(first), "section", "ink", bold=True)]
    if second is not None:
        lines.append(Text(scene.text(second), "second", "ink2"))
    return Column(tuple(lines), gap=8.0)


def _left(seconds: int, scene: Scene) -> Node:
    clock = f"{seconds // 60}:{seconds % 60:02d}"
    parts = (
        Text(scene.own("left"), "body", "ink2"),
        Text(clock, "title", "ink", bold=True),
    )
    return Row(parts, gap=16.0)


def _busy(body: PayBody, scene: Scene) -> Node:
    if body.stage == "paid":
        picture = medallion("check", "ok", "ok_soft", 240.0)
    else:
        picture = Drawing(_PICTURES.get(body.stage, "platform"), 280.0, 420.0)
    words = Text(scene.own(f"pay.stage.{body.stage}"), "section", "ink", True, "center")
    return Column((picture, words), gap=40.0, align="center", grow=1.0)
