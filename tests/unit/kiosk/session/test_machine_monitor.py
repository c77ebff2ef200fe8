"""What the machine knows of itself, and the pictures it keeps."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import anyio
import pytest

from kiosk.core.device import Completion, CompletionCode, DeviceState, DeviceStatus
from kiosk.core.errors import PlatformUnreachable
from kiosk.core.trouble import TROUBLES
from kiosk.core.words import Words
from kiosk.session.frames import FrameHub
from kiosk.session.monitor import MachineMonitor, can_serve, why_not
from kiosk.session.state import Machine
from tests.unit.kiosk.session.fakes import (
    FakeCamera,
    FakeCashier,
    FakeClock,
    FakeGateway,
    FakeLog,
    FakePrinter,
    frame,
    make_ports,
    profile,
    until,
)

SITE = Words("大厅")


def _status(state: DeviceState = DeviceState.ONLINE, **detail: Any) -> DeviceStatus:
    named = {key.replace("_", "."): value for key, value in detail.items()}
    return DeviceStatus(state, MappingProxyType(named))


@pytest.mark.parametrize(
    ("detail", "trouble"),
    [
        ({"paper_upper": "out"}, "printer.paperOut"),
        ({"paper_upper": "jammed"}, "printer.paperJammed"),
        ({"toner": "out"}, "printer.tonerOut"),
        ({"cover": "open"}, "printer.coverOpen"),
        ({"cutter": "inop"}, "printer.unavailable"),
    ],
)
def test_device_that_hinders_is_named_exactly(detail, trouble) -> None:
    status = _status(**detail)
    assert not can_serve(status)
    assert why_not("printer", status) == trouble
    assert trouble in TROUBLES


@pytest.mark.parametrize(
    ("device", "detail", "trouble"),
    [
        ("face-camera", {"picture": "black"}, "face-camera.lensCovered"),
        ("face-camera", {"picture": "frozen"}, "face-camera.pictureFrozen"),
        ("idcard", {"samModule": "inoperable"}, "idcard.samError"),
        ("cash", {"cashBox": "removed"}, "cash.cashUnitError"),
    ],
)
def test_what_a_device_says_of_itself_is_its_trouble(device, detail, trouble) -> None:
    assert why_not(device, _status(DeviceState.HARDWARE_ERROR, **detail)) == trouble
    assert trouble in TROUBLES


def test_lights_serve_beside_an_open_door() -> None:
    assert can_serve(_status(cabinetDoor="open"))


class Stuck(FakePrinter):
    """A printer that remembers an error until it is reset."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.status = _status(DeviceState.HARDWARE_ERROR)
        self.resets = 0

    async def reset(self) -> Completion[None]:
        self.resets += 1
        return Completion(CompletionCode.HARDWARE_ERROR)


async def test_a_device_with_an_error_is_reset_once_a_minute_and_money_never() -> None:
    printer, terminal = Stuck("printer"), Stuck("card-terminal")
    clock = FakeClock()
    ports = make_ports(clock=clock, printer=printer, card_terminal=terminal)
    monitor = MachineMonitor(ports, "A-0317", SITE)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(monitor.run, lambda changed: None)
        await until(lambda: clock.at > 170)
        tasks.cancel_scope.cancel()
    assert printer.resets == 3
    assert terminal.resets == 0


@pytest.mark.parametrize("detail", [{}, {"paper_upper": "low"}, {"toner": None}])
def test_device_with_little_left_serves(detail) -> None:
    assert can_serve(_status(**detail))


@pytest.mark.parametrize("state", list(DeviceState))
def test_only_a_device_that_answers_serves(state) -> None:
    assert can_serve(_status(state)) == (state.value in ("online", "deviceBusy"))


@pytest.mark.parametrize(
    "name",
    ["idcard", "scanner", "receipt", "printer", "face-camera", "document-camera"],
)
def test_every_device_has_a_trouble_of_being_away(name) -> None:
    assert why_not(name, _status(DeviceState.OFFLINE)) == f"{name}.unavailable"


class Ended(Exception):
    """Raised by the clock when a test has seen enough."""


class ShortClock(FakeClock):
    """Ends the monitor after some looks."""

    def __init__(self, looks: int, *between: Any) -> None:
        super().__init__()
        self.looks = looks
        self.between = list(between)

    async def sleep(self, seconds: float) -> None:
        await super().sleep(seconds)
        if self.between:
            self.between.pop(0)()
        self.looks -= 1
        if not self.looks:
            raise Ended


async def _watch(clock: ShortClock, **parts: Any) -> list[Machine]:
    ports = make_ports(clock=clock, **parts)
    seen: list[Machine] = []
    with pytest.RaisesGroup(Ended):
        await MachineMonitor(ports, "A-0317", SITE).run(
            lambda event: seen.append(event.machine)
        )
    return seen


async def test_only_what_changed_is_told() -> None:
    printer = FakePrinter()

    def empty() -> None:
        printer.status = _status(paper_upper="out")

    seen = await _watch(ShortClock(5, lambda: None, empty), printer=printer)
    assert [each.available for each in seen] == [
        {"printer", "platform", "payment"},
        {"platform", "payment"},
    ]
    assert seen[1].trouble_of("printer") == "printer.paperOut"
    assert seen[0].trouble_of("receipt") == "receipt.unavailable"


async def test_platform_gives_the_site_its_name() -> None:
    (machine,) = await _watch(ShortClock(2))
    assert machine.site == Words("市民中心", "Citizens' Centre")
    assert machine.hotline == "12345"


async def test_first_look_is_told_although_nothing_works() -> None:
    gateway = FakeGateway(fetch_profile=PlatformUnreachable())
    seen = await _watch(ShortClock(3), gateway=gateway)
    assert seen == [Machine("A-0317", SITE)]


async def test_platform_lost_and_found_is_told_once_and_remembered() -> None:
    away = PlatformUnreachable()
    gateway = FakeGateway(fetch_profile=[profile(), away, away, profile(), profile()])
    log = FakeLog()
    seen = await _watch(ShortClock(9), gateway=gateway, log=log)
    assert [("platform" in each.available) for each in seen] == [True, False, True]
    assert log.events == ["platform.reached", "platform.lost", "platform.reached"]
    assert seen[1].hotline == "12345", "whom to call is known without the network"


async def test_no_money_where_the_cashier_refuses() -> None:
    (machine,) = await _watch(ShortClock(2), cashier=FakeCashier(refusal="damaged"))
    assert "payment" not in machine.available


async def test_platform_that_is_away_is_asked_more_often() -> None:
    gateway = FakeGateway(fetch_profile=PlatformUnreachable())
    with anyio.fail_after(5):
        await _watch(ShortClock(6), gateway=gateway)
    assert len(gateway.calls) == 6, "every look, not every fourth"


# -- pictures ------------------------------------------------------------------------


async def test_last_picture_stays_until_it_is_forgotten() -> None:
    camera = FakeCamera(frame(1))
    hub = FrameHub(camera, None)
    await camera.start()
    seen = hub.latest("face")
    assert seen is not None
    await camera.stop()
    assert hub.latest("face") is seen
    hub.forget()
    assert hub.latest("face") is None
    assert hub.latest("document") is None
    assert hub.latest("unknown feed") is None
