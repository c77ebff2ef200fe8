"""What is said to one client: acknowledgements, completions, events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from websockets.asyncio.server import ServerConnection

from drivers.host.message import Kind, Message
from drivers.host.outgoing import Outgoing
from drivers.host.service import DeviceService
from kiosk.core.device import CompletionCode


class Replies:
    """Says things to one client, in order, without waiting.

    What cannot be said (too long, or no JSON: a driver's bug) is told in the diary. A
    completion is then ``internalError``; an event is left out. The rest goes on.
    """

    def __init__(self, service: DeviceService, socket: ServerConnection) -> None:
        self._service = service
        self._out = Outgoing(socket)

    async def run(self) -> None:
        """Send until cancelled, or until the client is gone."""
        await self._out.run()

    def acknowledge(self, name: str, request_id: int, status: str = "") -> None:
        """Say that a command was taken, or with a ``status`` why not."""
        self._out.post(Message(Kind.ACKNOWLEDGE, name, request_id, status=status))

    def complete(
        self,
        asked: Message,
        payload: Mapping[str, Any],
        code: CompletionCode = CompletionCode.SUCCESS,
        description: str = "",
    ) -> None:
        """Say how a command ended; what the payload says of it goes before."""
        head = {
            "completionCode": code.value,
            "errorCode": None,
            "errorDescription": description,
        }
        name, request_id = asked.name, asked.request_id
        fault = self._post(
            Message(Kind.COMPLETION, name, request_id, {**head, **payload})
        )
        if fault is not None:
            head["completionCode"] = CompletionCode.INTERNAL_ERROR.value
            head["errorDescription"] = type(fault).__name__
            self._out.post(Message(Kind.COMPLETION, name, request_id, head))

    def event(self, name: str, request_id: int, payload: Mapping[str, Any]) -> None:
        """Say what happens during a command."""
        self._post(Message(Kind.EVENT, name, request_id, payload))

    def unsolicited(self, name: str, payload: Mapping[str, Any]) -> None:
        """Say what belongs to no command."""
        self._post(Message(Kind.UNSOLICITED, name, 0, payload))

    def _post(self, message: Message) -> Exception | None:
        try:
            self._out.post(message)
        except Exception as fault:  # noqa: BLE001  # a driver's value; told, and logged
            self._service.fault(message.name, fault)
            return fault
        return None
