"""Meter cards: read, written, pulled at every moment, and never half a purchase."""

from __future__ import annotations

from dataclasses import replace

import anyio
import pytest

from drivers.metercard.driver import create
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from tests.contract.metercard.subject import GAS, OTHER, SERIAL, Counter

pytestmark = pytest.mark.anyio


async def test_a_card_that_lies_there_is_read(counter: Counter) -> None:
    await counter.hands("insert", account=GAS)
    done = await counter.reader.read(timeout_s=2)
    assert done.ok
    card = done.payload
    assert card is not None
    assert (card.serial, card.service, card.account) == (SERIAL, "gas", GAS)
    assert (card.purchases, card.units) == (12, 0)
    assert GAS not in repr(done)


async def test_a_card_is_waited_for(counter: Counter) -> None:
    async with anyio.create_task_group() as tasks:

        async def put_in() -> None:
            await anyio.sleep(0.1)
            await counter.hands("insert", account=GAS)

        tasks.start_soon(put_in)
        assert (await counter.reader.read(timeout_s=5)).ok


async def test_nobody_puts_a_card_in(counter: Counter) -> None:
    done = await counter.reader.read(timeout_s=0.1)
    assert done.code is CompletionCode.TIME_OUT
    assert await counter.reader.media() == "notPresent"


async def test_waiting_can_be_cancelled(counter: Counter) -> None:
    async with anyio.create_task_group() as tasks:

        async def cancel() -> None:
            await anyio.sleep(0.1)
            await counter.reader.cancel()

        tasks.start_soon(cancel)
        done = await counter.reader.read(timeout_s=30)
    assert done.code is CompletionCode.CANCELED
    await counter.hands("insert", account=GAS)
    assert (await counter.reader.read(timeout_s=2)).ok


@pytest.mark.parametrize(
    ("kind", "word"),
    [("bankCard", "invalidMedia"), ("brokenChip", "cardUnreadable")],
)
async def test_a_wrong_card_is_named(counter: Counter, kind, word) -> None:
    await counter.hands("present_wrong_media", kind=kind)
    done = await counter.reader.read(timeout_s=2)
    assert done.error_code == word
    assert await counter.reader.media() == "present"
    await counter.hands("remove")
    await counter.hands("insert", account=GAS)
    assert (await counter.reader.read(timeout_s=2)).ok


async def test_bought_credit_is_written_read_back_and_believed_by_the_meter(
    counter: Counter,
) -> None:
    await counter.hands("insert", account=GAS)
    done = await counter.reader.load(counter.bought())
    assert done.ok
    assert done.payload is not None
    assert (done.payload.purchases, done.payload.units) == (13, 2000)
    await counter.hands("remove")
    assert (await counter.hands("put_into_meter", account=GAS))["units"] == 20


async def test_loading_twice_writes_once(counter: Counter) -> None:
    await counter.hands("insert", account=GAS)
    assert (await counter.reader.load(counter.bought())).ok
    await counter.hands("remove")
    await counter.hands("put_into_meter", account=GAS)
    await counter.hands("insert", account=GAS)
    done = await counter.reader.load(counter.bought())
    assert done.ok
    assert counter.carried()["waiting_units"] == 0
    assert counter.carried()["meter_total"] == 20


async def test_another_card_is_not_written(counter: Counter) -> None:
    await counter.hands("insert", account=OTHER)
    done = await counter.reader.load(counter.bought())
    assert done.error_code == "wrongCard"
    assert counter.carried(OTHER)["purchase"] == 4


async def test_credit_that_the_meter_has_not_taken_is_not_overwritten(
    counter: Counter,
) -> None:
    await counter.hands("insert", account=GAS)
    assert (await counter.reader.load(counter.bought())).ok
    done = await counter.reader.load(counter.bought(purchase=14, units=1000))
    assert done.error_code == "unitsNotTaken"
    assert counter.carried()["purchase"] == 13


async def test_a_purchase_is_not_written_over_a_missing_one(counter: Counter) -> None:
    await counter.hands("insert", account=GAS)
    done = await counter.reader.load(counter.bought(purchase=14, units=1000))
    assert done.error_code == "writeFailed"
    assert counter.carried()["purchase"] == 12
    assert (await counter.reader.load(counter.bought())).ok


async def test_a_card_that_refuses_to_be_written_says_so(counter: Counter) -> None:
    await counter.hands("present_wrong_media", kind="readOnlyCard")
    load = replace(counter.bought(purchase=1), serial="9990090000000009")
    done = await counter.reader.load(load)
    assert done.error_code == "writeFailed"


@pytest.mark.parametrize("commands", range(1, 25, 2))
async def test_pulled_at_any_moment_the_card_holds_one_whole_purchase(
    counter: Counter, commands: int
) -> None:
    """The old one or the new one; loading the same card again completes it."""
    await counter.hands("insert", account=GAS)
    await counter.hands("remove_after", commands=commands)
    done = await counter.reader.load(counter.bought())
    assert done.ok or done.error_code in ("noMedia", "loadInterrupted")
    assert counter.carried()["purchase"] in (12, 13)
    if done.error_code == "noMedia":
        assert counter.carried()["purchase"] == 12
    await counter.hands("remove")
    await counter.hands("insert", account=GAS)
    assert (await counter.reader.load(counter.bought())).ok
    await counter.hands("remove")
    assert (await counter.hands("put_into_meter", account=GAS))["units"] == 20


@pytest.mark.parametrize("commands", (1, 5, 8))
async def test_pulled_while_reading(counter: Counter, commands: int) -> None:
    await counter.hands("insert", account=GAS)
    await counter.hands("remove_after", commands=commands)
    done = await counter.reader.read(timeout_s=2)
    assert done.error_code == "noMedia"
    assert counter.reader.status.usable


async def test_a_slow_card_is_waited_for(counter: Counter) -> None:
    await counter.hands("insert", account=GAS)
    await counter.hands("be_slow", times=4)
    assert (await counter.reader.load(counter.bought())).ok


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("split_answer", {"pause_ms": 20}),
        ("duplicate", {}),
        ("noise_before", {"count": 5, "answers": 1}),
        ("answer_late", {"ms": 50}),
    ],
)
async def test_a_bad_line_is_survived(counter: Counter, verb, arguments) -> None:
    await counter.hands("insert", account=GAS)
    await counter.hands(verb, **arguments)
    done = await counter.reader.load(counter.bought())
    assert done.ok
    assert counter.carried()["purchase"] == 13


@pytest.mark.parametrize("mode", ["flipped", "cut", "noise"])
@pytest.mark.parametrize("after", range(4))
async def test_a_spoilt_answer_is_never_believed(counter: Counter, mode, after) -> None:
    """What was written is known only from a card that was read back."""
    await counter.hands("insert", account=GAS)
    for _ in range(after):
        assert (await counter.reader.read(timeout_s=2)).ok
    await counter.hands("answer_garbage", mode=mode, answers=after + 1)
    done = await counter.reader.load(counter.bought())
    if done.ok:
        assert counter.carried()["purchase"] == 13
    await counter.hands("heal")
    assert (await counter.reader.load(counter.bought())).ok
    assert counter.carried()["purchase"] == 13


async def test_a_silent_reader_is_offline_and_comes_back(counter: Counter) -> None:
    await counter.hands("go_silent")
    done = await counter.reader.read(timeout_s=1)
    assert done.code is CompletionCode.DEVICE_NOT_READY
    assert counter.reader.status.state is DeviceState.OFFLINE
    await counter.hands("heal")
    assert (await counter.reader.reset()).ok
    assert counter.reader.status.state is DeviceState.ONLINE


async def test_an_unplugged_reader_is_missing_and_comes_back(counter: Counter) -> None:
    assert (await counter.reader.open()).ok
    await counter.hands("disconnect")
    await counter.reader.refresh_status()
    assert counter.reader.status.state is DeviceState.NO_DEVICE
    assert await counter.reader.media() == "unknown"
    await counter.hands("reconnect")
    await counter.hands("insert", account=GAS)
    assert (await counter.reader.read(timeout_s=2)).ok


async def test_nothing_of_the_card_is_logged(counter: Counter) -> None:
    await counter.hands("insert", account=GAS)
    await counter.reader.load(counter.bought())
    await counter.hands("remove_after", commands=3)
    await counter.reader.read(timeout_s=1)
    assert not any(GAS in str(each) or SERIAL in str(each) for each in counter.diary)


def test_an_unknown_option_is_refused() -> None:
    def log(event: str, /, **facts: object) -> None:
        raise AssertionError(event)

    spec = DriverSpec("meter-card", "/dev/null", SystemClock(), log, {"speed": 1})
    with pytest.raises(SettingsError, match="no option 'speed'"):
        create(spec)
