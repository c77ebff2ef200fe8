"""The Newland module: settings by name, codes that come bare."""

from __future__ import annotations

from hardware_sim.scanner.engine import Answer, Exchange, Eye
from hardware_sim.scanner.held import AIM_MARKS
from hardware_sim.scanner.newland import commands
from hardware_sim.scanner.newland.commands import Command, CommandReader, Setting
from hardware_sim.scanner.settings import SPEEDS, NamedSettings

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
_RANGES = {
    "SCNMOD": ("0", "2", "3"),
    "TSUENA": _FLAG,
    "AIDENA": _FLAG,
    "SETUPE": _FLAG,
    "232BAD": tuple(SPEEDS),
}
_MODES = {"0": "command", "2": "sensing", "3": "continuous"}

SYSTEM = (
    "Product Name: FM430 (simulated)\r\nSerial Number: SIM430-0001\r\n"
    "Firmware Version: V1.02.011"
)


class NewlandEngine(Eye):
    """See ``hardware_sim.scanner.engine``."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = NamedSettings(FACTORY, _RANGES)
        self._reader = CommandReader()

    @property
    def mode(self) -> str:
        """How reading begins."""
        return _MODES[self.settings["SCNMOD"]]

    @property
    def light(self) -> bool:
        """True while the module lights the scene to read."""
        return self.lit(self.mode)

    @property
    def time_out_s(self) -> float:
        """Seconds of one reading, 0 = for ever."""
        return int(self.settings["ORTSET"]) / 1000

    @property
    def baudrate(self) -> int | None:
        """Speed as set."""
        return SPEEDS[self.settings["232BAD"]]

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
        """Return mark, code and suffix, and end a triggered reading.

        Raises:
            ValueError: there is nothing to decode.
        """
        held = self.take()
        mark = AIM_MARKS[held.kind] if self.settings["AIDENA"] == "1" else b""
        suffix = b""
        if self.settings["TSUENA"] == "1":
            suffix = bytes.fromhex(self.settings["TSUSET"])
        return [Answer(mark + held.code() + suffix, f"{held.kind}, bare")]

    def resend(self) -> list[Answer]:
        """Nothing: see ``unsettled``."""
        return []

    def lose_power(self) -> None:
        """Forget what was not saved."""
        self.settings.lose_power()
        self.trigger(False)

    def _obeyed(self, command: Command) -> Exchange:
        parts = b"".join(self._part(command, part) for part in command.parts)
        answer = commands.ANSWER_HEAD + command.storage + parts + b"\x03"
        words = ", ".join(part.written for part in command.parts)
        keep = "for good" if command.permanent else "for now"
        status = {0x06: "done", 0x15: "out of range", 0x05: "unknown"}[answer[-3]]
        said = Answer(answer, f"{words}: {status}")
        return Exchange(command.raw, f"{words} ({keep})", (said,))

    def _part(self, command: Command, part: Setting) -> bytes:
        text, status = self._act(part, permanent=command.permanent)
        return text.encode("latin-1") + status + b";"

    def _act(self, part: Setting, *, permanent: bool) -> tuple[str, bytes]:
        """Return what is echoed, and how it went."""
        if part.name == "SCNTRG" and part.data in _FLAG:
            self.trigger(part.data == "1" and self.mode == "command")
            return part.written, commands.DONE
        if part.name == "QRYSYS" and not part.data:
            return "QRYSYS" + SYSTEM, commands.DONE
        if part.name == "FACDEF" and not part.data:
            self.settings.reset_to_factory()
            return part.written, commands.DONE
        if part.name not in self.settings:
            return part.written, commands.UNKNOWN
        return self._set(part, permanent=permanent)

    def _set(self, part: Setting, *, permanent: bool) -> tuple[str, bytes]:
        name, data = part.name, part.data
        if data in ("*", "&", "^"):
            found = {
                "*": self.settings[name],
                "&": self.settings.factory(name),
                "^": self.settings.range(name),
            }
            return name + found[data], commands.DONE
        if not self._fits(name, data):
            return part.written, commands.OUT_OF_RANGE
        self.settings.set(name, data, permanent=permanent)
        return part.written, commands.DONE

    def _fits(self, name: str, data: str) -> bool:
        if name == "ORTSET":
            return data.isdecimal() and data.isascii() and int(data) <= 3_600_000
        if name == "TSUSET":
            return _is_hex(data)
        return self.settings.allows(name, data)


def _is_hex(data: str) -> bool:
    digits = set("0123456789ABCDEFabcdef")
    return 2 <= len(data) <= 14 and len(data) % 2 == 0 and set(data) <= digits
