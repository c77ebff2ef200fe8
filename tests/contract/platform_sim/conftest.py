"""A terminal written from the contract alone; every answer is held against it."""

from __future__ import annotations

import hashlib
import hmac
import io
import itertools
import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from PIL import Image

from hardware_sim.platform.acquirer_file import CardLine
from hardware_sim.platform.simulator import SimPlatform, create
from hardware_sim.scenarios.people import load_people

CONTRACT_FILE = Path(__file__).parents[3] / "services/platform/contract/openapi.yaml"
NOON = 1_795_147_200.0
"""2026-11-20 12:00 in the city, a Friday."""


class TestClock:
    """Epoch seconds that stand still until moved."""

    __test__ = False

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> float:
        return self.at


class Contract:
    """The contract file as a judge of answers."""

    def __init__(self) -> None:
        self.raw: dict[str, Any] = yaml.safe_load(
            CONTRACT_FILE.read_text(encoding="utf-8")
        )
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), operations)
            for path, operations in self.raw["paths"].items()
        ]

    def judge(self, method: str, path: str, answer: httpx.Response) -> None:
        """Raise when status or body are not in the contract."""
        operation = next(
            operations[method.lower()]
            for form, operations in self._paths
            if form.fullmatch(path) and method.lower() in operations
        )
        described = self._follow(operation["responses"][str(answer.status_code)])
        schema = described["content"]["application/json"]["schema"]
        whole = {"components": self.raw["components"], **schema}
        jsonschema.Draft202012Validator(whole).validate(answer.json())

    def _follow(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            target: Any = self.raw
            for step in node["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            node = target
        return node


def hmac_sm3(key: bytes, *lines: str) -> str:
    return hmac.new(key, "\n".join(lines).encode(), "sm3").hexdigest()


def sm3(data: bytes) -> str:
    return hashlib.new("sm3", data).hexdigest()


@dataclass
class Terminal:
    """Signs, sends, checks the answer's signature and shape."""

    client: httpx.AsyncClient
    clock: TestClock
    contract: Contract
    name: str
    key: bytes
    boot: int = 1
    numbers: Any = field(default_factory=lambda: itertools.count(1))

    def headers(
        self, method: str, target: str, body: bytes = b"", **instead: str
    ) -> dict[str, str]:
        path, _, query = target.partition("?")
        stamp = {
            "x-terminal": self.name,
            "x-sequence": f"{self.boot}.{next(self.numbers)}",
            "x-timestamp": str(int(self.clock())),
            "x-nonce": secrets.token_hex(16),
        } | instead
        lines = (method, path, "&".join(sorted(query.split("&"))), sm3(body))
        signature = hmac_sm3(self.key, *lines, *stamp.values())
        return stamp | {"x-signature": signature}

    async def send(
        self, method: str, target: str, body: bytes, headers: Mapping[str, str]
    ) -> httpx.Response:
        answer = await self.client.request(
            method, target, content=body, headers=dict(headers)
        )
        path = target.partition("?")[0]
        self.contract.judge(method, path, answer)
        mac = hmac_sm3(
            self.key,
            str(answer.status_code),
            path,
            sm3(answer.content),
            headers["x-nonce"],
            answer.headers["x-timestamp"],
        )
        assert answer.headers["x-signature"] == mac
        return answer

    async def call(
        self,
        method: str,
        target: str,
        content: object = None,
        *,
        person: str = "",
        raw: bytes | None = None,
        media_type: str = "application/json",
    ) -> httpx.Response:
        """Send one request of the contract."""
        body = b"" if content is None else json.dumps(content).encode()
        body = body if raw is None else raw
        headers = self.headers(method, target, body)
        if body:
            headers["content-type"] = media_type
        if person:
            headers["x-person-token"] = person
        return await self.send(method, target, body, headers)

    async def verify(self, key: str, portrait: str = "") -> httpx.Response:
        card = load_people()[key]
        document = {
            "kind": card.document,
            "name": card.name,
            "number": card.number,
            "valid_from": "2020-01-01",
            "valid_to": None,
        }
        content = {"document": document} | ({"portrait": portrait} if portrait else {})
        return await self.call("POST", "/identity/verifications", content)

    async def token(self, key: str) -> str:
        answer = await self.verify(key)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["token"])


KEYS = {"A-0317": "5a" * 32, "B-0021": "a5" * 32}


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract()


@pytest.fixture
def clock() -> TestClock:
    return TestClock()


@pytest.fixture
def acquirer() -> list[CardLine]:
    """What card terminals took, as their bank knows it."""
    return []


@pytest.fixture
async def platform(
    clock: TestClock, tmp_path: Path, acquirer: list[CardLine]
) -> AsyncIterator[SimPlatform]:
    simulator = create(
        keys=KEYS,
        database=tmp_path / "city.db",
        card_lines=lambda: acquirer,
        now=clock,
    )
    await simulator.start()
    yield simulator
    await simulator.stop()
    simulator.city.close()


@pytest.fixture
async def client(platform: SimPlatform) -> AsyncIterator[httpx.AsyncClient]:
    address = await platform.start()
    async with httpx.AsyncClient(base_url=address, timeout=10, verify=False) as one:
        yield one


@pytest.fixture
def terminal(
    client: httpx.AsyncClient, clock: TestClock, contract: Contract
) -> Terminal:
    return Terminal(client, clock, contract, "A-0317", bytes.fromhex(KEYS["A-0317"]))


@pytest.fixture
def other_terminal(
    client: httpx.AsyncClient, clock: TestClock, contract: Contract
) -> Terminal:
    return Terminal(client, clock, contract, "B-0021", bytes.fromhex(KEYS["B-0021"]))


def picture(width: int = 200, height: int = 240, kind: str = "JPEG") -> bytes:
    """Return a picture with something on it, the same every time."""
    ramp = Image.linear_gradient("L").resize((width, height))
    out = io.BytesIO()
    ramp.save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    return picture()
