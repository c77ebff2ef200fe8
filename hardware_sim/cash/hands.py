"""Hands at the validator: notes, the box, the firmware."""

from __future__ import annotations

from collections import deque

from hardware_sim.cash.notes import BAD_NOTES, Note
from hardware_sim.cash.validator import CHANNELS, Validator
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb

_YUAN = tuple(str(value) for value in CHANNELS)
_NOTE = Argument("yuan", "choice", "10", _YUAN)
_BAD = Argument("kind", "choice", next(iter(BAD_NOTES)), tuple(BAD_NOTES))
_CAPACITY = 600
_OLDER = {
    "nothing": frozenset[int](),
    "acknowledge": frozenset({0x56, 0x57}),
    "count": frozenset({0x58, 0x59}),
    "both": frozenset({0x56, 0x57, 0x58, 0x59}),
}
"""What older firmware cannot do, and the commands that it does not know."""

_FIRMWARE = Argument("to", "choice", "both", tuple(_OLDER))


class Hands:
    """What people do to the machine without touching its cable or its plug.

    Attributes:
        notes: held to the slot, the first one first.
    """

    def __init__(self, validator: Validator) -> None:
        self._validator = validator
        self.notes: deque[Note] = deque()

    async def mend(self) -> None:
        """Put everything back as it was."""
        self.notes.clear()
        self._validator.capacity = _CAPACITY
        self._validator.tells_cleared = True
        self._validator.knows_not = frozenset()
        if self._validator.jammed:
            self._validator.clear_jam()
        await self._replace_box()

    @verb("放入纸币", "Put a note in", _NOTE)
    async def _insert(self, yuan: object = "10") -> JsonValue:
        """Hold a note to the slot until it is pulled in."""
        value = whole_number(yuan, "yuan", least=1, most=100)
        one_of(str(value), "yuan", _YUAN)
        self.notes.append(Note(value))
        return {"inHand": len(self.notes)}

    @verb("放入假币或异物", "Put in what is no note", _BAD)
    async def _insert_bad(self, kind: str = "counterfeit") -> JsonValue:
        self.notes.append(Note(0, one_of(kind, "kind", BAD_NOTES)))
        return {"inHand": len(self.notes)}

    @verb("收回手里的钱", "Keep the notes in hand")
    async def _withdraw(self) -> JsonValue:
        self.notes.clear()
        return {"inHand": 0}

    @verb("钞箱满", "Fill the box")
    async def _fill_box(self) -> JsonValue:
        self._validator.capacity = len(self._validator.box)
        return {"full": True}

    @verb("清空钞箱", "Empty the box")
    async def _empty_box(self) -> JsonValue:
        self._validator.capacity = _CAPACITY
        self._validator.box.clear()
        return {"box": []}

    @verb("取走钞箱", "Take the box out")
    async def _remove_box(self) -> JsonValue:
        if self._validator.box_in_place:
            self._validator.box_in_place = False
            self._validator.events.append(b"\xe3")
        return {"boxInPlace": False}

    @verb("放回钞箱", "Put it back")
    async def _replace_box(self) -> JsonValue:
        if not self._validator.box_in_place:
            self._validator.box_in_place = True
            self._validator.events.append(b"\xe4")
        return {"boxInPlace": True}

    @verb("拉线钓鱼", "Pull at the note")
    async def _cheat(self) -> JsonValue:
        note = self._validator.paths.note
        channel = 0 if note is None else note.channel(CHANNELS)
        self._validator.events.append(bytes([0xE6, channel]))
        return {"channel": channel}

    @verb("开机不报告机内纸币", "Say nothing of notes found inside at start")
    async def _tell_nothing_at_start(self) -> JsonValue:
        self._validator.tells_cleared = False
        return {"tellsCleared": False}

    @verb("换成旧固件", "Change to older firmware", _FIRMWARE)
    async def _forget_how(self, to: str = "both") -> JsonValue:
        word = one_of(to, "to", tuple(_OLDER))
        self._validator.knows_not = _OLDER[word]
        return {"knowsNot": [f"{each:02X}" for each in sorted(_OLDER[word])]}
