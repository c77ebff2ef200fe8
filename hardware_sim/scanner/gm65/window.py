"""The GM65 module: its zones, what it answers, and what it makes of a code."""

from __future__ import annotations

from hardware_sim.scanner.engine import Answer, Exchange, Eye
from hardware_sim.scanner.gm65 import frames, zones
from hardware_sim.scanner.gm65.frames import Request, RequestReader
from hardware_sim.scanner.gm65.zones import Zones
from hardware_sim.scanner.held import AIM_MARKS

_MODES = ("button", "command", "continuous", "sensing")


class Window(Eye):
    """The module's eye and its settings; see ``hardware_sim.scanner.engine``."""

    def __init__(self) -> None:
        super().__init__()
        self.zones = Zones()
        self._reader = RequestReader()

    @property
    def mode(self) -> str:
        """How reading begins."""
        return _MODES[self.zones.mode]

    @property
    def light(self) -> bool:
        """True while the module lights the scene to read."""
        return self.zones.light_allowed and self.lit(self.mode)

    @property
    def time_out_s(self) -> float:
        """Seconds of one reading, 0 = for ever."""
        return self.zones.time_out_s

    @property
    def baudrate(self) -> int | None:
        """Speed as set."""
        return self.zones.baudrate

    @property
    def unsettled(self) -> bool:
        """Nothing of this family is acknowledged by the kiosk."""
        return False

    def hear(self, data: bytes, now: float) -> list[Exchange]:
        """Take bytes; act on whole requests."""
        exchanges = []
        for request in self._reader.feed(data, now):
            answer = Answer(*self.obey(request))
            exchanges.append(Exchange(request.raw, describe(request), (answer,)))
        return exchanges

    def sees_code(self) -> bool:
        """True when a decode would succeed now."""
        return self.sees(self.light)

    def decode(self) -> list[Answer]:
        """Return mark, code and tail, and end a triggered reading.

        Raises:
            ValueError: there is nothing to decode.
        """
        held = self.take()
        mark = AIM_MARKS[held.kind] if self.zones.aim_mark else b""
        code = held.code(self.zones.encoding)
        return [Answer(mark + code + self.zones.tail, f"{held.kind}, bare")]

    def resend(self) -> list[Answer]:
        """Nothing: see ``unsettled``."""
        return []

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
        self.trigger(False)

    def _write(self, address: int, data: bytes) -> None:
        if address == zones.SPECIAL:
            if data[0] == zones.FACTORY_RESET:
                self.zones.reset_to_factory()
            return
        if address == zones.TRIGGER:
            self.trigger(bool(data[0] & 0x01) and self.zones.mode == zones.COMMAND)
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
