"""What arrived, in words, for the wire log."""

from __future__ import annotations

from hardware_sim.receipt.commands import Command, CommandReader

_MEANINGS = {
    "ESC @": "initialise",
    "ESC !": "print mode",
    "ESC a": "align",
    "ESC E": "bold",
    "ESC d": "feed lines",
    "ESC J": "feed dots",
    "ESC p": "drawer",
    "ESC t": "code table",
    "FS &": "Chinese on",
    "FS .": "Chinese off",
    "FS !": "Chinese mode",
    "FS W": "Chinese double size",
    "GS !": "size",
    "GS V": "cut",
    "GS a": "automatic status",
    "GS r": "query status in turn",
    "GS v": "picture",
    "GS (": "symbol",
}
_REAL_TIME = {0x04: "real-time status", 0x05: "real-time recover", 0x14: "real-time"}


class WireWords:
    """Reads along with the printer, as the bytes arrive."""

    def __init__(self) -> None:
        self._reader = CommandReader()

    def clear(self) -> None:
        """Forget half a command."""
        self._reader.clear()

    def feed(self, data: bytes) -> list[tuple[bytes, str]]:
        """Return the commands that these bytes complete, with their meaning."""
        self._reader.feed(data)
        entries = []
        while (command := self._reader.next()) is not None:
            entries.append((command.raw, describe(command)))
        return entries


def describe(command: Command) -> str:
    """Return one command in words."""
    if command.name == "text":
        return f"text {command.data.decode('gb18030', 'replace')}"
    if command.name == "control":
        return {0x0A: "line feed", 0x09: "tab"}.get(command.data[0], "control")
    if command.name == "real-time":
        word = _REAL_TIME.get(command.data[0] if command.data else 0, "real-time")
        return f"{word} {command.data[1:].hex(' ')}".strip()
    word = _MEANINGS.get(command.name, "")
    return f"{command.name} {command.data[:8].hex(' ')} {word}".strip()
