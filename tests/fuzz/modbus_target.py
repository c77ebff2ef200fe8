"""Modbus RTU frames: the answer finder of the driver, the board of the simulator."""

from __future__ import annotations

from collections.abc import Callable

from drivers.auxiliaries.codec import (
    READ_INPUTS,
    READ_REGISTERS,
    crc,
    find_answer,
    read,
    write_coil,
    write_register,
)
from drivers.auxiliaries.explain import ModbusExplainer
from drivers.auxiliaries.wiring import read_wiring
from hardware_sim.auxiliaries.board import Board, describe_answer, describe_request
from hardware_sim.auxiliaries.frames import FrameReader, check_sum

GOLDEN = ("auxiliaries",)

_REQUESTS = (
    read(1, READ_INPUTS, 0, 5),
    read(1, READ_REGISTERS, 16, 2),
    write_coil(1, 2, True),
    write_register(1, 60, 30),
)
_WIRING = read_wiring("fuzz", "cardReader=coil:2", "cabinetDoor=0, tamperSensor=4")


def driver(data: bytes) -> None:
    """An answer is found only where its whole frame stands in what was heard."""
    for request in _REQUESTS:
        answer = find_answer(request, data)
        if answer is None:
            continue
        head = request.frame[:2] + request.echo
        body = head + answer.data
        if answer.exception:
            code = bytes([answer.exception])
            body = bytes([request.unit, request.function | 0x80]) + code
            zero = body[:2] + b"\x00"
            assert body + crc(body) in data or zero + crc(zero) in data
        else:
            assert len(answer.data) == request.data
            assert body + crc(body) in data


def explainer(data: bytes) -> None:
    """Whatever is heard gets words; no byte is explained twice."""
    told = list(ModbusExplainer(_WIRING, 60).explain("received", data))
    assert all(text for text, _ in told)
    assert sum(len(shown) for _, shown in told) <= len(data)


def simulator(data: bytes) -> None:
    """The board answers every whole frame, in words too, and stays within itself."""
    board = Board()
    for heard in FrameReader().feed(data, 0.0):
        assert heard.good == (check_sum(heard.raw[:-2]) == heard.raw[-2:])
        assert describe_request(heard.body)
        if heard.good:
            answer = board.obey(heard.body, 0.0)
            assert answer[0] & 0x7F == heard.body[0] & 0x7F
            assert describe_answer(answer)
    assert (len(board.coils), len(board.registers)) == (32, 64)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "modbus.driver": driver,
    "modbus.explainer": explainer,
    "modbus.simulator": simulator,
}
