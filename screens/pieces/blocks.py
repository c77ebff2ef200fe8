"""Everything that is read: rows of facts, notices, states, lamps, amounts."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.core.parts import Lamp, Tone
from kiosk.core.parts import Row as FactRow
from screens.layout.nodes import Icon, Node, Rule, Text
from screens.layout.panels import Card
from screens.layout.shapes import Dot
from screens.layout.stacks import Column, Row
from screens.scene import Scene

_BESIDE_PORTRAIT, _BESIDE_LANDSCAPE = 430.0, 1100.0

TONES = {
    Tone.PLAIN: ("ink2", "brand_soft", "info"),
    Tone.OK: ("ok", "ok_soft", "check"),
    Tone.WARN: ("warn", "warn_soft", "warn"),
    Tone.STOP: ("seal_ink", "seal_soft", "stop"),
}
"""Ink, ground and icon of each tone."""


def notice(text: str, tone: Tone, *, role: str = "second") -> Node:
    """Return a sentence on coloured ground, with the icon of its tone."""
    ink, ground, icon = TONES[tone]
    words = Text(text, role, ink, grow=1.0)
    return Card(
        Row((Icon(icon, 44.0, ink), words), gap=22.0),
        fill=ground,
        line=f"{ground}_line",
        radius=22.0,
        pad=(28.0, 20.0),
    )


def pill(text: str, tone: Tone, role: str = "small") -> Node:
    """Return a state in a few words."""
    ink, ground, _ = TONES[tone]
    return Card(
        Text(text, role, ink, align="center", one_line=True),
        fill=ground,
        line=f"{ground}_line",
        radius=40.0,
        pad=(26.0, 6.0),
    )


def bill_rows(
    rows: Sequence[FactRow],
    scene: Scene,
    role: str = "body",
    *,
    cap: float = 92.0,
    grow: float = 0.0,
) -> Node:
    """Return label left, value right, a line under each."""
    parts: list[Node] = []
    for row in rows:
        value = Text(scene.text(row.value), role, "ink", row.strong, "right", grow=1.0)
        label = Text(scene.text(row.label), role, "ink2")
        parts.append(
            Row((label, value), gap=28.0, floor=60.0, most=0.5, grow=1.0, cap=cap)
        )
        parts.append(Rule())
    return Column(tuple(parts), gap=4.0, grow=grow)


def fact_rows(
    rows: Sequence[FactRow], scene: Scene, role: str = "body", *, cap: float = 170.0
) -> Node:
    """Return labels in a column, what they mean beside them."""
    labels = tuple(scene.text(row.label) for row in rows)
    parts: list[Node] = []
    for number, row in enumerate(rows):
        label = Text(labels[number], role, "ink2", peers=labels)
        value = Text(scene.text(row.value), role, "ink", row.strong, grow=1.0)
        if number:
            parts.append(Rule())
        parts.append(Row((label, value), gap=32.0, grow=1.0, cap=cap, most=0.38))
    return Column(tuple(parts), gap=14.0, grow=1.0)


def amount(text: str) -> Node:
    """Return money: the largest thing on its page."""
    return Text(f"¥ {text}", "amount", "ink", bold=True, one_line=True)


def lamp_strip(lamps: Sequence[Lamp], scene: Scene, note: str = "") -> Node:
    """Return what this machine can do now, a dot and a word each."""
    parts: list[Node] = []
    for lamp in lamps:
        ink = TONES[lamp.tone][0]
        words = Text(scene.text(lamp.label), "small", ink)
        parts.append(Row((Dot(ink), words), gap=10.0))
    m = scene.measure
    wide = m.gauge.width(note, m.letter("small"), False) / m.unit if note else 0.0
    beside = wide < (_BESIDE_PORTRAIT if scene.portrait else _BESIDE_LANDSCAPE)
    if note and beside:
        parts.append(
            Text(note, "small", "warn", align="right", grow=1.0, one_line=True)
        )
    worst = any(lamp.tone in (Tone.WARN, Tone.STOP) for lamp in lamps)
    ground = "warn_soft" if worst else "ok_soft"
    lines: tuple[Node, ...] = (Row(tuple(parts), gap=32.0),)
    if note and not beside:
        lines = (*lines, Text(note, "small", "warn"))
    return Card(
        Column(lines, gap=8.0),
        fill=ground,
        line=f"{ground}_line",
        radius=18.0,
        pad=(28.0, 12.0),
    )
