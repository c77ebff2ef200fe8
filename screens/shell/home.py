"""您好,要办什么事? What most people come for, large; departments below."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.core.bodies import HomeBody
from kiosk.core.parts import Button, Tone
from screens.layout.nodes import Node, Space, Text
from screens.layout.stacks import Column, Grid, Row
from screens.pieces.blocks import lamp_strip, notice
from screens.pieces.buttons import answer, quick_tile, tile
from screens.scene import Parts, Plain, Scene

_FEW = 4


class HomeScreen(Plain[HomeBody]):
    """The first page of a visit."""

    def parts(self, body: HomeBody, scene: Scene) -> Parts:
        """Describe the page."""
        content = _portrait(body, scene) if scene.portrait else _landscape(body, scene)
        note = scene.text(body.notice)
        side: tuple[Node, ...] = ()
        if body.lamps:
            side = (lamp_strip(body.lamps, scene, note),)
        elif note:
            side = (notice(note, Tone.WARN),)
        return Parts(title=scene.text(body.title), main=content, side=side)


def _quick(body: HomeBody, scene: Scene, columns: int, tall: float) -> Node:
    tiles = tuple(quick_tile(button, scene) for button in body.quick)
    weight = max(1.0, len(tiles) / columns)
    return Grid(
        tiles, columns=columns, gap=22.0, tall=tall, grow=weight, cap=tall * weight
    )


def _large(body: HomeBody, scene: Scene) -> Node:
    cards = tuple(answer(button, scene, cap=196.0) for button in body.quick)
    return Column(cards, gap=24.0, grow=1.0)


def _departments(body: HomeBody, scene: Scene, columns: int, tall: float) -> Node:
    head = Row(
        (
            Text(scene.text(body.domains_title), "section", "ink", bold=True),
            Text(
                scene.text(body.domains_count), "small", "ink2", align="right", grow=1.0
            ),
        ),
        gap=20.0,
    )
    tiles = tuple(tile(button, scene) for button in body.domains)
    grid = Grid(tiles, columns=columns, gap=18.0, tall=tall, grow=1.0)
    rows = max(1.0, len(tiles) / columns)
    return Column((head, grid), gap=18.0, grow=rows)


def columns_for(buttons: Sequence[Button], most: int) -> int:
    """Return how many tiles stand beside one another, without a lone last one."""
    count = len(buttons)
    if count <= most:
        return max(1, count)
    return next((n for n in range(most, 2, -1) if count % n == 0), most)


def _portrait(body: HomeBody, scene: Scene) -> Node:
    if not body.domains:
        return _large(body, scene)
    if len(body.domains) <= _FEW:
        return _few(body, scene)
    quick = (
        _answers(body.quick, scene, bare=True)
        if scene.elder
        else _quick(body, scene, 2 if len(body.quick) > 1 else 1, 230.0)
    )
    most = 3 if scene.elder else 4
    departments = _departments(body, scene, columns_for(body.domains, most), 300.0)
    return Column((quick, Space(6.0), departments), gap=26.0, grow=1.0)


def _few(body: HomeBody, scene: Scene) -> Node:
    """A small machine: departments as large as what most people come for."""
    title = Text(scene.text(body.domains_title), "section", "ink", bold=True)
    cards = _answers(body.domains, scene, bare=scene.elder)
    if scene.elder:
        quick = _answers(body.quick, scene, bare=True)
    else:
        quick = _quick(body, scene, 2 if len(body.quick) > 1 else 1, 330.0)
    return Column((quick, title, cards), gap=28.0, grow=1.0)


def _answers(buttons: Sequence[Button], scene: Scene, *, bare: bool = False) -> Node:
    cards = tuple(answer(b, scene, cap=230.0, bare=bare) for b in buttons)
    return Column(cards, gap=20.0, grow=float(len(cards)))


def _landscape(body: HomeBody, scene: Scene) -> Node:
    if not body.domains:
        tiles = tuple(answer(button, scene) for button in body.quick)
        return Grid(tiles, columns=2, gap=24.0, tall=240.0, grow=1.0)
    few = len(body.domains) <= _FEW
    quick = _quick(body, scene, 1, 300.0 if few else 190.0)
    left = Column((quick,), grow=0.36)
    most = 3 if scene.elder else 4
    if few:
        title = Text(scene.text(body.domains_title), "section", "ink", bold=True)
        cards = tuple(answer(button, scene, cap=200.0) for button in body.domains)
        named = Column((title, Column(cards, gap=20.0, grow=1.0)), gap=18.0, grow=0.64)
        return Row((left, named), gap=44.0, grow=1.0)
    right = _departments(body, scene, columns_for(body.domains, most), 260.0)
    return Row((left, Column((right,), grow=0.64)), gap=44.0, grow=1.0)
