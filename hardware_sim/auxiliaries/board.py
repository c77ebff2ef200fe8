"""The board itself: relays, contacts, registers and a watchdog, without a wire.

```
coils      0 to 31   relays, lamps of one colour
inputs     0 to 15   dry contacts
registers  0 to 63   16 to 31: RGB lamps, colour in the high byte, flash in the low one
                     60: watchdog, tenths of a second; 0 = off
```
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

COILS, INPUTS, REGISTERS = 32, 16, 64
WATCHDOG = 60
FIRST_LAMP, LAST_LAMP = 16, 31

_RATES = ("off", "slow", "medium", "quick", "continuous")
_COLOURS = ("red", "green", "yellow", "blue", "cyan", "magenta", "white")
_ILLEGAL_FUNCTION, _ILLEGAL_ADDRESS, _ILLEGAL_VALUE = 1, 2, 3


class Refusal(Exception):
    """The board answers with an exception code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exception {code:02X}")
        self.code = code


@dataclass(slots=True)
class Board:
    """State of the outputs and inputs; volatile but for what hands do.

    Attributes:
        refuses: exception code for every request, 0 = works.
        watched_at: time of the last write to the watchdog.
    """

    coils: list[bool] = field(default_factory=lambda: [False] * COILS)
    inputs: list[bool] = field(default_factory=lambda: [False] * INPUTS)
    registers: list[int] = field(default_factory=lambda: [0] * REGISTERS)
    refuses: int = 0
    watched_at: float = 0.0
    tripped: int = 0

    def obey(self, body: bytes, now_s: float) -> bytes:
        """Return the answer to a request, function code first."""
        self.look_at_clock(now_s)
        try:
            if self.refuses:
                raise Refusal(self.refuses)
            return self._obey(body, now_s)
        except Refusal as refusal:
            return bytes([body[0] | 0x80, refusal.code])

    def lose_power(self) -> None:
        """Every output goes off."""
        self.coils = [False] * COILS
        self.registers = [0] * REGISTERS

    def look_at_clock(self, now_s: float) -> None:
        """Switch every output off when the kiosk was silent for too long."""
        limit = self.registers[WATCHDOG] / 10
        if limit and now_s - self.watched_at > limit:
            self.tripped += 1
            self.lose_power()

    def lamps(self) -> dict[str, str]:
        """Return every lamp that shines, by terminal."""
        lit = {f"coil:{at}": "on" for at, on in enumerate(self.coils) if on}
        for at in range(FIRST_LAMP, LAST_LAMP + 1):
            if self.registers[at] & 0xFF:
                lit[f"register:{at}"] = lamp_word(self.registers[at])
        return lit

    def _obey(self, body: bytes, now_s: float) -> bytes:
        function = body[0]
        if function in (0x01, 0x02, 0x03):
            address, count = struct.unpack(">HH", body[1:5])
            return self._read(function, address, count)
        if function == 0x05:
            address, value = struct.unpack(">HH", body[1:5])
            if value not in (0x0000, 0xFF00):
                raise Refusal(_ILLEGAL_VALUE)
            self._set_coils(address, [value == 0xFF00])
            return body
        if function == 0x06:
            address, value = struct.unpack(">HH", body[1:5])
            self._set_registers(address, [value], now_s)
            return body
        return self._write_several(function, body, now_s)

    def _write_several(self, function: int, body: bytes, now_s: float) -> bytes:
        if function not in (0x0F, 0x10):
            raise Refusal(_ILLEGAL_FUNCTION)
        address, count, size = struct.unpack(">HHB", body[1:6])
        data = body[6:]
        wanted = (count + 7) // 8 if function == 0x0F else count * 2
        if count == 0 or size != wanted or len(data) != size:
            raise Refusal(_ILLEGAL_VALUE)
        if function == 0x0F:
            values = [bool(data[at >> 3] >> (at & 7) & 1) for at in range(count)]
            self._set_coils(address, values)
        else:
            self._set_registers(address, struct.unpack(f">{count}H", data), now_s)
        return body[:5]

    def _read(self, function: int, address: int, count: int) -> bytes:
        if not 0 < count <= (125 if function == 0x03 else 2000):
            raise Refusal(_ILLEGAL_VALUE)
        table: list[int] = {
            0x01: [int(on) for on in self.coils],
            0x02: [int(on) for on in self.inputs],
            0x03: self.registers,
        }[function]
        values = table[address : address + count]
        if len(values) < count:
            raise Refusal(_ILLEGAL_ADDRESS)
        if function == 0x03:
            data = struct.pack(f">{count}H", *values)
        else:
            packed = bytearray((count + 7) // 8)
            for at, on in enumerate(values):
                packed[at >> 3] |= on << (at & 7)
            data = bytes(packed)
        return bytes([function, len(data)]) + data

    def _set_coils(self, address: int, values: list[bool]) -> None:
        if address + len(values) > COILS:
            raise Refusal(_ILLEGAL_ADDRESS)
        self.coils[address : address + len(values)] = values

    def _set_registers(
        self, address: int, values: list[int] | tuple[int, ...], now_s: float
    ) -> None:
        if address + len(values) > REGISTERS:
            raise Refusal(_ILLEGAL_ADDRESS)
        self.registers[address : address + len(values)] = values
        if address <= WATCHDOG < address + len(values):
            self.watched_at = now_s


def lamp_word(value: int) -> str:
    """Return a lamp's register in words: ``slow green``."""
    colour, rate = value >> 8, value & 0xFF
    if rate < len(_RATES) and colour < len(_COLOURS):
        return f"{_RATES[rate]} {_COLOURS[colour]}"
    return f"word {value:04X}"


def describe_request(body: bytes) -> str:
    """Return a request in words for the wire log."""
    names = {
        0x01: "read coils",
        0x02: "read inputs",
        0x03: "read registers",
        0x05: "switch coil",
        0x06: "write register",
        0x0F: "switch coils",
        0x10: "write registers",
    }
    name = names.get(body[0], f"function {body[0]:02X}")
    if len(body) < 5:
        return name
    address, value = struct.unpack(">HH", body[1:5])
    if body[0] == 0x05:
        return f"{name} {address} {'on' if value else 'off'}"
    if body[0] == 0x06:
        return _describe_register(address, value)
    return f"{name} {address} to {address + value - 1}"


def _describe_register(address: int, value: int) -> str:
    if address == WATCHDOG:
        return f"watchdog: {value / 10:g} s"
    if FIRST_LAMP <= address <= LAST_LAMP:
        return f"lamp {address}: {lamp_word(value)}"
    return f"write register {address}: {value:04X}"


def describe_answer(body: bytes) -> str:
    """Return an answer in words for the wire log."""
    if body[0] & 0x80:
        return f"refused, exception {body[1]:02X}"
    if body[0] in (0x01, 0x02):
        return "closed: " + (_closed(body[2:]) or "none")
    if body[0] == 0x03:
        return f"registers {body[2:].hex(' ', 2)}"
    return "done"


def _closed(data: bytes) -> str:
    on = [str(at) for at in range(len(data) * 8) if data[at >> 3] >> (at & 7) & 1]
    return ", ".join(on)
