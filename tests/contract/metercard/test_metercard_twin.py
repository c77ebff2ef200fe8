"""A reader of the GemPC Twin kind: requests said again, time asked for by a byte."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from drivers.metercard.reader import Delays
from kiosk.core.device import CompletionCode
from tests.contract.metercard import subject
from tests.contract.metercard.subject import GAS, Counter

pytestmark = pytest.mark.anyio

FAST = Delays(reply_s=0.4, poll_s=0.02)


@pytest.fixture
async def twin(tmp_path: Path) -> AsyncIterator[Counter]:
    async with subject.counter(tmp_path, delays=FAST, twin=True) as counter:
        yield counter


def writes(twin: Counter) -> list[bytes]:
    """Return every write that reached the card."""
    told = [
        each.data[12:-1] for each in twin.sim.wire.entries if each.direction == "in"
    ]
    return [command for command in told if command[:2] == b"\x00\xd6"]


async def test_a_load_reaches_the_card_once(twin: Counter) -> None:
    await twin.hands("insert", account=GAS)
    assert (await twin.reader.load(twin.bought())).ok
    assert twin.carried()["purchase"] == 13
    assert [command[4] for command in writes(twin)] == [1, 63, 1]


async def test_a_card_that_asks_for_time_by_a_byte_is_waited_for(
    twin: Counter,
) -> None:
    await twin.hands("insert", account=GAS)
    await twin.hands("be_slow", times=5)
    assert (await twin.reader.load(twin.bought())).ok
    assert len(writes(twin)) == 3


@pytest.mark.parametrize("commands", (0, 4, 13, 15, 17))
async def test_pulled_at_any_moment_the_card_holds_one_whole_purchase(
    twin: Counter, commands: int
) -> None:
    await twin.hands("insert", account=GAS)
    await twin.hands("remove_after", commands=commands)
    done = await twin.reader.load(twin.bought(), timeout_s=0.5)
    lost = done.error_code in ("noMedia", "loadInterrupted")
    assert done.ok or lost or done.code is CompletionCode.TIME_OUT
    assert twin.carried()["purchase"] in (12, 13)
    await twin.hands("remove")
    await twin.hands("insert", account=GAS)
    assert (await twin.reader.load(twin.bought())).ok
    assert twin.carried()["purchase"] == 13
