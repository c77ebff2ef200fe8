"""The kiosk's side of one device's socket: kept open, requests and their answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.lowlevel
from websockets.asyncio.client import ClientConnection, connect, unix_connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from drivers.host.address import QUIET, HostAddress
from drivers.host.message import LARGEST, Kind, Message, NotAMessage, read_message
from drivers.host.outgoing import Outgoing, cut

Heard = Callable[[str, Mapping[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds.

    Attributes:
        first_pause_s, longest_pause_s: between two attempts to reach the host,
            doubled each time.
        start_s: how long a command waits for a host that was never there yet: it is
            started together with the kiosk.
        let_go_s: how long a cancelled command may take to put its things away; the
            drivers' own limits are shorter.
        close_s: how long a connection that ends may take to do so.
    """

    first_pause_s: float = 0.05
    longest_pause_s: float = 1.0
    start_s: float = 15.0
    let_go_s: float = 30.0
    close_s: float = 1.0


class Request:
    """A command that was sent.

    Attributes:
        answer: payload of the completion, ``None`` when the host was lost first.
        refused: why the host did not take it, ``""`` = it did.
    """

    def __init__(self, name: str, number: int, heard: Heard | None) -> None:
        self.name = name
        self.number = number
        self.heard = heard
        self.done = anyio.Event()
        self.answer: Mapping[str, Any] | None = None
        self.refused = ""


class HostLine:
    """One connection, made again whenever it is lost, until ``close``.

    Args:
        up: called whenever there is a connection, before anybody else may use it.
        down: called whenever it is lost.
        heard: told ``unsolicited`` messages.
        fault: told of a bug in one of those; the connection is made anew.
    """

    def __init__(
        self,
        device: str,
        address: HostAddress,
        delays: Delays,
        *,
        up: Callable[[], Awaitable[None]],
        down: Callable[[], None],
        heard: Heard,
        fault: Callable[[str, Exception], None],
    ) -> None:
        self._device = device
        self._address = address
        self._delays = delays
        self._up, self._down, self._heard = up, down, heard
        self._fault = fault
        self._greeted = False
        self._task: asyncio.Task[None] | None = None
        self._out: Outgoing | None = None
        self._requests: dict[int, Request] = {}
        self._number = 0
        self._ready = anyio.Event()
        self._known = False
        self.closed = False

    def start(self) -> None:
        """Begin to look for the host. Safe to call twice; nothing after ``close``."""
        if self._task is None and not self.closed:
            self._task = asyncio.create_task(self._keep())

    def reopen(self) -> None:
        """Take back a ``close``; the host is waited for as at the start."""
        if self.closed:
            self.closed = self._known = False

    async def close(self) -> None:
        """Let the connection go; who waits for one finds none. Safe to call twice."""
        self.closed = True
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait((task,))
        self._wake()

    @property
    def connected(self) -> bool:
        """True while commands can be sent."""
        return self._ready.is_set()

    async def ready(self) -> bool:
        """Return whether there is a host; wait for one that is just being started.

        One that has just answered is waited for as well: its status is being asked.
        """
        self.start()
        if self.closed:
            return False
        if not self._known or self._out is not None:
            with anyio.move_on_after(self._delays.start_s):
                await self._ready.wait()
            self._known = True
        return self.connected

    def begin(
        self,
        name: str,
        payload: Mapping[str, Any],
        timeout_ms: int = 0,
        heard: Heard | None = None,
    ) -> Request:
        """Send a command; without a connection it is over at once.

        Raises:
            TooLarge: it was not sent; what runs goes on.
        """
        self._number += 1
        request = Request(name, self._number, heard)
        if self._out is None:
            request.done.set()
            return request
        self._out.post(Message(Kind.COMMAND, name, request.number, payload, timeout_ms))
        self._requests[request.number] = request
        return request

    async def ask(self, name: str) -> Mapping[str, Any] | None:
        """Send a command without arguments and return its answer."""
        request = self.begin(name, {})
        await request.done.wait()
        return request.answer

    async def end(self, request: Request) -> None:
        """Cancel a command and wait until the device has put its things away."""
        if not request.done.is_set():
            self.begin("Common.Cancel", {"requestIds": [request.number]})
            with anyio.move_on_after(self._delays.let_go_s, shield=True):
                await request.done.wait()

    async def _keep(self) -> None:
        pause_s = self._delays.first_pause_s
        while True:
            self._greeted = False
            try:
                async with self._connect() as socket:
                    await self._serve(socket)
            except (OSError, TimeoutError, WebSocketException):
                pass  # no host is there now, or it does not answer
            except Exception as fault:  # noqa: BLE001  # ours; the host is innocent
                self._fault("connection", fault)
            if self._greeted:
                pause_s = self._delays.first_pause_s
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, self._delays.longest_pause_s)

    def _connect(self) -> connect:
        options: dict[str, Any] = {
            "additional_headers": self._address.headers,
            "compression": None,
            "max_size": LARGEST,
            "ping_interval": None,
            "close_timeout": self._delays.close_s,
            "logger": QUIET,
        }
        uri = self._address.uri(self._device)
        if self._address.socket is not None:
            return unix_connect(str(self._address.socket), uri, **options)
        return connect(uri, proxy=None, **options)

    async def _serve(self, socket: ClientConnection) -> None:
        """Use one connection until it is lost."""
        out = self._out = Outgoing(socket)
        sending = asyncio.create_task(out.run())
        greeting = asyncio.create_task(self._greet(socket))
        try:
            async for text in socket:
                self._hear(text)
                # A whole burst may have come: the screen has its turn too.
                await anyio.lowlevel.checkpoint()
        except ConnectionClosed:
            pass  # the host died; what follows is the same as when it left
        finally:
            for task in (sending, greeting):
                task.cancel()
            await asyncio.wait((sending, greeting))
            cut(socket)  # a goodbye would wait for a host that may hang
            self._lose()

    async def _greet(self, socket: ClientConnection) -> None:
        try:
            await self._up()
        except Exception as fault:  # noqa: BLE001  # what the host said, or ours
            self._fault("greeting", fault)
            cut(socket)
            return
        self._greeted = self._known = True
        self._ready.set()

    def _lose(self) -> None:
        self._out = None
        if self._known:
            # Whoever waits for a greeting that came to nothing finds no connection.
            self._wake()
        requests, self._requests = self._requests, {}
        for request in requests.values():
            request.done.set()
        self._down()

    def _wake(self) -> None:
        """Let go who waits for a connection; there is none."""
        self._ready.set()
        self._ready = anyio.Event()

    def _hear(self, text: str | bytes) -> None:
        try:
            message = read_message(text)
        except NotAMessage:
            return  # of a host that speaks another language nothing is believed
        if message.kind is Kind.UNSOLICITED:
            self._heard(message.name, message.payload)
            return
        request = self._requests.get(message.request_id)
        if request is None:
            return
        if message.kind is Kind.EVENT and request.heard is not None:
            request.heard(message.name, message.payload)
        elif message.kind is Kind.COMPLETION:
            self._end(request)
            request.answer = message.payload
        elif message.kind is Kind.ACKNOWLEDGE and message.status:
            self._end(request)
            request.refused = message.status

    def _end(self, request: Request) -> None:
        del self._requests[request.number]
        request.done.set()
