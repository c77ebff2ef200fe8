"""A Modbus line in words: ``input 0 to 3: cabinetDoor open, tamperSensor off``."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.auxiliaries.codec import (
    EXCEPTIONS,
    READ_COILS,
    READ_INPUTS,
    REFUSED,
    WRITE_COIL,
    WRITE_REGISTER,
    bits,
    crc,
)
from drivers.auxiliaries.wiring import COLOURS, RATES, Output, Wiring
from kiosk.core.wire import Direction

_LONGEST = 256


class ModbusExplainer:
    """See ``kiosk.core.wire.WireExplainer``; nothing on this line is personal."""

    def __init__(self, wiring: Wiring, watchdog: int) -> None:
        self._wiring = wiring
        self._watchdog = watchdog
        self._heard = b""

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield every frame that is whole; what the board says may come in pieces."""
        if direction == "sent":
            self._heard = b""
            yield f"ask: {self._request(data)}", data
            return
        self._heard += data
        if _is_frame(self._heard):
            yield self._answer(self._heard), self._heard
            self._heard = b""
        elif len(self._heard) >= _LONGEST:
            yield f"unknown, {len(self._heard)} bytes", self._heard
            self._heard = b""

    def _request(self, frame: bytes) -> str:
        function = frame[1]
        address = int.from_bytes(frame[2:4], "big")
        value = int.from_bytes(frame[4:6], "big")
        if function in (READ_INPUTS, READ_COILS):
            return f"contacts {address} to {address + value - 1}"
        if function == WRITE_COIL:
            word = "on" if value else "off"
            return f"{self._light('coil', address)} {word}"
        if function == WRITE_REGISTER and address == self._watchdog:
            return f"watchdog: outputs off after {value / 10:g} s of silence"
        if function == WRITE_REGISTER:
            return f"{self._light('register', address)} {_word(value)}"
        return f"function {function:02X}"

    def _answer(self, frame: bytes) -> str:
        function = frame[1]
        if function & REFUSED:
            return f"refused: {EXCEPTIONS.get(frame[2], f'{frame[2]:02X}')}"
        if function in (READ_INPUTS, READ_COILS) and self._wiring.inputs:
            values = bits(frame[3:-2], len(frame[3:-2]) * 8)
            if len(values) < self._wiring.input_count:
                return f"{len(frame[3:-2])} bytes of contacts"
            found = self._wiring.status(values[: self._wiring.input_count])
            return ", ".join(f"{key} {word}" for key, word in found.items())
        return f"done: {self._request(frame)}"

    def _light(self, kind: str, address: int) -> str:
        for position, output in self._wiring.lights.items():
            if output == Output(kind, address):
                return f"light {position}"
        return f"{kind} {address}"


def _is_frame(data: bytes) -> bool:
    return len(data) >= 5 and crc(data[:-2]) == data[-2:]


def _word(value: int) -> str:
    colour, rate = value >> 8, value & 0xFF
    if colour < len(COLOURS) and rate < len(RATES):
        return f"{RATES[rate]} {COLOURS[colour]}"
    return f"{value:04X}"
