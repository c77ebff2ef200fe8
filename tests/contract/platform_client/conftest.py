"""The real client against the real simulated platform, over HTTP on the loopback."""

from __future__ import annotations

import io
import tomllib
from collections.abc import AsyncIterator, Callable
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from PIL import Image

from hardware_sim.platform.simulator import SimPlatform, create
from kiosk.core.clock import SystemClock
from kiosk.core.people import DocumentKind, IdDocument, Person, Sex
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import Delays, PlatformSettings

KEY = bytes(range(32))
TERMINAL = "A-0317"


def settings_for(url: str, key: bytes = KEY) -> PlatformSettings:
    """Settings with short waits."""
    delays = Delays(
        connect_s=1.0, answer_s=2.0, whole_s=3.0, upload_s=4.0, retry_s=0.01
    )
    return PlatformSettings(url, TERMINAL, key, delays=delays)


@pytest.fixture
def diary() -> Callable[..., None]:
    def log(event: str, /, **facts: object) -> None:
        del event, facts

    return log


@pytest.fixture
async def platform(tmp_path: Path) -> AsyncIterator[SimPlatform]:
    simulator = create(keys={TERMINAL: KEY.hex()}, database=tmp_path / "city.db")
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

    def make(address: str = url, key: bytes = KEY) -> HttpGateway:
        return HttpGateway(
            settings_for(address, key), SystemClock(), BootSequence(next(boots)), diary
        )

    return make


@pytest.fixture
async def gateway(connect: Callable[..., HttpGateway]) -> AsyncIterator[HttpGateway]:
    client = connect()
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
