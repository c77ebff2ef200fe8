"""Frames of the SAM_V serial protocol, as the module sees them.

```
request   AA AA AA 96 69 | LenHi LenLo | CMD PARA      | data | CHK
response  AA AA AA 96 69 | LenHi LenLo | SW1 SW2 SW3   | data | CHK
```
Len counts from CMD (SW1) to CHK; CHK is the XOR of everything from LenHi to the
last data byte. Source: published SAM_V protocol texts (resident ID card security
module, serial interface).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

PREAMBLE = b"\xaa\xaa\xaa\x96\x69"

LONGEST_REQUEST = 64
"""No command is near this long: a bigger length is a length error."""

GIVE_UP_S = 0.5
"""A request that stops in the middle is forgotten. [unconfirmed: the manuals do
not say how long modules wait]"""

OK = 0x90
FOUND = 0x9F
ITEM_ABSENT = 0x91
WRONG_CHECKSUM = 0x10
WRONG_LENGTH = 0x11
BAD_COMMAND = 0x21
NO_PERMISSION = 0x23
UNKNOWN = 0x24
CARD_REJECTS_SAM = 0x31
SAM_REJECTS_CARD = 0x32
TEXT_VERIFY = 0x33
WRONG_CARD = 0x40
READ_FAILED = 0x41
SELF_TEST_FAILED = 0x60
NOT_AUTHORISED = 0x66
NO_CARD = 0x80
SELECT_FAILED = 0x81

MEANINGS = {
    OK: "ok",
    FOUND: "card found",
    ITEM_ABSENT: "no such item",
    WRONG_CHECKSUM: "wrong checksum",
    WRONG_LENGTH: "wrong length",
    BAD_COMMAND: "bad command",
    NO_PERMISSION: "no permission",
    UNKNOWN: "unknown error",
    CARD_REJECTS_SAM: "card rejects SAM",
    SAM_REJECTS_CARD: "SAM rejects card",
    TEXT_VERIFY: "text does not verify",
    WRONG_CARD: "unrecognised card",
    READ_FAILED: "read failed",
    SELF_TEST_FAILED: "self-test failed",
    NOT_AUTHORISED: "SAM not authorised",
    NO_CARD: "no card",
    SELECT_FAILED: "select failed",
}


@dataclass(frozen=True, slots=True)
class Request:
    """One request; ``fault`` is the SW3 for a frame that is not in order."""

    raw: bytes
    command: int = 0
    parameter: int = 0
    data: bytes = b""
    fault: int | None = None

    @property
    def code(self) -> int:
        """CMD and PARA as one number, e.g. 0x3001."""
        return self.command << 8 | self.parameter


def checksum(body: bytes) -> int:
    """Return the XOR of all bytes."""
    return reduce(lambda left, right: left ^ right, body, 0)


def build_response(sw3: int, data: bytes = b"") -> bytes:
    """Return a whole response frame; SW1 and SW2 are 00 00."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes((0, 0, sw3)) + data
    return PREAMBLE + body + bytes((checksum(body),))


class RequestReader:
    """Cut a byte stream into requests; noise before a preamble is dropped."""

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
        start = self._buffer.find(PREAMBLE)
        if start < 0:
            del self._buffer[: -(len(PREAMBLE) - 1)]
            return None
        del self._buffer[:start]
        if len(self._buffer) < 7:
            return None
        length = int.from_bytes(self._buffer[5:7], "big")
        if not 3 <= length <= LONGEST_REQUEST:
            return self._take(7, WRONG_LENGTH)
        if len(self._buffer) < 7 + length:
            return None
        return self._take(7 + length)

    def _take(self, count: int, fault: int | None = None) -> Request:
        raw = bytes(self._buffer[:count])
        del self._buffer[:count]
        if fault is not None:
            return Request(raw, fault=fault)
        if checksum(raw[5:-1]) != raw[-1]:
            return Request(raw, fault=WRONG_CHECKSUM)
        return Request(raw, raw[7], raw[8], raw[9:-1])
