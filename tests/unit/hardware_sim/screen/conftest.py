"""A real X server, and a small X client of our own that tells what it feels.

The client speaks the X11 core protocol (X.Org, "X Window System Protocol",
appendix B) over the server's socket: it lays one white window over the whole
screen and collects the pointer events that the server sends there.
"""

from __future__ import annotations

import asyncio
import os
import struct
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

import pytest

SIZE = (320, 480)
PATIENCE_S = 20

_CREATE_WINDOW, _MAP_WINDOW, _GET_INPUT_FOCUS = 1, 8, 43
_BACKGROUND_AND_EVENTS, _WHITE = 0x802, 0xFFFFFF
_PRESS_RELEASE_AND_DRAG = 1 << 2 | 1 << 3 | 1 << 13
_KINDS = {4: "press", 5: "release", 6: "drag"}


XServer = Callable[..., AbstractContextManager[str]]


@contextmanager
def run_x_server(*display: str) -> Iterator[str]:
    """Run a server of ``SIZE``, on a display that it finds itself unless named.

    It does not begin anew when its last client leaves, as it would by itself.
    """
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [
            *("Xvfb", *display, "-displayfd", str(writing), "-noreset"),
            *("-nolisten", "tcp", "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"),
        ],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.fixture
def x_server() -> XServer:
    return run_x_server


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with run_x_server() as name:
        yield name


class Felt(NamedTuple):
    """One pointer event; button 0 for a drag."""

    kind: str
    button: int
    at: tuple[int, int]


class Skin:
    """One white window over the whole screen."""

    def __init__(self, display: str) -> None:
        self._socket = f"/tmp/.X11-unix/X{display.removeprefix(':')}"

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_unix_connection(self._socket)
        self._writer.write(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        head = await self._reader.readexactly(8)
        assert head[0] == 1, "the X server lets nobody in"
        (words,) = struct.unpack_from("<H", head, 6)
        body = await self._reader.readexactly(words * 4)
        (window,) = struct.unpack_from("<I", body, 4)
        (vendor,) = struct.unpack_from("<H", body, 16)
        formats = body[21]
        (root,) = struct.unpack_from(
            "<I", body, 32 + vendor + -vendor % 4 + formats * 8
        )
        place = (window, root, 0, 0, *SIZE, 0, 0, 0)
        choice = (_BACKGROUND_AND_EVENTS, _WHITE, _PRESS_RELEASE_AND_DRAG)
        self._writer.write(
            struct.pack("<BBHIIhhHHHHIIII", _CREATE_WINDOW, 0, 10, *place, *choice)
            + struct.pack("<BxHI", _MAP_WINDOW, 2, window)
            + struct.pack("<BxH", _GET_INPUT_FOCUS, 1)
        )
        # Its answer comes when the window is there: requests are served in order.
        assert (await self._reader.readexactly(32))[0] == 1

    async def feel(self) -> list[Felt]:
        """Wait for a release; return everything up to it."""
        felt: list[Felt] = []
        async with asyncio.timeout(PATIENCE_S):
            while not felt or felt[-1].kind != "release":
                event = await self._reader.readexactly(32)
                kind = _KINDS[event[0] & 0x7F]
                button = 0 if kind == "drag" else event[1]
                felt.append(Felt(kind, button, struct.unpack_from("<hh", event, 20)))
        return felt

    async def close(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


@pytest.fixture
async def lay_skin(display: str) -> AsyncIterator[Callable[[], Awaitable[Skin]]]:
    laid: list[Skin] = []

    async def lay() -> Skin:
        laid.append(Skin(display))
        await laid[-1].open()
        return laid[-1]

    yield lay
    for skin in laid:
        await skin.close()


@pytest.fixture
async def skin(lay_skin: Callable[[], Awaitable[Skin]]) -> Skin:
    return await lay_skin()
