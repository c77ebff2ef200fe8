"""Bytes of a card terminal: serial blocks with check sums, or bare APDUs on TCP.

The terminal's side of ZVT (PT/ECR), written from the specification's data sheet::

    10 02  APDU, 10 sent twice  10 03  check low  check high
    06 block taken, 15 block damaged

The check is taken bytewise from a table of the reflected polynomial 8408.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

DLE, STX, ETX, ACK, NAK = 0x10, 0x02, 0x03, 0x06, 0x15
SILENCE_S = 0.2
"""T1: a block with a longer pause inside is damaged."""


def _table() -> tuple[int, ...]:
    rows = []
    for index in range(256):
        row = index
        for _ in range(8):
            row = row >> 1 ^ (0x8408 if row & 1 else 0)
        rows.append(row)
    return tuple(rows)


_TABLE = _table()


def check_sum(content: bytes) -> int:
    """Return the check of a block: its content, then ETX."""
    value = 0
    for byte in itertools.chain(content, [ETX]):
        value = value >> 8 ^ _TABLE[(value ^ byte) & 0xFF]
    return value


@dataclass(frozen=True, slots=True)
class Apdu:
    """Class, instruction and data."""

    cla: int
    ins: int
    data: bytes = b""

    def to_bytes(self) -> bytes:
        """Return it as it stands on TCP and inside a block."""
        size = len(self.data)
        length = bytes([size]) if size < 255 else b"\xff" + size.to_bytes(2, "little")
        return bytes([self.cla, self.ins]) + length + self.data

    def to_block(self) -> bytes:
        """Return its serial block."""
        content = self.to_bytes()
        block = bytearray([DLE, STX])
        for byte in content:
            block += bytes([DLE, DLE]) if byte == DLE else bytes([byte])
        check = check_sum(content)
        return bytes(block) + bytes([DLE, ETX, check & 0xFF, check >> 8])

    def __str__(self) -> str:
        return f"{self.cla:02X} {self.ins:02X}"


def parse_apdu(content: bytes) -> tuple[Apdu, bytes] | None:
    """Return an APDU and what follows; ``None`` when it is not whole."""
    if len(content) < 3:
        return None
    head, size = 3, content[2]
    if size == 255:
        if len(content) < 5:
            return None
        head, size = 5, content[3] | content[4] << 8
    if len(content) < head + size:
        return None
    apdu = Apdu(content[0], content[1], content[head : head + size])
    return apdu, content[head + size :]


class Signal(Enum):
    """What a line brings besides APDUs."""

    TAKEN = auto()
    NOT_TAKEN = auto()
    DAMAGED = auto()


class _State(Enum):
    IDLE = auto()
    LEAD_IN = auto()
    CONTENT = auto()
    ESCAPE = auto()
    CHECK = auto()


class BlockReader:
    """Takes the serial line byte by byte."""

    def __init__(self) -> None:
        self._state = _State.IDLE
        self._content = bytearray()
        self._check = bytearray()
        self._last_at = 0.0

    def feed(self, data: bytes, now: float) -> Iterator[Apdu | Signal]:
        """Yield what is complete; ``now`` in seconds notices a stalled block."""
        if self._state is not _State.IDLE and now - self._last_at > SILENCE_S:
            self._state = _State.IDLE
            yield Signal.DAMAGED
        self._last_at = now
        for byte in data:
            found = self._take(byte)
            if found is not None:
                yield found

    def _take(self, byte: int) -> Apdu | Signal | None:
        match self._state:
            case _State.IDLE:
                return self._idle(byte)
            case _State.LEAD_IN:
                self._state = _State.CONTENT if byte == STX else _State.IDLE
                self._content.clear()
            case _State.CONTENT if byte == DLE:
                self._state = _State.ESCAPE
            case _State.CONTENT:
                self._content.append(byte)
            case _State.ESCAPE:
                return self._escaped(byte)
            case _State.CHECK:
                self._check.append(byte)
                if len(self._check) == 2:
                    return self._finish()
        return None

    def _idle(self, byte: int) -> Signal | None:
        if byte == DLE:
            self._state = _State.LEAD_IN
        return {ACK: Signal.TAKEN, NAK: Signal.NOT_TAKEN}.get(byte)

    def _escaped(self, byte: int) -> Signal | None:
        self._state = _State.CONTENT
        if byte == DLE:
            self._content.append(DLE)
        elif byte == ETX:
            self._check.clear()
            self._state = _State.CHECK
        elif byte == STX:
            self._content.clear()
        else:
            self._state = _State.IDLE
            return Signal.DAMAGED
        return None

    def _finish(self) -> Apdu | Signal:
        self._state = _State.IDLE
        content = bytes(self._content)
        if int.from_bytes(self._check, "little") != check_sum(content):
            return Signal.DAMAGED
        parsed = parse_apdu(content)
        return parsed[0] if parsed and not parsed[1] else Signal.DAMAGED


class StreamReader:
    """Takes a TCP stream: APDUs one behind the other."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes, now: float) -> Iterator[Apdu | Signal]:
        """Yield what is complete; there is no pause to notice."""
        self._rest += data
        while parsed := parse_apdu(self._rest):
            apdu, self._rest = parsed
            yield apdu
