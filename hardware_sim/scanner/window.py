"""What is in front of the scanner's window, and what the scanner makes of it.

Pure: light, read modes and tails, without wire or clock. In command mode the light
goes on with the trigger and off with the code, with a stop, or with the time-out.
"""

from __future__ import annotations

from dataclasses import dataclass

from hardware_sim.scanner import frames, zones
from hardware_sim.scanner.frames import Request
from hardware_sim.scanner.zones import Zones

LONGEST_CODE = 2048
"""Bytes of the largest QR code that the modules decode."""


@dataclass(slots=True)
class Held:
    """A code held in front of the window."""

    text: str
    encoding: str = "utf-8"
    delivered: bool = False


class Window:
    """The module's eye and its settings."""

    def __init__(self) -> None:
        self.zones = Zones()
        self.held: Held | None = None
        self.triggered = False

    @property
    def light(self) -> bool:
        """True while the module lights the scene to read."""
        if not self.zones.light_allowed:
            return False
        match self.zones.mode:
            case zones.COMMAND:
                return self.triggered
            case zones.CONTINUOUS:
                return True
            case zones.SENSING:
                return self.held is not None and not self.held.delivered
        return False

    def sees_code(self) -> bool:
        """True when a decode would succeed now."""
        return self.light and self.held is not None

    def decode(self) -> bytes:
        """Return code and tail and end a triggered reading.

        Raises:
            ValueError: there is nothing to decode.
        """
        if self.held is None:
            raise ValueError("nothing is in front of the window")
        self.held.delivered = True
        self.triggered = False
        encoding = self.zones.encoding or self.held.encoding
        code = self.held.text.encode(encoding, "replace")
        return code + self.zones.tail

    def obey(self, request: Request) -> tuple[bytes, str]:
        """Return the answer to one request and what it means."""
        if not request.crc_ok:
            return frames.WRONG_CRC, "wrong check"
        last = request.address + len(request.data) - 1
        if request.kind == frames.READ and len(request.data) == 1:
            values = self.zones.read(request.address, request.data[0] or 256)
            return frames.build_values(values), f"zones {values.hex(' ')}"
        if request.kind == frames.WRITE and last <= zones.LAST_ZONE:
            self._write(request.address, request.data)
            return frames.DONE, "done"
        if request.kind == frames.SAVE:
            self.zones.save()
            return frames.DONE, "saved"
        return frames.BAD_COMMAND, "bad command"

    def lose_power(self) -> None:
        """Forget what was not saved."""
        self.zones.lose_power()
        self.triggered = False

    def _write(self, address: int, data: bytes) -> None:
        if address == zones.SPECIAL:
            if data[0] == zones.FACTORY_RESET:
                self.zones.reset_to_factory()
            return
        if address == zones.TRIGGER:
            self.triggered = bool(data[0] & 0x01) and self.zones.mode == zones.COMMAND
            return
        self.zones.write(address, data)


def describe(request: Request) -> str:
    """Return a request in words for the wire log."""
    if request.kind == frames.WRITE and request.address == zones.TRIGGER:
        return "trigger" if request.data[0] & 0x01 else "stop reading"
    words = {frames.READ: "read", frames.WRITE: "write", frames.SAVE: "save settings"}
    word = words.get(request.kind, "unknown command")
    if request.kind in (frames.READ, frames.WRITE):
        return f"{word} zone {request.address:04X}: {request.data.hex(' ')}"
    return word
