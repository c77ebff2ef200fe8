"""Honeywell's serial commands (Vuquest 3310, N3680, HF series and relatives).

Sources: user guides of the 2020, N3680 and Vuquest 3310, chapter Serial Programming
Commands; golden frames in ``tests/golden/scanner/honeywell.toml``. 8N1.

    trigger  16 54 0D                 light on; nothing is answered
    stop     16 55 0D                 light off; nothing is answered
    menu     16 4D 0D | TAG SUB data | 2E '.' for good or 21 '!' for now
    answer   TAG SUB data | 06, 15 or 05 | the same 2E or 21

06 done, 15 value out of range, 05 no such command. ``?`` instead of data asks for the
value now. The answer has no head: it is found by the name that was asked for. A decoded
code has no frame either; see ``drivers.scanner.bare``.

    TRGMOD 0         reading begins by command
    SUFBK2 99 0D     suffix CR for all (99) symbologies; SUFCA2 clears all suffixes
    PREBK2 99 5C81   prefix AIM identifier (5C81) for all; PRECA2 clears all prefixes
    REVINF           name, serial number and revisions, a line each
"""

from __future__ import annotations

import re

from drivers.scanner.named import NamedReply

TRIGGER = bytes.fromhex("16540D")
STOP = bytes.fromhex("16550D")
MENU = bytes.fromhex("164D0D")

CR_FOR_ALL = "990D"
AIM_FOR_ALL = "995C81"

_LONGEST_REPLY = 2048


def menu(text: str, *, keep: bool = False) -> bytes:
    """Return the menu command for ``TRGMOD0``; ``keep`` writes it to the flash."""
    return MENU + text.encode("ascii") + (b"." if keep else b"!")


def query(name: str) -> bytes:
    """Return the command that asks for the value of a setting."""
    return menu(f"{name}?")


class HoneywellFinder:
    """Finds the answer about one setting; see ``drivers.scanner.named``."""

    def __init__(self, name: str) -> None:
        pattern = (
            re.escape(name.encode("ascii")) + rb"([\t\n\r -~]*?)([\x06\x15\x05])[.!]"
        )
        self._reply = re.compile(pattern, re.IGNORECASE)
        self._buffer = b""

    def feed(self, data: bytes) -> NamedReply | None:
        """Take in bytes; return the answer once it is whole."""
        self._buffer = (self._buffer + data)[-_LONGEST_REPLY:]
        found = self._reply.search(self._buffer)
        if found is None:
            return None
        before, after = self._buffer[: found.start()], self._buffer[found.end() :]
        return NamedReply(found[2][0], found[1].decode("ascii"), before, after)
