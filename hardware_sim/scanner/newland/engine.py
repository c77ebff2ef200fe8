"""The Newland module: settings by name, codes that come bare."""

from __future__ import annotations

from hardware_sim.scanner.engine import Answer, Exchange
from hardware_sim.scanner.held import AIM_MARKS, Held
from hardware_sim.scanner.menu import DONE, WORDS, MenuEngine, Menus
from hardware_sim.scanner.newland import commands
from hardware_sim.scanner.newland.commands import Command, CommandReader, Setting
from hardware_sim.scanner.settings import SPEEDS

FACTORY = {
    "SCNMOD": "0",
    "ORTSET": "3000",
    "TSUENA": "0",
    "TSUSET": "0D",
    "AIDENA": "0",
    "SETUPE": "1",
    "232BAD": "3",
}
_FLAG = ("0", "1")

SYSTEM = (
    "Product Name: FM430 (simulated)\r\nSerial Number: SIM430-0001\r\n"
    "Firmware Version: V1.02.011"
)


class NewlandEngine(MenuEngine):
    """See ``hardware_sim.scanner.engine``."""

    def __init__(self) -> None:
        super().__init__(MENUS)
        self._reader = CommandReader()

    def hear(self, data: bytes, now: float) -> list[Exchange]:
        """Take bytes; act on whole commands."""
        return [self._obeyed(command) for command in self._reader.feed(data, now)]

    def dressed(self, held: Held) -> bytes:
        """Return mark, code and suffix."""
        mark = AIM_MARKS[held.kind] if self.settings["AIDENA"] == "1" else b""
        suffix = b""
        if self.settings["TSUENA"] == "1":
            suffix = bytes.fromhex(self.settings["TSUSET"])
        return mark + held.code() + suffix

    def _obeyed(self, command: Command) -> Exchange:
        parts = b"".join(self._part(command, part) for part in command.parts)
        answer = commands.ANSWER_HEAD + command.storage + parts + b"\x03"
        words = ", ".join(part.written for part in command.parts)
        keep = "for good" if command.permanent else "for now"
        said = Answer(answer, f"{words}: {WORDS[answer[-3:-2]]}")
        return Exchange(command.raw, f"{words} ({keep})", (said,))

    def _part(self, command: Command, part: Setting) -> bytes:
        text, status = self._act(part, permanent=command.permanent)
        return text.encode("latin-1") + status + b";"

    def _act(self, part: Setting, *, permanent: bool) -> tuple[str, bytes]:
        """Return what is echoed, and how it went."""
        if part.name == "SCNTRG" and part.data in _FLAG:
            self.trigger(part.data == "1" and self.mode == "command")
            return part.written, DONE
        if part.name == "QRYSYS" and not part.data:
            return "QRYSYS" + SYSTEM, DONE
        if part.name == "FACDEF" and not part.data:
            self.settings.reset_to_factory()
            return part.written, DONE
        return self.put(part.name, part.data, part.written, permanent=permanent)


def _is_hex(data: str) -> bool:
    digits = set("0123456789ABCDEFabcdef")
    return 2 <= len(data) <= 14 and len(data) % 2 == 0 and set(data) <= digits


MENUS = Menus(
    FACTORY,
    mode="SCNMOD",
    modes={"0": "command", "2": "sensing", "3": "continuous"},
    time_out="ORTSET",
    longest_ms=3_600_000,
    speeds=SPEEDS,
    asks=("*", "&", "^"),
    ranges={"TSUENA": _FLAG, "AIDENA": _FLAG, "SETUPE": _FLAG},
    formats={"TSUSET": _is_hex},
)
