"""Hands at the validator: notes, the box, the firmware."""

from __future__ import annotations

from collections import deque

from hardware_sim.cash.notes import BAD_NOTES, Note
from hardware_sim.cash.validator import CHANNELS, Validator
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb

_YUAN = tuple(str(value) for value in CHANNELS)
_CAPACITY = 600
_OLDER = {
    "nothing": frozenset[int](),
    "acknowledge": frozenset({0x56, 0x57}),
    "count": frozenset({0x58, 0x59}),
    "both": frozenset({0x56, 0x57, 0x58, 0x59}),
}
"""What older firmware cannot do, and the commands that it does not know."""


class Hands:
    """What people do to the machine without touching its cable or its plug.

    Attributes:
        notes: held to the slot, the first one first.
    """

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self.notes: deque[Note] = deque()

    def verbs(self) -> tuple[Verb, ...]:
        """Return what they can do."""
        yuan = Argument("yuan", "choice", "10", _YUAN)
        kinds = tuple(BAD_NOTES)
        return (
            Verb("insert", "放入纸币", "Put a note in", self._insert, (yuan,)),
            Verb(
                "insert_bad",
                "放入假币或异物",
                "Put in what is no note",
                self._insert_bad,
                (Argument("kind", "choice", kinds[0], kinds),),
            ),
            Verb("withdraw", "收回手里的钱", "Keep the notes in hand", self._withdraw),
            Verb("fill_box", "钞箱满", "Fill the box", self._fill_box),
            Verb("empty_box", "清空钞箱", "Empty the box", self._empty_box),
            Verb("remove_box", "取走钞箱", "Take the box out", self._remove_box),
            Verb("replace_box", "放回钞箱", "Put it back", self._replace_box),
            Verb("cheat", "拉线钓鱼", "Pull at the note", self._cheat),
            Verb(
                "tell_nothing_at_start",
                "开机不报告机内纸币",
                "Say nothing of notes found inside at start",
                self._tell_nothing,
            ),
            Verb(
                "forget_how",
                "换成旧固件",
                "Change to older firmware",
                self._forget_how,
                (Argument("to", "choice", "both", tuple(_OLDER)),),
            ),
        )

    async def mend(self) -> None:
        """Put everything back as it was."""
        self.notes.clear()
        self._validator.capacity = _CAPACITY
        self._validator.tells_cleared = True
        self._validator.knows_not = frozenset()
        if self._validator.jammed:
            self._validator.clear_jam()
        await self._replace_box()

    async def _insert(self, yuan: object = "10") -> JsonValue:
        """Hold a note to the slot until it is pulled in."""
        value = whole_number(yuan, "yuan", least=1, most=100)
        one_of(str(value), "yuan", _YUAN)
        self.notes.append(Note(value))
        return {"inHand": len(self.notes)}

    async def _insert_bad(self, kind: str = "counterfeit") -> JsonValue:
        self.notes.append(Note(0, one_of(kind, "kind", BAD_NOTES)))
        return {"inHand": len(self.notes)}

    async def _withdraw(self) -> JsonValue:
        self.notes.clear()
        return {"inHand": 0}

    async def _fill_box(self) -> JsonValue:
        self._validator.capacity = len(self._validator.box)
        return {"full": True}

    async def _empty_box(self) -> JsonValue:
        self._validator.capacity = _CAPACITY
        self._validator.box.clear()
        return {"box": []}

    async def _remove_box(self) -> JsonValue:
        if self._validator.box_in_place:
            self._validator.box_in_place = False
            self._validator.events.append(b"\xe3")
        return {"boxInPlace": False}

    async def _replace_box(self) -> JsonValue:
        if not self._validator.box_in_place:
            self._validator.box_in_place = True
            self._validator.events.append(b"\xe4")
        return {"boxInPlace": True}

    async def _cheat(self) -> JsonValue:
        note = self._validator.paths.note
        channel = 0 if note is None else note.channel(CHANNELS)
        self._validator.events.append(bytes([0xE6, channel]))
        return {"channel": channel}

    async def _tell_nothing(self) -> JsonValue:
        self._validator.tells_cleared = False
        return {"tellsCleared": False}

    async def _forget_how(self, to: str = "both") -> JsonValue:
        word = one_of(to, "to", tuple(_OLDER))
        self._validator.knows_not = _OLDER[word]
        return {"knowsNot": [f"{each:02X}" for each in sorted(_OLDER[word])]}
