"""The real client against the real simulated platform, over HTTP on the loopback."""

from __future__ import annotations

import io
import tomllib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from PIL import Image

from hardware_sim.platform.simulator import SimPlatform, create
from kiosk.core.bills import Bill
from kiosk.core.clock import SystemClock
from kiosk.core.orders import OrderTruth
from kiosk.core.people import DocumentKind, IdDocument, Person, Sex
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import Delays, PlatformSettings

KEY = bytes(range(32))
TERMINAL = "A-0317"
NEIGHBOUR = "A-0318"


def settings_for(
    url: str, key: bytes = KEY, terminal: str = TERMINAL
) -> PlatformSettings:
    """Settings with short waits."""
    delays = Delays(
        connect_s=2.0, answer_s=2.0, whole_s=3.0, upload_s=4.0, retry_s=0.01
    )
    return PlatformSettings(url, terminal, key, delays=delays)


@pytest.fixture
def diary() -> Callable[..., None]:
    def log(event: str, /, **facts: object) -> None:
        del event, facts

    return log


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[SimPlatform]:
    simulator = create(
        keys={TERMINAL: KEY.hex(), NEIGHBOUR: KEY.hex()}, database=tmp_path / "city.db"
    )
    yield simulator
    await simulator.stop()
    simulator.city.close()


@pytest.fixture
async def url(platform: SimPlatform) -> str:
    return await platform.start()


@pytest.fixture
def connect(url: str, diary: Callable[..., None]) -> Callable[..., HttpGateway]:
    """Make a client; a later boot number for each."""
    boots = iter(range(1, 100))

    def make(
        address: str = url,
        key: bytes = KEY,
        wire: httpx.AsyncBaseTransport | None = None,
        terminal: str = TERMINAL,
    ) -> HttpGateway:
        return HttpGateway(
            settings_for(address, key, terminal),
            SystemClock(),
            BootSequence(next(boots)),
            diary,
            wire=wire,
        )

    return make


@pytest.fixture
async def gateway(connect: Callable[..., HttpGateway]) -> AsyncIterator[HttpGateway]:
    client = connect()
    yield client
    await client.aclose()


@pytest.fixture
async def neighbour(connect: Callable[..., HttpGateway]) -> AsyncIterator[HttpGateway]:
    """The client of another terminal."""
    client = connect(terminal=NEIGHBOUR)
    yield client
    await client.aclose()


@dataclass
class Mischief(httpx.AsyncBaseTransport):
    """A real connection on which the next exchange goes wrong, once.

    Attributes:
        next: ``lostRequest``, ``lostAnswer``, ``lateRequest`` (the client gives up,
            then it arrives), ``doubled`` (the first copy's answer comes back),
            ``doubledAstray`` (the second copy's does), ``spoilt`` (one bit of the
            body), ``forged`` (another signature), ``older`` (the genuine answer to the
            request before), ``cutShort`` (half of the body); ``""`` for none.
    """

    line: httpx.AsyncHTTPTransport = field(
        default_factory=lambda: httpx.AsyncHTTPTransport(verify=False)
    )
    next: str = ""
    late: list[httpx.Request] = field(default_factory=list)
    before: httpx.Response | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        trouble, self.next = self.next, ""
        if trouble == "lostRequest":
            raise httpx.ReadError("request lost")
        if trouble == "lateRequest":
            self.late.append(request)
            raise httpx.ReadTimeout("request on its way")
        answer = await self._exchange(request)
        if trouble == "doubledAstray":
            return await self._exchange(request)
        if trouble == "doubled":
            await self._exchange(request)
        if trouble == "lostAnswer":
            raise httpx.ReadError("answer lost")
        if trouble == "older":
            assert self.before is not None
            return self.before
        self.before = answer
        return _changed(answer, trouble)

    async def arrive(self) -> list[int]:
        """Let what was late arrive; return the status of each."""
        answers = [await self._exchange(request) for request in self.late]
        self.late.clear()
        return [answer.status_code for answer in answers]

    async def aclose(self) -> None:
        await self.line.aclose()

    async def _exchange(self, request: httpx.Request) -> httpx.Response:
        answer = await self.line.handle_async_request(request)
        body = await answer.aread()
        await answer.aclose()
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


def _changed(answer: httpx.Response, trouble: str) -> httpx.Response:
    headers, body = answer.headers.copy(), bytearray(answer.content)
    if trouble == "spoilt":
        body[len(body) // 2] ^= 1
    elif trouble == "cutShort":
        body = body[: len(body) // 2]
        headers["Content-Length"] = str(len(body))
    elif trouble == "forged":
        first = headers["X-Signature"][0]
        other = "1" if first == "0" else "0"
        headers["X-Signature"] = other + headers["X-Signature"][1:]
    return httpx.Response(answer.status_code, headers=headers, content=bytes(body))


@pytest.fixture
def mischief() -> Mischief:
    return Mischief()


@pytest.fixture
async def troubled(
    mischief: Mischief, connect: Callable[..., HttpGateway]
) -> AsyncIterator[HttpGateway]:
    """A client whose line can be made to misbehave."""
    client = connect(wire=mischief)
    yield client
    await client.aclose()


def _day(text: str) -> date | None:
    return None if text == "长期" else datetime.strptime(text, "%Y%m%d").date()


@pytest.fixture
def card() -> Callable[[str], IdDocument]:
    """Return the card of one of the people who do not exist."""
    text = (files("hardware_sim.scenarios") / "people.toml").read_text(encoding="utf-8")
    people = {row["key"]: row for row in tomllib.loads(text)["people"]}

    def of(key: str) -> IdDocument:
        row = people[key]
        return IdDocument(
            kind=DocumentKind(row["document"]),
            name=row["name"],
            sex=Sex(row["sex"]),
            ethnicity="",
            birth_date=_day(row["birth"]),
            address=row.get("address", ""),
            number=row["number"],
            issuer=row.get("issuer", ""),
            valid_from=_day(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            english_name=row.get("english_name", ""),
        )

    return of


@pytest.fixture
async def li_fang(gateway: HttpGateway, card: Callable[[str], IdDocument]) -> Person:
    return await gateway.verify_identity(card("li-fang"), None)


@pytest.fixture
async def zhang_weimin(
    gateway: HttpGateway, card: Callable[[str], IdDocument]
) -> Person:
    return await gateway.verify_identity(card("zhang-weimin"), None)


@pytest.fixture
def settle(platform: SimPlatform) -> Callable[..., Awaitable[OrderTruth]]:
    """Pay a bill by a code on the screen and have it posted."""

    async def pay_and_post(
        client: HttpGateway, order_id: str, bill: Bill
    ) -> OrderTruth:
        await client.put_order(order_id, bill)
        await client.start_qr(order_id)
        await platform.verbs()["pay_shown_code"].call(order_id=order_id)
        return await client.post_order(order_id)

    return pay_and_post


def _picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((320, 240), 60).convert("RGB").save(out, format=kind)
    return out.getvalue()


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    return _picture("JPEG")


@pytest.fixture(scope="session")
def png() -> bytes:
    return _picture("PNG")
