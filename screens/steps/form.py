"""A page of fields and the keyboard of the one that is being typed."""

from __future__ import annotations

from collections import deque

from kiosk.core.bodies import FieldView, FormBody
from kiosk.core.intents import FieldChanged, FieldChosen, Intent
from kiosk.core.parts import Tone
from screens.ime.boards import Boards
from screens.layout.leaves import Local
from screens.layout.nodes import Icon, Node, Space, Text
from screens.layout.panels import Card, Press
from screens.layout.shapes import Caret
from screens.layout.stacks import Column, Row
from screens.pieces.blocks import amount, bill_rows, notice, pill
from screens.pieces.buttons import choices, main_button
from screens.scene import Parts, Scene

_UNANSWERED = 64


class FormScreen:
    """Keeps what was typed until the session has answered every edit.

    A quick typist is ahead of the session: an older echo must not undo newer keys.
    """

    def __init__(self) -> None:
        self._boards = Boards()
        self._body: FormBody | None = None
        self._value = ""
        self._sent: deque[str] = deque(maxlen=_UNANSWERED)

    def parts(self, body: FormBody, scene: Scene) -> Parts:
        """Describe the page."""
        self._take(body)
        active = _field(body, body.active)
        fields = tuple(self._field(each, body, scene) for each in body.fields)
        side: list[Node] = list(_about(body, scene))
        side.append(Column(fields, gap=18.0))
        side += _other_ways(body, scene)
        if body.scan_hint is not None:
            side.append(_scan(scene.text(body.scan_hint)))
        trouble = scene.text(body.trouble)
        lead: tuple[Node, ...] = (notice(trouble, Tone.WARN),) if trouble else ()
        keys: Node = Space(grow=1.0)
        if active is not None and not active.locked:
            board = self._boards.board(active.keyboard)
            keys = board.node(active, self._value, scene)
            keys = Card(
                keys, fill="off", line="", pad=(18.0, 18.0), grow=1.0, cap=860.0
            )
        lead = (*lead, *side) if scene.portrait else lead
        return Parts(
            title=scene.text(body.title),
            second=scene.text(body.second_line),
            lead=lead,
            main=keys,
            side=() if scene.portrait else tuple(side),
            actions=(main_button(body.next, scene),),
            split=True,
            share=0.42,
        )

    def act(self, local: Local) -> tuple[Intent, ...]:
        """Let the keyboard change the field; say so if it did."""
        body = self._body
        active = _field(body, body.active) if body else None
        if active is None or active.locked:
            return ()
        board = self._boards.board(active.keyboard)
        value = board.press(local.name, local.value, self._value, active)
        if value == self._value:
            return ()
        self._value = value
        self._sent.append(value)
        return (FieldChanged(active.key, value),)

    def reset(self) -> None:
        """Forget the fields, what was typed, and what the keyboards know."""
        self._body, self._value = None, ""
        self._sent.clear()
        self._boards.reset()

    def _take(self, body: FormBody) -> None:
        """Take the session's word, unless it is only behind with the typing."""
        before, self._body = self._body, body
        field = _field(body, body.active)
        value = field.value if field else ""
        if before is None or before.active != body.active:
            self._value = value
            self._sent.clear()
            if before is not None:
                self._boards.reset()
            return
        if value in self._sent:
            while self._sent and self._sent.popleft() != value:
                pass
            if not self._sent:
                self._value = value
        elif value != _value_of(before, body.active) or not self._sent:
            self._value = value
            self._sent.clear()

    def _field(self, field: FieldView, body: FormBody, scene: Scene) -> Node:
        active = field.key == body.active and not field.locked
        value = self._value if active else field.value
        shown = _shown(field, value, scene)
        label = Text(_label(field, scene), "second", "ink2", grow=1.0)
        head: list[Node] = [label]
        if field.source is not None:
            words = scene.own("field.from", source=field.source)
            head.append(pill(words, Tone.OK))
        text = _text(field, value, shown, active, scene)
        lines: list[Node] = [Row(tuple(head), gap=16.0), text]
        error = scene.text(field.error)
        if error:
            lines.append(Text(error, "second", "seal_ink"))
        return _framed(field, Column(tuple(lines), gap=6.0), active, bool(error))


def _about(body: FormBody, scene: Scene) -> tuple[Node, ...]:
    """What the page is about: whose account, and the amount as it stands."""
    rows = body.rows[: 1 if scene.elder else 2] if body.amount else body.rows
    known: tuple[Node, ...] = (bill_rows(rows, scene, grow=1.0),) if rows else ()
    money: tuple[Node, ...] = (amount(body.amount),) if body.amount else ()
    if known and money and scene.portrait and not scene.elder:
        return (Row((*money, *known), gap=48.0),)
    return (*known, *money)


def _other_ways(body: FormBody, scene: Scene) -> tuple[Node, ...]:
    """Other ways than typing, or proposed amounts, under their own words."""
    if not body.alternatives:
        return ()
    columns = min(2 if scene.elder else 3, len(body.alternatives))
    ways = choices(body.alternatives, scene, columns=columns, bare=scene.elder)
    title = scene.text(body.alternatives_title)
    if not title:
        return (ways,)
    return (Column((Text(title, "second", "ink2"), ways), gap=12.0),)


def _framed(field: FieldView, part: Node, active: bool, wrong: bool) -> Node:
    line = "seal" if wrong else "brand" if active else "line_strong"
    if field.locked:
        return Card(part, fill="off", line="off_line", radius=22.0, pad=(32.0, 16.0))
    return Press(
        part,
        f"field:{field.key}",
        FieldChosen(field.key),
        line=line,
        thick=4.0 if active or wrong else 2.0,
        radius=22.0,
        pad=(32.0, 16.0),
        floor=120.0,
    )


def _text(field: FieldView, value: str, shown: str, active: bool, scene: Scene) -> Node:
    ink = "ink" if value else "ink2"
    role = "quick" if value else "body"
    words = Text(shown, role, ink, bold=bool(value), one_line=True)
    if not active or field.keyboard == "choice":
        return Row((words,), floor=64.0)
    caret = Caret("brand", 52.0)
    parts: tuple[Node, ...] = (words, caret) if value else (caret, words)
    return Row(parts, gap=6.0, floor=64.0)


def _shown(field: FieldView, value: str, scene: Scene) -> str:
    if not value:
        if field.placeholder is not None:
            return scene.text(field.placeholder)
        return scene.own(
            "field.choose" if field.keyboard == "choice" else "field.empty"
        )
    names = dict(field.choices)
    return scene.text(names[value]) if value in names else value


def _label(field: FieldView, scene: Scene) -> str:
    label = scene.text(field.label)
    return label if field.required else f"{label}({scene.own('field.optional')})"


def _scan(text: str) -> Node:
    words = Text(text, "second", "ink", grow=1.0)
    row = Row((Icon("scan", 52.0, "brand"), words), gap=24.0)
    return Card(
        row, fill="brand_soft", line="brand_soft_line", radius=22.0, pad=(28.0, 18.0)
    )


def _field(body: FormBody | None, key: str) -> FieldView | None:
    fields = body.fields if body else ()
    return next((each for each in fields if each.key == key), None)


def _value_of(body: FormBody, key: str) -> str:
    field = _field(body, key)
    return field.value if field else ""
