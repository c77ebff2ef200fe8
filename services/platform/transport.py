"""Signed requests out, verified answers in; every httpx exception ends here.

A write is sent once: whoever asked decides whether to repeat it. A read whose
connection broke is made once more. A refusal because of the clock (the platform did
nothing) teaches us the platform's time, and the request is signed anew.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import anyio
import httpx

from kiosk.core.clock import Clock
from kiosk.core.errors import (
    KioskError,
    PlatformProtocolError,
    PlatformUnreachable,
    SettingsError,
)
from kiosk.core.ports import EventLog
from services.crypto.signature import (
    SignedAnswer,
    SignedRequest,
    answer_is_genuine,
    sign_request,
)
from services.platform.exchange import Answer, Call
from services.platform.refusals import CLOCK, problem_of, refusal, unknown
from services.platform.sequence import SequenceSource
from services.platform.settings import PlatformSettings

MAX_ANSWER = 4 * 1024 * 1024
LARGE_BODY = 64 * 1024
_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.ProxyError,
)


class Transport:
    """One platform, one terminal, one pool of connections.

    Args:
        wire: replaces the network, for tests of the answers themselves.
    """

    def __init__(
        self,
        settings: PlatformSettings,
        clock: Clock,
        sequence: SequenceSource,
        log: EventLog,
        wire: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._sequence = sequence
        self._log = log
        self._offset = timedelta(0)
        self._client = httpx.AsyncClient(
            base_url=_address(settings.base_url),
            verify=settings.tls() if settings.base_url.startswith("https") else False,
            timeout=httpx.Timeout(
                settings.delays.answer_s, connect=settings.delays.connect_s
            ),
            limits=httpx.Limits(max_connections=8, max_keepalive_connections=2),
            headers={"User-Agent": "kiosk24", "Accept-Encoding": "identity"},
            trust_env=False,
            transport=wire,
        )

    async def aclose(self) -> None:
        """Let the connections go."""
        await self._client.aclose()

    async def ask(self, call: Call) -> Answer:
        """Send a request and return the genuine 2xx answer.

        Raises:
            PlatformUnreachable, OutcomeUnknown, PlatformRefused,
            PlatformProtocolError, IdentityMismatch: see ``refusals``.
        """
        try:
            answer = await self._answer(call)
            if self._learns_time(answer):
                answer = await self._answer(call)
            if not 200 <= answer.status < 300:
                raise refusal(call, answer)
        except KioskError as error:
            self._log("platform.failed", operation=call.operation, code=error.code)
            raise
        return answer

    async def _answer(self, call: Call) -> Answer:
        try:
            return await self._exchange(call)
        except httpx.HTTPError as error:
            if call.changes or isinstance(error, httpx.TimeoutException):
                raise _translated(call, error) from error
        await self._clock.sleep(self._retry_pause())
        try:
            return await self._exchange(call)
        except httpx.HTTPError as error:
            raise _translated(call, error) from error

    def _retry_pause(self) -> float:
        return self._settings.delays.retry_s * (1 + secrets.randbelow(1000) / 1000)

    async def _exchange(self, call: Call) -> Answer:
        request = self._signed(call)
        delays = self._settings.delays
        large = len(call.body) > LARGE_BODY
        whole_s = delays.upload_s if large else delays.whole_s
        try:
            with anyio.fail_after(whole_s):
                response = await self._client.send(request, stream=True)
                try:
                    body = await _body(call, response)
                finally:
                    await response.aclose()
        except TimeoutError as error:
            detail = f"{call.operation}: no answer within {whole_s:g} s"
            raise unknown(call, detail, {"operation": call.operation}) from error
        return self._verified(call, request, response, body)

    def _signed(self, call: Call) -> httpx.Request:
        headers = {"Content-Type": call.media_type} if call.media_type else {}
        if call.person_token:
            headers["X-Person-Token"] = call.person_token
        request = self._client.build_request(
            call.method, call.target, content=call.body, headers=headers
        )
        facts = SignedRequest(
            method=call.method,
            target=request.url.raw_path.decode("ascii"),
            body=call.body,
            terminal=self._settings.terminal,
            sequence=self._sequence.next_number(),
            timestamp=str(int(self._platform_time().timestamp())),
            nonce=secrets.token_hex(16),
        )
        request.headers["X-Terminal"] = facts.terminal
        request.headers["X-Sequence"] = facts.sequence
        request.headers["X-Timestamp"] = facts.timestamp
        request.headers["X-Nonce"] = facts.nonce
        request.headers["X-Signature"] = sign_request(self._settings.key, facts)
        return request

    def _verified(
        self, call: Call, request: httpx.Request, response: httpx.Response, body: bytes
    ) -> Answer:
        facts = SignedAnswer(
            status=response.status_code,
            target=request.url.raw_path.decode("ascii"),
            body=body,
            nonce=request.headers["X-Nonce"],
            timestamp=response.headers.get("X-Timestamp", ""),
        )
        signature = response.headers.get("X-Signature", "")
        if answer_is_genuine(self._settings.key, facts, signature):
            self._compare_clocks(facts.timestamp)
            return Answer(
                facts.status,
                facts.target,
                body,
                facts.nonce,
                facts.timestamp,
                signature,
            )
        context = {"operation": call.operation, "status": facts.status}
        if facts.status >= 500 and not signature:
            detail = f"{call.operation}: unsigned {facts.status} on the way"
            raise unknown(call, detail, context)
        raise PlatformProtocolError(
            f"{call.operation}: answer is not signed with our key", context=context
        )

    def _platform_time(self) -> datetime:
        return self._clock.now() + self._offset

    def _learns_time(self, answer: Answer) -> bool:
        problem = problem_of(answer) if answer.status == 401 else None
        if problem is None or problem.code != CLOCK:
            return False
        self._offset = problem.server_time - self._clock.now()
        self._log(
            "platform.clock_learned", offset_s=round(self._offset.total_seconds())
        )
        return True

    def _compare_clocks(self, timestamp: str) -> None:
        if not (timestamp.isascii() and timestamp.isdigit()):
            return
        theirs = datetime.fromtimestamp(int(timestamp), UTC)
        skew_s = (theirs - self._platform_time()).total_seconds()
        if abs(skew_s) > self._settings.delays.skew_warning_s:
            self._log("platform.clock_skew", skew_s=round(skew_s))


def _address(base_url: str) -> httpx.URL:
    try:
        return httpx.URL(base_url)
    except httpx.InvalidURL as error:
        raise SettingsError("platform address cannot be understood") from error


async def _body(call: Call, response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MAX_ANSWER:
            raise PlatformProtocolError(
                f"{call.operation}: answer is too long",
                context={"operation": call.operation},
            )
    return bytes(body)


def _translated(call: Call, error: httpx.HTTPError) -> KioskError:
    what = type(error).__name__
    context: dict[str, object] = {"operation": call.operation, "what": what}
    if isinstance(error, _NOT_SENT):
        return PlatformUnreachable(f"{call.operation}: {what}", context=context)
    return unknown(call, f"{call.operation}: {what}", context)
