"""Everything that is pressed, described once: buttons, tiles, answers, pagers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.core.intents import TurnPage
from kiosk.core.parts import Button
from screens.layout.nodes import Icon, Node, Space, Text
from screens.layout.panels import Press
from screens.layout.stacks import Column, Grid, Row
from screens.scene import Scene


@dataclass(frozen=True, slots=True)
class Style:
    """Colours of a button, by token names."""

    fill: str
    line: str
    ink: str
    second: str
    icon: str
    pressed: str
    pressed_line: str
    thick: float = 2.0
    bold: bool = False


STYLES: Mapping[str, Style] = MappingProxyType(
    {
        "main": Style(
            "brand",
            "brand",
            "on_brand",
            "on_brand2",
            "on_brand",
            "brand_pressed",
            "brand_pressed",
            bold=True,
        ),
        "plain": Style("card", "line", "ink", "ink2", "brand", "pressed", "brand"),
        "quiet": Style(
            "card", "line_strong", "ink", "ink2", "brand", "pressed", "brand"
        ),
        "back": Style(
            "card", "brand", "brand", "brand", "brand", "pressed", "brand", 3.0
        ),
        "help": Style(
            "seal",
            "seal",
            "on_seal",
            "on_seal",
            "on_seal",
            "seal_pressed",
            "seal_pressed",
            bold=True,
        ),
    }
)
_OFF = Style("off", "off_line", "off_ink", "warn", "off_icon", "off", "off_line")


def style_of(button: Button, name: str = "") -> Style:
    """Return the colours of a button; grey where it cannot be used."""
    if button.intent is None:
        return _OFF
    return STYLES.get(name or button.style, STYLES["plain"])


def press(
    part: Node,
    button: Button,
    style: Style,
    *,
    pad: tuple[float, float] = (28.0, 18.0),
    floor: float = 0.0,
    grow: float = 0.0,
    cap: float = 0.0,
    radius: float = 28.0,
    basis: float = 0.0,
) -> Press:
    """Put a part on a surface that can be pressed."""
    return Press(
        part,
        button.key,
        button.intent,
        style.fill,
        style.line,
        style.pressed,
        style.pressed_line,
        style.thick,
        radius,
        pad,
        floor=floor,
        grow=grow,
        cap=cap,
        basis=basis,
    )


def label_of(
    button: Button,
    scene: Scene,
    style: Style,
    role: str,
    align: str = "center",
    *,
    bare: bool = False,
) -> Node:
    """Return the words of a button: what it does, and why not where it cannot.

    Args:
        bare: leaves the second line away where room is scarce.
    """
    lines: list[Node] = [
        Text(
            scene.text(button.label),
            role,
            style.ink,
            style.bold,
            align,
            one_line=True,
        )
    ]
    below = scene.text(button.second_line) if not bare else ""
    if button.intent is None and button.reason is not None:
        below = scene.text(button.reason)
    if below:
        lines.append(Text(below, "small", style.second, align=align, one_line=True))
    return Column(tuple(lines), gap=2.0, align="center")


def plain_button(
    button: Button,
    scene: Scene,
    *,
    style: str = "",
    role: str = "button",
    grow: float = 0.0,
    basis: float = 0.0,
    floor: float = 116.0,
    cap: float = 0.0,
    icon_first: bool = True,
    bare: bool = False,
) -> Press:
    """Return a button: icon and words in the middle."""
    look = style_of(button, style)
    words = label_of(button, scene, look, role, bare=bare)
    parts: tuple[Node, ...] = (words,)
    if button.icon:
        icon = Icon(button.icon, 48.0 if role == "button" else 42.0, look.icon)
        parts = (icon, words) if icon_first else (words, icon)
    content = Row(parts, gap=22.0, align="center")
    return press(
        content,
        button,
        look,
        pad=(20.0, 10.0),
        floor=floor,
        grow=grow,
        basis=basis,
        cap=cap,
    )


def main_button(button: Button, scene: Scene) -> Press:
    """Return the one thing to do on a page, with an arrow if it has no icon."""
    return plain_button(button, scene, style="main", floor=128.0, grow=1.0, cap=140.0)


def quick_tile(button: Button, scene: Scene) -> Press:
    """Return one of the large tiles of the home page: icon left, words right."""
    look = style_of(button, "main")
    words = label_of(button, scene, look, "quick", "left")
    content = Row((Icon(button.icon or "doc", 72.0, look.icon), _grow(words)), gap=32.0)
    return press(content, button, look, pad=(40.0, 20.0), floor=156.0)


def tile(button: Button, scene: Scene, *, icon: float = 64.0) -> Press:
    """Return a tile: icon on top, name, count or reason."""
    look = style_of(button)
    if scene.elder:
        # Large letters need the width; the icon stands before the name.
        name = label_of(button, scene, look, "tile", "left", bare=True)
        row = Row((Icon(button.icon or "doc", icon, look.icon), _grow(name)), gap=18.0)
        return press(row, button, look, pad=(18.0, 12.0), floor=130.0)
    words = label_of(button, scene, look, "tile")
    content = Column(
        (Icon(button.icon or "doc", icon, look.icon), words), gap=10.0, align="center"
    )
    return press(content, button, look, pad=(14.0, 14.0), floor=150.0)


def answer(
    button: Button,
    scene: Scene,
    *,
    style: str = "",
    role: str = "quick",
    cap: float = 200.0,
    floor: float = 128.0,
    bare: bool = False,
) -> Press:
    """Return a full-width answer: icon, bold words, an arrow to the right."""
    look = style_of(button, style)
    words = label_of(button, scene, look, role, "left", bare=bare)
    parts: list[Node] = [_grow(words)]
    if button.icon:
        parts.insert(0, Icon(button.icon, 64.0, look.icon))
    if button.intent is not None:
        parts.append(Icon("right", 40.0, look.icon))
    content = Row(tuple(parts), gap=32.0)
    return press(
        content, button, look, pad=(40.0, 18.0), floor=floor, grow=1.0, cap=cap
    )


def alternatives(
    buttons: Sequence[Button], scene: Scene, *, columns: int = 2, tall: float = 132.0
) -> Grid:
    """Return ways to the same end, equal in size."""
    cells = tuple(_side_by_side(button, scene) for button in buttons)
    return Grid(cells, columns=min(columns, max(1, len(cells))), gap=20.0, tall=tall)


def choices(
    buttons: Sequence[Button], scene: Scene, *, columns: int, bare: bool = False
) -> Grid:
    """Return short answers of which one is chosen now: that one is filled."""
    cells = tuple(
        plain_button(each, scene, role="body", floor=96.0, bare=bare)
        for each in buttons
    )
    return Grid(cells, columns=max(1, columns), gap=16.0, tall=112.0)


def _side_by_side(button: Button, scene: Scene) -> Press:
    look = style_of(button)
    words = label_of(button, scene, look, "body", "left")
    content = Row(
        (Icon(button.icon or "right", 56.0, look.icon), _grow(words)), gap=28.0
    )
    return press(content, button, look, pad=(32.0, 14.0), floor=116.0)


def _grow(part: Node) -> Node:
    """Give a part the width that is left in a row."""
    return Column((Space(grow=1.0), part, Space(grow=1.0)), grow=1.0)


def pager(page: int, pages: int, scene: Scene) -> Node:
    """Return the way through the pages; what is not there is greyed."""
    return Row(
        (
            _turn("page:prev", "left", TurnPage(-1) if page > 1 else None, scene),
            Text(
                scene.own("pages", page=page, pages=pages),
                "body",
                "ink2",
                align="center",
                one_line=True,
                basis=300.0,
            ),
            _turn("page:next", "right", TurnPage(1) if page < pages else None, scene),
        ),
        gap=20.0,
        align="center",
    )


def _turn(key: str, icon: str, intent: TurnPage | None, scene: Scene) -> Press:
    style = STYLES["plain"] if intent else _OFF
    words = scene.own("page.next" if icon == "right" else "page.previous")
    parts: tuple[Node, ...] = (
        Icon(icon, 40.0, style.icon),
        Text(words, "body", style.ink, one_line=True),
    )
    content = Row(parts if icon == "left" else parts[::-1], gap=14.0, align="center")
    return Press(
        content,
        key,
        intent,
        style.fill,
        style.line,
        pad=(20.0, 8.0),
        floor=96.0,
        basis=300.0,
    )
