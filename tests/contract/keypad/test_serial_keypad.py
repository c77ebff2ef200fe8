"""Entries against the simulated keypad, over a pty."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anyio
import pytest

from drivers.keypad.driver import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.health import HealthLevel, HealthVerdict
from tests.contract.kit.subject import Stand


async def until(true: Callable[[], bool]) -> None:
    """Wait for something that happens at the other end of the wire."""
    with anyio.fail_after(5):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.005)


async def typed(stand: Stand, keys: str, **how: Any) -> Completion[str]:
    """Type keys into an entry."""
    await stand.hands("type", keys=keys, ms=40)
    completion: Completion[str] = await stand.device.data_entry(timeout_s=1.0, **how)
    return completion


async def test_digits_are_collected_until_enter(stand: Stand) -> None:
    told: list[str] = []
    completion = await typed(stand, "1001 enter", on_key=told.append)
    assert completion.ok
    assert completion.payload == "1001"
    assert told == ["1", "0", "0", "1", "enter"]
    await until(lambda: not stand.sim.state()["open"])


async def test_the_last_digit_allowed_ends_the_entry(stand: Stand) -> None:
    completion = await typed(stand, "123456", maximum=4)
    assert completion.payload == "1234"


@pytest.mark.parametrize(
    ("keys", "digits"),
    [
        ("12 backspace 3 enter", "13"),
        ("12 clear 3 enter", "3"),
        ("backspace clear enter", ""),
        ("1 help up down 2 enter", "12"),
    ],
)
async def test_keys_that_correct(stand: Stand, keys: str, digits: str) -> None:
    completion = await typed(stand, keys)
    assert completion.ok
    assert completion.payload == digits


async def test_hidden_digits_are_told_as_digits(stand: Stand) -> None:
    told: list[str] = []
    await typed(stand, "42 backspace enter", hidden=True, on_key=told.append)
    assert told == ["digit", "digit", "backspace", "enter"]


async def test_the_cancel_key_cancels(stand: Stand) -> None:
    completion = await typed(stand, "42 cancel")
    assert completion.code is CompletionCode.CANCELED
    assert completion.payload is None


async def test_nobody_types(stand: Stand) -> None:
    completion = await stand.device.data_entry(timeout_s=0.3)
    assert completion.trouble == "entryTimeout"
    assert stand.port.status.usable


async def test_each_key_gives_time_for_the_next(stand: Stand) -> None:
    await stand.hands("type", keys="1234 enter", ms=120)
    completion = await stand.device.data_entry(timeout_s=0.4)
    assert completion.payload == "1234"


async def test_keys_before_the_entry_do_not_count(stand: Stand) -> None:
    await stand.hands("press", key="9")
    await stand.port.open()
    await until(lambda: not stand.sim.state()["open"])
    assert await stand.hands("press", key="8") == {"sent": False}
    completion = await typed(stand, "1 enter")
    assert completion.payload == "1"


async def test_a_stuck_key_is_noticed_and_mended(stand: Stand) -> None:
    await stand.hands("hold", key="7")
    completion = await stand.device.data_entry(timeout_s=1.0)
    assert completion.trouble == "keyInvalid"
    assert stand.port.status.state is DeviceState.HARDWARE_ERROR
    assert stand.port.status.detail["keys"] == "stuck"
    assert not (await stand.port.reset()).ok
    assert (await stand.device.data_entry(timeout_s=1.0)).trouble == "keyInvalid"
    await stand.hands("let_go")
    assert (await stand.port.reset()).ok
    assert stand.port.status.detail["keys"] == "ok"
    assert stand.port.statistics()["stuckKeys"] == 1


async def test_a_pad_that_dies_is_not_the_persons_fault(stand: Stand) -> None:
    async with anyio.create_task_group() as tasks:

        async def die() -> None:
            await until(lambda: bool(stand.sim.state()["open"]))
            await stand.hands("power_off")

        await stand.port.open()
        tasks.start_soon(die)
        completion = await stand.device.data_entry(timeout_s=5.0)
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    await stand.hands("power_on")
    assert (await stand.port.reset()).ok


async def test_a_late_answer_is_no_enter_key(stand: Stand) -> None:
    await stand.port.open()
    await stand.hands("answer_late", ms=190, answers=1)
    first = await stand.device.data_entry(timeout_s=1.0)
    assert first.code is CompletionCode.DEVICE_NOT_READY
    completion = await typed(stand, "5 enter")
    assert completion.payload == "5"


async def test_unplugged_and_plugged_in_again(stand: Stand) -> None:
    await stand.port.open()
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await until(lambda: bool(stand.sim.state()["open"]))
            await stand.hands("disconnect")

        tasks.start_soon(pull)
        completion = await stand.device.data_entry(timeout_s=5.0)
    assert completion.code is CompletionCode.CONNECTION_LOST
    await stand.hands("reconnect")
    assert (await typed(stand, "5 enter")).payload == "5"


async def test_health_asks_for_one_digit(stand: Stand) -> None:
    report = await stand.port.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.NEEDS_PERSON
    await until(lambda: not stand.sim.state()["open"])
    await stand.hands("type", keys="5", ms=10)
    report = await stand.port.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.PASS


async def test_what_was_typed_shows_nowhere(stand: Stand) -> None:
    trace = stand.port.trace()
    completion = await typed(stand, "860417 enter")
    said: list[str] = []
    with anyio.fail_after(2):
        async for line in trace:
            said.append(f"{line.text} {line.shown}")
            if line.text == "close the keys":
                break
    assert any("key" in text for text in said)
    told = repr((completion, said, stand.diary, stand.port.diagnostics()))
    assert "860417" not in told
    assert "38 36" not in told


@pytest.mark.parametrize(
    "options",
    [
        {"baudrate": 110},
        {"chatter_ms": 7},
        {"keys": "23"},
        {"keys": "23=ring"},
        {"keys": "ZZ=help"},
        {"keys": "4F=help"},
        {"sound": True},
    ],
)
def test_settings_of_no_use_are_refused(options: dict[str, object]) -> None:
    spec = DriverSpec(
        "keypad", "/dev/null", SystemClock(), lambda e, **f: None, options
    )
    with pytest.raises(SettingsError, match="keypad"):
        create(spec)
