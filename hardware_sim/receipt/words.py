"""What arrived, in words, for the wire log."""

from __future__ import annotations

from hardware_sim.receipt.commands import Command

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
