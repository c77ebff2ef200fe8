"""The meter card driver through a real pcscd: the same cards, another cable."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from drivers.link.pcsc import PcscReader
from drivers.metercard.cable import pcsc_cable
from drivers.metercard.driver import MeterCardDevice, create
from drivers.metercard.reader import Delays
from hardware_sim.link.device import WireLog
from hardware_sim.link.vpcd import VpcdSlot
from hardware_sim.metercard.cards import load_cards, wrong_card
from hardware_sim.metercard.chip import Chip
from hardware_sim.platform.meter_tokens import load_token
from hardware_sim.smartcard.words import CardWords
from kiosk.core.bills import CardLoad
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.money import Fen
from tests.contract.smartcard import service

pytestmark = service.needs_pcscd
GAS, SERIAL = "80031031", "9990030000000031"
QUICK = Delays(reply_s=1.0, health_s=0.1)


@dataclass
class Counter:
    """A slot of a virtual reader, the driver, and hands that count commands."""

    reader: MeterCardDevice
    chip: Chip
    endpoint: str
    slot: VpcdSlot | None = None
    left: int | None = None
    log: list[dict[str, Any]] = field(default_factory=list)

    async def insert(self, chip: Chip | None = None) -> None:
        assert self.slot is not None
        await self.slot.insert(chip or self.chip)

    def before_command(self) -> None:
        if self.left == 0 and self.slot is not None:
            self.slot.remove()
        elif self.left is not None:
            self.left -= 1

    def bought(self, purchase: int = 13) -> CardLoad:
        token = load_token(self.chip.meter_key, SERIAL, purchase, 2000)
        return CardLoad("A1", SERIAL, purchase, 2000, "立方米", Fen(5500), token)


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    daemon = service.daemon()
    clock = SystemClock()
    log: list[dict[str, Any]] = []
    with service.lent_slot() as number:
        endpoint, port = daemon.endpoint(number), daemon.ports[number]
        reader = MeterCardDevice(
            "meter-card",
            pcsc_cable(PcscReader(endpoint, clock), QUICK),
            clock,
            lambda event, /, **facts: log.append({"event": event, **facts}),
            QUICK,
        )
        counter = Counter(reader, load_cards()[GAS], endpoint, log=log)
        slot = VpcdSlot(port, WireLog(), CardWords(), counter.before_command)
        counter.slot = slot
        yield counter
        await reader.close()
        await slot.stop()


async def test_a_card_is_read_and_loaded(counter: Counter) -> None:
    await counter.insert()
    read = await counter.reader.read(timeout_s=3)
    assert read.ok, read
    assert read.payload is not None
    assert read.payload.serial == SERIAL
    loaded = await counter.reader.load(counter.bought(), timeout_s=3)
    assert loaded.ok, loaded
    assert counter.chip.newest()[:2] == (13, 2000)
    assert counter.chip.put_into_meter() == 2000
    assert counter.reader.status.state is DeviceState.ONLINE


@pytest.mark.parametrize("commands", [2, 10, 11, 12, 16])
async def test_a_card_pulled_at_any_command_holds_one_whole_purchase(
    counter: Counter, commands: int
) -> None:
    await counter.insert()
    before = counter.chip.newest()
    counter.left = commands
    completion = await counter.reader.load(counter.bought(), timeout_s=3)
    assert completion.error_code in ("noMedia", "loadInterrupted"), completion
    bought = counter.bought()
    whole = (before, (bought.purchase, bought.units, bought.token))
    assert counter.chip.newest() in whole
    counter.left = None
    await counter.insert()
    again = await counter.reader.load(counter.bought(), timeout_s=3)
    assert again.ok, again
    assert counter.chip.put_into_meter() == 2000


@pytest.mark.parametrize(
    ("kind", "error_code"),
    [("bankCard", "invalidMedia"), ("brokenChip", "cardUnreadable")],
)
async def test_a_wrong_card_is_named(
    counter: Counter, kind: str, error_code: str
) -> None:
    await counter.insert(wrong_card(kind))
    completion = await counter.reader.read(timeout_s=3)
    assert completion.error_code == error_code


async def test_a_wrong_card_is_let_go_and_the_right_one_is_read_after_it(
    counter: Counter,
) -> None:
    assert counter.slot is not None
    await counter.insert(wrong_card("bankCard"))
    assert not (await counter.reader.read(timeout_s=3)).ok
    other = PcscReader(counter.endpoint, SystemClock())
    await other.open()
    try:
        assert await other.power_on(), "nobody holds the card any more"
    finally:
        await other.close()
    counter.slot.remove()
    await counter.insert()
    read = await counter.reader.read(timeout_s=3)
    assert read.ok, read


async def test_nobody_comes(counter: Counter) -> None:
    completion = await counter.reader.read(timeout_s=0.1)
    assert completion.code is CompletionCode.TIME_OUT
    report = await counter.reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.NEEDS_PERSON


async def test_the_trace_names_commands_and_shows_no_account(counter: Counter) -> None:
    stream = counter.reader.trace()
    await counter.insert()
    await counter.reader.read(timeout_s=3)
    lines = [await anext(stream) for _ in range(10)]
    assert "SELECT meter card" in [line.text for line in lines]
    assert GAS.encode().hex(" ") not in "".join(line.shown for line in lines)


def test_the_endpoint_chooses_the_cable() -> None:
    def made(endpoint: str) -> str:
        log = service.no_log
        spec = DriverSpec("meter-card", endpoint, SystemClock(), log)
        return create(spec).info.model_name

    assert made("pcsc:") == "PC/SC reader"
    assert made("/dev/ttyS1") == "serial CCID reader"
