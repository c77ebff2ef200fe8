"""An SSP line in words: ``poll``, ``ok: credit channel 4, stacked``."""

from __future__ import annotations

from collections.abc import Iterator

from drivers.cash.codec import Packet, PacketReader, packet
from drivers.cash.words import (
    OK,
    POLLS,
    REFUSALS,
    Command,
    Event,
    Happening,
    read_poll,
)
from kiosk.core.wire import Direction


class SspExplainer:
    """See ``kiosk.core.wire.WireExplainer``; nothing on this line is personal."""

    def __init__(self) -> None:
        self._readers = {"sent": PacketReader(), "received": PacketReader()}
        self._asked = 0
        self._last = b""

    def explain(self, direction: Direction, data: bytes) -> Iterator[tuple[str, bytes]]:
        """Yield each packet that is whole and good; spoilt ones are counted."""
        reader = self._readers[direction]
        spoilt = reader.spoilt
        for found in reader.feed(data):
            again = packet(found.head >> 7, found.head & 0x7F, found.data)
            text = self._command(found) if direction == "sent" else self._answer(found)
            if direction == "sent":
                text += ", sent again" if again == self._last else ""
                self._last = again
            yield text, again
        if reader.spoilt > spoilt:
            yield f"{reader.spoilt - spoilt} packets with a wrong check sum", b""

    def _command(self, found: Packet) -> str:
        self._asked = found.data[0] if found.data else 0
        if self._asked in Command.__members__.values():
            name = Command(self._asked).name.lower().replace("_", " ")
            rest = found.data[1:].hex(" ")
            return f"{name} {rest}".strip()
        return f"command {self._asked:02X}"

    def _answer(self, found: Packet) -> str:
        if not found.data:
            return "an empty answer"
        if found.data[0] != OK:
            return f"refused: {REFUSALS.get(found.data[0], f'{found.data[0]:02X}')}"
        if self._asked in POLLS:
            events = ", ".join(_word(each) for each in read_poll(found.data[1:]))
            return f"ok: {events or 'nothing happened'}"
        return f"ok, {len(found.data) - 1} bytes" if found.data[1:] else "ok"


def _word(happening: Happening) -> str:
    name = happening.event.name.lower().replace("_", " ")
    if happening.event in (Event.READ, Event.CREDIT) or happening.channel:
        return f"{name} channel {happening.channel}"
    return name
