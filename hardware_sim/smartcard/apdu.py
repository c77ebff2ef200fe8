"""Commands as a card sees them, and the two ways to answer (ISO/IEC 7816-3 and -4).

T=0 carries data in one direction only: to a command with data the answer is ``61xx``,
and GET RESPONSE fetches what waits; to a wrong length it is ``6Cxx``. T=1 answers at
once, cut to the length that was asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

OK = 0x9000
WRONG_LENGTH = 0x6700
NOT_ALLOWED = 0x6982
NO_CONDITION = 0x6985
NO_FILE_CHOSEN = 0x6986
WRONG_DATA = 0x6A80
NOT_FOUND = 0x6A82
NO_RECORD = 0x6A83
WRONG_PARAMETERS = 0x6A86
NO_INSTRUCTION = 0x6D00
NO_CLASS = 0x6E00

MEANINGS = {
    OK: "done",
    WRONG_LENGTH: "wrong length",
    NOT_ALLOWED: "security status not satisfied",
    0x6983: "blocked",
    NO_CONDITION: "conditions of use not satisfied",
    NO_FILE_CHOSEN: "no file chosen",
    WRONG_DATA: "wrong data",
    NOT_FOUND: "no such application or file",
    NO_RECORD: "no such record",
    WRONG_PARAMETERS: "wrong parameters",
    NO_INSTRUCTION: "unknown instruction",
    NO_CLASS: "unknown class",
}

Answer = tuple[bytes, int]
"""Data and status word."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command; ``most`` is the longest answer wanted, ``None``: none."""

    cla: int
    ins: int
    p1: int
    p2: int
    data: bytes = b""
    most: int | None = None


def parse(apdu: bytes) -> Command | None:
    """Read a short command; ``None`` when its length is wrong."""
    if len(apdu) < 4:
        return None
    head = (apdu[0], apdu[1], apdu[2], apdu[3])
    if len(apdu) == 4:
        return Command(*head)
    third, rest = apdu[4], apdu[5:]
    if not rest:
        return Command(*head, most=third or 256)
    if len(rest) == third:
        return Command(*head, data=rest)
    if len(rest) == third + 1:
        return Command(*head, data=rest[:-1], most=rest[-1] or 256)
    return None


Obey = Callable[[Command], Answer]


class ByteProtocol:
    """T=0 in front of a card's system: keeps what waits for GET RESPONSE."""

    def __init__(self, obey: Obey) -> None:
        self._obey = obey
        self._waiting = b""
        self._word = OK

    def reset(self) -> None:
        """Forget what waits."""
        self._waiting = b""

    def command(self, apdu: bytes) -> bytes:
        """Carry out one command."""
        command = parse(apdu)
        if command is None:
            return _word(WRONG_LENGTH)
        if command.ins == 0xC0:
            return self._fetch(command.most or 256)
        self._waiting = b""
        data, word = self._obey(command)
        if not data:
            return _word(word)
        if command.data:
            self._waiting, self._word = data, word
            return _more(data)
        if command.most != len(data):
            return _word(0x6C00 | len(data) & 0xFF)
        return data + _word(word)

    def _fetch(self, most: int) -> bytes:
        if not self._waiting:
            return _word(NO_CONDITION)
        part, self._waiting = self._waiting[:most], self._waiting[most:]
        return part + (_more(self._waiting) if self._waiting else _word(self._word))


class BlockProtocol:
    """T=1 in front of a card's system."""

    def __init__(self, obey: Obey) -> None:
        self._obey = obey

    def reset(self) -> None:
        """Nothing waits here."""

    def command(self, apdu: bytes) -> bytes:
        """Carry out one command."""
        command = parse(apdu)
        if command is None:
            return _word(WRONG_LENGTH)
        data, word = self._obey(command)
        return data[: command.most or 0] + _word(word)


def _more(waiting: bytes) -> bytes:
    return _word(0x6100 | min(len(waiting), 256) & 0xFF)


def _word(word: int) -> bytes:
    return word.to_bytes(2, "big")
