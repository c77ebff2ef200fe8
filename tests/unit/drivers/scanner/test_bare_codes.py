"""Codes without a frame: nothing of them is lost, and nothing of them is kept."""

from __future__ import annotations

from collections import deque

import pytest

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.link.tap import WireTap
from drivers.scanner.bare import BareCodes, answers_ahead, cut
from drivers.scanner.module import DamagedCode, Delays
from kiosk.core.clock import SystemClock
from kiosk.core.media import Barcode

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Line:
    """A pipe on which each piece is followed by silence."""

    endpoint = "line"
    is_open = True

    def __init__(self) -> None:
        self.pieces: deque[bytes] = deque()
        self.tap = WireTap(SystemClock())

    async def open(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        raise NotImplementedError

    async def read(self, *, timeout_s: float) -> bytes:
        return self.pieces.popleft() if self.pieces else b""

    async def drain(self) -> int:
        raise NotImplementedError


class Held:
    """A module that was set to mark and to end its codes."""

    def __init__(self) -> None:
        self.line = Line()
        link: Link = self.line
        self.codes = BareCodes(link, Delays(), answers_ahead(b"OK"))
        self.codes.tailed = self.codes.marked = True

    async def shows(self, came: bytes) -> Barcode | None:
        """Return the code; ``None`` when it was refused."""
        self.line.pieces.extend([came, b""])
        try:
            return await self.codes.next(Deadline(SystemClock(), 0.05))
        except DamagedCode:
            return None


@pytest.mark.parametrize("code", [b"x\n", b"x\r\n", b"x\r", b"\nx", b"a\r\nb\r\n"])
@pytest.mark.parametrize("marked", [True, False])
async def test_a_code_that_ends_in_a_line_end_keeps_it(
    code: bytes, *, marked: bool
) -> None:
    came = b"]Q1" * marked + code + b"\r"
    assert cut(came, tailed=True, marked=marked).data == code
    if marked:
        assert cut(came + came, tailed=True, marked=True).data == code


@pytest.mark.parametrize("came", [b"\n\r", b"\r\n\r", b"]Q1\n\r", b"]Q1\r\r"])
async def test_nothing_but_line_ends_is_no_code(came: bytes) -> None:
    with pytest.raises(DamagedCode):
        cut(came, tailed=True, marked=came.startswith(b"]"))


async def test_firmware_without_marks_is_believed_when_it_says_the_same_twice() -> None:
    held = Held()
    assert await held.shows(b"134567\r") is None
    barcode = await held.shows(b"134567\r")
    assert barcode is not None
    assert (barcode.data, barcode.symbology) == (b"134567", "unknown")
    other = await held.shows(b"7777\r")
    assert other is not None, "it is known by now"
    assert b"134567" not in repr(vars(held.codes)).encode(), "nothing is kept"


async def test_a_module_that_marks_has_lost_a_byte_when_the_mark_is_not_there() -> None:
    held = Held()
    barcode = await held.shows(b"]Q1134567\r")
    assert barcode is not None
    for _ in range(3):
        assert await held.shows(b"Q1134567\r") is None, "its first byte is lost"


async def test_another_module_at_the_same_plug_marks_again() -> None:
    held = Held()
    await held.shows(b"134567\r")
    await held.shows(b"134567\r")
    barcode = await held.shows(b"]C0998877\r")
    assert barcode is not None
    assert (barcode.data, barcode.symbology) == (b"998877", "code128")
    assert await held.shows(b"998877\r") is None, "so a mark is expected again"
