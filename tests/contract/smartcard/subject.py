"""The chip card driver, real pcscd and the simulated cards, for the contract kit.

Two subjects: what hands do to cards is tried at several slots at once; what happens to
reader and service concerns everybody who uses that pcscd, so one after the other.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio

from drivers.link.pcsc import PcscReader
from drivers.smartcard.driver import PcscCardReader
from drivers.smartcard.options import Delays, SmartCardOptions
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceStatus
from kiosk.core.peripherals import ChipCard
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject
from tests.contract.smartcard import service

CARD = "social-li-fang"
NAME, NUMBER, CARD_NUMBER = "李芳", "999001195803121225", "Z99000011"
SELECT = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")
FAST = Delays(transmit_s=1.5, health_s=1.0)
READ = frozenset({"CardReader.ReadRawData"})


class Desk(Stand):
    """A reader, its driver, and what was said meanwhile."""

    @property
    def reader(self) -> PcscCardReader:
        """The driver."""
        reader: PcscCardReader = self.device
        return reader


@asynccontextmanager
async def desk(
    *, delays: Delays = FAST, applications: str = "", give_up_s: float = 0.2
) -> AsyncIterator[Desk]:
    """A slot of the private pcscd, and its driver, not opened."""
    options = SmartCardOptions(applications) if applications else None

    def make(endpoint: str, log: EventLog) -> PcscCardReader:
        clock = SystemClock()
        reader = PcscReader(endpoint, clock)
        return PcscCardReader("chip-card", reader, clock, log, options, delays)

    with service.lent_reader(give_up_s) as sim:
        async with standing(sim, make, Desk) as desk:
            yield desk


def _start(place: Path) -> AbstractAsyncContextManager[Desk]:
    return desk()


async def _card(stand: Stand) -> None:
    """Have the right card in the slot, and pcscd know of it."""
    if stand.sim.state()["card"] != CARD:
        await stand.hands("remove")
        await stand.hands("insert", card=CARD)
    with anyio.move_on_after(3):
        while await stand.device.media() == "notPresent":  # noqa: ASYNC110
            await anyio.sleep(0.02)


async def _powered(stand: Stand) -> None:
    await _card(stand)
    await stand.device.chip_power("cold")


async def _read(stand: Stand) -> Completion[ChipCard]:
    completion: Completion[ChipCard] = await stand.device.read_raw_data(timeout_s=1.2)
    return completion


async def _power(stand: Stand) -> Completion[bytes]:
    completion: Completion[bytes] = await stand.device.chip_power("cold")
    return completion


async def _exchange(stand: Stand) -> Completion[bytes]:
    completion: Completion[bytes] = await stand.device.chip_io(SELECT)
    return completion


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _not_li_fang(card: ChipCard) -> str:
    found = (card.name, card.id_number, card.number)
    return "" if found == (NAME, NUMBER, CARD_NUMBER) else "another person"


def _no_reset_answer(answer: bytes) -> str:
    return "" if answer.endswith(b"K24CARD0") else f"another card: {answer.hex()}"


def _no_status(answer: bytes) -> str:
    return "" if len(answer) >= 2 else "an answer without status"


def _out(status: DeviceStatus) -> bool:
    return not status.usable


# Nothing crosses this wire while a card is waited for, so the kit has no frame to
# strike at: cancel, close and time-out while waiting are in the folder's own tests.
STEPS = (
    Step(
        "CardReader.ReadRawData",
        _read,
        _card,
        wrong=_not_li_fang,
        longest_s=8.0,
    ),
    Step("CardReader.ChipPower", _power, _card, wrong=_no_reset_answer),
    Step("CardReader.ChipIO", _exchange, _powered, wrong=_no_status),
    Step("CardReader.Reset", _reset, _card),
)
SECRETS = (NUMBER, NAME, CARD_NUMBER)

_WRONG = {
    "transitCard": "invalidMedia",
    "upsideDown": "atrNotObtained",
    "otherProtocol": "protocolNotSupported",
}

CARD_FAULTS = (
    Fault("remove", steps=READ, expects=frozenset({"timeOut", "noMedia"})),
    *(
        Fault(
            "remove_after",
            {"commands": count},
            steps=READ,
            expects=frozenset({"noMedia"}),
        )
        for count in (0, 1, 6)
    ),
    *(
        Fault(
            "present_wrong_media",
            {"kind": kind},
            steps=READ,
            # pcscd looks twice a second: the old card may be asked once more.
            expects=frozenset({trouble, "noMedia", "timeOut"}),
        )
        for kind, trouble in _WRONG.items()
    ),
    Fault("go_silent"),
    Fault("answer_late", {"ms": 30}),
    Fault("answer_garbage", {"mode": "noise"}, steps=READ),
    Fault("answer_garbage", {"mode": "cut"}, steps=READ),
)
SERVICE_FAULTS = (
    Fault("disconnect", steps=READ, shows=_out),
    Fault("stop_service", steps=READ, shows=_out),
    Fault("restart_service", steps=READ),
)

SUBJECTS = (
    (
        Subject(
            "smartcard.pcsc",
            _start,
            steps=STEPS,
            faults=CARD_FAULTS,
            has_cable=False,
            secrets=SECRETS,
            lanes=6,
        ),
        Subject(
            "smartcard.pcsc.service",
            _start,
            steps=STEPS,
            faults=SERVICE_FAULTS,
            has_cable=False,
            secrets=SECRETS,
            lanes=1,
        ),
    )
    if not service.WHY_NOT
    else ()
)
"""None where no pcscd of our own can run: the tests of this folder then say why."""
