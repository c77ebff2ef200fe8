"""Keyboards for numbers: digits (with X for ID numbers), phone, money, date."""

from __future__ import annotations

from kiosk.core.bodies import FieldView
from screens.ime.keys import key, limited, rows
from screens.layout.nodes import Node
from screens.scene import Scene

_ID_LENGTH = 18
_DATE_DIGITS = 8


class NumberBoard:
    """Three columns of digits, as on a telephone."""

    def __init__(self, *, extra: str = "") -> None:
        self._extra = extra

    def node(self, field: FieldView, value: str, scene: Scene) -> Node:
        """Describe the keys."""
        extra = self._extra
        if not extra and field.keyboard == "digits" and field.max_length == _ID_LENGTH:
            extra = "X"
        digits = [key(each, each, each) for each in "123456789"]
        corner: Node = key(extra, extra, extra) if extra else _clear(scene, value)
        last = (corner, key("0", "0", "0"), _delete(value))
        lines = [tuple(digits[0:3]), tuple(digits[3:6]), tuple(digits[6:9]), last]
        if extra:
            lines.append((_clear(scene, value),))
        return rows(*lines, gap=16.0)

    def press(self, name: str, argument: str, value: str, field: FieldView) -> str:
        """Return the field's text after a key."""
        if name == "key:del":
            return value[:-1]
        if name == "key:clear":
            return ""
        return limited(value + argument, field)

    def reset(self) -> None:
        """Keep nothing, forget nothing."""


class MoneyBoard(NumberBoard):
    """Digits and one point, with two digits behind it: an amount of yuan."""

    def __init__(self) -> None:
        super().__init__(extra=".")

    def node(self, field: FieldView, value: str, scene: Scene) -> Node:
        """Describe the keys: a fourth column corrects, so that four rows do."""
        digits = [key(each, each, each) for each in "123456789"]
        return rows(
            (*digits[0:3], _delete(value)),
            (*digits[3:6], _clear(scene, value)),
            (*digits[6:9], key("00", "00", "00")),
            (key(".", ".", ".", on="." not in value), key("0", "0", "0")),
            gap=16.0,
        )

    def press(self, name: str, argument: str, value: str, field: FieldView) -> str:
        """Return the field's text after a key; one that makes no amount is dropped."""
        after = super().press(name, argument, value, field)
        return after if _leads_to_amount(after) else value


class DateBoard:
    """Eight digits become year, month and day with their dashes."""

    def node(self, field: FieldView, value: str, scene: Scene) -> Node:
        """Describe the keys; those that make no date are greyed."""
        typed = _digits_of(value)
        ok = {each: _leads_to_date(typed + each) for each in "0123456789"}
        digits = [key(each, each, each, on=ok[each]) for each in "123456789"]
        last = (_clear(scene, value), key("0", "0", "0", on=ok["0"]), _delete(value))
        return rows(
            tuple(digits[0:3]), tuple(digits[3:6]), tuple(digits[6:9]), last, gap=16.0
        )

    def press(self, name: str, argument: str, value: str, field: FieldView) -> str:
        """Return the field's text after a key, as 2026-11-20."""
        typed = _digits_of(value)
        if name == "key:del":
            return _dashed(typed[:-1])
        if name == "key:clear":
            return ""
        return _dashed(typed + argument) if _leads_to_date(typed + argument) else value

    def reset(self) -> None:
        """Keep nothing, forget nothing."""


def _leads_to_amount(text: str) -> bool:
    whole, point, fraction = text.partition(".")
    if point and not whole:
        return False
    return "." not in fraction and len(fraction) <= 2


def _digits_of(value: str) -> str:
    return "".join(char for char in value if char.isdigit())


def _dashed(digits: str) -> str:
    parts = [digits[:4], digits[4:6], digits[6:8]]
    return "-".join(part for part in parts if part)


def _leads_to_date(digits: str) -> bool:
    """Tell whether digits can still become a date."""
    if len(digits) > _DATE_DIGITS or digits[:1] not in ("1", "2"):
        return False
    if len(digits) >= 2 and digits[:2] not in ("19", "20"):
        return False
    month, day = digits[4:6], digits[6:8]
    if month and not _within(month, 12):
        return False
    return not day or _within(day, _days(int(digits[:4]), int(month)))


def _within(part: str, most: int) -> bool:
    if len(part) == 1:
        return int(part) * 10 <= most
    return 1 <= int(part) <= most


def _days(year: int, month: int) -> int:
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _clear(scene: Scene, value: str) -> Node:
    words = scene.own("keyboard.clear")
    return key("clear", words, role="body", tint="paper", on=bool(value))


def _delete(value: str) -> Node:
    return key("del", "", icon="delete", tint="paper", on=bool(value))
