"""The simulated board by itself: frames, limits, watchdog, and a stranger's client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pymodbus.client import AsyncModbusSerialClient

from hardware_sim.auxiliaries.board import WATCHDOG, Board
from hardware_sim.auxiliaries.frames import FrameReader, seal
from hardware_sim.auxiliaries.simulator import create

Golden = Callable[[str], dict[str, bytes]]

FILE = "auxiliaries/modbus.toml"


@pytest.mark.parametrize(
    ("request_", "answer", "closed"),
    [
        ("read-inputs", "inputs-0-and-3", (0, 3)),
        ("coil-2-on", "coil-2-on", ()),
        ("coil-2-off", "coil-2-off", ()),
        ("lamp-16-slow-green", "lamp-16-slow-green", ()),
        ("coils-on-off-on", "coils-done", ()),
        ("registers-two", "registers-done", ()),
    ],
)
def test_golden_requests_get_the_golden_answers(
    golden: Golden, request_: str, answer: str, closed: tuple[int, ...]
) -> None:
    board = Board()
    for contact in closed:
        board.inputs[contact] = True
    (heard,) = FrameReader().feed(golden(FILE)[request_], 0.0)
    assert heard.good
    assert seal(b"\x01" + board.obey(heard.body, 0.0)) == golden(FILE)[answer]


def test_registers_are_read_back(golden: Golden) -> None:
    board = Board()
    board.obey(golden(FILE)["registers-two"][1:-2], 0.0)
    answer = board.obey(golden(FILE)["read-registers"][1:-2], 0.0)
    assert seal(b"\x01" + answer) == golden(FILE)["registers-values"]


@pytest.mark.parametrize(
    ("body", "exception"),
    [
        ("2B0000", 1),
        ("050100FF00", 2),
        ("0500011234", 3),
        ("0200000000", 3),
        ("02000F0002", 2),
        ("0F00000003020105", 3),
        ("100040000102FFFF", 2),
    ],
)
def test_what_the_board_does_not_have_is_refused(body: str, exception: int) -> None:
    answer = Board().obey(bytes.fromhex(body), 0.0)
    assert answer == bytes([bytes.fromhex(body)[0] | 0x80, exception])


def test_bytes_after_silence_begin_a_frame(golden: Golden) -> None:
    frame = golden(FILE)["read-inputs"]
    reader = FrameReader()
    assert reader.feed(b"\x01\x05\x00", 0.0) == []
    assert [heard.raw for heard in reader.feed(frame, 1.0)] == [frame]
    assert reader.feed(frame[:3], 2.0) == []
    assert [heard.raw for heard in reader.feed(frame[3:], 2.01)] == [frame]


def test_the_watchdog_puts_the_lights_out_once_nobody_feeds_it() -> None:
    board = Board()
    board.coils[0] = True
    board.obey(bytes([0x06, 0, WATCHDOG, 0, 10]), 5.0)
    board.look_at_clock(5.9)
    assert board.lamps() == {"coil:0": "on"}
    board.look_at_clock(6.1)
    assert board.lamps() == {}
    assert board.tripped == 1


async def test_a_client_written_by_strangers_is_served(tmp_path: Path) -> None:
    sim = create(directory=tmp_path, baudrate=19200)
    endpoint = await sim.start()
    await sim.verbs()["open_door"].call()
    client = AsyncModbusSerialClient(endpoint, baudrate=19200, timeout=2)
    try:
        assert await client.connect()
        contacts = await client.read_discrete_inputs(0, count=5, device_id=1)
        assert contacts.bits[:5] == [True, False, False, False, False]
        await client.write_coil(3, True, device_id=1)
        await client.write_registers(16, [0x0104, 0x0200], device_id=1)
        read = await client.read_holding_registers(16, count=2, device_id=1)
        assert read.registers == [0x0104, 0x0200]
        refused = await client.read_coils(30, count=9, device_id=1)
        assert refused.exception_code == 2
    finally:
        client.close()
        lamps = sim.state()["lamps"]
        await sim.stop()
    assert lamps == {"coil:3": "on", "register:16": "continuous green"}
