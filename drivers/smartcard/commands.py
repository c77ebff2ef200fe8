"""The few commands that reading a card takes (ISO/IEC 7816-4, EMV book 1).

T=0 has no room for a length after data: there the card says ``61xx`` by itself, and
``drivers.link.apdu`` fetches what waits. T=1 answers with data only when a length is
asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from drivers.link.apdu import Answer

Ask = Callable[[bytes], Awaitable[Answer]]
"""Sends one command and collects its whole answer."""

APPLICATION_UNKNOWN = frozenset({0x6A82, 0x6A81, 0x6A86, 0x6D00, 0x6E00, 0x6999})
"""What cards answer to the name of an application that they do not have."""

LOCKED = frozenset({0x6982, 0x6985, 0x6983})
"""What cards answer to reading what needs a key."""

APPLICATION_BLOCKED = 0x6283


def select(name: bytes, protocol: str) -> bytes:
    """Choose an application by name."""
    return _with_length(b"\x00\xa4\x04\x00", name, protocol)


def select_file(file: int) -> bytes:
    """Choose a file below the application."""
    return b"\x00\xa4\x02\x00\x02" + file.to_bytes(2, "big")


def read_record(number: int, file: int, size: int = 0) -> bytes:
    """Read a record by number from a file by short identifier; 0: its own length."""
    return bytes([0x00, 0xB2, number, file << 3 | 0x04, size])


def read_tagged(tag: int, size: int = 0) -> bytes:
    """Read a record by tag from the chosen file, as older cards have it."""
    return bytes([0x00, 0xB2, tag, 0x00, size])


def processing_options(data: bytes, protocol: str) -> bytes:
    """Begin an EMV dialogue: the card tells where its records are."""
    return _with_length(b"\x80\xa8\x00\x00", bytes([0x83, len(data)]) + data, protocol)


def _with_length(head: bytes, data: bytes, protocol: str) -> bytes:
    whole = head + bytes([len(data)]) + data
    return whole if protocol == "T=0" else whole + b"\x00"
