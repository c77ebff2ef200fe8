"""The Honeywell scanner: menu commands, a trigger without an answer, bare codes."""

from __future__ import annotations

from hardware_sim.scanner.engine import Answer, Exchange
from hardware_sim.scanner.held import AIM_MARKS, Held
from hardware_sim.scanner.honeywell import commands
from hardware_sim.scanner.honeywell.commands import Command, CommandReader
from hardware_sim.scanner.menu import DONE, WORDS, MenuEngine, Menus

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
_CLEARS = {"SUFCA2": "SUFBK2", "PRECA2": "PREBK2"}
_ALL = "99"
_AIM = "5C81"

REVISIONS = (
    "Product Name: Vuquest 3310 (simulated)\r\nBoot Revision: CA000064BBC\r\n"
    "Software Revision: CA000064BBC:20260101\r\nSerial Number: SIM3310-0001\r\n"
)


class HoneywellEngine(MenuEngine):
    """See ``hardware_sim.scanner.engine``."""

    def __init__(self) -> None:
        super().__init__(MENUS)
        self._reader = CommandReader()

    def hear(self, data: bytes, now: float) -> list[Exchange]:
        """Take bytes; act on whole commands."""
        return [self._obeyed(command) for command in self._reader.feed(data, now)]

    def dressed(self, held: Held) -> bytes:
        """Return prefix, code and suffix."""
        prefix, suffix = self.settings["PREBK2"], self.settings["SUFBK2"]
        mark = AIM_MARKS[held.kind] if prefix == _ALL + _AIM else b""
        return mark + held.code() + bytes.fromhex(suffix.removeprefix(_ALL))

    def _obeyed(self, command: Command) -> Exchange:
        if command.kind == commands.MENU:
            return self._menu(command)
        on = command.kind == commands.TRIGGER
        self.trigger(on and self.mode == "command")
        return Exchange(command.raw, "trigger" if on else "stop reading")

    def _menu(self, command: Command) -> Exchange:
        text, status = self._act(command)
        answer = text.encode("latin-1") + status + command.storage
        said = Answer(answer, f"{command.written}: {WORDS[status]}")
        keep = "for good" if command.storage == b"." else "for now"
        return Exchange(command.raw, f"{command.written} ({keep})", (said,))

    def _act(self, command: Command) -> tuple[str, bytes]:
        """Return what is echoed, and how it went."""
        name, permanent = command.name, command.storage == b"."
        if name == "REVINF" and not command.data:
            return "REVINF" + REVISIONS, DONE
        if name in _CLEARS and not command.data:
            self.settings.set(_CLEARS[name], "", permanent=permanent)
            return name, DONE
        return self.put(name, command.data, command.written, permanent=permanent)


def _is_format(data: str) -> bool:
    """Tell whether this is ``99`` (all symbologies) and some bytes in hexadecimal."""
    digits = set("0123456789ABCDEF")
    return data.startswith(_ALL) and len(data) % 2 == 0 and set(data) <= digits


MENUS = Menus(
    FACTORY,
    mode="TRGMOD",
    modes=_MODES,
    time_out="TRGSTO",
    longest_ms=300_000,
    speeds=_SPEEDS,
    asks=("?", "^", "*"),
    formats={"SUFBK2": _is_format, "PREBK2": _is_format},
)
