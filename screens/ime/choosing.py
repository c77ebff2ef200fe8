"""The keyboard of a field with a closed list: its choices, page by page."""

from __future__ import annotations

from kiosk.core.bodies import FieldView
from screens.ime.keys import key
from screens.layout.leaves import Local
from screens.layout.nodes import Icon, Node, Space, Text
from screens.layout.panels import Press
from screens.layout.stacks import Column, Grid, Row
from screens.scene import Scene

_A_PAGE = 8
_ONE_COLUMN = 5


class ChoiceBoard:
    """A button for each choice."""

    def __init__(self) -> None:
        self._page = 0

    def node(self, field: FieldView, value: str, scene: Scene) -> Node:
        """Describe the choices."""
        first = self._page * _A_PAGE
        shown = field.choices[first : first + _A_PAGE]
        cells = tuple(
            _choice(code, scene.text(label), code == value) for code, label in shown
        )
        columns = 1 if len(cells) <= _ONE_COLUMN else 2
        grid = Grid(cells, columns=columns, gap=18.0, tall=150.0, grow=1.0)
        pages = -(-len(field.choices) // _A_PAGE)
        if pages <= 1:
            return Column((grid,), grow=1.0)
        return Column((grid, self._pager(pages)), gap=18.0, grow=1.0)

    def press(self, name: str, argument: str, value: str, field: FieldView) -> str:
        """Return the choice that was touched."""
        if name.startswith("choice:"):
            return argument
        self._page += 1 if name == "key:more" else -1
        return value

    def reset(self) -> None:
        """Go back to the first page."""
        self._page = 0

    def _pager(self, pages: int) -> Node:
        before = key("less", "", icon="left", on=self._page > 0, cap=96.0)
        after = key("more", "", icon="right", on=self._page < pages - 1, cap=96.0)
        count = Text(f"{self._page + 1} / {pages}", "body", "ink2", align="center")
        return Row((before, Space(20.0), count, Space(20.0), after), gap=12.0)


def _choice(code: str, label: str, chosen: bool) -> Press:
    words = Text(label, "button", "brand" if chosen else "ink", chosen, grow=1.0)
    parts: tuple[Node, ...] = (words,)
    if chosen:
        parts = (words, Icon("check", 48.0, "brand"))
    return Press(
        Row(parts, gap=20.0),
        f"choice:{code}",
        Local(f"choice:{code}", code),
        fill="brand_soft" if chosen else "card",
        line="brand" if chosen else "line",
        thick=4.0 if chosen else 2.0,
        pad=(36.0, 14.0),
        floor=104.0,
    )
