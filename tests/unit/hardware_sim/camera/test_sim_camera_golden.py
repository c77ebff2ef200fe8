"""Simulated cameras against recorded bytes: MJPEG parts, RTSP heads, RTP packets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from hardware_sim.camera.film import Film
from hardware_sim.camera.mjpeg import MjpegServer
from hardware_sim.camera.rtp import Packer, scan_of
from hardware_sim.camera.rtsp import RtspServer
from hardware_sim.link.device import WireLog

Golden = Callable[[str], dict[str, bytes]]
Table = dict[str, bytes]

MJPEG, RTSP = "camera/mjpeg.toml", "camera/rtsp.toml"
PATIENCE_S = 10
SOURCE = 0x4B323421
STAMP = slice(4, 8)
SESSION = ("options", "describe", "setup", "play")


@pytest.fixture
def film(golden: Golden) -> Film:
    made = Film(WireLog(), 25.0)
    made.frames = (golden(MJPEG)["picture"],)
    return made


class Line:
    """A real connection, spoken to byte by byte."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._reader = reader
        self._writer = writer

    async def ask(self, request: bytes, count: int) -> bytes:
        """Send a request and return so many bytes of what comes."""
        self._writer.write(request)
        return await self.next(count)

    async def next(self, count: int) -> bytes:
        async with asyncio.timeout(PATIENCE_S):
            return await self._reader.readexactly(count)


@asynccontextmanager
async def line_to(server: MjpegServer | RtspServer) -> AsyncIterator[Line]:
    endpoint = await server.plug_in()
    port = endpoint.rpartition(":")[2].partition("/")[0]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield Line(reader, writer)
    finally:
        writer.close()
        await server.unplug()


async def test_a_motion_jpeg_stream_is_the_recorded_one(
    golden: Golden, film: Film
) -> None:
    table = golden(MJPEG)
    part = table["part-head"] + table["picture"] + b"\r\n"
    whole = table["stream-head"] + part + part
    async with line_to(MjpegServer(film, "127.0.0.1", 0)) as line:
        assert await line.ask(table["get-stream"], len(whole)) == whole


async def test_single_pictures_and_nothing_are_answered_as_recorded(
    golden: Golden, film: Film
) -> None:
    table = golden(MJPEG)
    one = table["picture-head"] + table["picture"]
    async with line_to(MjpegServer(film, "127.0.0.1", 0)) as line:
        assert await line.ask(table["get-picture"], len(one)) == one
        none = table["other-answer"]
        assert await line.ask(table["get-other"], len(none)) == none


@pytest.mark.parametrize(("prefix", "password"), [("", ""), ("keyed-", "geheim")])
async def test_an_rtsp_session_is_the_recorded_one(
    golden: Golden, film: Film, prefix: str, password: str
) -> None:
    table = golden(RTSP)
    steps = [prefix + each for each in SESSION]
    if password:
        steps.insert(1, "keyed-describe-unknown")
    async with line_to(RtspServer(film, "127.0.0.1", 0, password)) as line:
        for step in steps:
            answer = table[f"{step}-answer"]
            assert await line.ask(table[step], len(answer)) == answer, step
        head, packet = table["packet-head"], table["packet"]
        assert await line.next(len(head)) == head
        sent = await line.next(len(packet))
        assert without_stamp(sent) == without_stamp(packet)


@pytest.mark.parametrize("name", ["setup-udp", "describe-other", "record"])
async def test_what_cannot_be_is_refused_as_recorded(
    golden: Golden, film: Film, name: str
) -> None:
    table = golden(RTSP)
    answer = table[f"{name}-answer"]
    async with line_to(RtspServer(film, "127.0.0.1", 0)) as line:
        assert await line.ask(table[name], len(answer)) == answer


async def test_a_receiver_report_between_requests_is_passed_over(
    golden: Golden, film: Film
) -> None:
    table = golden(RTSP)
    answer = table["keep-alive-answer"]
    async with line_to(RtspServer(film, "127.0.0.1", 0)) as line:
        both = table["receiver-report"] + table["keep-alive"]
        assert await line.ask(both, len(answer)) == answer
        end = table["teardown-answer"]
        assert await line.ask(table["teardown"], len(end)) == end


async def test_a_head_without_an_end_is_hung_up_on_and_noted(
    golden: Golden, film: Film
) -> None:
    async with line_to(RtspServer(film, "127.0.0.1", 0)) as line:
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await line.ask(golden(RTSP)["options"][:-4] + b"x" * 200_000, 1)
    assert "a head without an end" in str(film.wire.entries)


def test_a_packet_is_what_a_stranger_makes_of_the_same_picture(golden: Golden) -> None:
    picture, packet = golden(MJPEG)["picture"], golden(RTSP)["packet"]
    stamp = int.from_bytes(packet[STAMP], "big")
    assert Packer(SOURCE).packets(picture, (stamp + 0.5) / 90_000) == [packet]
    scan = scan_of(picture)
    assert (scan.width, scan.height, scan.kind) == (64, 48, 1)
    assert packet.endswith(scan.tables + scan.data)


def test_lengths_in_the_recorded_heads_are_right(golden: Golden) -> None:
    table = golden(RTSP)
    length = int.from_bytes(table["packet-head"][2:], "big")
    assert length == len(table["packet"])
    head, _, body = table["describe-answer"].partition(b"\r\n\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert f"Content-Length: {len(golden(MJPEG)['picture'])}" in str(golden(MJPEG))


def without_stamp(packet: bytes) -> bytes:
    return packet[: STAMP.start] + packet[STAMP.stop :]
