"""The ID card driver and the simulated module, for the contract kit."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from drivers.idcard.driver import SamIdCardReader, SamOptions
from drivers.idcard.module import Delays
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from hardware_sim.idcard.simulator import Timings, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode, DeviceStatus
from kiosk.core.people import IdDocument
from kiosk.core.ports import EventLog
from tests.contract.kit.stand import standing
from tests.contract.kit.subject import Fault, Stand, Step, Subject

NUMBER = "999001195803121225"
NAME = "李芳"
ADDRESS = "涪山区临江路18号2幢301室"

FAST = Delays(
    search_s=0.25,
    base_s=0.4,
    address_s=0.4,
    number_s=0.25,
    poll_s=0.02,
    gap_s=0.08,
    quiet_s=0.06,
    settle_s=0.4,
)
QUICK = Timings(simple_s=0.001, find_s=0.002, select_s=0.002, read_s=0.01, reset_s=0.01)
READ = frozenset({"ExtIdCard.Read"})


class Desk(Stand):
    """A reader, its driver, and what was said meanwhile."""

    @property
    def reader(self) -> SamIdCardReader:
        """The driver."""
        reader: SamIdCardReader = self.device
        return reader

    async def when_searching(self) -> None:
        """Wait until the driver looks for a card."""
        await self.when(lambda: self.sim.state()["lastCommand"] == "find card")


def desk(
    place: Path,
    *,
    find_again: bool = False,
    baudrate: int = 460800,
    timings: Timings = QUICK,
    options: SamOptions | None = None,
    delays: Delays = FAST,
) -> AbstractAsyncContextManager[Desk]:
    """A module on a pty, and its driver, not opened."""

    def make(endpoint: str, log: EventLog) -> SamIdCardReader:
        clock = SystemClock()
        link = link_to(endpoint, SerialLine(baudrate=115200), clock)
        return SamIdCardReader(
            "idcard", link, clock, log, options or SamOptions(), delays
        )

    sim = create(
        directory=place, find_again=find_again, timings=timings, baudrate=baudrate
    )
    return standing(sim, make, Desk)


async def _card(stand: Stand) -> None:
    await stand.hands("insert", person="li-fang")


async def _no_card(stand: Stand) -> None:
    await stand.hands("remove")


async def _read(stand: Stand) -> Completion[IdDocument]:
    completion: Completion[IdDocument] = await stand.device.read(timeout_s=1.0)
    return completion


async def _media(stand: Stand) -> Completion[str]:
    presence = await stand.device.media()
    if presence == "unknown":
        return Completion(CompletionCode.DEVICE_NOT_READY, payload=presence)
    return Completion(CompletionCode.SUCCESS, payload=presence)


async def _reset(stand: Stand) -> Completion[None]:
    return await stand.port.reset()


def _not_li_fang(document: IdDocument) -> str:
    found = (document.name, document.number, document.address)
    if found != (NAME, NUMBER, ADDRESS):
        return "another person, or other data"
    return "" if document.photo and len(document.photo) == 1024 else "no whole photo"


def _not_seen(presence: str) -> str:
    return "" if presence == "present" else f"a card lies there, not {presence}"


def _out_of_order(status: DeviceStatus) -> bool:
    return not status.usable and status.detail["samModule"] != "ok"


SUBJECTS = (
    Subject(
        "idcard.sam",
        desk,
        steps=(
            Step(
                "ExtIdCard.Read",
                _read,
                _card,
                waits=_no_card,
                wrong=_not_li_fang,
                longest_s=6.0,
                times_out_s=1.0,
            ),
            Step("ExtIdCard.GetMedia", _media, _card, wrong=_not_seen, longest_s=4.0),
            Step("ExtIdCard.Reset", _reset, _no_card, longest_s=4.0),
        ),
        faults=(
            Fault("power_cycle"),
            *(
                Fault("remove_mid_read", {"after_bytes": count}, steps=READ)
                for count in (0, 3, 600, 1200)
            ),
            Fault(
                "two_cards",
                {"person": "zhang-weimin"},
                steps=READ,
                expects=frozenset({"cardCollision"}),
            ),
            Fault("remove", steps=READ, expects=frozenset({"timeOut"})),
            *(
                Fault(
                    "present_wrong_media",
                    {"kind": kind},
                    steps=READ,
                    expects=frozenset({trouble}),
                )
                for kind, trouble in (
                    ("otherCard", "invalidMedia"),
                    ("bankCard", "timeOut"),
                    ("damagedCard", "documentUnreadable"),
                    ("forgedText", "documentUnreadable"),
                )
            ),
            Fault("sam_refuse", {"reason": "notAuthorised"}, shows=_out_of_order),
            Fault("sam_refuse", {"reason": "selfTestFailed"}, shows=_out_of_order),
            Fault("sam_refuse", {"reason": "noPermission"}, steps=READ),
            Fault("sam_refuse", {"reason": "cardRejectsSam"}, steps=READ),
        ),
        secrets=(NUMBER, NAME, ADDRESS),
    ),
)
