"""What surrounds every page: the bar, the steps, the ways back and out, the footer."""

from __future__ import annotations

from datetime import datetime

from kiosk.core.parts import Bar, Button, Progress
from kiosk.core.views import View
from screens.layout.nodes import Icon, Node, Space, Text
from screens.layout.panels import Card, Press
from screens.layout.shapes import Segments
from screens.layout.stacks import Centred, Column, Fit, Padded, Row
from screens.pieces.buttons import plain_button, press, style_of
from screens.scene import Scene
from screens.theme.tokens import GAP, MARGIN

BAR_PORTRAIT, BAR_LANDSCAPE = 132.0, 112.0
FOOTER_PORTRAIT, FOOTER_LANDSCAPE = 168.0, 128.0
_BUTTON_PORTRAIT, _BUTTON_LANDSCAPE = 124.0, 92.0


def top_bar(bar: Bar, scene: Scene) -> Node:
    """Return whose machine this is, the time, and the number to read out."""
    emblem = Card(
        Centred(Icon("house", 34.0, "on_brand")),
        fill="brand",
        line="on_brand",
        thick=4.0,
        radius=40.0,
        pad=(18.0, 18.0),
        basis=72.0,
    )
    place = Column(
        (
            Text(scene.own("bar.title"), "bar", "on_brand", bold=True, one_line=True),
            Text(scene.text(bar.site), "bar2", "on_brand2", one_line=True),
        ),
        align="center",
        grow=1.0,
    )
    time = Column(
        (
            Text(_clock(bar.now), "bar_time", "on_brand", align="right"),
            Text(_date(bar, scene), "bar2", "on_brand2", align="right", one_line=True),
        ),
        align="center",
    )
    row = Row((Column((emblem,), align="center"), place, time), gap=28.0)
    high = BAR_PORTRAIT if scene.portrait else BAR_LANDSCAPE
    return Card(
        Fit(row), fill="brand", line="", radius=0.0, pad=(MARGIN, 6.0), floor=high
    )


def _clock(now: datetime | None) -> str:
    return now.strftime("%H:%M") if now else ""


def _date(bar: Bar, scene: Scene) -> str:
    number = scene.own("bar.terminal", number=bar.terminal)
    if bar.now is None:
        return number
    day = scene.own(
        "bar.date",
        day=bar.now.day,
        month=scene.own(f"month.{bar.now.month}"),
        weekday=scene.own(f"weekday.{bar.now.isoweekday()}"),
    )
    return f"{day} · {number}"


def steps(progress: Progress) -> Node:
    """Return the segments of the steps."""
    return Segments(progress.step, progress.total)


def step_words(progress: Progress, scene: Scene) -> Node:
    """Return which matter this is and which step of it."""
    where = scene.own("progress", step=progress.step, total=progress.total)
    return Text(
        f"{scene.text(progress.title)} · {where}", "second", "ink2", one_line=True
    )


def heading(
    title: str, second: str, progress: Progress | None, scene: Scene
) -> tuple[Node, ...]:
    """Return the step in words, the instruction, and what to mind."""
    parts: list[Node] = []
    if progress is not None:
        parts.append(step_words(progress, scene))
    if title:
        parts.append(Text(title, "title", "ink", bold=True))
    if second:
        parts.append(Text(second, "body", "ink2"))
    return (Column(tuple(parts), gap=8.0),) if parts else ()


def ways_out(view: View, scene: Scene) -> tuple[Press, ...]:
    """Return the buttons out and back, in this order, where there are such."""
    high = _BUTTON_PORTRAIT if scene.portrait else _BUTTON_LANDSCAPE
    found: list[Press] = []
    if view.leave is not None:
        # Without a way back there is room for long words (Cancel payment).
        alone = 250.0 if view.back is not None else 400.0
        wide = 300.0 if scene.portrait else alone
        found.append(_way(view.leave, scene, "exit", "quiet", floor=high, basis=wide))
    if view.back is not None:
        wide = 0.0 if scene.portrait else 270.0
        found.append(_way(view.back, scene, "back", "back", floor=high, basis=wide))
    return tuple(found)


def _way(
    button: Button, scene: Scene, icon: str, style: str, *, floor: float, basis: float
) -> Press:
    look = style_of(button, style)
    words = Text(scene.text(button.label), "footer", look.ink, one_line=True)
    content = Row(
        (Icon(button.icon or icon, 44.0, look.icon), words), gap=20.0, align="center"
    )
    grow = 0.0 if basis else 1.0
    return press(
        content, button, look, pad=(16.0, 8.0), floor=floor, basis=basis, grow=grow
    )


def footer(view: View, scene: Scene) -> Node:
    """Return the bottom bar, always the same; in landscape the ways out lead it."""
    high = _BUTTON_PORTRAIT if scene.portrait else _BUTTON_LANDSCAPE
    # In landscape the places are fixed, whether or not there is a way back.
    wide = 0.0 if scene.portrait else min(300.0, 1180.0 / max(1, len(view.footer)))
    buttons = [_foot(button, scene, high, wide) for button in view.footer]
    parts: list[Node]
    if scene.portrait:
        parts = [*buttons]
        pad = (32.0, 20.0, 32.0, 20.0)
    else:
        parts = [*ways_out(view, scene), Space(grow=1.0), *buttons]
        pad = (MARGIN, 16.0, MARGIN, 16.0)
    bar = Card(
        Padded(Row(tuple(parts), gap=20.0), pad),
        fill="card",
        line="",
        radius=0.0,
        pad=(0.0, 0.0),
        floor=FOOTER_PORTRAIT if scene.portrait else FOOTER_LANDSCAPE,
    )
    edge = Card(Space(2.0), fill="line", line="", radius=0.0, pad=(0.0, 0.0))
    return Column((edge, bar))


def _foot(button: Button, scene: Scene, high: float, wide: float) -> Press:
    look = style_of(button)
    words = Text(scene.text(button.label), "footer", look.ink, look.bold, one_line=True)
    parts: tuple[Node, ...] = (words,)
    if button.icon:
        parts = (Icon(button.icon, 44.0, look.icon), words)
    return press(
        Row(parts, gap=18.0, align="center"),
        button,
        look,
        pad=(10.0, 8.0),
        floor=high,
        basis=wide,
        grow=0.0 if wide else 1.0,
    )


def nav_row(view: View, scene: Scene) -> tuple[Node, ...]:
    """Return the row of ways out in portrait, above the footer."""
    ways = ways_out(view, scene)
    return (Row(ways, gap=GAP),) if ways and scene.portrait else ()


__all__ = [
    "footer",
    "heading",
    "nav_row",
    "plain_button",
    "steps",
    "top_bar",
]
