"""The pad itself: which byte a key sends, and what a command does. Pure.

Written from the data sheets of counter keypads: 9600 8N1, every key at once, keys open
after power-on, 89 answers ``OK`` and CR, 8A opens the keys, 8B closes them.
"""

from __future__ import annotations

from dataclasses import dataclass

KEYS: dict[str, int] = {
    **{str(digit): 0x30 + digit for digit in range(10)},
    "enter": 0x0D,
    "backspace": 0x08,
    "cancel": 0x1B,
    "clear": 0x2A,
    "help": 0x3F,
    "up": 0x0B,
    "down": 0x0A,
}
_ENQUIRY, _OPEN, _CLOSE = 0x89, 0x8A, 0x8B


@dataclass(slots=True)
class Pad:
    """State of the keypad.

    Attributes:
        open: keys send something.
        invited: the kiosk has opened them: somebody is asked to type.
        presses: keys that were sent since power-on; which is not kept.
    """

    open: bool = True
    invited: bool = False
    presses: int = 0

    def obey(self, command: int) -> tuple[bytes, str, str]:
        """Return the answer, what was asked, and what the answer means."""
        if command == _ENQUIRY:
            return b"OK\r", "are you there", "here"
        if command == _OPEN:
            self.open = self.invited = True
            return b"", "open the keys", ""
        if command == _CLOSE:
            self.open = self.invited = False
            return b"", "close the keys", ""
        return b"", f"unknown command {command:02X}", ""

    def press(self, key: str) -> bytes:
        """Return what a key sends; nothing while the keys are closed."""
        if not self.open:
            return b""
        self.presses += 1
        return bytes([KEYS[key]])

    def lose_power(self) -> None:
        """Begin again, with open keys."""
        self.open = True
        self.invited = False
        self.presses = 0


def keys_of(text: str) -> tuple[str, ...]:
    """Return the keys of ``"1001 enter"``: words are keys, digits stand alone.

    Raises:
        ValueError: a word that is no key.
    """
    keys: list[str] = []
    for word in text.split():
        if word in KEYS:
            keys.append(word)
        elif word.isascii() and word.isdigit():
            keys.extend(word)
        else:
            raise ValueError(f"keys: no key {word!r}; digits, {', '.join(KEYS)}")
    return tuple(keys)
