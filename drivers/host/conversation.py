"""One client at one device: its commands, its events, its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

import anyio
from anyio.abc import TaskGroup
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from drivers.host.coding import (
    WrongValue,
    coded,
    coded_completion,
    coded_told,
    read_arguments,
)
from drivers.host.contract import TIMEOUT, Command, Told
from drivers.host.message import Kind, Message, NotAMessage, Refused, read_message
from drivers.host.outgoing import Outgoing
from drivers.host.service import DeviceService
from kiosk.core.device import Completion, CompletionCode, Device, DeviceEvent
from kiosk.core.wire import WireLine

MOST_REQUESTS: Final = 32
"""Commands of one client that may run or wait at once."""
CANCEL_AGAIN_S: Final = 0.25
"""A driver may have been cancelled while it asked for a status, not in the command."""
WIRE_EVENT: Final = "Common.ExtWireEvent"
REFRESH: Final = Command("Common.ExtRefreshStatus", Device.refresh_status, queued=False)
TRACE: Final = Command("Common.ExtTrace", Device.trace, queued=False)
_APART: Final = {REFRESH.name: REFRESH, TRACE.name: TRACE}


class Request:
    """A command that was acknowledged and is not complete."""

    def __init__(self, row: Command) -> None:
        self.row = row
        self.scope = anyio.CancelScope()
        self.running = False
        self.done = anyio.Event()


class Conversation:
    """Serves one client of one device until it leaves."""

    def __init__(self, service: DeviceService, socket: ServerConnection) -> None:
        self._service = service
        self._socket = socket
        self._out = Outgoing(socket)
        self._tasks: TaskGroup
        self._requests: dict[int, Request] = {}
        self._holds = False
        self._answers: Mapping[str, Callable[[Message], dict[str, Any]]] = {
            "Common.Status": lambda _: service.status(),
            "Common.Capabilities": lambda _: service.capabilities(),
            "Common.Cancel": self._cancel_some,
            "Common.ExtStatistics": lambda _: {
                "statistics": dict(service.device.statistics())
            },
            "Common.ExtDiagnostics": lambda _: {
                "diagnostics": dict(service.device.diagnostics())
            },
        }

    async def run(self) -> None:
        """Serve; what a client that leaves has begun is cancelled."""
        async with anyio.create_task_group() as self._tasks:
            self._tasks.start_soon(self._out.run)
            # Listening begins before the first answer: no change falls between.
            self._tasks.start_soon(self._tell_events, self._service.device.events())
            try:
                with suppress(ConnectionClosed):  # how most clients leave
                    async for text in self._socket:
                        self._hear(text)
            finally:
                with anyio.CancelScope(shield=True):
                    await self._let_go()
                self._tasks.cancel_scope.cancel()

    def _hear(self, text: str | bytes) -> None:
        try:
            message = read_message(text)
        except NotAMessage as error:
            self._acknowledge(error.name, error.request_id, Refused.MESSAGE)
            return
        name, request_id = message.name, message.request_id
        if message.kind is not Kind.COMMAND:
            self._acknowledge(name, request_id, Refused.MESSAGE)
        elif request_id < 1 or request_id in self._requests:
            self._acknowledge(name, request_id, Refused.REQUEST_ID)
        elif len(self._requests) >= MOST_REQUESTS and name != "Common.Cancel":
            self._acknowledge(name, request_id, Refused.TOO_MANY)
        else:
            self._acknowledge(name, request_id)
            self._begin(message)

    def _acknowledge(self, name: str, request_id: int, status: str = "") -> None:
        self._out.post(Message(Kind.ACKNOWLEDGE, name, request_id, status=status))

    def _begin(self, message: Message) -> None:
        answer = self._answers.get(message.name)
        every = self._service.capability.every
        row = every.get(message.name) or _APART.get(message.name)
        if answer is not None:
            self._answer(message, answer)
        elif row is None:
            self._complete(message, {}, CompletionCode.UNSUPPORTED_COMMAND)
        else:
            request = self._requests[message.request_id] = Request(row)
            self._tasks.start_soon(self._carry_out, message, request)

    def _answer(
        self, message: Message, answer: Callable[[Message], dict[str, Any]]
    ) -> None:
        """Answer at once what needs no waiting."""
        try:
            self._complete(message, answer(message))
        except WrongValue as error:
            self._complete(message, {}, CompletionCode.INVALID_DATA, str(error))
        except Exception as fault:  # noqa: BLE001  # a driver's; told and logged
            self._service.fault(message.name, fault)
            what = type(fault).__name__
            self._complete(message, {}, CompletionCode.INTERNAL_ERROR, what)

    def _complete(
        self,
        message: Message,
        payload: Mapping[str, Any],
        code: CompletionCode = CompletionCode.SUCCESS,
        description: str = "",
    ) -> None:
        head = {
            "completionCode": code.value,
            "errorCode": payload.get("errorCode"),
            "errorDescription": description,
        }
        whole = {**head, **payload}
        self._out.post(
            Message(Kind.COMPLETION, message.name, message.request_id, whole)
        )

    # -- commands that wait ---------------------------------------------------------

    async def _carry_out(self, message: Message, request: Request) -> None:
        payload: dict[str, Any] = {}
        try:
            if request.row is TRACE:
                payload = await self._trace(message, request)
            elif request.row is REFRESH:
                payload = await self._refresh(request)
            else:
                completion = await self._run(message, request)
                payload = coded_completion(request.row, completion)
        finally:
            del self._requests[message.request_id]
            request.done.set()
        self._complete(message, payload)

    async def _run(self, message: Message, request: Request) -> Completion[Any]:
        row = request.row
        try:
            arguments = read_arguments(row, message.payload)
        except WrongValue as error:
            return Completion(CompletionCode.INVALID_DATA, None, str(error), row.unsent)
        timeout_s = message.timeout_ms / 1000 or row.timeout_s
        if TIMEOUT in row.signature.parameters:
            arguments[TIMEOUT] = timeout_s
        for told in row.told:
            arguments[told.argument] = partial(self._tell, message, row, told)
        if row.name == self._service.capability.held_by:
            self._holds = True
        with request.scope:
            return await self._in_turn(row, request, arguments, timeout_s)
        cut = row.lost if request.running else row.unsent
        return Completion(CompletionCode.CANCELED, payload=cut)

    async def _in_turn(
        self,
        row: Command,
        request: Request,
        arguments: Mapping[str, Any],
        timeout_s: float,
    ) -> Completion[Any]:
        if not row.queued:
            return await self._service.call(row, arguments)
        turn = self._service.turn
        with anyio.move_on_after(timeout_s or None) as limit:
            await turn.acquire()
        if limit.cancelled_caught:
            return Completion(CompletionCode.DEVICE_NOT_READY, payload=row.unsent)
        try:
            request.running = True
            return await self._service.call(row, arguments)
        finally:
            turn.release()

    def _tell(self, message: Message, row: Command, told: Told, value: Any) -> None:
        """Send what a callback was told as an ``event`` of its command."""
        payload = coded_told(row, told, value)
        self._out.post(Message(Kind.EVENT, told.event, message.request_id, payload))

    async def _refresh(self, request: Request) -> dict[str, Any]:
        """Ask the device itself how it is."""
        with request.scope:
            completion = await self._service.call(REFRESH, {})
            return {**coded_completion(REFRESH, completion), **self._service.status()}
        return {"completionCode": CompletionCode.CANCELED.value}

    async def _trace(self, message: Message, request: Request) -> dict[str, Any]:
        """Send what crosses the cable, in words, until it is cancelled."""
        with request.scope:
            async for line in self._service.device.trace():
                payload = coded(WireLine, line)
                self._out.post(
                    Message(Kind.EVENT, WIRE_EVENT, message.request_id, payload)
                )
        return {"completionCode": CompletionCode.CANCELED.value}

    # -- cancelling -------------------------------------------------------------------

    def _cancel_some(self, message: Message) -> dict[str, Any]:
        """Carry out ``Common.Cancel``; without numbers all of this client's end."""
        wanted = message.payload.get("requestIds")
        if wanted is not None and not isinstance(wanted, list):
            raise WrongValue("requestIds is no list")
        chosen = [
            request
            for number, request in self._requests.items()
            if wanted is None or number in wanted
        ]
        if not chosen:
            code = CompletionCode.COMMAND_ERROR
            return {"completionCode": code.value, "errorCode": "noMatchingRequestIDs"}
        for request in chosen:
            self._tasks.start_soon(self._cancel, request)
        return {}

    async def _cancel(self, request: Request) -> None:
        """End one command, and see it ended."""
        if not (request.running and request.row.queued):
            request.scope.cancel()
        while not request.done.is_set():
            if request.running:
                await self._service.device.cancel()
            with anyio.move_on_after(CANCEL_AGAIN_S):
                await request.done.wait()

    async def _let_go(self) -> None:
        """Cancel what the client has left behind, and stop what it held."""
        async with anyio.create_task_group() as ending:
            for request in list(self._requests.values()):
                ending.start_soon(self._cancel, request)
        if self._holds:
            await getattr(self._service.device, self._service.capability.let_go)()

    # -- events ----------------------------------------------------------------------

    async def _tell_events(self, events: AsyncIterator[DeviceEvent]) -> None:
        async for event in events:
            payload: dict[str, Any] = dict(event.detail)
            interface = self._service.capability.interface
            if event.name == "StatusChangedEvent":
                interface = "Common"
                payload = {**self._service.status(), "extChanged": payload}
            name = f"{interface}.{event.name}"
            self._out.post(Message(Kind.UNSOLICITED, name, 0, payload))
