"""The keyboard for words: pinyin, Latin letters, figures, and characters by code.

Where there is no pinyin engine it opens on the letters, and characters can still
be had by their code, so that nobody is stuck.
"""

from __future__ import annotations

from kiosk.core.bodies import FieldView
from screens.ime.engine import PinyinEngine
from screens.ime.keys import KEY_GAP, key, limited, rows
from screens.layout.nodes import Node, Space, Text
from screens.layout.panels import Card
from screens.layout.stacks import Column, Row
from screens.scene import Scene

_LETTERS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_FIGURES = ("1234567890", "-/:;()·,。", "@.#+_、!?")
_CODES = ("1234567890", "ABCDEF")
_CODE_LENGTHS = (4, 5)
_LONGEST_PINYIN = 30
_A_PAGE = 6


class WordBoard:
    """Letters, a line of what is half typed, and a line of candidates."""

    def __init__(self, engine: PinyinEngine | None) -> None:
        self._engine = engine
        self._mode = ""
        self._half = ""
        self._found: tuple[str, ...] = ()
        self._page = 0
        self._upper = False
        self.reset()

    def reset(self) -> None:
        """Forget what is half typed and what the engine has learnt."""
        self._mode = "zh" if self._engine else "en"
        self._upper = False
        self._clear_half()
        if self._engine is not None:
            self._engine.forget()

    def node(self, field: FieldView, value: str, scene: Scene) -> Node:
        """Describe the keys."""
        letters = {"123": _FIGURES, "code": _CODES}.get(self._mode, _LETTERS)
        lines: list[tuple[Node, ...]] = [
            tuple(self._letter(each) for each in line) for line in letters
        ]
        lines[1] = _inset(lines[1], len(letters[0]) - len(letters[1]))
        delete = key("del", "", icon="delete", weight=1.5, tint="paper")
        if self._mode == "code":
            lines.append((delete,))
        else:
            lines[2] = (self._shift(scene), *lines[2], delete)
        lines.append(self._last_line(scene))
        return Column(
            (self._half_line(scene), self._candidates(), rows(*lines, cap=150.0)),
            gap=KEY_GAP,
            grow=1.0,
        )

    def press(self, name: str, argument: str, value: str, field: FieldView) -> str:
        """Return the field's text after a key."""
        if name.startswith("cand:"):
            return limited(value + self._take(argument), field)
        match name:
            case "key:zh" | "key:en" | "key:123" | "key:code":
                self._switch(argument)
            case "key:shift":
                self._upper = not self._upper
            case "key:del":
                return self._delete(value)
            case "key:space":
                return limited(value + self._space(), field)
            case _:
                return limited(value + self._type(argument), field)
        return value

    def _type(self, char: str) -> str:
        if self._mode in ("zh", "code"):
            if len(self._half) < (_LONGEST_PINYIN if self._mode == "zh" else 5):
                self._search(self._half + char)
            return ""
        return char.upper() if self._upper else char

    def _space(self) -> str:
        if self._half:
            return self._take("0") if self._found else ""
        return " " if self._mode != "code" else ""

    def _delete(self, value: str) -> str:
        if self._half:
            self._search(self._half[:-1])
            return value
        return value[:-1]

    def _take(self, which: str) -> str:
        if which in ("prev", "next"):
            self._page += 1 if which == "next" else -1
            return ""
        number = self._page * _A_PAGE + int(which)
        if number >= len(self._found):
            return ""
        text = self._found[number]
        if self._mode == "zh" and self._engine is not None:
            used = self._engine.choose(self._half, number)
            self._search(self._half[used:])
        else:
            self._clear_half()
        return text

    def _search(self, half: str) -> None:
        self._clear_half()
        self._half = half
        if not half:
            return
        if self._mode == "code":
            self._found = _by_code(half)
        elif self._engine is not None:
            self._found = self._engine.search(half) or (half,)

    def _switch(self, mode: str) -> None:
        self._clear_half()
        self._mode = mode

    def _clear_half(self) -> None:
        self._half, self._found, self._page = "", (), 0

    def _letter(self, char: str) -> Node:
        shown = char.upper() if self._upper and self._mode == "en" else char
        return key(char.lower(), shown, char)

    def _shift(self, scene: Scene) -> Node:
        if self._mode == "zh":
            return key("'", "'", "'", weight=1.5, tint="paper")
        if self._mode == "123":
            return Space(grow=0.5)
        words = scene.own("keyboard.shift")
        return key(
            "shift", words, role="body", weight=1.5, tint="paper", chosen=self._upper
        )

    def _last_line(self, scene: Scene) -> tuple[Node, ...]:
        def switch(mode: str, word: str, weight: float = 1.4) -> Node:
            label = scene.own(f"keyboard.{word}")
            chosen = mode == self._mode
            return key(
                mode,
                label,
                mode,
                role="body",
                weight=weight,
                tint="paper",
                chosen=chosen,
            )

        keys: list[Node] = []
        if self._engine is not None:
            keys.append(switch("zh", "chinese"))
        keys.append(switch("en", "latin"))
        keys.append(switch("123", "digits"))
        space = scene.own("keyboard.space")
        keys.append(key("space", space, role="body", weight=3.0))
        keys.append(switch("code", "code", 2.0))
        return tuple(keys)

    def _half_line(self, scene: Scene) -> Node:
        if self._half:
            return Text(self._half, "body", "brand", bold=True, floor=54.0)
        hint = {"zh": "pinyin_hint", "code": "code_hint"}.get(self._mode, "")
        if self._engine is None and self._mode == "en":
            hint = "no_pinyin"
        words = scene.own(f"keyboard.{hint}") if hint else ""
        return Text(words, "small", "ink2", floor=54.0)

    def _candidates(self) -> Node:
        first = self._page * _A_PAGE
        shown = self._found[first : first + _A_PAGE]
        keys: list[Node] = [
            key("cand", text, str(n), weight=1.0 + 0.45 * len(text), cap=104.0)
            for n, text in enumerate(shown)
        ]
        if self._found:
            more = first + _A_PAGE < len(self._found)
            keys.append(_turn("prev", "left", on=self._page > 0))
            keys.append(_turn("next", "right", on=more))
            return Row(tuple(keys), gap=KEY_GAP, floor=104.0)
        return Card(Space(0.0), fill="paper", line="line", radius=18.0, floor=104.0)


def _turn(name: str, icon: str, *, on: bool) -> Node:
    return key("cand", "", name, icon=icon, weight=0.9, tint="paper", on=on, cap=104.0)


def _inset(line: tuple[Node, ...], missing: int) -> tuple[Node, ...]:
    """Put a shorter row of keys in the middle."""
    side = Space(grow=missing / 2 - 0.02)
    return (side, *line, side) if missing > 0 else line


def _by_code(code: str) -> tuple[str, ...]:
    """Return the Chinese character of a code, if it is one."""
    if len(code) not in _CODE_LENGTHS:
        return ()
    number = int(code, 16)
    basic = 0x3400 <= number <= 0x9FFF or 0xF900 <= number <= 0xFAFF
    return (chr(number),) if basic or 0x20000 <= number <= 0x323AF else ()
