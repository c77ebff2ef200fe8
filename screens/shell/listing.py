"""The matters of one department, page by page."""

from __future__ import annotations

from kiosk.core.bodies import ListBody
from screens.layout.nodes import Node
from screens.layout.stacks import Grid
from screens.pieces.buttons import answer, pager
from screens.scene import Parts, Plain, Scene


class ListScreen(Plain[ListBody]):
    """Large rows in portrait, two columns of them in landscape."""

    def parts(self, body: ListBody, scene: Scene) -> Parts:
        """Describe the page."""
        role = "section" if len(body.tiles) > 6 else "quick"
        cells = tuple(answer(button, scene, role=role) for button in body.tiles)
        single = scene.portrait or len(cells) == 1
        grid = Grid(cells, columns=1 if single else 2, gap=22.0, tall=210.0, grow=1.0)
        side: tuple[Node, ...] = ()
        if body.pages > 1:
            side = (pager(body.page, body.pages, scene),)
        return Parts(title=scene.text(body.title), main=grid, side=side)
