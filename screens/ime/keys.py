"""Keys of the keyboards, and what every keyboard is."""

from __future__ import annotations

from typing import Protocol

from kiosk.core.bodies import FieldView
from screens.layout.leaves import Local
from screens.layout.nodes import Icon, Node, Text
from screens.layout.panels import Press
from screens.layout.stacks import Column, Row
from screens.scene import Scene

KEY_GAP = 10.0


class Board(Protocol):
    """One keyboard. Acts on the text of a field; keeps only what is half typed."""

    def node(self, field: FieldView, value: str, scene: Scene) -> Node:
        """Describe the keys for a field that holds ``value``."""
        ...

    def press(self, name: str, argument: str, value: str, field: FieldView) -> str:
        """Return the field's text after a key."""
        ...

    def reset(self) -> None:
        """Forget what is half typed."""
        ...


def key(
    name: str,
    label: str,
    argument: str = "",
    *,
    role: str = "key",
    weight: float = 1.0,
    icon: str = "",
    tint: str = "card",
    on: bool = True,
    chosen: bool = False,
    floor: float = 84.0,
    cap: float = 190.0,
) -> Press:
    """Return one key. It acts when touched; the finger need not leave it first."""
    ink = "ink" if on else "off_ink"
    part: Node
    if icon:
        part = Icon(icon, 52.0, "brand" if on else "off_icon")
    else:
        part = Text(label, role, ink, align="center", one_line=True)
    deed = Local(f"key:{name}" if name != "cand" else f"cand:{argument}", argument)
    return Press(
        part,
        deed.name,
        deed if on else None,
        fill="brand_soft" if chosen else tint if on else "off",
        line="brand" if chosen else "line" if on else "off_line",
        thick=4.0 if chosen else 2.0,
        radius=18.0,
        pad=(6.0, 6.0),
        at_once=True,
        grow=weight,
        floor=floor,
        cap=cap,
    )


def rows(*lines: tuple[Node, ...], gap: float = KEY_GAP, cap: float = 190.0) -> Node:
    """Return rows of keys, each as wide as the keyboard."""
    return Column(
        tuple(Row(line, gap=gap, grow=1.0, cap=cap) for line in lines),
        gap=gap,
        grow=1.0,
        align="center",
    )


def limited(value: str, field: FieldView) -> str:
    """Cut a text to what the field takes."""
    return value[: field.max_length]
