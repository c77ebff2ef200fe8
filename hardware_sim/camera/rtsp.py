"""RTSP as network cameras speak it: one picture stream, RTP inside the connection.

::

    C: DESCRIBE rtsp://host/live RTSP/1.0      S: 200, SDP with m=video 0 RTP/AVP 26
    C: SETUP .../track1  Transport: RTP/AVP/TCP;interleaved=0-1
    C: PLAY                                    S: 200, then for ever
                                               S: 24 '$' | channel | length 2 | RTP

RFC 2326; pictures by RFC 2435. RTP over UDP is refused (461): a client that asks for
it asks again for TCP, as with many cameras behind a switch. With a password the
camera wants ``Authorization: Basic``.
"""

from __future__ import annotations

import asyncio
import base64
import struct
import time
from collections.abc import Mapping
from dataclasses import dataclass

from hardware_sim.camera.film import Film
from hardware_sim.camera.rtp import CLOCK_HZ, PAYLOAD_JPEG, NotSendable, Packer

STREAM_PATH = "/live"
_METHODS = "OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, GET_PARAMETER, TEARDOWN"
_SESSION = "24680"
_SOURCE = 0x4B323421
_LONGEST_BODY = 64 * 1024
"""Bytes behind a request; viewers of cameras send a few parameters at most."""


@dataclass(frozen=True, slots=True)
class RtspRequest:
    """One request; header names in lower case."""

    method: str
    address: str
    headers: Mapping[str, str]


class RtspServer:
    """A camera's RTSP port.

    Args:
        password: of the user ``admin``; ``""`` lets everybody in.
    """

    def __init__(self, film: Film, host: str, port: int, password: str = "") -> None:
        self._film = film
        self._host = host
        self._port = port
        self._password = password
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def listening(self) -> bool:
        """Whether a viewer would be let in."""
        return self._server is not None

    @property
    def endpoint(self) -> str:
        """Address of the stream, as the kiosk's settings name it."""
        user = f"admin:{self._password}@" if self._password else ""
        return f"rtsp://{user}{self._host}:{self._port}{STREAM_PATH}"

    async def plug_in(self) -> str:
        """Listen, on the same port as before, and return the endpoint.

        Raises:
            OSError: the port is taken.
        """
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, self._host, self._port
            )
            self._port = int(self._server.sockets[0].getsockname()[1])
        return self.endpoint

    async def unplug(self) -> None:
        """Drop every viewer and let nobody in; safe to call twice."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.create_task(self._visit(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _visit(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        visitor = Visitor(self._film, reader, writer, self._password)
        try:
            await visitor.converse()
        except (ConnectionError, asyncio.IncompleteReadError, ValueError) as error:
            self._film.wire.add("note", b"", f"a viewer is gone: {error}")
        finally:
            visitor.stop_playing()
            writer.close()


class Visitor:
    """One connection."""

    def __init__(
        self,
        film: Film,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        password: str,
    ) -> None:
        self._film = film
        self._reader = reader
        self._writer = writer
        token = base64.b64encode(f"admin:{password}".encode()).decode()
        self._key = f"Basic {token}" if password else ""
        self._channel = 0
        self._playing: asyncio.Task[None] | None = None

    async def converse(self) -> None:
        """Answer requests until the other side goes or says TEARDOWN.

        Raises:
            ConnectionError, asyncio.IncompleteReadError: it is gone.
            ValueError: it does not speak RTSP.
        """
        while True:
            request = await self._next_request()
            if request is None:
                continue
            self._film.wire.add("in", b"", f"{request.method} {request.address}")
            self._answer(request)
            await self._writer.drain()
            if request.method == "PLAY" and self._playing is None:
                self._playing = asyncio.create_task(self._play())
            if request.method == "TEARDOWN":
                return

    def stop_playing(self) -> None:
        """End the pictures."""
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None

    async def _next_request(self) -> RtspRequest | None:
        """Return a request; ``None`` for a receiver report between them."""
        first = await self._reader.readexactly(1)
        if first == b"$":
            head = await self._reader.readexactly(3)
            await self._reader.readexactly(int.from_bytes(head[1:], "big"))
            return None
        try:
            text = first + await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError as error:
            raise ValueError("a head without an end") from error
        line, *lines = text.decode("latin-1").rstrip("\r\n").split("\r\n")
        words = line.split(" ")
        if len(words) != 3 or words[2] != "RTSP/1.0":
            raise ValueError("not RTSP")
        pairs = (each.partition(":") for each in lines)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        length = int(headers.get("content-length", "0"))
        if not 0 <= length <= _LONGEST_BODY:
            raise ValueError("a body that is too long")
        await self._reader.readexactly(length)
        return RtspRequest(words[0], words[1], headers)

    def _answer(self, request: RtspRequest) -> None:
        if self._key and request.method != "OPTIONS":
            if request.headers.get("authorization") != self._key:
                realm = {"WWW-Authenticate": 'Basic realm="camera"'}
                self._say(request, "401 Unauthorized", realm)
                return
        match request.method:
            case "OPTIONS":
                self._say(request, "200 OK", {"Public": _METHODS})
            case "DESCRIBE":
                self._describe(request)
            case "SETUP":
                self._set_up(request)
            case "PLAY":
                self._say(request, "200 OK", {"Range": "npt=0.000-"})
            case "PAUSE" | "TEARDOWN":
                self.stop_playing()
                self._say(request, "200 OK")
            case "GET_PARAMETER":
                self._say(request, "200 OK")
            case _:
                self._say(request, "405 Method Not Allowed", {"Allow": _METHODS})

    def _describe(self, request: RtspRequest) -> None:
        path = "/" + request.address.split("/", 3)[-1]
        if path.rstrip("/") != STREAM_PATH:
            self._say(request, "404 Not Found")
            return
        description = (
            "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=camera\r\nt=0 0\r\n"
            f"m=video 0 RTP/AVP {PAYLOAD_JPEG}\r\nc=IN IP4 0.0.0.0\r\n"
            f"a=rtpmap:{PAYLOAD_JPEG} JPEG/{CLOCK_HZ}\r\n"
            f"a=framerate:{1 / self._film.pace_s:.1f}\r\na=control:track1\r\n"
        )
        headers = {
            "Content-Base": request.address.rstrip("/") + "/",
            "Content-Type": "application/sdp",
        }
        self._say(request, "200 OK", headers, description)

    def _set_up(self, request: RtspRequest) -> None:
        asked = request.headers.get("transport", "")
        if "TCP" not in asked.upper():
            self._say(request, "461 Unsupported Transport")
            return
        _, _, channels = asked.partition("interleaved=")
        first = channels.partition(";")[0].partition("-")[0]
        self._channel = int(first) if first.isdecimal() else 0
        way = f"RTP/AVP/TCP;unicast;interleaved={self._channel}-{self._channel + 1}"
        self._say(request, "200 OK", {"Transport": way})

    def _say(
        self,
        request: RtspRequest,
        status: str,
        headers: Mapping[str, str] | None = None,
        body: str = "",
    ) -> None:
        lines = [f"RTSP/1.0 {status}", f"CSeq: {request.headers.get('cseq', '0')}"]
        if request.method not in ("OPTIONS", "DESCRIBE"):
            lines.append(f"Session: {_SESSION};timeout=60")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n" + body).encode("latin-1"))
        self._film.wire.add("out", b"", f"{status} to {request.method}")

    async def _play(self) -> None:
        self._film.entered(STREAM_PATH)
        packer, began = Packer(_SOURCE), time.monotonic()
        try:
            while True:
                if not self._film.stalled:
                    await self._send_frame(packer, time.monotonic() - began)
                await asyncio.sleep(self._film.wait_s)
        except ConnectionError as error:
            self._film.wire.add("note", b"", f"a viewer is gone: {error}")
        finally:
            self._film.left()

    async def _send_frame(self, packer: Packer, seconds: float) -> None:
        """Send one picture; one that RTP cannot carry is left out, and noted."""
        frame = self._film.next_frame()
        try:
            packets = packer.packets(frame, seconds)
        except NotSendable as error:
            self._film.wire.add("note", b"", f"a frame is left out: {error}")
            return
        heads = (struct.pack(">BBH", 0x24, self._channel, len(one)) for one in packets)
        self._writer.write(b"".join(h + p for h, p in zip(heads, packets, strict=True)))
        await self._writer.drain()
