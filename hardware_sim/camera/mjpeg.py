"""Motion JPEG over HTTP: ``multipart/x-mixed-replace``, as network cameras send it.

::

    HTTP/1.1 200 OK
    Content-Type: multipart/x-mixed-replace; boundary=frame

    --frame
    Content-Type: image/jpeg
    Content-Length: 81234

    FF D8 ... FF D9
    --frame ...
"""

from __future__ import annotations

import asyncio

from hardware_sim.camera.film import Film
from hardware_sim.web import PluggableServer, Request, answer_bytes

BOUNDARY = "frame"
STREAM_PATH = "/stream.mjpg"
PICTURE_PATH = "/picture.jpg"

_STREAM_HEAD = (
    "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
    f"Content-Type: multipart/x-mixed-replace; boundary={BOUNDARY}\r\n\r\n"
).encode()


class MjpegServer:
    """A camera's network port for Motion JPEG."""

    def __init__(self, film: Film, host: str, port: int) -> None:
        self._film = film
        self._server = PluggableServer(host, port, self._serve)

    @property
    def listening(self) -> bool:
        """Whether a viewer would be let in."""
        return self._server.listening

    @property
    def endpoint(self) -> str:
        """Address of the stream."""
        return f"http://{self._server.host}:{self._server.port}{STREAM_PATH}"

    async def plug_in(self) -> str:
        """Listen, on the same port as before, and return the endpoint.

        Raises:
            OSError: the port is taken.
        """
        await self._server.plug_in()
        return self.endpoint

    async def unplug(self) -> None:
        """Drop every viewer and let nobody in."""
        await self._server.unplug()

    async def _serve(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        path = request.path.partition("?")[0]
        if path == STREAM_PATH:
            await self._stream(writer)
            return False
        if path == PICTURE_PATH:
            writer.write(answer_bytes(self._film.current(), "image/jpeg"))
        else:
            writer.write(answer_bytes(b"", "text/plain", "404 Not Found"))
        await writer.drain()
        return request.keeps_alive

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        self._film.entered(STREAM_PATH)
        try:
            writer.write(_STREAM_HEAD)
            while True:
                if not self._film.stalled:
                    await self._send_frame(writer)
                await asyncio.sleep(self._film.wait_s)
        finally:
            self._film.left()

    async def _send_frame(self, writer: asyncio.StreamWriter) -> None:
        frame = self._film.next_frame()
        head = (
            f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n"
            f"Content-Length: {len(frame)}\r\n\r\n"
        )
        writer.write(head.encode() + frame + b"\r\n")
        await writer.drain()
