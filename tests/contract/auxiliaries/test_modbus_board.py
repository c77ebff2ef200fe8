"""Lights and contacts against the simulated Modbus board, over a pty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from drivers.auxiliaries.driver import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.peripherals import Light
from tests.contract.kit.subject import Stand

ON = Light("continuous")


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens at the other end of the wire."""
    with anyio.fail_after(5):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.005)


def lamps(stand: Stand) -> dict[str, str]:
    found: dict[str, str] = stand.sim.state()["lamps"]
    return found


def detail(stand: Stand, key: str) -> object:
    return stand.port.status.detail[key]


@pytest.mark.parametrize(
    ("verb", "key", "value"),
    [
        ("open_door", "cabinetDoor", "open"),
        ("approach", "proximitySensor", "present"),
        ("plug_headphones", "headsetMicrophoneSensor", "present"),
        ("press_call", "operatorCallButtonSensor", "on"),
        ("tamper", "tamperSensor", "on"),
    ],
)
async def test_what_happens_at_the_machine_is_told_within_a_second(
    stand: Stand, verb: str, key: str, value: str
) -> None:
    await stand.port.open()
    events = stand.port.events()
    await stand.hands(verb)
    with anyio.fail_after(1.0):
        async for event in events:
            if event.name == "StatusChangedEvent" and key in event.detail:
                break
    assert event.detail == {key: value}
    assert detail(stand, key) == value


async def test_a_door_opened_while_nobody_looked_is_one_change(stand: Stand) -> None:
    await stand.port.open()
    await stand.device.close()
    seq = stand.port.status.seq
    await stand.hands("open_door")
    await stand.port.open()
    await until(lambda: detail(stand, "cabinetDoor") == "open")
    assert stand.port.status.seq == seq + 1


async def test_a_citizen_who_comes_and_goes_is_not_in_the_diary(stand: Stand) -> None:
    await stand.port.open()
    stand.diary.clear()
    await stand.hands("approach")
    await until(lambda: detail(stand, "proximitySensor") == "present")
    await stand.hands("open_door")
    await until(lambda: detail(stand, "cabinetDoor") == "open")
    assert [entry["changed"] for entry in stand.diary] == [{"cabinetDoor": "open"}]


async def test_lights_shine_as_they_are_told(stand: Stand) -> None:
    assert (await stand.device.set_light("cardReader", ON)).ok
    assert (await stand.device.set_light("receiptPrinter", Light("slow", "red"))).ok
    assert lamps(stand) == {"coil:0": "on", "register:16": "slow red"}
    assert detail(stand, "lights.receiptPrinter") == "slow"
    assert (await stand.device.set_light("cardReader", Light())).ok
    assert lamps(stand) == {"register:16": "slow red"}


async def test_a_lamp_on_a_coil_is_made_to_flash(stand: Stand) -> None:
    await stand.port.open()
    assert (await stand.device.set_light("scanner", Light("quick"))).ok
    for _ in range(2):
        await until(lambda: lamps(stand) == {"coil:1": "on"})
        await until(lambda: lamps(stand) == {})


@pytest.mark.parametrize(
    ("position", "light"),
    [("passbookPrinter", ON), ("cardReader", Light("furious"))],  # type: ignore[arg-type]
)
async def test_a_light_that_is_not_there_is_refused(
    stand: Stand, position: str, light: Light
) -> None:
    completion = await stand.device.set_light(position, light)
    assert completion.trouble == "invalidLight"


async def test_a_board_that_refuses_is_a_light_error(stand: Stand) -> None:
    await stand.device.set_light("cardReader", Light())
    await stand.hands("refuse", exception="4")
    completion = await stand.device.set_light("cardReader", ON)
    assert completion.trouble == "lightError"
    assert "failure" in completion.description


async def test_lamps_are_lit_again_after_the_power_was_gone(stand: Stand) -> None:
    await stand.port.open()
    await stand.device.set_light("cardReader", ON)
    await stand.hands("power_off")
    await until(lambda: stand.port.status.state is DeviceState.OFFLINE)
    assert detail(stand, "cabinetDoor") == "unknown"
    await stand.hands("power_on")
    await until(lambda: lamps(stand) == {"coil:0": "on"})
    await until(lambda: stand.port.status.usable)


async def test_plugged_out_and_in_again_is_found_again_by_itself(stand: Stand) -> None:
    await stand.port.open()
    await stand.hands("disconnect")
    await until(lambda: stand.port.status.state is DeviceState.NO_DEVICE)
    await stand.hands("open_door")
    await stand.hands("reconnect")
    await until(lambda: detail(stand, "cabinetDoor") == "open")
    states = [entry["state"] for entry in stand.diary]
    assert states[:3] == ["online", "noDevice", "online"]


async def test_lights_go_off_when_the_kiosk_is_gone(stand: Stand) -> None:
    await stand.port.open()
    await stand.device.set_light("cardReader", ON)
    await stand.device.close()
    assert lamps(stand) == {"coil:0": "on"}
    await until(lambda: lamps(stand) == {})
    assert stand.sim.state()["watchdogTripped"] == 1


async def test_lights_stay_on_while_the_kiosk_lives(stand: Stand) -> None:
    await stand.port.open()
    await stand.device.set_light("cardReader", ON)
    fed = stand.port.statistics()["commands"]
    with anyio.move_on_after(1.3):
        await until(lambda: lamps(stand) != {"coil:0": "on"})
    assert lamps(stand) == {"coil:0": "on"}
    assert stand.port.statistics()["commands"] == fed, "looks are no commands"


async def test_reset_switches_every_lamp_off(stand: Stand) -> None:
    await stand.device.set_light("cardReader", ON)
    assert (await stand.port.reset()).ok
    assert lamps(stand) == {}


async def test_a_late_answer_is_not_taken_for_another(stand: Stand) -> None:
    await stand.port.open()
    await stand.hands("answer_late", ms=130, answers=1)
    await stand.hands("open_door")
    await until(lambda: detail(stand, "cabinetDoor") == "open")
    await stand.hands("close_door")
    await until(lambda: detail(stand, "cabinetDoor") == "closed")


async def test_health_lights_lamps_and_asks_for_a_person(stand: Stand) -> None:
    await stand.port.open()
    report = await stand.port.check_health(HealthLevel.INTERACTIVE)
    assert [(check.name, check.verdict) for check in report.checks] == [
        ("device", HealthVerdict.PASS),
        ("lights", HealthVerdict.PASS),
        ("contacts", HealthVerdict.NEEDS_PERSON),
    ]
    assert lamps(stand) == {}


async def test_the_trace_says_it_in_words(stand: Stand) -> None:
    trace = stand.port.trace()
    await stand.hands("open_door")
    await stand.port.open()
    await stand.device.set_light("cardReader", ON)
    said: list[str] = []
    with anyio.fail_after(2):
        async for line in trace:
            said.append(line.text)
            if line.text == "done: light cardReader on":
                break
    assert "ask: contacts 0 to 4" in said
    assert any(text.startswith("cabinetDoor open") for text in said)
    assert "ask: light cardReader on" in said


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"lights": "cardReader"},
        {"lights": "toaster=coil:1"},
        {"lights": "cardReader=coil:1, scanner=coil:1"},
        {"lights": "cardReader=relay:1"},
        {"inputs": "cabinetDoor=x"},
        {"inputs": "cabinetDoor=1, cabinetDoor=2"},
        {"inputs": "cabinetDoor=0, tamperSensor=500"},
        {"inputs": "cabinetDoor=0", "unit": 0},
        {"inputs": "cabinetDoor=0", "parity": "X"},
        {"inputs": "cabinetDoor=0", "watchdog_register": 70000},
    ],
)
def test_settings_of_no_use_are_refused(options: dict[str, Any]) -> None:
    spec = DriverSpec(
        "auxiliaries", "/dev/null", SystemClock(), lambda event, **facts: None, options
    )
    with pytest.raises(SettingsError, match="auxiliaries"):
        create(spec)


async def test_cancel_leaves_the_line_clean(stand: Stand) -> None:
    await stand.port.open()
    await stand.hands("answer_late", ms=60)
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await anyio.lowlevel.checkpoint()
            await stand.port.cancel()

        tasks.start_soon(stop)
        completion = await stand.device.set_light("cardReader", ON)
    assert completion.code in (CompletionCode.CANCELED, CompletionCode.SUCCESS)
    await stand.hands("heal")
    assert (await stand.device.set_light("cardReader", ON)).ok
    assert lamps(stand) == {"coil:0": "on"}
