"""A far end that answers as told, signed as the contract says, and a judge.

The contract's examples are the exchanges that families are tried with.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

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
    misspoken: set[int] = field(default_factory=set)
    said: list[tuple[int, bytes]] = field(default_factory=list)
    key: bytes = KEY
    signs: bool = True
    time: datetime = NOW

    def says(self, status: int, body: Any) -> None:
        """Queue an answer; ``body`` is JSON or bytes."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.replies.append((status, content))

    def misspeaks(self, status: int, body: Any) -> None:
        """Queue an answer that breaks the contract on purpose."""
        self.misspoken.add(len(self.said) + len(self.replies))
        self.says(status, body)

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
        self.said.append(reply)
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


class Contract:
    """``openapi.yaml``, asked whether an exchange keeps it, and for its examples."""

    def __init__(self) -> None:
        path = files("services.platform") / "contract" / "openapi.yaml"
        self.document = yaml.safe_load(path.read_text(encoding="utf-8"))
        resource = Resource.from_contents(self.document, DRAFT202012)
        self._registry = Registry().with_resource("urn:contract", resource)

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield path template, method and operation."""
        for template, methods in self.document["paths"].items():
            for method, operation in methods.items():
                yield template, method, operation

    def answers(self, operation_id: str) -> Any:
        """Return a fresh copy of an operation's example of a good answer."""
        return copy.deepcopy(self._good(operation_id)["example"])

    def schema(self, operation_id: str) -> dict[str, Any]:
        """Return the schema of an operation's good answer."""
        schema: dict[str, Any] = self._good(operation_id)["schema"]
        return schema

    def _good(self, operation_id: str) -> dict[str, Any]:
        for _, _, operation in self.operations():
            if operation["operationId"] == operation_id:
                content = operation["responses"]["200"]["content"]
                found: dict[str, Any] = content["application/json"]
                return found
        raise AssertionError(f"no operation {operation_id}")

    def check(self, schema: dict[str, Any], value: Any) -> None:
        """Raise when the value is not as the schema says."""
        text = json.dumps(schema).replace('"#/', '"urn:contract#/')
        Draft202012Validator(json.loads(text), registry=self._registry).validate(value)

    def keeps(self, request: httpx.Request) -> dict[str, Any]:
        """Raise when a request is not in the contract; return its operation."""
        path = request.url.path.removeprefix("/api")
        operation = self._operation(request.method, path)
        self._token(operation, request)
        if "requestBody" not in operation:
            assert request.content == b""
            return operation
        media_type = request.headers["Content-Type"]
        content = operation["requestBody"]["content"][media_type]
        if media_type == "application/json":
            self.check(content["schema"], json.loads(request.content))
        return operation

    def allows(self, operation: dict[str, Any], status: int, answer: bytes) -> None:
        """Raise when an answer is not in the contract."""
        described = operation["responses"][str(status)]
        if "$ref" in described:
            name = described["$ref"].rpartition("/")[2]
            described = self.document["components"]["responses"][name]
        self.check(
            described["content"]["application/json"]["schema"], json.loads(answer)
        )

    def _operation(self, method: str, path: str) -> dict[str, Any]:
        for template, found, operation in self.operations():
            pattern = re.sub(r"\{\w+\}", "[^/]+", template)
            if found == method.lower() and re.fullmatch(pattern, path):
                return operation
        raise AssertionError(f"no operation {method} {path}")

    def _token(self, operation: dict[str, Any], request: httpx.Request) -> None:
        parameters = operation.get("parameters", [])
        asked = {row.get("$ref", "").rpartition("/")[2] for row in parameters}
        if "OptionalPersonToken" not in asked:
            sent = "X-Person-Token" in request.headers
            assert sent == ("PersonToken" in asked)


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture
def both_sides_keep_the_contract(far_end: FarEnd, contract: Contract) -> Iterator[None]:
    """Hold every exchange against the contract, except what was misspoken."""
    yield
    assert len(far_end.requests) == len(far_end.said)
    exchanges = zip(far_end.requests, far_end.said, strict=True)
    for number, (request, (status, answer)) in enumerate(exchanges):
        operation = contract.keeps(request)
        if number not in far_end.misspoken:
            contract.allows(operation, status, answer)


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
def order_answer(contract: Contract) -> Callable[..., dict[str, Any]]:
    """Make the platform's answer about an order."""

    def make(**changes: Any) -> dict[str, Any]:
        (row,) = contract.answers("listOpenOrders")["orders"]
        order: dict[str, Any] = row["order"]
        return order | changes

    return make
