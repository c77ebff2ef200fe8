"""HTTP/1.1 as small devices speak it: just enough, on plain asyncio streams.

Own code rather than a web framework, because a device with its plug half out must
be able to stop in the middle of an answer. RFC 9112: Content-Length and chunked
bodies, ``Expect: 100-continue``, keep-alive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

BODY_LIMIT = 64 * 1024 * 1024
"""Bytes that a device can hold of one request."""


class BadRequest(ValueError):
    """The peer does not speak HTTP, or sends more than fits."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def keeps_alive(self) -> bool:
        """Whether the peer wants the connection to stay."""
        return self.headers.get("connection", "").lower() != "close"


async def read_request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> Request | None:
    """Read one request; ``None`` when the peer has gone.

    Raises:
        BadRequest: not HTTP/1.1, or longer than ``BODY_LIMIT``.
    """
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise BadRequest("head too long") from error
    method, path, headers = _parse_head(head)
    if "100-continue" in headers.get("expect", "").lower():
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    try:
        body = await _read_body(reader, headers)
    except (ValueError, asyncio.LimitOverrunError) as error:
        raise BadRequest(str(error)) from error
    except asyncio.IncompleteReadError:
        return None
    return Request(method, path, headers, body)


def _parse_head(head: bytes) -> tuple[str, str, dict[str, str]]:
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("not an HTTP/1 request line")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return words[0], words[1], headers


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _read_chunks(reader)
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= BODY_LIMIT:
        raise ValueError("body too long")
    return await reader.readexactly(length)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        if len(body) + size > BODY_LIMIT:
            raise ValueError("body too long")
        body += await reader.readexactly(size)
        await reader.readexactly(2)
    while await reader.readuntil(b"\r\n") != b"\r\n":
        """Trailers mean nothing to a printer."""
    return bytes(body)


def answer_bytes(
    body: bytes, content_type: str, status: str = "200 OK", *, close: bool = False
) -> bytes:
    """Return a whole answer, head and body."""
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n"
        f"Connection: {'close' if close else 'keep-alive'}\r\n\r\n"
    )
    return head.encode("latin-1") + body


Handler = Callable[[Request, asyncio.StreamWriter], Awaitable[bool]]
"""Answers one request; returns whether the connection stays open."""


class PluggableServer:
    """A listening socket that can be pulled out and put back on the same port."""

    def __init__(self, host: str, port: int, handler: Handler) -> None:
        self.host = host
        self.port = port
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def listening(self) -> bool:
        """Whether a client would be let in."""
        return self._server is not None

    async def plug_in(self) -> None:
        """Listen; the port chosen the first time is kept.

        Raises:
            OSError: the port is taken.
        """
        if self._server is not None:
            return
        self._server = await asyncio.start_server(self._accept, self.host, self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def unplug(self) -> None:
        """Stop listening and drop every connection; safe to call twice."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.get_running_loop().create_task(self._converse(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        try:
            while request := await read_request(reader, writer):
                if not await self._handler(request, writer):
                    break
        except BadRequest as error:
            body = str(error).encode()
            writer.write(answer_bytes(body, "text/plain", "400 Bad Request"))
        except ConnectionError:
            return  # the peer went away in mid-sentence: nothing to say to it
        finally:
            writer.close()
