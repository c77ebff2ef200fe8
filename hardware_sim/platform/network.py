"""The network between kiosk and platform: a TCP proxy that can be cut.

The kiosk is given this address. What the verbs do is what a network does:

* ``cut``: the cable is out. New connections get no answer at all (their SYN is
  dropped: the accept queue is kept full); open ones fall silent, and what they had
  under way arrives after ``restore``, late.
* ``refuse``: the far side says no at once (RST), open connections are reset.
* ``lose_requests``: the connection breaks before the platform has got the request.
* ``lose_answers``: the platform has acted, its answer is dropped, the connection
  breaks.
* ``slow``: every piece of data takes so many milliseconds longer.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Mapping

from hardware_sim.link.arguments import whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.platform.dead_port import DeadPort

_PIECE = 65536
_LAST_CHANCE_S = 2.0

_MILLISECONDS = Argument("milliseconds", "number", 500)
_COUNT = Argument("count", "number", 1)

_Way = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class SimNetwork:
    """Proxy from its own port to the platform's.

    Args:
        upstream_port: where the platform listens, on the same host.
    """

    name = "network"
    title = "网络"
    title_en = "Network"

    def __init__(self, upstream_port: int, host: str, port: int) -> None:
        self.wire = WireLog()
        self.host = host
        self.port = port
        self.upstream_port = upstream_port
        self.link = "down"
        self.slow_ms = 0
        self.requests_to_lose = 0
        self.answers_to_lose = 0
        self._up = asyncio.Event()
        self._dead = DeadPort(host)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()

    async def start(self) -> str:
        """Let traffic through and return the address for the kiosk's settings."""
        await self.restore()
        return f"http://{self.host}:{self.port}"

    async def stop(self) -> None:
        """Free the port and break every connection; safe to call twice."""
        await self._stop_listening()
        self._dead.close()
        self.link = "down"
        self._break_all()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @verb("拔掉网线", "Pull the cable")
    async def cut(self) -> JsonValue:
        """Pull the cable: silence in both directions."""
        self._set_link("cut")
        await self._stop_listening()
        self._dead.open(self.port)
        return {"link": self.link}

    @verb("恢复网络", "Restore")
    async def restore(self) -> JsonValue:
        """Put the cable back and forget all other troubles."""
        self.slow_ms = self.requests_to_lose = self.answers_to_lose = 0
        self._dead.close()
        if self._server is None:
            self._server = await asyncio.start_server(
                self._accept, self.host, self.port
            )
            self.port = int(self._server.sockets[0].getsockname()[1])
        self._set_link("up")
        return {"link": self.link}

    @verb("拒绝连接", "Refuse connections")
    async def refuse(self) -> JsonValue:
        """Reset open connections and refuse new ones."""
        self._set_link("refused")
        await self._stop_listening()
        self._dead.close()
        self._break_all()
        return {"link": self.link}

    @verb("网络变慢", "Be slow", _MILLISECONDS)
    async def slow(self, milliseconds: object = 500) -> JsonValue:
        """Delay every piece of data in both directions; 0 ends it."""
        self.slow_ms = whole_number(milliseconds, "milliseconds", most=120_000)
        return {"slow_ms": self.slow_ms}

    @verb("丢失请求", "Lose requests", _COUNT)
    async def lose_requests(self, count: object = 1) -> JsonValue:
        """Lose so many requests: the platform never sees them."""
        self.requests_to_lose = whole_number(count, "count", most=1000)
        return {"requests_to_lose": self.requests_to_lose}

    @verb("丢失应答", "Lose answers", _COUNT)
    async def lose_answers(self, count: object = 1) -> JsonValue:
        """Lose so many answers: the platform has acted already."""
        self.answers_to_lose = whole_number(count, "count", most=1000)
        return {"answers_to_lose": self.answers_to_lose}

    def verbs(self) -> Mapping[str, Verb]:
        """Return what can happen to a network."""
        return verbs_of(self)

    def state(self) -> dict[str, JsonValue]:
        """Return the state of the cable and what will still be lost."""
        return {
            "link": self.link,
            "slow_ms": self.slow_ms,
            "requests_to_lose": self.requests_to_lose,
            "answers_to_lose": self.answers_to_lose,
            "connections": len(self._tasks),
        }

    def _set_link(self, link: str) -> None:
        self.link = link
        self.wire.add("note", b"", f"link {link}")
        if link == "up":
            self._up.set()
        else:
            self._up.clear()

    async def _stop_listening(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
            await asyncio.sleep(0)

    def _break_all(self) -> None:
        for writer in list(self._writers):
            _reset(writer)

    def _accept(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.get_running_loop().create_task(self._join(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Carry one connection until either side ends it."""
        writers = {writer}
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(
                self.host, self.upstream_port
            )
            writers.add(far_writer)
            self._writers.add(far_writer)
            await self._carry_both((reader, far_writer), (far_reader, writer))
        except OSError as error:
            self.wire.add("note", b"", f"no way to the platform: {error}")
        finally:
            self._writers -= writers
            for one in writers:
                one.close()

    async def _carry_both(self, inward: _Way, outward: _Way) -> None:
        """Carry until one way ends; a request under way still gets its chance.

        A client that has given up and closed does not stop what it has sent: the
        platform may act on it, so the far side stays open for a moment.
        """
        there = asyncio.create_task(self._carry(*inward, "in"))
        back = asyncio.create_task(self._carry(*outward, "out"))
        tasks = (there, back)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if there.done() and not there.result():
                await asyncio.wait({back}, timeout=_LAST_CHANCE_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        direction: str,
    ) -> bool:
        """Carry one way until its end; return whether a piece was lost on purpose."""
        try:
            while piece := await reader.read(_PIECE):
                await self._up.wait()
                if self._loses(direction):
                    self.wire.add("note", b"", f"lost: {direction}")
                    return True
                await asyncio.sleep(self.slow_ms / 1000)
                self.wire.add(direction, b"", f"{len(piece)} bytes")
                writer.write(piece)
                await writer.drain()
        except ConnectionError as error:
            self.wire.add("note", b"", f"connection broken ({direction}): {error}")
        return False

    def _loses(self, direction: str) -> bool:
        if direction == "in" and self.requests_to_lose:
            self.requests_to_lose -= 1
            return True
        if direction == "out" and self.answers_to_lose:
            self.answers_to_lose -= 1
            return True
        return False


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection with RST instead of a polite end."""
    raw = writer.get_extra_info("socket")
    # A far side that was killed may have closed it already.
    if raw is not None and raw.fileno() != -1:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def create(*, upstream_port: int, host: str = "127.0.0.1", port: int = 0) -> SimNetwork:
    """Return the network, not yet up.

    Args:
        upstream_port: the simulated platform's port.
        port: 0 for any free one; it stays the same over cut and restore.
    """
    return SimNetwork(upstream_port, host, port)
