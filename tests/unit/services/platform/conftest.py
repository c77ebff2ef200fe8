"""A far end that answers as told, signed as the contract says."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from kiosk.core.people import Person
from services.crypto.signature import SignedAnswer, sign_answer
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import Delays, PlatformSettings

KEY = bytes(range(32))
NOW = datetime(2026, 11, 20, 9, 20, 5, tzinfo=UTC)


@dataclass
class FixedClock:
    """Stands still; a wait is over at once and is remembered."""

    time: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@dataclass
class FarEnd:
    """Answers each request with the next reply; keeps what came in."""

    replies: list[Any] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)
    key: bytes = KEY
    signs: bool = True
    time: datetime = NOW

    def says(self, status: int, body: Any) -> None:
        """Queue an answer; ``body`` is JSON or bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.replies.append((status, content))

    def refuses(self, status: int, code: str) -> None:
        """Queue a ``Problem``."""
        self.says(status, {"code": code, "message": "", "server_time": self.stamp()})

    def breaks(self, error: Exception) -> None:
        """Queue a failure of the line."""
        self.replies.append(error)

    def stamp(self) -> str:
        return self.time.isoformat()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        status, content = reply
        return httpx.Response(
            status, content=content, headers=self._headers(request, status, content)
        )

    def _headers(
        self, request: httpx.Request, status: int, content: bytes
    ) -> dict[str, str]:
        if not self.signs:
            return {}
        timestamp = str(int(self.time.timestamp()))
        facts = SignedAnswer(
            status,
            request.url.raw_path.decode(),
            content,
            request.headers["X-Nonce"],
            timestamp,
        )
        return {
            "X-Timestamp": timestamp,
            "X-Signature": sign_answer(self.key, facts),
        }


@dataclass
class Diary:
    """Remembers the events of the machine's log."""

    entries: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def __call__(self, event: str, /, **facts: object) -> None:
        self.entries.append((event, facts))


@pytest.fixture
def far_end() -> FarEnd:
    return FarEnd()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
async def gateway(
    far_end: FarEnd, clock: FixedClock, diary: Diary
) -> AsyncIterator[HttpGateway]:
    settings = PlatformSettings(
        "http://127.0.0.1:8080/api", "A-0317", KEY, delays=Delays(whole_s=2.0)
    )
    client = HttpGateway(
        settings, clock, BootSequence(7), diary, wire=httpx.MockTransport(far_end)
    )
    yield client
    await client.aclose()


@pytest.fixture
def person() -> Person:
    """Li Fang, whom the platform has verified."""
    return Person("李芳", "999001195803121225", "0123456789abcdef" * 2, "card+face")


@pytest.fixture
def order_answer() -> Callable[..., dict[str, Any]]:
    """Make the platform's answer about an order."""

    def make(**changes: Any) -> dict[str, Any]:
        return {
            "order_id": "A0317-0007-00000001-5",
            "known": True,
            "bill_key": "WB-2026-10-21182",
            "amount_fen": 8640,
            "payment": "PENDING",
            "posting": "NONE",
            "channel": "",
            "payment_reference": "",
            "paid_at": None,
            "refund_reference": "",
            "biller_reference": "",
            "reject_reason": "",
        } | changes

    return make
