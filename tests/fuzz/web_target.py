"""Text heads that clients send to simulated network devices: HTTP and RTSP requests."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from hardware_sim.camera.film import Film
from hardware_sim.camera.rtsp import RtspRequest, Visitor
from hardware_sim.link.device import WireLog
from hardware_sim.web import BODY_LIMIT, BadRequest, Request, read_request

GOLDEN = ("camera",)

_LOOP = asyncio.new_event_loop()
_LOOP.close()  # nothing ever waits: everything that will come has come

_GONE = asyncio.IncompleteReadError
_FILM = Film(WireLog(), 25.0)


class Sink:
    """Takes what is written."""

    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes) -> None:
        self.data += data

    async def drain(self) -> None:
        """Everything has left."""


def rtsp(data: bytes) -> None:
    """Each request is answered once, with its own number; or the client is let go."""
    said = Sink()
    visitor = Visitor(_FILM, _heard(data), said, "")  # type: ignore[arg-type]
    while True:
        try:
            request: RtspRequest | None = _run(visitor._next_request())
        except (_GONE, ValueError):
            return
        if request is None:
            continue
        assert f"{request.method} {request.address} RTSP/1.0".encode("latin-1") in data
        assert all(name == name.strip().lower() for name in request.headers)
        said.data = b""
        visitor._answer(request)
        head, end, body = said.data.partition(b"\r\n\r\n")
        assert head.startswith(b"RTSP/1.0 ")
        assert end
        assert (b"\r\nContent-Length: %d" % len(body) in head) == bool(body)
        number = request.headers.get("cseq", "0")
        assert f"\r\nCSeq: {number}".encode("latin-1") in head


def http(data: bytes) -> None:
    """A request's body is as long as its head says; or it is refused, or the end."""
    reader = _heard(data)
    while True:
        try:
            request: Request | None = _run(read_request(reader, Sink()))  # type: ignore[arg-type]
        except BadRequest:
            return
        if request is None:
            return
        assert f"{request.method} {request.path} HTTP/1.".encode("latin-1") in data
        assert len(request.body) <= BODY_LIMIT
        if "transfer-encoding" not in request.headers:
            assert len(request.body) == int(request.headers.get("content-length", "0"))
            assert request.body in data


def _heard(data: bytes) -> asyncio.StreamReader:
    reader = asyncio.StreamReader(loop=_LOOP)
    reader.feed_data(data)
    reader.feed_eof()
    return reader


def _run(reading: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end what waits for nothing."""
    try:
        reading.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "web.rtsp": rtsp,
    "web.http": http,
}
