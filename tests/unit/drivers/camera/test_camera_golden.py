"""Recorded streams played to the camera driver.

HTTP, RTSP and RTP are read by the FFmpeg inside OpenCV: the driver has no parser of
its own for them. What is its own is how it opens a stream and what it takes from it, so
that is what these bytes are held against.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress

import numpy as np
import pytest

from drivers.camera.delays import Delays
from drivers.camera.pool import FramePool
from drivers.camera.source import Capture, Source
from kiosk.core.media import Pixels

Golden = Callable[[str], dict[str, bytes]]
Table = dict[str, bytes]
Play = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

MJPEG, RTSP = "camera/mjpeg.toml", "camera/rtsp.toml"
DELAYS = Delays(open_s=5.0, read_s=5.0)
PACE_S = 0.01
BETWEEN = 3600
"""Ticks of 90 kHz between two pictures."""
_VERSION = re.compile(rb"User-Agent: Lavf[^\r]*\r\n")
_PORT = re.compile(rb"127\.0\.0\.1:\d+")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@asynccontextmanager
async def playing(play: Play) -> AsyncIterator[str]:
    """Play bytes to whoever connects; yield host and port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await play(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def seen(endpoint: str) -> Pixels:
    """Return the first picture that the driver takes from a stream."""

    def look() -> Pixels:
        capture = Source(endpoint).open_blocking(DELAYS)
        assert isinstance(capture, Capture)
        try:
            assert capture.grab_blocking()
            picture = capture.picture_blocking(FramePool(), mirror=False)
        finally:
            capture.release()
        assert picture is not None
        return picture

    return await asyncio.to_thread(look)


def red_then_blue(picture: Pixels) -> bool:
    """Whether it is the recorded picture: BGR, red on the left, blue on the right."""
    left, right = picture[:, :24].mean((0, 1)), picture[:, 40:].mean((0, 1))
    expected = np.array(((30, 30, 200), (200, 30, 30)))
    return bool(np.abs(np.array((left, right)) - expected).max() < 6)


def plain(request: bytes) -> bytes:
    """Return a request without its port and the version of FFmpeg."""
    return _PORT.sub(b"127.0.0.1", _VERSION.sub(b"", request))


@pytest.mark.parametrize(
    ("part", "boundary"), [("part-head", b"frame"), ("part-head-ffmpeg", b"ffmpeg")]
)
async def test_recorded_motion_jpeg_is_seen(
    golden: Golden, part: str, boundary: bytes
) -> None:
    table = golden(MJPEG)
    asked: list[bytes] = []

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(table["stream-head"].replace(b"frame", boundary))
        while True:
            writer.write(table[part] + table["picture"] + b"\r\n")
            await writer.drain()
            await asyncio.sleep(PACE_S)

    async with playing(play) as place:
        picture = await seen(f"http://{place}/stream.mjpg")
    assert picture.shape == (48, 64, 3)
    assert red_then_blue(picture)
    assert asked[0].split(b"\r\n")[0] == table["get-stream"].split(b"\r\n")[0]


@pytest.mark.parametrize(("prefix", "user"), [("", ""), ("keyed-", "admin:geheim@")])
async def test_a_recorded_rtsp_session_is_asked_for_and_seen(
    golden: Golden, prefix: str, user: str
) -> None:
    table = golden(RTSP)
    session = list(_session(table, prefix))
    asked: list[bytes] = []
    over = asyncio.Event()

    async def play(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        place = "{}:{}".format(*writer.get_extra_info("sockname")).encode()
        for _request, answer in session[:-1]:
            asked.append(await reader.readuntil(b"\r\n\r\n"))
            writer.write(_PORT.sub(place, answer))
        pictures = asyncio.create_task(_send(table, writer))
        try:
            await reader.readuntil(b"TEARDOWN")  # reports may come before it
            asked.append(b"TEARDOWN" + await reader.readuntil(b"\r\n\r\n"))
        finally:
            pictures.cancel()
            over.set()

    async with playing(play) as place:
        picture = await seen(f"rtsp://{user}{place}/live")
        async with asyncio.timeout(5):
            await over.wait()
    assert picture.shape == (48, 64, 3)
    assert red_then_blue(picture)
    assert [plain(each) for each in asked] == [plain(each) for each, _ in session]


def _session(table: Table, prefix: str) -> Iterator[tuple[bytes, bytes]]:
    """Yield a session's requests with their answers."""
    names = [each for each in table if f"{each}-answer" in table]
    words = ("options", "describe-unknown", "describe", "setup", "play", "teardown")
    for name in names:
        if name in [prefix + word for word in words]:
            yield table[name], table[f"{name}-answer"]


async def _send(table: Table, writer: asyncio.StreamWriter) -> None:
    """Send the recorded picture again and again, numbered and stamped onwards."""
    packet = table["packet"]
    stamp = int.from_bytes(packet[4:8], "big")
    with suppress(ConnectionError):
        for number in range(1000):
            moment = (stamp + number * BETWEEN) & 0xFFFFFFFF
            head = number.to_bytes(2, "big") + moment.to_bytes(4, "big")
            writer.write(table["packet-head"] + packet[:2] + head + packet[8:])
            await writer.drain()
            await asyncio.sleep(PACE_S)
