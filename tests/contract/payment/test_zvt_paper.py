"""A terminal whose own printer is out of paper: status and tests say the same."""

from __future__ import annotations

from typing import Any

from hardware_sim.payment import speech
from kiosk.core.device import DeviceState
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.trouble import device_trouble
from kiosk.session.monitor import can_serve, why_not

TROUBLE = "card-terminal.paperOut"


async def test_status_and_test_say_the_same(till: Any) -> None:
    driver = till.driver
    assert (await driver.open()).ok
    assert can_serve(driver.status)
    assert driver.status.detail["paper.upper"] == "full"
    await till.hands("paper", state="out")
    assert not can_serve(await driver.refresh_status())
    assert driver.status.state is DeviceState.USER_ERROR
    assert why_not("card-terminal", driver.status) == TROUBLE
    assert device_trouble("card-terminal", await driver.open()) == TROUBLE
    report = await driver.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.FAIL
    await till.hands("paper", state="full")
    assert can_serve(await driver.refresh_status())
    report = await driver.check_health(HealthLevel.INTERNAL)
    assert report.verdict is HealthVerdict.PASS


async def test_what_it_is_asked_meanwhile_makes_no_paper(till: Any) -> None:
    await till.hands("paper", state="out")
    await till.driver.refresh_status()
    assert (await till.driver.last_receipt()).ok, "for that it needs none"
    assert not can_serve(till.driver.status)


async def test_a_payment_that_is_not_begun_for_want_of_paper_is_told(till: Any) -> None:
    assert (await till.driver.open()).ok
    await till.hands("paper", state="out")
    await till.pay()
    assert why_not("card-terminal", till.driver.status) == TROUBLE
    await till.hands("paper", state="full")
    await till.hands("present_card")
    assert (await till.pay()).ok
    assert can_serve(till.driver.status)


async def test_another_status_code_is_no_terminal_that_can_be_used(
    till: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(speech, "NO_PAPER", 0xB1)
    await till.hands("paper", state="out")
    assert not can_serve(await till.driver.refresh_status())
    assert why_not("card-terminal", till.driver.status) == "card-terminal.unavailable"
    assert (await till.driver.open()).description == "terminal status B1"
