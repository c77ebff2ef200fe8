"""Newland's unified command set (FM430, EM20, HR52, NLS-N1 and relatives).

Sources: Serial Programming Command Manual V1.2 and the FM430 user guide; public
clients; golden frames in ``tests/golden/scanner/newland.toml``. 9600 8N1 as delivered.

    command  7E 01 30 30 30 30 | storage | TAG SUB data |              3B 03
    answer   02 01 30 30 30 30 | storage | TAG SUB data | 06, 15 or 05 | 3B 03

Storage is 40 ``@`` for good or 23 ``#`` for now; 06 done, 15 value out of range, 05 no
such setting. ``*`` instead of data asks for the value now. A decoded code has no frame;
see ``drivers.scanner.bare``.

    SCNMOD 0   reading begins by command      SCNTRG 1/0  light on, off
    TSUENA 1   codes end with TSUSET (hex)    TSUSET 0D   which is CR
    AIDENA 1   codes begin with their AIM identifier
    SETUPE 0   a programming code held up by somebody changes nothing
    QRYSYS     name, serial number and firmware, a line each
"""

from __future__ import annotations

from drivers.scanner.named import ACK, ENQ, NAK, NamedReply

HEAD = bytes.fromhex("7E0130303030")
REPLY_HEAD = bytes.fromhex("020130303030")
END = bytes.fromhex("3B03")

NAME_LENGTH = 6
_LONGEST_REPLY = 1024
_STATUS = frozenset({ACK, NAK, ENQ})


def command(text: str, *, keep: bool = False) -> bytes:
    """Return the command for ``SCNTRG1``; ``keep`` writes it to the flash."""
    return HEAD + (b"@" if keep else b"#") + text.encode("ascii") + END


def query(name: str) -> bytes:
    """Return the command that asks for the value of a setting."""
    return command(f"{name}*")


class NewlandFinder:
    """Finds the answer about one setting; see ``drivers.scanner.named``."""

    def __init__(self, name: str) -> None:
        self._name = name.encode("ascii")
        self._buffer = b""

    def feed(self, data: bytes) -> NamedReply | None:
        """Take in bytes; return the answer once it is whole."""
        self._buffer += data
        start = self._buffer.find(REPLY_HEAD)
        while start >= 0:
            reply = self._at(start)
            if reply is not None:
                return reply
            start = self._buffer.find(REPLY_HEAD, start + 1)
        return None

    def _at(self, start: int) -> NamedReply | None:
        """Return the answer that begins here, if it is whole and about our setting."""
        begin = start + len(REPLY_HEAD) + 1
        end = self._buffer.find(END, begin, start + _LONGEST_REPLY)
        body = self._buffer[begin:end]
        if end < 0 or not body.startswith(self._name) or body[-1] not in _STATUS:
            return None
        value = body[len(self._name) : -1]
        if not value.isascii():
            return None
        before, after = self._buffer[:start], self._buffer[end + len(END) :]
        return NamedReply(body[-1], value.decode("ascii"), before, after)
