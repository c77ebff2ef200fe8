"""Listening in on a cable: what the listener does never reaches the device."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.link.tap import TappedLink, WireTap
from kiosk.core.clock import SystemClock
from kiosk.core.wire import Direction


class Broken:
    """An explainer with a bug, in the middle of what it says."""

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        yield "the first frame", data[:1]
        raise IndexError(f"6228480000000000000 {direction}")


class Loop:
    """A pipe that gives back what was sent."""

    endpoint = "loop"
    is_open = True

    def __init__(self) -> None:
        self.sent = b""

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        self.sent += data

    async def read(self, *, timeout_s: float) -> bytes:
        data, self.sent = self.sent, b""
        return data

    async def drain(self) -> int:
        return 0


async def test_an_explainer_with_a_bug_says_so_and_the_bytes_cross_all_the_same() -> (
    None
):
    pipe = Loop()
    tap = WireTap(SystemClock())
    link, trace = TappedLink(pipe, tap), tap.listen(Broken)
    await link.write(b"\x06\x01", timeout_s=1)
    assert await link.read(timeout_s=1) == b"\x06\x01"
    lines = [await anext(trace) for _ in range(4)]
    assert [(line.direction, line.text) for line in lines] == [
        ("sent", "the first frame"),
        ("note", "2 bytes that nobody could explain: IndexError"),
        ("received", "the first frame"),
        ("note", "2 bytes that nobody could explain: IndexError"),
    ]
    told = " ".join(line.text + line.shown for line in lines)
    assert "6228" not in told
