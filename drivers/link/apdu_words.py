"""Commands of chip cards in words, for the trace; nothing that a card tells is shown.

Names of commands are those of ISO/IEC 7816-4 and EMV book 3.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core.wire import Direction

_SELECT, _GET_RESPONSE, _OPTIONS = 0xA4, 0xC0, 0xA8
_COMMANDS = {
    _SELECT: "SELECT",
    0xB0: "READ BINARY",
    0xB2: "READ RECORD",
    _GET_RESPONSE: "GET RESPONSE",
    _OPTIONS: "GET PROCESSING OPTIONS",
    0x84: "GET CHALLENGE",
    0x82: "EXTERNAL AUTHENTICATE",
    0x88: "INTERNAL AUTHENTICATE",
    0x20: "VERIFY",
    0xCA: "GET DATA",
    0xD6: "UPDATE BINARY",
    0xDC: "UPDATE RECORD",
}
_OPEN = frozenset({_SELECT, _OPTIONS})
"""Commands whose data and answers hold nothing personal; options: ``_is_open``."""
_BARE_OPTIONS = 0x80

_WORDS = {
    0x9000: "ok",
    0x6283: "application blocked",
    0x6700: "wrong length",
    0x6982: "locked",
    0x6983: "blocked",
    0x6985: "conditions not satisfied",
    0x6A81: "not supported",
    0x6A82: "not found",
    0x6A83: "no such record",
    0x6A86: "wrong parameters",
    0x6B00: "wrong parameters",
    0x6D00: "unknown instruction",
    0x6E00: "unknown class",
}


class ApduExplainer:
    """Names each command and each answer; whole messages cross, never parts.

    Args:
        applications: names of applications by identifier.
    """

    def __init__(self, applications: Mapping[bytes, str]) -> None:
        self._applications = applications
        self._instruction = 0

    def explain(self, direction: Direction, data: bytes) -> list[tuple[str, bytes]]:
        """Explain one command or one answer."""
        if direction == "sent":
            return [self._command(data)]
        return [self._answer(data)]

    def _command(self, apdu: bytes) -> tuple[str, bytes]:
        if len(apdu) < 4:
            return f"{len(apdu)} bytes that are no command", b""
        instruction = apdu[1]
        if instruction != _GET_RESPONSE:
            self._instruction = instruction
        name = _COMMANDS.get(instruction, f"instruction {instruction:02X}")
        shown = apdu
        body = apdu[5:]
        if body and instruction not in _OPEN:
            shown = apdu[:5]
            name += f", {len(body)} bytes"
        return f"{name}{self._about(apdu)}", shown

    def _about(self, apdu: bytes) -> str:
        name = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        if apdu[1] == _SELECT and apdu[2] == 0x04:
            return f" {self._applications.get(name, name.hex(' '))}"
        if apdu[1] == _SELECT:
            return f" file {name.hex().upper()}"
        if apdu[1] == 0xB2 and apdu[3] & 0x07 == 0x04:
            return f" {apdu[2]} of file {apdu[3] >> 3}"
        return f" by tag {apdu[2]:02X}" if apdu[1] == 0xB2 else ""

    def _answer(self, answer: bytes) -> tuple[str, bytes]:
        if len(answer) < 2:
            return f"{len(answer)} bytes that are no answer", b""
        word = int.from_bytes(answer[-2:], "big")
        said = f"{answer[-2]:02X} {answer[-1]:02X} {_meaning(word)}"
        if len(answer) > 2:
            said += f", {len(answer) - 2} bytes"
        return said, answer if self._is_open(answer) else answer[-2:]

    def _is_open(self, answer: bytes) -> bool:
        """Tell whether an answer may be shown.

        A contactless card tells its account number together with its options, unless
        they come bare: profile and places of records (EMV book 3 section 6.5.8.4).
        """
        if self._instruction == _OPTIONS and len(answer) > 2:
            return answer[0] == _BARE_OPTIONS
        return self._instruction in _OPEN


def _meaning(word: int) -> str:
    high, low = word >> 8, word & 0xFF
    if high == 0x61:
        return f"{low or 256} bytes wait"
    if high == 0x6C:
        return f"ask again for {low or 256}"
    if high == 0x63 and low >> 4 == 0xC:
        return f"{low & 0x0F} attempts left"
    return _WORDS.get(word, "unknown status")
