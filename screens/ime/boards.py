"""Which keyboard a field gets."""

from __future__ import annotations

from screens.ime.choosing import ChoiceBoard
from screens.ime.engine import pinyin_engine
from screens.ime.keys import Board
from screens.ime.numbers import DateBoard, MoneyBoard, NumberBoard
from screens.ime.pinyin import WordBoard


class Boards:
    """The keyboards of one form; the one for words is made when first needed."""

    def __init__(self) -> None:
        self._made: dict[str, Board] = {}

    def board(self, keyboard: str) -> Board:
        """Return the keyboard of a kind; an unknown kind gets the one for words."""
        if keyboard not in self._made:
            self._made[keyboard] = _make(keyboard)
        return self._made[keyboard]

    def reset(self) -> None:
        """Make every keyboard forget."""
        for board in self._made.values():
            board.reset()


def _make(keyboard: str) -> Board:
    match keyboard:
        case "digits" | "phone":
            return NumberBoard()
        case "money":
            return MoneyBoard()
        case "date":
            return DateBoard()
        case "choice":
            return ChoiceBoard()
        case _:
            return WordBoard(pinyin_engine())
