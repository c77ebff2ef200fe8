"""The simulated reader and its card against recorded bytes: one load, every oddity."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.metercard import frames
from hardware_sim.metercard.frames import RequestReader
from hardware_sim.metercard.simulator import SimMeterCard, create

Table = dict[str, bytes]

FILE = "metercard/ccid.toml"
CARD = "80031031"
BAUD = 115200
TOKEN = bytes(range(0x11, 0x21))


@pytest.fixture
def table(golden: Callable[[str], Table]) -> Table:
    return golden(FILE)


@pytest.fixture
async def reader(tmp_path: Path) -> AsyncIterator[SimMeterCard]:
    sim = create(directory=tmp_path, baudrate=BAUD)
    await sim.start()
    yield sim
    await sim.stop()


def talk(table: Table) -> list[tuple[bytes, bytes]]:
    """Return the requests of a load with their answers, in order."""
    load = [data for name, data in table.items() if name.startswith("load-")]
    return list(zip(load[::2], load[1::2], strict=True))


async def test_a_load_is_the_recorded_one_byte_for_byte(
    table: Table, reader: SimMeterCard, connect: Callable[..., Any]
) -> None:
    client = connect(reader.state()["endpoint"], BAUD)
    await reader.verbs()["insert"].call(account=CARD)
    assert await client.read(2) == table["card-came"]
    for request, answer in talk(table):
        assert await client.ask(request, len(answer)) == answer
    chip = reader.cards[CARD]
    assert chip.newest() == (13, 2000, TOKEN)
    await reader.verbs()["remove"].call()
    assert await client.read(2) == table["card-went"]
    status = talk(table)[0][0]
    assert await client.ask(status, 13) == table["no-card"]


async def test_what_cannot_be_is_answered_as_recorded(
    table: Table, reader: SimMeterCard, connect: Callable[..., Any]
) -> None:
    client = connect(reader.state()["endpoint"], BAUD)
    assert await client.ask(table["escape"], 13) == table["not-supported"]
    spoilt = bytearray(table["escape"])
    spoilt[-1] ^= 1
    assert await client.ask(bytes(spoilt), 3) == table["refusal"]
    await reader.verbs()["present_wrong_media"].call(kind="brokenChip")
    await client.read(2)
    power_on = talk(table)[1][0]
    mute = bytearray(table["mute"])
    assert await client.ask(power_on, 13) == mute


async def test_a_twin_says_requests_again_and_asks_for_time_in_one_byte(
    table: Table, tmp_path: Path, connect: Callable[..., Any]
) -> None:
    sim = create(directory=tmp_path, baudrate=BAUD, twin=True)
    client = connect(await sim.start(), BAUD)
    try:
        await sim.verbs()["insert"].call(account=CARD)
        await client.read(2)
        for request, answer in talk(table)[:2]:
            whole = request + answer
            assert await client.ask(request, len(whole)) == whole
        await sim.verbs()["be_slow"].call(times=2)
        request, answer = talk(table)[2]
        whole = request + table["time-request"] * 2 + answer
        assert await client.ask(request, len(whole)) == whole
    finally:
        await sim.stop()


def test_requests_are_found_behind_noise_and_in_pieces(table: Table) -> None:
    requests = [request for request, _ in talk(table)]
    whole = RequestReader().feed(b"\x00\x03" + b"".join(requests))
    assert [each.raw for each in whole] == requests
    slowly = RequestReader()
    found = [each for byte in requests[4] for each in slowly.feed(bytes([byte]))]
    assert [(each.kind, each.sequence) for each in found] == [(0x6F, 5)]
    assert found[0].data == bytes.fromhex("00B0000030")
    assert RequestReader().feed(table["get-response"])[0].data[:2] == b"\x00\xc0"


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (frames.answer(frames.STATUS, 1, frames.ACTIVE), "powered"),
        (frames.answer(frames.DATA, 7, frames.EMPTY, error=frames.ICC_MUTE), "pulled"),
        (frames.more_time(7), "more-time"),
        (frames.answer(frames.DATA, 8, frames.ACTIVE, b"\x6c\x10"), "wrong-length"),
        (frames.INSERTED, "card-came"),
        (frames.PULLED, "card-went"),
        (frames.TIME_REQUEST, "time-request"),
        (frames.REFUSAL, "refusal"),
    ],
)
def test_answers_are_the_recorded_ones(table: Table, made: bytes, name: str) -> None:
    assert made == table[name]
