"""The card terminal's cable in words, for a technician.

Passwords, amounts, card numbers and slips cross it: those bytes are never shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from drivers.payment.zvt import messages
from drivers.payment.zvt.frame import (
    ACK,
    NAK,
    Apdu,
    ApduFinder,
    Damaged,
    FrameFinder,
    Heard,
    NotTaken,
    Taken,
    framed,
)
from kiosk.core.wire import Direction

_NAMES: Final = {
    0x0600: "registration",
    0x0601: "authorisation",
    0x0630: "reversal",
    0x0620: "repeat receipt",
    0x0501: "status enquiry",
    0x06B0: "abort",
    messages.POSITIVE: "positive answer",
    messages.INTERMEDIATE: "intermediate status",
    messages.STATUS_INFORMATION: "status information",
    messages.COMPLETION: "completion",
    messages.ABORTED: "aborted",
    messages.PRINT_LINE: "print line",
    messages.PRINT_BLOCK: "print block",
    messages.SET_TIME: "set time",
}
_OPEN: Final = frozenset(
    {0x06B0, messages.POSITIVE, messages.INTERMEDIATE, messages.ABORTED}
)
"""Messages that carry nothing but codes."""


class ZvtExplainer:
    """One listener's explanations; see ``kiosk.core.wire.WireExplainer``.

    Args:
        serial: framed and acknowledged; otherwise bare APDUs over TCP.
    """

    def __init__(self, *, serial: bool) -> None:
        self._serial = serial
        kind = FrameFinder if serial else ApduFinder
        self._finders: dict[Direction, FrameFinder | ApduFinder] = {
            "sent": kind(),
            "received": kind(),
        }

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield words and bytes of each frame that is whole now."""
        for heard in self._finders[direction].feed(data):
            yield self._told(heard)

    def _told(self, heard: Heard) -> tuple[str, bytes]:
        match heard:
            case Taken():
                return "06 frame taken", bytes([ACK])
            case NotTaken():
                return "15 frame damaged, send again", bytes([NAK])
            case Damaged():
                return "a frame whose check bytes or length do not fit", b""
        raw = framed(heard) if self._serial else heard.packed()
        is_open = heard.control in _OPEN or heard.control >> 8 == messages.REFUSAL
        return _words(heard), raw if is_open else b""


def _words(apdu: Apdu) -> str:
    """Return the name of a message and the codes in it: pure."""
    if apdu.control >> 8 == messages.REFUSAL:
        return f"{apdu.name} refused"
    name = _NAMES.get(apdu.control, "unknown to this kiosk")
    words = f"{apdu.name} {name}, {len(apdu.data)} bytes"
    if apdu.control == messages.INTERMEDIATE:
        return f"{words}: {messages.read_prompt(apdu.data)}"
    if apdu.control == messages.STATUS_INFORMATION:
        result = messages.read_status_information(apdu.data).result
        return words if result is None else f"{words}: result {result:02X}"
    if apdu.control == messages.ABORTED:
        reason = messages.read_reason(apdu.data)
        return words if reason is None else f"{words}: reason {reason:02X}"
    return words
