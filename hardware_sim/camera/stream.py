"""Motion JPEG over HTTP: ``multipart/x-mixed-replace``, as network cameras send it.

::

    HTTP/1.1 200 OK
    Content-Type: multipart/x-mixed-replace; boundary=frame

    --frame
    Content-Type: image/jpeg
    Content-Length: 81234

    FF D8 ... FF D9
    --frame ...

Every viewer is served from the same ready-made frames: nothing is drawn or encoded
while the stream runs.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from hardware_sim.link.device import WireLog
from hardware_sim.web import PluggableServer, Request, answer_bytes

BOUNDARY = "frame"
STREAM_PATH = "/stream.mjpg"
PICTURE_PATH = "/picture.jpg"

_STREAM_HEAD = (
    "HTTP/1.1 200 OK\r\nCache-Control: no-store\r\nConnection: close\r\n"
    f"Content-Type: multipart/x-mixed-replace; boundary={BOUNDARY}\r\n\r\n"
).encode()


@dataclass(slots=True)
class Behaviour:
    """How the stream misbehaves.

    Attributes:
        frozen: ``""`` runs; ``stall`` sends nothing more; ``repeat`` sends the same
            frame again and again.
        late_ms: added before every frame.
    """

    frozen: str = ""
    late_ms: int = 0


class MjpegServer:
    """A camera's network port.

    Args:
        frames_per_second: pace of the stream.
    """

    def __init__(
        self, wire: WireLog, host: str, port: int, frames_per_second: float
    ) -> None:
        self._wire = wire
        self._pace_s = 1 / frames_per_second
        self._server = PluggableServer(host, port, self._serve)
        self._began = time.monotonic()
        self._stopped_at = 0
        self.frames: tuple[bytes, ...] = ()
        self.behaviour = Behaviour()
        self.viewers = 0
        self.sent = 0

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

    def freeze(self, mode: str) -> None:
        """Stop moving; see ``Behaviour.frozen``."""
        self._stopped_at = self._running_index()
        self.behaviour.frozen = mode

    def current(self) -> bytes:
        """Return the frame that the sensor sees now."""
        frozen = bool(self.behaviour.frozen)
        index = self._stopped_at if frozen else self._running_index()
        return self.frames[index % len(self.frames)]

    def _running_index(self) -> int:
        return int((time.monotonic() - self._began) / self._pace_s)

    async def _serve(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        path = request.path.partition("?")[0]
        if path == STREAM_PATH:
            await self._stream(writer)
            return False
        if path == PICTURE_PATH:
            writer.write(answer_bytes(self.current(), "image/jpeg"))
        else:
            writer.write(answer_bytes(b"", "text/plain", "404 Not Found"))
        await writer.drain()
        return request.keeps_alive

    async def _stream(self, writer: asyncio.StreamWriter) -> None:
        self._wire.add("in", b"", f"a viewer opens {STREAM_PATH}")
        self.viewers += 1
        try:
            writer.write(_STREAM_HEAD)
            while True:
                if self.behaviour.frozen != "stall":
                    await self._send_frame(writer)
                await asyncio.sleep(self._pace_s + self.behaviour.late_ms / 1000)
        finally:
            self.viewers -= 1
            self._wire.add("note", b"", f"a viewer left after {self.sent} frames")

    async def _send_frame(self, writer: asyncio.StreamWriter) -> None:
        frame = self.current()
        head = (
            f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\n"
            f"Content-Length: {len(frame)}\r\n\r\n"
        )
        writer.write(head.encode() + frame + b"\r\n")
        await writer.drain()
        self.sent += 1
