"""RTSP and RTP/JPEG of the simulated camera, byte by byte."""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator

import numpy as np
import pytest
from PIL import Image

from hardware_sim.camera.rtp import PIECE, NotSendable, Packer, scan_of
from hardware_sim.camera.simulator import SimCamera, create

PATIENCE_S = 10


def picture(size: tuple[int, int] = (64, 48), **options: object) -> bytes:
    noise = np.random.default_rng(3).integers(0, 255, (*size[::-1], 3), dtype=np.uint8)
    sink = io.BytesIO()
    Image.fromarray(noise).save(sink, "JPEG", quality=90, **options)
    return sink.getvalue()


def test_first_packet_is_laid_out_as_the_standard_says() -> None:
    jpeg = picture()
    first = Packer(0x4B323421).packets(jpeg, 1.0)[0]
    assert first[:2] == bytes((0x80, 26)), "version 2, type 26, not the last"
    assert first[2:4] == b"\x00\x00"
    assert int.from_bytes(first[4:8], "big") == 90_000
    assert first[8:12] == bytes.fromhex("4B323421")
    assert first[12:20] == bytes((0, 0, 0, 0, 1, 255, 8, 6)), "4:2:0, Q 255, 64x48"
    assert first[20:24] == bytes((0, 0, 0, 128)), "two tables of 8 bits"
    assert first[24:152] == scan_of(jpeg).tables
    assert first[152:] == scan_of(jpeg).data[:PIECE]


def test_packets_follow_one_another_and_the_last_is_marked() -> None:
    packer = Packer(1)
    packets = packer.packets(picture((640, 480)), 0.0)
    assert len(packets) > 3
    assert [int.from_bytes(one[2:4], "big") for one in packets] == list(
        range(len(packets))
    )
    offsets = [int.from_bytes(one[13:16], "big") for one in packets]
    assert offsets == [PIECE * at for at in range(len(packets))]
    assert [one[1] >> 7 for one in packets] == [0] * (len(packets) - 1) + [1]
    assert packer.sequence == len(packets)


@pytest.mark.parametrize(
    "jpeg",
    [
        picture(subsampling=0),
        picture(progressive=True),
        picture((60, 44)),
        b"",
        b"\xff\xd8\xff",
        b"not a picture",
    ],
)
def test_a_picture_of_another_kind_cannot_be_sent(jpeg: bytes) -> None:
    with pytest.raises(NotSendable):
        scan_of(jpeg)


class Caller:
    """Speaks RTSP over a real socket."""

    def __init__(self, camera: SimCamera) -> None:
        address = camera.server.endpoint.rpartition("@")[2].removeprefix("rtsp://")
        self.place, _, self.path = address.partition("/")
        self.number = 0

    async def open(self) -> Caller:
        host, port = self.place.split(":")
        self.reader, self.writer = await asyncio.open_connection(host, port)
        return self

    async def ask(self, method: str, path: str = "live", **headers: str) -> str:
        """Return the answer's head and body."""
        self.number += 1
        lines = [
            f"{method} rtsp://{self.place}/{path} RTSP/1.0",
            f"CSeq: {self.number}",
        ]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(PATIENCE_S):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
            assert f"CSeq: {self.number}\r\n" in head
            if "Content-Length: " not in head:
                return head
            length = int(head.split("Content-Length: ")[1].split("\r\n")[0])
            return head + (await self.reader.readexactly(length)).decode()

    async def frame(self) -> tuple[int, bytes]:
        """Return channel and packet of one interleaved frame."""
        async with asyncio.timeout(PATIENCE_S):
            head = await self.reader.readexactly(4)
            assert head[:1] == b"$"
            length = int.from_bytes(head[2:], "big")
            return head[1], await self.reader.readexactly(length)


@pytest.fixture
async def camera() -> AsyncIterator[SimCamera]:
    sim = create("face", transport="rtsp", frames_per_second=50)
    await sim.start()
    yield sim
    await sim.stop()


async def test_a_session_from_options_to_teardown(camera: SimCamera) -> None:
    caller = await Caller(camera).open()
    assert "DESCRIBE" in await caller.ask("OPTIONS")
    told = await caller.ask("DESCRIBE", Accept="application/sdp")
    assert "m=video 0 RTP/AVP 26" in told
    assert "a=control:track1" in told
    way = "RTP/AVP/TCP;unicast;interleaved=2-3"
    assert "interleaved=2-3" in await caller.ask("SETUP", "live/track1", Transport=way)
    assert "200 OK" in await caller.ask("PLAY")
    channel, packet = await caller.frame()
    assert (channel, packet[1] & 0x7F) == (2, 26)


async def test_udp_is_refused_and_tcp_asked_for_next(camera: SimCamera) -> None:
    caller = await Caller(camera).open()
    way = "RTP/AVP;unicast;client_port=5000-5001"
    assert "461" in await caller.ask("SETUP", "live/track1", Transport=way)


async def test_unknown_path_and_method_are_refused(camera: SimCamera) -> None:
    caller = await Caller(camera).open()
    assert "404" in await caller.ask("DESCRIBE", "other")
    assert "405" in await caller.ask("RECORD")


async def test_a_password_is_wanted_where_there_is_one() -> None:
    sim = create("face", transport="rtsp", password="geheim")
    await sim.start()
    try:
        caller = await Caller(sim).open()
        assert "401" in await caller.ask("DESCRIBE")
        wrong = base64.b64encode(b"admin:falsch").decode()
        assert "401" in await caller.ask("DESCRIBE", Authorization=f"Basic {wrong}")
        right = base64.b64encode(b"admin:geheim").decode()
        assert "200" in await caller.ask("DESCRIBE", Authorization=f"Basic {right}")
        assert "geheim" not in repr(sim.wire.entries)
    finally:
        await sim.stop()


async def test_noise_instead_of_rtsp_ends_the_connection(camera: SimCamera) -> None:
    caller = await Caller(camera).open()
    caller.writer.write(b"GET / HTTP/1.1\r\n\r\n")
    async with asyncio.timeout(PATIENCE_S):
        assert await caller.reader.read() == b""


async def test_unplugged_camera_drops_its_viewers(camera: SimCamera) -> None:
    caller = await Caller(camera).open()
    await caller.ask("SETUP", Transport="RTP/AVP/TCP;interleaved=0-1")
    await caller.ask("PLAY")
    await caller.frame()
    await camera.verbs()["disconnect"].call()
    async with asyncio.timeout(PATIENCE_S):
        while await caller.reader.read(65536):
            continue
    assert camera.state()["viewers"] == 0


@pytest.mark.parametrize("verb", ["no_live", "dead_sensor", "wrong_size"])
async def test_every_sight_can_be_sent(camera: SimCamera, verb: str) -> None:
    await camera.verbs()[verb].call()
    assert scan_of(camera.picture() or b"").data
