"""The door of the platform: every request checked, every answer signed.

Wraps the whole application (ASGI), so that refusals of the framework itself are
signed too, and so that a signature is checked before anything is looked at.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hardware_sim.link.device import WireLog
from hardware_sim.platform.city import City
from hardware_sim.platform.refusal import Refusal
from hardware_sim.platform.signing import SignedRequest, sign_answer

BODY_LIMIT = 8 * 1024 * 1024
_SHOWN = 2000
_PAYMENT_CODE = re.compile(rb"[0-9]{16,24}")


@dataclass(slots=True)
class _Answer:
    status: int = 500
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message.get("headers", []))
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")


class Gate:
    """ASGI application around the platform's own."""

    def __init__(self, app: ASGIApp, city: City, wire: WireLog) -> None:
        self._app = app
        self._city = city
        self._wire = wire

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        body = await _read(receive)
        if body is None:
            return
        request = _signed_part(scope, body)
        self._log("in", request.body, f"{request.method} {request.path}")
        answer = _Answer()
        try:
            await self._answer(scope, request, answer)
        finally:
            await self._send(send, request, answer)

    async def _answer(
        self, scope: Scope, request: SignedRequest, answer: _Answer
    ) -> None:
        try:
            if len(request.body) > BODY_LIMIT:
                raise Refusal(413, "request.too_large", "请求内容过大")
            scope["terminal"] = self._city.gatekeeper.check(request)
            if self._city.busy:
                self._city.busy -= 1
                raise Refusal(503, "platform.busy", "平台繁忙,请稍后再试")
        except Refusal as refusal:
            answer.status = refusal.status
            answer.headers = [(b"content-type", b"application/json")]
            answer.body = problem_bytes(self._city, refusal)
            return
        await self._app(scope, _replayed(request.body), answer.take)

    async def _send(self, send: Send, request: SignedRequest, answer: _Answer) -> None:
        kept = (b"content-type", b"allow")
        headers = [pair for pair in answer.headers if pair[0].lower() in kept]
        headers.append((b"content-length", str(len(answer.body)).encode()))
        key = self._city.gatekeeper.key(request.headers.get("x-terminal", ""))
        if key is not None:
            at = int(self._city.clock.epoch())
            nonce = request.headers.get("x-nonce", "")
            signature = sign_answer(
                key, answer.status, request.path, answer.body, nonce, at
            )
            headers.append((b"x-timestamp", str(at).encode()))
            headers.append((b"x-signature", signature.encode()))
        self._log("out", answer.body, f"{answer.status} {request.path}")
        start = {"type": "http.response.start", "status": answer.status}
        await send(start | {"headers": headers})
        await send({"type": "http.response.body", "body": answer.body})

    def _log(self, direction: str, data: bytes, meaning: str) -> None:
        """Show bodies on the bench, except files and what is worth money."""
        shown = data[:_SHOWN]
        if direction == "in" and "/pay" in meaning:
            shown = _PAYMENT_CODE.sub(b"****", shown)
        self._wire.add(direction, shown, meaning)


def problem_bytes(city: City, refusal: Refusal) -> bytes:
    """Return the contract's ``Problem`` as JSON."""
    problem = {
        "code": refusal.code,
        "message": refusal.message,
        "server_time": city.clock.stamp(),
    }
    return json.dumps(problem, ensure_ascii=False).encode()


async def _read(receive: Receive) -> bytes | None:
    """Return the body; what goes beyond the limit is read and dropped."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        if len(body) <= BODY_LIMIT:
            body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body)


def _replayed(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _signed_part(scope: Scope, body: bytes) -> SignedRequest:
    headers = {
        name.decode("latin-1").lower(): value.decode("latin-1")
        for name, value in scope["headers"]
    }
    return SignedRequest(
        method=scope["method"],
        path=scope["raw_path"].decode("latin-1"),
        query=scope["query_string"].decode("latin-1"),
        body=body,
        headers=headers,
    )
