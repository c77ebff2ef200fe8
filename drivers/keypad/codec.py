"""Bytes of serial keypads in plain mode: one for each key, one for each command.

Source: published data sheets of counter keypads with an RS-232 port (9600 8N1, "each
key is sent at once, the pad keeps nothing back"). Metal kiosk keypads send the same
bytes in their plain mode. Golden bytes in ``tests/golden/keypad/plain.toml``.

    key      30 to 39 digits, 0D enter, 08 backspace, 1B cancel
             2A (*) clear, 3F (?) help, 0B up, 0A down: where the pad has them
    command  89 are you there -> 4F 4B 0D; 8A open the keys; 8B close them

There is no check sum. A byte that no key sends therefore spoils the whole entry: it
is noise, and what stands beside it may be noise too.
"""

from __future__ import annotations

from typing import Final

from kiosk.core.errors import DeviceProtocolError, SettingsError

ENQUIRE, OPEN, CLOSE = b"\x89", b"\x8a", b"\x8b"
HERE: Final = b"OK\r"

DIGITS: Final = tuple("0123456789")
FUNCTION_KEYS: Final = (
    *("enter", "backspace", "cancel", "clear", "help", "up", "down"),
)
_PLAIN: Final = {
    **{ord(digit): digit for digit in DIGITS},
    0x0D: "enter",
    0x08: "backspace",
    0x1B: "cancel",
    0x2A: "clear",
    0x3F: "help",
    0x0B: "up",
    0x0A: "down",
}


def key_table(device: str, more: str) -> dict[int, str]:
    """Return the key of each byte, with a machine's own keys put over it.

    Args:
        more: ``"23=help, 2E=clear"``, bytes as two hexadecimal digits.

    Raises:
        SettingsError: a byte or key that does not exist, or one used by the answer.
    """
    table = dict(_PLAIN)
    for part in filter(None, (part.strip() for part in more.split(","))):
        code, _, key = (piece.strip() for piece in part.partition("="))
        try:
            byte = int(code, 16) if len(code) == 2 else -1
        except ValueError:
            byte = -1
        if not 0 <= byte < 0x80 or key not in (*DIGITS, *FUNCTION_KEYS):
            words = ", ".join(FUNCTION_KEYS)
            raise SettingsError(f"{device}: keys: {part!r}; HH=KEY of digits, {words}")
        if byte in HERE[:2]:
            raise SettingsError(f"{device}: keys: {code} is part of the answer OK")
        table[byte] = key
    return table


class KeyReader:
    """Tells keys from the answer to an enquiry, which may come late.

    Attributes:
        answers: enquiries that were answered so far.
    """

    def __init__(self, table: dict[int, str]) -> None:
        self._table = table
        self._matched = 0
        self.answers = 0

    def feed(self, data: bytes) -> list[str]:
        """Take in bytes; return the keys among them.

        Raises:
            DeviceProtocolError: a byte that no key sends.
        """
        keys = []
        for byte in data:
            if self._is_answer(byte):
                continue
            if byte not in self._table:
                raise DeviceProtocolError("a byte that no key sends")
            keys.append(self._table[byte])
        return keys

    def _is_answer(self, byte: int) -> bool:
        """Tell whether the byte goes on with ``OK``; half of it is noise."""
        if byte == HERE[self._matched]:
            # Alone, the last byte of the answer is the enter key.
            self._matched = (self._matched + 1) % len(HERE)
            self.answers += self._matched == 0
            return True
        if self._matched:
            self._matched = 0
            raise DeviceProtocolError("half an answer")
        return False
