"""The publisher of a device host: tells a client which services there are."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from drivers.host.message import Kind, Message, NotAMessage, Refused, read_message

GET_SERVICES: Final = "ServicePublisher.GetServices"
VENDOR: Final = "kiosk24"


async def publish(uris: Sequence[str], client: ServerConnection) -> None:
    """Answer one client until it leaves."""
    with suppress(ConnectionClosed):
        async for text in client:
            for answer in _answers(uris, text):
                await client.send(answer.text())


def _answers(uris: Sequence[str], text: str | bytes) -> list[Message]:
    try:
        asked = read_message(text)
    except NotAMessage as error:
        return [_refused(error.name, error.request_id, Refused.MESSAGE)]
    name, request_id = asked.name, asked.request_id
    if asked.kind is not Kind.COMMAND:
        return [_refused(name, request_id, Refused.MESSAGE)]
    if request_id < 1:
        return [_refused(name, request_id, Refused.REQUEST_ID)]
    return [
        Message(Kind.ACKNOWLEDGE, name, request_id),
        Message(Kind.COMPLETION, name, request_id, _completion(uris, name)),
    ]


def _completion(uris: Sequence[str], name: str) -> dict[str, Any]:
    if name != GET_SERVICES:
        return {"completionCode": "unsupportedCommand"}
    return {
        "completionCode": "success",
        "vendorName": VENDOR,
        "services": [{"serviceURI": uri} for uri in uris],
    }


def _refused(name: str, request_id: int, why: Refused) -> Message:
    return Message(Kind.ACKNOWLEDGE, name, request_id, status=why)
