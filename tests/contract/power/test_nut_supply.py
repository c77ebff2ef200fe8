"""Mains and battery against the simulated supply, over a socket."""

from __future__ import annotations

from collections.abc import Callable

import anyio
import pytest

from drivers.power.driver import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.trouble import device_trouble
from kiosk.session.monitor import why_not
from tests.contract.kit.subject import Stand


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens at the other end of the wire."""
    with anyio.fail_after(5):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.005)


def shown(stand: Stand) -> tuple[object, ...]:
    detail = stand.port.status.detail
    keys = ("powerInStatus", "batteryStatus", "batteryChargingStatus")
    return tuple(detail[key] for key in keys)


async def test_a_full_battery_on_mains(stand: Stand) -> None:
    assert (await stand.port.open()).ok
    assert shown(stand) == ("powering", "full", "notCharging")
    detail = stand.port.status.detail
    assert (detail["charge"], detail["runtime_s"]) == (100, 1200)
    assert stand.port.info.model_name == 'Line "Keeper" 1000'
    assert stand.port.info.serial_number == "LK-0000017"


async def test_a_power_cut_is_told_unasked(stand: Stand) -> None:
    await stand.port.open()
    events = stand.port.events()
    await stand.hands("cut_mains")
    with anyio.fail_after(2):
        async for event in events:
            if "powerInStatus" in event.detail:
                break
    assert event.detail["powerInStatus"] == "noPower"
    await stand.hands("restore_mains")
    await until(lambda: shown(stand)[0] == "powering")


@pytest.mark.parametrize(
    ("verbs", "expected"),
    [
        ((("cut_mains", {}),), ("noPower", "full", "discharging")),
        (
            (("cut_mains", {}), ("set_charge", {"percent": 40})),
            ("noPower", "low", "discharging"),
        ),
        (
            (("cut_mains", {}), ("set_charge", {"percent": 10})),
            ("noPower", "critical", "discharging"),
        ),
        ((("set_charge", {"percent": 70}),), ("powering", "operational", "charging")),
        ((("wear_battery", {}),), ("powering", "failure", "notCharging")),
        ((("bypass", {}),), ("powering", "full", "notCharging")),
    ],
)
async def test_what_the_supply_says_in_the_standards_words(
    stand: Stand,
    verbs: tuple[tuple[str, dict[str, int]], ...],
    expected: tuple[str, ...],
) -> None:
    for verb, arguments in verbs:
        await stand.hands(verb, **arguments)
    assert (await stand.port.open()).ok
    assert shown(stand) == expected


async def test_an_overload_is_told_until_the_load_is_off(stand: Stand) -> None:
    await stand.port.open()
    assert stand.port.status.detail["extOutput"] == "ok"
    await stand.hands("overload")
    await until(lambda: stand.port.status.detail["extOutput"] == "overload")
    assert stand.port.status.state is DeviceState.USER_ERROR
    assert shown(stand) == ("powering", "full", "notCharging")
    assert why_not("power", stand.port.status) == "power.overload"
    completion = await stand.port.reset()
    assert device_trouble("power", completion) == "power.overload"
    report = await stand.port.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.FAIL
    await stand.hands("relieve")
    await until(lambda: stand.port.status.usable)
    assert stand.diary[-1]["changed"] == {"device": "online", "extOutput": "ok"}


async def test_numbers_that_run_down_are_not_in_the_diary(stand: Stand) -> None:
    await stand.port.open()
    await stand.hands("set_charge", percent=80)
    await until(lambda: stand.port.status.detail["charge"] == 80)
    stand.diary.clear()
    await stand.hands("set_charge", percent=78)
    await until(lambda: stand.port.status.detail["charge"] == 78)
    assert stand.diary == []


@pytest.mark.parametrize("kind", ["DATA-STALE", "DRIVER-NOT-CONNECTED"])
async def test_stale_data_are_not_shown_as_new(stand: Stand, kind: str) -> None:
    await stand.port.open()
    await stand.hands("lose_supply", kind=kind)
    await until(lambda: stand.port.status.state is DeviceState.OFFLINE)
    assert shown(stand) == ("unknown", "unknown", "unknown")
    completion = await stand.port.reset()
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert kind in completion.description
    await stand.hands("find_supply")
    await until(lambda: stand.port.status.usable)


async def test_a_service_that_was_stopped_is_found_again(stand: Stand) -> None:
    await stand.port.open()
    await stand.hands("disconnect")
    await until(lambda: stand.port.status.state is DeviceState.NO_DEVICE)
    lost = stand.port.statistics()["lost"]
    await stand.hands("reconnect")
    await until(lambda: stand.port.status.usable)
    assert lost == 1, "counted once, however often it was looked for"


async def test_a_machine_without_a_thread_to_spare_does_not_leave_an_old_status(
    stand: Stand, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stand.port.open()

    def exhausted(*_: object) -> dict[str, object]:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as short:
        short.setattr("drivers.power.driver.supply_status", exhausted)
        await until(lambda: stand.port.status.state is DeviceState.HARDWARE_ERROR)
        assert shown(stand) == ("unknown", "unknown", "unknown")
    await until(lambda: stand.port.status.state is DeviceState.ONLINE)
    assert shown(stand) == ("powering", "full", "notCharging")


async def test_health_knows_a_worn_battery(stand: Stand) -> None:
    await stand.port.open()
    report = await stand.port.check_health(HealthLevel.INTERACTIVE)
    assert [(check.name, check.verdict) for check in report.checks] == [
        ("device", HealthVerdict.PASS),
        ("battery", HealthVerdict.PASS),
        ("mains", HealthVerdict.NEEDS_PERSON),
    ]
    await stand.hands("wear_battery")
    report = await stand.port.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.FAIL
    assert report.checks[-1].detail == "hardwareError failure"


async def test_a_wrong_name_says_so(stand: Stand) -> None:
    endpoint = str(stand.sim.state()["endpoint"])
    spec = DriverSpec(
        "power", endpoint, SystemClock(), lambda e, **f: None, {"ups": "cellar"}
    )
    other = create(spec)
    completion = await other.open()
    await other.close()
    assert completion.code is CompletionCode.HARDWARE_ERROR
    assert "UNKNOWN-UPS" in completion.description


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("/dev/ttyS0", {}),
        ("tcp://127.0.0.1", {}),
        ("tcp://127.0.0.1:3493", {"name": "kiosk"}),
        ("tcp://127.0.0.1:3493", {"ups": 1}),
    ],
)
def test_settings_of_no_use_are_refused(
    endpoint: str, options: dict[str, object]
) -> None:
    spec = DriverSpec("power", endpoint, SystemClock(), lambda e, **f: None, options)
    with pytest.raises(SettingsError):
        create(spec)


async def test_the_trace_says_it_in_words(stand: Stand) -> None:
    trace = stand.port.trace()
    await stand.port.open()
    said: list[str] = []
    with anyio.fail_after(2):
        async for line in trace:
            said.append(line.text)
            if line.text == "list ends: LIST VAR kiosk":
                break
    assert "ask: LIST UPS" in said
    assert 'variable: kiosk ups.status "OL"' in said
