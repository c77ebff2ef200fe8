"""Puts a page together: bar, steps, title, what the screen shows, footer."""

from __future__ import annotations

from kiosk.core.views import View
from screens.layout.leaves import Placed, Rect, Surface
from screens.layout.measure import Measure
from screens.layout.nodes import Node, Page, Space
from screens.layout.stacks import Column, Fit, Padded, Row
from screens.scene import Parts, Scene
from screens.shell.chrome import (
    BAR_LANDSCAPE,
    BAR_PORTRAIT,
    FOOTER_LANDSCAPE,
    FOOTER_PORTRAIT,
    footer,
    heading,
    nav_row,
    steps,
    top_bar,
)
from screens.theme.tokens import GAP, MARGIN

_REACH_SHARE = 0.3
"""How far reach mode brings the page down, as a share of the height."""


def lay_out(
    view: View, parts: Parts, scene: Scene, size: tuple[int, int]
) -> list[Placed]:
    """Return everything that is to be seen, with its place."""
    m = scene.measure
    width, height = size
    bar = m.fixed(BAR_PORTRAIT if m.portrait else BAR_LANDSCAPE)
    foot = m.fixed(FOOTER_PORTRAIT if m.portrait else FOOTER_LANDSCAPE) + m.fixed(2)
    foot = foot if view.footer or not m.portrait else 0.0
    page = Page()
    page.add(Surface(m.colour("paper")), Rect(0, 0, width, height))
    page.put(top_bar(view.bar, scene), Rect(0, 0, width, bar), m, "bar")
    room = Rect(0, bar, width, height - bar - foot)
    if view.look.reach and m.portrait:
        down = round(height * _REACH_SHARE)
        room = Rect(0, bar + down, width, room.height - down)
    page.put(_body(view, parts, scene), room, m, type(view.body).__name__)
    if foot:
        place = Rect(0, height - foot, width, foot)
        page.put(footer(view, scene), place, m, "foot")
    return page.placed


def _body(view: View, parts: Parts, scene: Scene) -> Node:
    if parts.bare:
        return Fit(parts.main)
    if scene.portrait:
        return _portrait(view, parts, scene)
    return _landscape(view, parts, scene)


def _head(view: View, parts: Parts, scene: Scene) -> tuple[Node, ...]:
    return (*heading(parts.title, parts.second, view.progress, scene), *parts.lead)


def _portrait(view: View, parts: Parts, scene: Scene) -> Node:
    top = (steps(view.progress),) if view.progress else ()
    stack = Column((*_head(view, parts, scene), parts.main, *parts.side), gap=30.0)
    below: tuple[Node, ...] = ()
    if parts.actions:
        below = (Row(parts.actions, gap=GAP),)
    inner = Column(
        (*top, Fit(stack, grow=1.0), *below, *nav_row(view, scene)), gap=28.0
    )
    return Padded(inner, (MARGIN, 36.0 if top else 44.0, MARGIN, 36.0))


def _landscape(view: View, parts: Parts, scene: Scene) -> Node:
    top: tuple[Node, ...] = (steps(view.progress),) if view.progress else ()
    head = _head(view, parts, scene)
    actions: tuple[Node, ...] = ()
    if parts.actions:
        actions = (Row(parts.actions, gap=GAP),)
    if parts.split:
        left = Column(
            (
                Fit(Column((*head, *parts.side), gap=24.0), grow=1.0),
                *actions,
            ),
            gap=24.0,
            grow=parts.share,
        )
        right = Fit(parts.main, grow=1.0 - parts.share)
        content: Node = Row((left, right), gap=MARGIN, grow=1.0)
    else:
        column = Column((*head, parts.main, *parts.side), gap=24.0)
        below = (Row((Space(grow=0.8), *parts.actions), gap=GAP),) if actions else ()
        content = Column((Fit(column, grow=1.0), *below), gap=24.0, grow=1.0)
    inner = Column((*top, content), gap=28.0)
    return Padded(inner, (MARGIN, 28.0, MARGIN, 28.0))


def lay_over(node: Node, m: Measure, size: tuple[int, int]) -> list[Placed]:
    """Return a card in the middle of a dimmed page."""
    width, height = size
    page = Page()
    veil = (*m.colour("veil")[:3], 0.62)
    page.add(Surface(veil), Rect(0, 0, width, height))
    wide = min(width - 2 * m.fixed(MARGIN), m.fixed(980.0))
    room = Rect((width - wide) / 2, 0, wide, height)
    high = min(node.height(wide, m), height - 2 * m.fixed(MARGIN))
    place = Rect(room.x, round((height - high) / 2), wide, high)
    page.put(Fit(node), place, m, "over")
    return page.placed
