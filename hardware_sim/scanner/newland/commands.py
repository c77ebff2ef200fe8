"""Newland's unified command set, as the module hears it.

```
command   7E 01 30 30 30 30 | 40 for good or 23 for now | TAG SUB data ; ... | 03
answer    02 01 30 30 30 30 | the same                  | TAG SUB data st ; ...| 03
```
``st`` is 06 done, 15 value out of range, 05 no such setting; it stands before each
punctuation mark. Data of one character ask: ``*`` now, ``&`` as delivered, ``^`` range.
Sources: Serial Programming Command Manual V1.2 and the FM430 user guide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD = b"\x7e\x01\x30\x30\x30\x30"
ANSWER_HEAD = b"\x02\x01\x30\x30\x30\x30"
END = b";\x03"

LONGEST = 512
"""A command that does not end is forgotten."""

GIVE_UP_S = 1.0
"""So is one that stops in the middle. [unconfirmed]"""

_PART = re.compile(r"([0-9A-Z]{3})([0-9A-Z]{3})(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Setting:
    """One part of a command; ``name`` is ``""`` where it has no such form."""

    name: str
    data: str
    written: str


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its parts."""

    raw: bytes
    permanent: bool
    parts: tuple[Setting, ...]

    @property
    def storage(self) -> bytes:
        """The byte that says for how long."""
        return b"@" if self.permanent else b"#"


class CommandReader:
    """Cut a byte stream into commands; bytes that begin none are dropped."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Command]:
        """Take bytes that arrived at ``now`` (seconds) and return whole commands."""
        if self._buffer and now - self._last > GIVE_UP_S:
            self._buffer.clear()
        self._last = now
        self._buffer += data
        commands = []
        while (raw := self._next()) is not None:
            command = _parsed(raw)
            if command is not None:
                commands.append(command)
        return commands

    def _next(self) -> bytes | None:
        start = self._buffer.find(HEAD)
        if start < 0:
            del self._buffer[: max(0, len(self._buffer) - len(HEAD) + 1)]
            return None
        del self._buffer[:start]
        end = self._buffer.find(END)
        if end < 0:
            if len(self._buffer) > LONGEST:
                del self._buffer[: len(HEAD)]
            return None
        raw = bytes(self._buffer[: end + len(END)])
        del self._buffer[: len(raw)]
        return raw


def _parsed(raw: bytes) -> Command | None:
    storage, body = raw[6:7], raw[7 : -len(END)]
    if storage not in (b"@", b"#"):
        return None
    texts = body.decode("latin-1").split(";")
    return Command(raw, storage == b"@", tuple(map(_setting, texts)))


def _setting(text: str) -> Setting:
    found = _PART.fullmatch(text)
    if found is None:
        return Setting("", "", text)
    return Setting(found[1] + found[2], found[3], text)
