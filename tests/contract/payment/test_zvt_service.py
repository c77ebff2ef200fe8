"""What a technician has of the card terminal: tests, counters, the cable in words."""

from __future__ import annotations

from typing import Any

import anyio
import pytest

from drivers.payment.zvt.explain import ZvtExplainer
from drivers.payment.zvt.frame import Apdu, framed
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.wire import WireLine

CARD = "6299990000000018"


async def test_the_test_moves_no_money(till: Any) -> None:
    await till.hands("present_card")
    assert (await till.pay()).ok
    before = till.taken_fen
    report = await till.driver.check_health(HealthLevel.INTERACTIVE)
    assert [check.name for check in report.checks] == ["device", "newestReceipt"]
    assert report.verdict is HealthVerdict.PASS
    assert till.taken_fen == before


async def test_a_terminal_that_is_not_there_fails_the_first_test(till: Any) -> None:
    await till.hands("disconnect")
    report = await till.driver.check_health(HealthLevel.EXTERNAL)
    assert [check.verdict for check in report.checks] == [HealthVerdict.FAIL]


async def test_payments_are_counted_and_the_password_is_not_told(till: Any) -> None:
    await till.hands("present_card")
    paid = await till.pay()
    assert (await till.driver.reverse(paid.payload.number)).ok
    counted = till.driver.statistics()
    assert (counted["payments"], counted["reversals"]) == (1, 1)
    told = till.driver.diagnostics()
    assert "password" not in told["settings"]
    assert told["statistics"]["damagedFrames"] == 0
    assert told["terminalId"]


async def test_the_trace_tells_the_dialogue_and_no_card_number(till: Any) -> None:
    lines: list[WireLine] = []
    stream = till.driver.trace()

    async def listen() -> None:
        async for line in stream:
            lines.append(line)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(listen)
        await till.hands("present_card")
        assert (await till.pay()).ok
        tasks.cancel_scope.cancel()
    said = "\n".join(line.text for line in lines)
    for words in (
        "06 00 registration",
        "06 01 authorisation",
        "80 00 positive answer",
        "04 FF intermediate status",
        "04 0F status information",
        "result 00",
        "06 0F completion",
    ):
        assert words in said
    assert "unknown" not in said
    shown = "\n".join(line.shown for line in lines)
    assert bytes.fromhex(CARD).hex(" ") not in shown
    assert "00 00 00 00 86 40" not in shown


@pytest.mark.parametrize(
    ("apdu", "words", "shown"),
    [
        (Apdu(0x849C), "84 9C refused", True),
        (Apdu(0x04FF, b"\x0a"), "04 FF intermediate status, 1 bytes: insertCard", True),
        (Apdu(0x061E, b"\x6c"), "06 1E aborted, 1 bytes: reason 6C", True),
        (Apdu(0x06D1, b"\x00Slip"), "06 D1 print line, 5 bytes", False),
        (Apdu(0x0FF0), "0F F0 unknown to this kiosk, 0 bytes", False),
    ],
)
def test_each_message_has_its_name(apdu: Apdu, words: str, shown: bool) -> None:
    frame = framed(apdu)
    told = list(ZvtExplainer(serial=True).explain("received", frame))
    assert told == [(words, frame if shown else b"")]


def test_a_damaged_frame_is_called_damaged() -> None:
    spoilt = bytearray(framed(Apdu(0x8000)))
    spoilt[-1] ^= 1
    ((words, _),) = ZvtExplainer(serial=True).explain("received", bytes(spoilt))
    assert "do not fit" in words
