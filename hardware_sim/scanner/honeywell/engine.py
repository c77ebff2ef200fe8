"""The Honeywell scanner: menu commands, a trigger without an answer, bare codes."""

from __future__ import annotations

from hardware_sim.scanner.engine import Answer, Exchange, Eye
from hardware_sim.scanner.held import AIM_MARKS
from hardware_sim.scanner.honeywell import commands
from hardware_sim.scanner.honeywell.commands import Command, CommandReader
from hardware_sim.scanner.settings import NamedSettings

FACTORY = {
    "TRGMOD": "0",
    "TRGSTO": "30000",
    "SUFBK2": "",
    "PREBK2": "",
    "232BAD": "9",
}
_MODES = {"0": "command", "3": "sensing"}
_SPEEDS = {
    "0": 300,
    "1": 600,
    "2": 1200,
    "3": 2400,
    "4": 4800,
    "5": 9600,
    "6": 19200,
    "7": 38400,
    "8": 57600,
    "9": 115200,
}
_RANGES = {"TRGMOD": tuple(_MODES), "232BAD": tuple(_SPEEDS)}
_CLEARS = {"SUFCA2": "SUFBK2", "PRECA2": "PREBK2"}
_ALL = "99"
_AIM = "5C81"

REVISIONS = (
    "Product Name: Vuquest 3310 (simulated)\r\nBoot Revision: CA000064BBC\r\n"
    "Software Revision: CA000064BBC:20260101\r\nSerial Number: SIM3310-0001\r\n"
)


class HoneywellEngine(Eye):
    """See ``hardware_sim.scanner.engine``."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = NamedSettings(FACTORY, _RANGES)
        self._reader = CommandReader()

    @property
    def mode(self) -> str:
        """How reading begins."""
        return _MODES[self.settings["TRGMOD"]]

    @property
    def light(self) -> bool:
        """True while the scanner lights the scene to read."""
        return self.lit(self.mode)

    @property
    def time_out_s(self) -> float:
        """Seconds of one reading, 0 = for ever."""
        return int(self.settings["TRGSTO"]) / 1000

    @property
    def baudrate(self) -> int | None:
        """Speed as set."""
        return _SPEEDS[self.settings["232BAD"]]

    @property
    def unsettled(self) -> bool:
        """Nothing of this family is acknowledged by the kiosk."""
        return False

    def hear(self, data: bytes, now: float) -> list[Exchange]:
        """Take bytes; act on whole commands."""
        return [self._obeyed(command) for command in self._reader.feed(data, now)]

    def sees_code(self) -> bool:
        """True when a decode would succeed now."""
        return self.sees(self.light)

    def decode(self) -> list[Answer]:
        """Return prefix, code and suffix, and end a triggered reading.

        Raises:
            ValueError: there is nothing to decode.
        """
        held = self.take()
        prefix, suffix = self.settings["PREBK2"], self.settings["SUFBK2"]
        mark = AIM_MARKS[held.kind] if prefix == _ALL + _AIM else b""
        tail = bytes.fromhex(suffix.removeprefix(_ALL))
        return [Answer(mark + held.code() + tail, f"{held.kind}, bare")]

    def resend(self) -> list[Answer]:
        """Nothing: see ``unsettled``."""
        return []

    def lose_power(self) -> None:
        """Forget what was not saved."""
        self.settings.lose_power()
        self.trigger(False)

    def _obeyed(self, command: Command) -> Exchange:
        if command.kind == commands.MENU:
            return self._menu(command)
        on = command.kind == commands.TRIGGER
        self.trigger(on and self.mode == "command")
        return Exchange(command.raw, "trigger" if on else "stop reading")

    def _menu(self, command: Command) -> Exchange:
        text, status = self._act(command)
        answer = text.encode("latin-1") + status + command.storage
        word = {commands.DONE: "done", commands.UNKNOWN: "unknown"}
        said = Answer(answer, f"{command.written}: {word.get(status, 'out of range')}")
        keep = "for good" if command.storage == b"." else "for now"
        return Exchange(command.raw, f"{command.written} ({keep})", (said,))

    def _act(self, command: Command) -> tuple[str, bytes]:
        """Return what is echoed, and how it went."""
        name, permanent = command.name, command.storage == b"."
        if name == "REVINF" and not command.data:
            return "REVINF" + REVISIONS, commands.DONE
        if name in _CLEARS and not command.data:
            self.settings.set(_CLEARS[name], "", permanent=permanent)
            return name, commands.DONE
        if name not in self.settings:
            return command.written, commands.UNKNOWN
        return self._set(command, permanent=permanent)

    def _set(self, command: Command, *, permanent: bool) -> tuple[str, bytes]:
        name, data = command.name, command.data
        if data in ("?", "^", "*"):
            found = {
                "?": self.settings[name],
                "^": self.settings.factory(name),
                "*": self.settings.range(name),
            }
            return name + found[data], commands.DONE
        if not self._fits(name, data):
            return command.written, commands.OUT_OF_RANGE
        self.settings.set(name, data, permanent=permanent)
        return command.written, commands.DONE

    def _fits(self, name: str, data: str) -> bool:
        if name == "TRGSTO":
            return data.isdecimal() and data.isascii() and int(data) <= 300_000
        if name in ("SUFBK2", "PREBK2"):
            return _is_format(data)
        return self.settings.allows(name, data)


def _is_format(data: str) -> bool:
    """Tell whether this is ``99`` (all symbologies) and some bytes in hexadecimal."""
    digits = set("0123456789ABCDEF")
    return data.startswith(_ALL) and len(data) % 2 == 0 and set(data) <= digits
