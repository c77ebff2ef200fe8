"""A key that was pressed in time counts, although the machine looked too late."""

from __future__ import annotations

from datetime import UTC, datetime

from drivers.keypad.driver import KeypadOptions, SerialKeypad
from drivers.link.tap import TappedLink, WireTap


class Stall:
    """A clock, and a line on which keys wait: one look takes a minute."""

    endpoint = "/dev/ttyS9"
    is_open = True

    def __init__(self, *reads: bytes) -> None:
        self._reads = list(reads)
        self._time = 0.0

    def now(self) -> datetime:
        return datetime(2026, 11, 20, tzinfo=UTC)

    def monotonic(self) -> float:
        return self._time

    async def sleep(self, seconds: float) -> None:
        self._time += seconds

    async def open(self) -> None:
        """It is open."""

    async def close(self) -> None:
        """It stays open."""

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        """Take anything."""

    async def drain(self) -> int:
        return 0

    async def read(self, *, timeout_s: float) -> bytes:
        self._time += 60.0
        return self._reads.pop(0) if self._reads else b""


def keypad(line: Stall) -> SerialKeypad:
    link = TappedLink(line, WireTap(line))
    options = KeypadOptions(answers=False)
    return SerialKeypad("keypad", link, line, lambda event, /, **facts: None, options)


async def test_a_key_in_the_buffer_at_the_end_of_the_time_is_taken() -> None:
    entry = await keypad(Stall(b"7", b"", b"\r")).data_entry(timeout_s=60.0)
    assert entry.ok
    assert entry.payload == "7"


async def test_nothing_at_the_last_look_is_nobody() -> None:
    entry = await keypad(Stall(b"7")).data_entry(timeout_s=60.0)
    assert entry.error_code == "entryTimeout"
