"""The wire of a meter card reader in words. What a card holds is never shown."""

from __future__ import annotations

from drivers.link.apdu_words import ApduExplainer
from drivers.metercard.ccid import (
    HEADER,
    POWER_OFF,
    POWER_ON,
    REMOVED,
    SLOT_STATUS,
    TRANSFER,
    FrameFinder,
    Message,
)
from drivers.metercard.layout import APPLICATION
from kiosk.core.wire import Direction

_NAMES = {APPLICATION: "meter card"}
_REQUESTS = {
    POWER_ON: "POWER ON",
    POWER_OFF: "POWER OFF",
    SLOT_STATUS: "SLOT STATUS",
}

_MORE_TIME = "the card needs more time"

Explained = list[tuple[str, bytes]]


class MeterCardExplainer(ApduExplainer):
    """Behind PC/SC whole commands cross."""

    def __init__(self) -> None:
        super().__init__(_NAMES)


class CcidExplainer:
    """On a serial line CCID frames cross, with commands inside."""

    def __init__(self) -> None:
        self._finder = FrameFinder()
        self._card = ApduExplainer(_NAMES)
        self._asked: dict[int, int] = {}
        self._newest = -1

    def explain(self, direction: Direction, data: bytes) -> Explained:
        """Explain each request, and each answer when its last byte has come."""
        if direction == "sent":
            return [self._request(data)]
        found: Explained = []
        waits = self._finder.waits
        message = self._finder.feed(data)
        while message is not None:
            found.append(self._answer(message))
            message = self._finder.feed(b"")
        if self._finder.waits > waits + found.count((_MORE_TIME, b"")):
            found.append((_MORE_TIME, b""))
        if self._finder.refused or self._finder.spoilt:
            what = "refused" if self._finder.refused else "a damaged frame"
            found.append((what, b""))
            self._finder.refused = self._finder.spoilt = False
        return found

    def _request(self, frame: bytes) -> tuple[str, bytes]:
        if len(frame) < 2 + HEADER + 1:
            return f"{len(frame)} bytes that are no request", b""
        kind, self._newest = frame[2], frame[8]
        self._asked[self._newest] = kind
        if kind == TRANSFER:
            ((words, shown),) = self._card.explain("sent", frame[2 + HEADER : -1])
            return words, shown
        return _REQUESTS.get(kind, f"request {kind:02X}"), frame

    def _answer(self, message: Message) -> tuple[str, bytes]:
        if message.echo:
            return "the request, said again", b""
        if message.more_time:
            return _MORE_TIME, b""
        if message.failed:
            gone = message.error == REMOVED
            return ("no answer of the card" if gone else "failed"), b""
        asked = self._asked.get(message.sequence)
        if asked == TRANSFER and message.sequence == self._newest:
            ((words, shown),) = self._card.explain("received", message.data)
            return words, shown
        there = "card in the slot" if message.card else "no card"
        words = f"{there}, {len(message.data)} bytes"
        if asked == POWER_ON:
            return words, message.data
        # An answer that comes late, or twice, may be one that holds personal data.
        late = "" if message.sequence == self._newest else ", to an earlier request"
        return words + late, b""
