"""One client at one device: what it asks, what it is told, its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Any

import anyio
import anyio.lowlevel
from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from drivers.host.event_form import tell_event
from drivers.host.message import Kind, Message, NotAMessage, Refused, read_message
from drivers.host.replies import Replies
from drivers.host.requests import APART, Requests
from drivers.host.service import DeviceService
from drivers.host.shape import WrongValue
from kiosk.core.device import CompletionCode, DeviceEvent

_CANCEL = "Common.Cancel"


class Conversation:
    """Serves one client of one device until it leaves."""

    def __init__(self, service: DeviceService, socket: ServerConnection) -> None:
        self._service = service
        self._socket = socket
        self._replies = Replies(service, socket)
        self._tasks = anyio.create_task_group()
        self._requests = Requests(service, self._replies, self._tasks)
        self._answers: Mapping[str, Callable[[Message], dict[str, Any]]] = {
            "Common.Status": lambda _: service.status(),
            "Common.Capabilities": lambda _: service.capabilities(),
            "Common.ExtStatistics": lambda _: service.statistics(),
            "Common.ExtDiagnostics": lambda _: {
                "diagnostics": dict(service.device.diagnostics())
            },
            _CANCEL: self._requests.cancel,
        }

    async def run(self) -> None:
        """Serve; what a client that leaves has begun is cancelled."""
        async with self._tasks as tasks:
            tasks.start_soon(self._replies.run)
            # Listening begins before the first answer: no change falls between.
            tasks.start_soon(self._tell_events, self._service.device.events())
            try:
                with suppress(ConnectionClosed):  # how most clients leave
                    async for text in self._socket:
                        self._hear(text)
                        # A whole burst may have come: others have their turn too.
                        await anyio.lowlevel.checkpoint()
            finally:
                with anyio.CancelScope(shield=True):
                    await self._requests.let_go()
                tasks.cancel_scope.cancel()

    def _hear(self, text: str | bytes) -> None:
        try:
            message = read_message(text)
        except NotAMessage as error:
            self._refuse(error.name, error.request_id, Refused.MESSAGE)
            return
        name, request_id = message.name, message.request_id
        if message.kind is not Kind.COMMAND:
            self._refuse(name, request_id, Refused.MESSAGE)
        elif request_id < 1 or request_id in self._requests:
            self._refuse(name, request_id, Refused.REQUEST_ID)
        elif name != _CANCEL and not self._requests.room(len(text)):
            self._refuse(name, request_id, Refused.TOO_MANY)
        else:
            self._replies.acknowledge(name, request_id)
            self._begin(message, len(text))

    def _refuse(self, name: str, request_id: int, why: Refused) -> None:
        self._replies.acknowledge(name, request_id, why)

    def _begin(self, message: Message, length: int) -> None:
        answer = self._answers.get(message.name)
        every = self._service.capability.every
        row = every.get(message.name) or APART.get(message.name)
        if answer is not None:
            self._answer(message, answer)
        elif row is None:
            self._replies.complete(message, {}, CompletionCode.UNSUPPORTED_COMMAND)
        else:
            self._requests.begin(message, row, length)

    def _answer(
        self, message: Message, answer: Callable[[Message], dict[str, Any]]
    ) -> None:
        """Answer at once what needs no waiting."""
        complete = self._replies.complete
        try:
            payload = answer(message)
        except WrongValue as error:
            complete(message, {}, CompletionCode.INVALID_DATA, str(error))
        except Exception as fault:  # noqa: BLE001  # a driver's; told and logged
            self._service.fault(message.name, fault)
            what = type(fault).__name__
            complete(message, {}, CompletionCode.INTERNAL_ERROR, what)
        else:
            complete(message, payload)

    async def _tell_events(self, events: AsyncIterator[DeviceEvent]) -> None:
        async for event in events:
            kind = self._service.capability
            if event.name == "StatusChangedEvent":
                changed = {"extChanged": dict(event.detail)}
                payload = {**self._service.status(), **changed}
                self._replies.unsolicited(f"Common.{event.name}", payload)
            else:
                name, payload = tell_event(kind.name, event.name, event.detail)
                self._replies.unsolicited(f"{kind.interface}.{name}", payload)
