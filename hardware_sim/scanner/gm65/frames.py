"""Frames of the GM65 family of scanner modules, as the module sees them.

```
request   7E 00 | type | len | addrHi addrLo | data | crcHi crcLo
response  02 00 | type | len |                 data | crcHi crcLo
```
CRC-CCITT, polynomial 1021, start 0, over type..data; AB CD in a request means "do
not check". In a read request ``len`` is 1 and the data byte is the number of zones.
Source: published serial manuals of the GM65 / GM805 / GM812 modules.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass

HEAD = b"\x7e\x00"
READ, WRITE, SAVE = 0x07, 0x08, 0x09
UNCHECKED = b"\xab\xcd"

GIVE_UP_S = 0.5
"""A request that stops in the middle is forgotten. [unconfirmed]"""

DONE = bytes.fromhex("02 00 00 01 00 33 31")
WRONG_CRC = bytes.fromhex("02 00 02 01 00 04 01")
BAD_COMMAND = bytes.fromhex("02 00 03 01 00 6A 61")
"""Answers as printed in the manuals; the checks of the last two do not recompute."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``crc_ok`` is False for a wrong check."""

    raw: bytes
    kind: int
    address: int
    data: bytes
    crc_ok: bool


def crc(body: bytes) -> bytes:
    """Return the two check bytes over type..data."""
    return crc_hqx(body, 0).to_bytes(2, "big")


def build_values(values: bytes) -> bytes:
    """Return the answer to a read of zones."""
    body = bytes((0, len(values) & 0xFF)) + values
    return b"\x02\x00" + body + crc(body)


class RequestReader:
    """Cut a byte stream into requests; bytes that begin none are dropped."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._last = 0.0

    def feed(self, data: bytes, now: float) -> list[Request]:
        """Take bytes that arrived at ``now`` (seconds) and return whole requests."""
        if self._buffer and now - self._last > GIVE_UP_S:
            self._buffer.clear()
        self._last = now
        self._buffer += data
        requests = []
        while (request := self._next()) is not None:
            requests.append(request)
        return requests

    def _next(self) -> Request | None:
        start = self._buffer.find(HEAD)
        if start < 0:
            keep = 1 if self._buffer.endswith(HEAD[:1]) else 0
            del self._buffer[: len(self._buffer) - keep]
            return None
        del self._buffer[:start]
        if len(self._buffer) < 4:
            return None
        # A length of 0 stands for 256.
        end = 6 + (self._buffer[3] or 256) + 2
        if len(self._buffer) < end:
            return None
        raw = bytes(self._buffer[:end])
        del self._buffer[:end]
        body, check = raw[2:-2], raw[-2:]
        return Request(
            raw,
            kind=raw[2],
            address=int.from_bytes(raw[4:6], "big"),
            data=raw[6:-2],
            crc_ok=check in (UNCHECKED, crc(body)),
        )
