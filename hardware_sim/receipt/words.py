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
_WELL = "all well"
_REAL_TIME = {0x04: "real-time status", 0x05: "real-time recover", 0x14: "real-time"}

_STATUS_BITS = {
    1: ((0x08, "offline"),),
    2: ((0x04, "cover open"), (0x20, "stopped by paper end"), (0x40, "error")),
    3: (
        (0x04, "mechanical error"),
        (0x08, "cutter error"),
        (0x20, "unrecoverable error"),
        (0x40, "head too hot"),
    ),
    4: ((0x60, "paper end"), (0x0C, "paper near end")),
}
_PAPER_BITS = ((0x0C, "paper end"), (0x03, "paper near end"))
_AUTOMATIC_BITS = (
    ((0x08, "offline"), (0x20, "cover open")),
    _STATUS_BITS[3],
    _PAPER_BITS,
)


def describe_status(number: int, status: int) -> str:
    """Return an answer to DLE EOT in words."""
    return f"real-time status {number}: {_bits(_STATUS_BITS[number], status)}"


def describe_paper(status: int) -> str:
    """Return an answer to GS r 1 in words."""
    return f"everything before is printed: {_bits(_PAPER_BITS, status)}"


def describe_automatic(status: bytes) -> str:
    """Return four bytes of automatic status in words."""
    parts = zip(_AUTOMATIC_BITS, status, strict=False)
    words = [_bits(bits, byte) for bits, byte in parts]
    said = [word for word in words if word != _WELL]
    return f"automatic status: {', '.join(said) or _WELL}"


def _bits(bits: tuple[tuple[int, str], ...], byte: int) -> str:
    return ", ".join(word for bit, word in bits if byte & bit) or _WELL


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
