"""What commands and answers mean, for the wire log. Our cards are invented people's."""

from __future__ import annotations

from hardware_sim.smartcard.apdu import MEANINGS, Command, parse

_NAMES = {
    0xA4: "select",
    0xB0: "read bytes",
    0xB2: "read record",
    0xC0: "get response",
    0x84: "get challenge",
    0x82: "external authenticate",
    0x20: "verify PIN",
    0xA8: "get processing options",
    0xD6: "write bytes",
}


class CardWords:
    """Names both directions."""

    def command(self, apdu: bytes) -> str:
        """Name a command."""
        command = parse(apdu)
        if command is None:
            return "command of a wrong length"
        name = _NAMES.get(command.ins, f"instruction {command.ins:02X}")
        return f"{name} {_about(command)}".strip()

    def answer(self, apdu: bytes, answer: bytes) -> str:
        """Name the answer to it."""
        word = int.from_bytes(answer[-2:], "big")
        size = len(answer) - 2
        if word >> 8 == 0x61:
            return f"{word & 0xFF or 256} bytes wait"
        if word >> 8 == 0x6C:
            return f"ask again for {word & 0xFF or 256} bytes"
        if word >> 8 == 0x63:
            return f"wrong; {word & 0x0F} attempts left"
        meaning = MEANINGS.get(word, f"status {word:04X}")
        return f"{meaning}, {size} bytes" if size else meaning


def _about(command: Command) -> str:
    if command.ins == 0xA4 and command.p1 == 0x04:
        text = command.data.decode("gbk", "replace")
        return f"application {text if text.isprintable() else command.data.hex(' ')}"
    if command.ins == 0xA4:
        return f"file {command.data.hex().upper()}"
    if command.ins == 0xB2:
        by = "number" if command.p2 & 0x07 == 0x04 else "tag"
        return f"by {by} {command.p1:02X} of file {command.p2 >> 3}"
    return f"{command.most} bytes" if command.most and not command.data else ""
