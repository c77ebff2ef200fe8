"""Honeywell's serial commands, as the scanner hears them.

```
trigger   16 54 0D                     light on, read one code; nothing is answered
stop      16 55 0D                     light off; nothing is answered
menu      16 4D 0D | TAG SUB data | 2E for good or 21 for now
answer               TAG SUB data | 06 done, 15 out of range, 05 unknown | 2E or 21
```
Data of one character ask: ``?`` now, ``^`` as delivered, ``*`` range. Letters of tags
may be small. Source: user guides of the 2020, N3680 and Vuquest 3310.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TRIGGER, STOP, MENU = b"\x16T\r", b"\x16U\r", b"\x16M\r"

LONGEST = 512
"""A command that does not end is forgotten."""

GIVE_UP_S = 1.0
"""So is one that stops in the middle. [unconfirmed]"""

_START = re.compile(rb"\x16[TUM]\r")
_END = re.compile(rb"[.!]")
_PART = re.compile(r"([0-9A-Z]{3})([0-9A-Z]{3})([^;]*)")


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        kind: ``TRIGGER``, ``STOP`` or ``MENU``.
        name: tag and subtag in capitals, ``""`` where there is none.
        storage: ``.`` or ``!``, of a menu command.
    """

    raw: bytes
    kind: bytes
    name: str = ""
    data: str = ""
    written: str = ""
    storage: bytes = b"."


class CommandReader:
    """Cut a byte stream into commands; bytes that begin none are dropped."""

    def __init__(self) -> None:
        self._buffer = b""
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Command]:
        """Take bytes that arrived at ``now`` (seconds) and return whole commands."""
        if self._buffer and now - self._last > GIVE_UP_S:
            self._buffer = b""
        self._last = now
        self._buffer += data
        commands = []
        while (command := self._next()) is not None:
            commands.append(command)
        return commands

    def _next(self) -> Command | None:
        start = _START.search(self._buffer)
        if start is None:
            self._buffer = self._buffer[-2:]
            return None
        rest = self._buffer[start.end() :]
        if start[0] != MENU:
            self._buffer = rest
            return Command(start[0], start[0])
        end = _END.search(rest)
        if end is None:
            self._buffer = (
                rest if len(rest) > LONGEST else self._buffer[start.start() :]
            )
            return None
        self._buffer = rest[end.end() :]
        return _menu(rest[: end.start()], end[0])


def _menu(body: bytes, storage: bytes) -> Command:
    raw = MENU + body + storage
    written = body.upper().decode("latin-1")
    found = _PART.fullmatch(written)
    if found is None:
        return Command(raw, MENU, written=written, storage=storage)
    return Command(raw, MENU, found[1] + found[2], found[3], written, storage)
