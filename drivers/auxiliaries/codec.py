"""Modbus RTU frames as a master sends and reads them.

Sources: MODBUS Application Protocol Specification V1.1b3; MODBUS over Serial Line
V1.02 (section 2.5.1, RTU). Golden frames in ``tests/golden/auxiliaries/modbus.toml``.

    request    unit | function | data ... | crcLo crcHi
    answer     the same, or unit | function + 80 | exception | crcLo crcHi

CRC-16: polynomial A001 (reflected 8005), initial FFFF, low byte first. A frame ends
with 3.5 characters of silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

READ_COILS, READ_INPUTS, READ_REGISTERS = 0x01, 0x02, 0x03
WRITE_COIL, WRITE_REGISTER = 0x05, 0x06
WRITE_COILS, WRITE_REGISTERS = 0x0F, 0x10
REFUSED: Final = 0x80

EXCEPTIONS: Final = {
    0x01: "illegal function",
    0x02: "illegal data address",
    0x03: "illegal data value",
    0x04: "server device failure",
    0x05: "acknowledge",
    0x06: "server device busy",
    0x08: "memory parity error",
}
_READS = (READ_COILS, READ_INPUTS, READ_REGISTERS)


def crc(body: bytes) -> bytes:
    """Return the two check bytes, low byte first."""
    value = 0xFFFF
    for byte in body:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xA001 if value & 1 else 0)
    return value.to_bytes(2, "little")


@dataclass(frozen=True, slots=True)
class Request:
    """One request and what its answer must look like.

    Attributes:
        frame: the bytes to send.
        echo: what the good answer begins with, after unit and function.
        data: number of data bytes that follow ``echo`` in the good answer.
    """

    frame: bytes
    echo: bytes
    data: int

    @property
    def unit(self) -> int:
        """Address of the board."""
        return self.frame[0]

    @property
    def function(self) -> int:
        """Function code."""
        return self.frame[1]


@dataclass(frozen=True, slots=True)
class Answer:
    """A board's answer.

    Attributes:
        data: the bits or registers of a read, ``b""`` of a write.
        exception: 0 when it did what it was asked.
    """

    data: bytes
    exception: int = 0


def _request(unit: int, function: int, body: bytes, echo: bytes, data: int) -> Request:
    frame = bytes([unit, function]) + body
    return Request(frame + crc(frame), echo, data)


def read(unit: int, function: int, address: int, count: int) -> Request:
    """Ask for ``count`` coils, inputs or registers from an address on."""
    if function not in _READS:
        raise ValueError(f"function {function:02X} reads nothing")
    size = count * 2 if function == READ_REGISTERS else (count + 7) // 8
    body = address.to_bytes(2, "big") + count.to_bytes(2, "big")
    return _request(unit, function, body, bytes([size]), size)


def write_coil(unit: int, address: int, on: bool) -> Request:
    """Switch one coil; the answer repeats the request."""
    body = address.to_bytes(2, "big") + (b"\xff\x00" if on else b"\x00\x00")
    return _request(unit, WRITE_COIL, body, body, 0)


def write_register(unit: int, address: int, value: int) -> Request:
    """Write one register; the answer repeats the request."""
    body = address.to_bytes(2, "big") + value.to_bytes(2, "big")
    return _request(unit, WRITE_REGISTER, body, body, 0)


def write_coils(unit: int, address: int, values: tuple[bool, ...]) -> Request:
    """Switch several coils at once."""
    bits = sum(1 << at for at, on in enumerate(values) if on)
    data = bits.to_bytes((len(values) + 7) // 8, "little")
    head = address.to_bytes(2, "big") + len(values).to_bytes(2, "big")
    return _request(unit, WRITE_COILS, head + bytes([len(data)]) + data, head, 0)


def write_registers(unit: int, address: int, values: tuple[int, ...]) -> Request:
    """Write several registers at once."""
    data = b"".join(value.to_bytes(2, "big") for value in values)
    head = address.to_bytes(2, "big") + len(values).to_bytes(2, "big")
    return _request(unit, WRITE_REGISTERS, head + bytes([len(data)]) + data, head, 0)


def find_answer(request: Request, heard: bytes) -> Answer | None:
    """Return the answer to a request from all that was heard since, if it is there.

    Noise ahead of it is passed over, and so is the late answer to an earlier request
    of another shape: a frame counts only with the unit, the function, the echo, the
    length and the check sum that this request must have.
    """
    good = request.frame[:2] + request.echo
    bad = bytes([request.unit, request.function | REFUSED])
    for start in range(len(heard)):
        end = start + len(good) + request.data + 2
        if heard.startswith(good, start) and _whole(heard, start, end):
            return Answer(heard[start + len(good) : end - 2])
        if heard.startswith(bad, start) and _whole(heard, start, start + 5):
            return Answer(b"", heard[start + 2] or 0xFF)
    return None


def _whole(heard: bytes, start: int, end: int) -> bool:
    return len(heard) >= end and crc(heard[start : end - 2]) == heard[end - 2 : end]


def bits(data: bytes, count: int) -> tuple[bool, ...]:
    """Return the first ``count`` coils or inputs of an answer, lowest address first."""
    return tuple(bool(data[at // 8] >> at % 8 & 1) for at in range(count))


def registers(data: bytes) -> tuple[int, ...]:
    """Return the registers of an answer."""
    return tuple(
        int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)
    )
