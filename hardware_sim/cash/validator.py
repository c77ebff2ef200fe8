"""The validator itself: notes on their way, events that wait for a poll. No wire.

Modelled on an NV9 with protocol 6 and a CNY data set of six channels. A note moves by
calls of ``pass_time``; what a poll does to it (stack what lies in escrow) happens in
``obey``.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from hardware_sim.cash.notes import Note, Paths, power_up_events

CHANNELS = (1, 5, 10, 20, 50, 100)
"""Yuan of channels 1 to 6."""

SERIAL = 4_031_726
FIRMWARE = b"0333"
_OK, _UNKNOWN, _PARAMETERS, _RANGE, _CANNOT = 0xF0, 0xF2, 0xF3, 0xF4, 0xF5
_REPEATED = (0xE1, 0xE2, 0xE6, 0xEE)
_WRAP = 1 << 32
_IDLE_LIMIT_S = 10.0
"""Without a poll for this long the validator disables itself."""


@dataclass(slots=True)
class Validator:
    """State of the machine.

    Attributes:
        events: one-off events that the next poll takes away.
        box: yuan in the cash box, note by note; survives every power cut.
        booting_until: silent until then.
        tells_cleared: after a power cut it says what it found inside; firmware that
            speaks an old protocol does not.
        stacked, rejected: counters that survive every power cut (command 58).
        knows_not: commands that this firmware does not know.
        unacknowledged: answer to a poll with acknowledgement that is repeated until
            it is acknowledged; ``b""`` = none.
    """

    paths: Paths
    enabled: bool = False
    inhibits: int = 0
    protocol: int = 5
    events: list[bytes] = field(default_factory=lambda: [b"\xf1"])
    box: list[int] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    capacity: int = 600
    box_in_place: bool = True
    jammed: str = ""
    booting_until: float = 0.0
    tells_cleared: bool = True
    last_reason: int = 0x10
    polled_at: float = 0.0
    stacked: int = 0
    rejected: int = 0
    knows_not: frozenset[int] = frozenset()
    unacknowledged: bytes = b""

    @property
    def full(self) -> bool:
        """True when no further note fits into the box."""
        return len(self.box) >= self.capacity

    @property
    def takes_notes(self) -> bool:
        """True when the slot's light is on."""
        works = self.box_in_place and not self.full and not self.jammed
        free = self.paths.note is None and not self.unacknowledged
        return self.enabled and works and free

    def offer(self, note: Note, now_s: float) -> bool:
        """Put a note to the slot; False when it does not pull it in."""
        if not self.takes_notes or now_s < self.booting_until:
            return False
        self.paths.take(note, now_s)
        return True

    def pass_time(self, now_s: float) -> None:
        """Move the note on; judge it when it has been read."""
        if now_s - self.polled_at > _IDLE_LIMIT_S:
            self.enabled = False
        for moment in self.paths.moved(now_s):
            self._arrived(moment, now_s)

    def obey(self, data: bytes, now_s: float) -> bytes:
        """Return the answer to a new command."""
        command, parameters = data[0], data[1:]
        if command in self.knows_not:
            return bytes([_UNKNOWN])
        match command:
            case 0x01:
                self.restart(now_s + 0.05)
                return bytes([_OK])
            case 0x02:
                return self._set_inhibits(parameters)
            case 0x05:
                return bytes([_OK]) + self._set_up()
            case 0x06:
                return self._set_protocol(parameters)
            case 0x07:
                return self._poll(now_s)
            case 0x08:
                return bytes([_OK if self._reject(0x08, now_s) else _CANNOT])
            case 0x09 | 0x0A:
                self.enabled = command == 0x0A
                return bytes([_OK])
            case 0x0C:
                return bytes([_OK]) + struct.pack(">I", SERIAL)
            case 0x11:
                return bytes([_OK])
            case 0x17:
                return bytes([_OK, self.last_reason])
            case 0x18:
                held = self.paths.hold(now_s)
                return bytes([_OK if held else _CANNOT])
            case 0x56:
                return self._poll_with_ack(now_s)
            case 0x57:
                waiting, self.unacknowledged = self.unacknowledged, b""
                return bytes([_OK if waiting else _CANNOT])
            case 0x58:
                return struct.pack(
                    "<BB5I", _OK, 5, self.stacked, 0, 0, 0, self.rejected
                )
        return bytes([_UNKNOWN])

    def restart(self, until_s: float) -> None:
        """Power off and on: settings are lost, a note inside is cleared."""
        note, self.paths.note = self.paths.note, None
        self.unacknowledged = b""
        self.events = [b"\xf1"]
        if note is not None:
            event, kept = power_up_events(note, self.paths.place)
            self.events += [event] if self.tells_cleared else []
            self._settle(note, kept)
        if not self.box_in_place:
            self.events.append(b"\xe3")
        self.paths.clear()
        self.enabled, self.inhibits, self.protocol = False, 0, 5
        self.booting_until = until_s

    def clear_jam(self) -> None:
        """Open the lid and pull the note out by hand."""
        self.jammed = ""
        note, self.paths.note = self.paths.note, None
        if note is not None:
            self._settle(note, kept=False)
            self.events.append(b"\xe1" + bytes([note.channel(CHANNELS)]))
        self.paths.clear()

    def _settle(self, note: Note, kept: bool) -> None:
        if kept and not note.counted:
            self.box.append(note.yuan)
        elif not kept:
            self.returned.append(note.title)
            self.rejected += 1
        self.stacked += kept
        note.counted = True

    def _arrived(self, moment: str, now_s: float) -> None:
        note = self.paths.note
        if note is None:
            return
        if moment == "read":
            self._judge(note, now_s)
        elif moment == "credit":
            self.box.append(note.yuan)
            note.counted = True
            self.events.append(bytes([0xEE, note.channel(CHANNELS)]))
        elif moment == "stacked":
            self.events.append(b"\xeb")
            self.stacked += 1
            self.paths.clear()
        elif moment == "escrow over":
            self._reject(0x13, now_s)
        elif moment == "rejected":
            self.events.append(b"\xec")
            self._settle(note, kept=False)
            self.paths.clear()

    def _judge(self, note: Note, now_s: float) -> None:
        channel = note.channel(CHANNELS)
        if channel == 0:
            self._reject(note.reason, now_s)
        elif not self.inhibits >> channel - 1 & 1:
            self._reject(0x06, now_s)
        else:
            self.paths.to_escrow(now_s)

    def _reject(self, reason: int, now_s: float) -> bool:
        if not self.paths.turn_back(now_s):
            return False
        self.last_reason = reason
        return True

    def _set_inhibits(self, parameters: bytes) -> bytes:
        if len(parameters) not in (1, 2):
            return bytes([_PARAMETERS])
        self.inhibits = int.from_bytes(parameters, "little")
        return bytes([_OK])

    def _set_protocol(self, parameters: bytes) -> bytes:
        if len(parameters) != 1:
            return bytes([_PARAMETERS])
        if not 1 <= parameters[0] <= 8:
            return bytes([0xF8])
        self.protocol = parameters[0]
        return bytes([_OK])

    def _set_up(self) -> bytes:
        count = len(CHANNELS)
        head = b"\x00" + FIRMWARE + b"CNY" + (0).to_bytes(3, "big") + bytes([count])
        if self.protocol < 6:
            tail = bytes(CHANNELS) + b"\x02" * count + (100).to_bytes(3, "big")
            return head + tail + bytes([self.protocol])
        tail = bytes(CHANNELS) + b"\x02" * count + (100).to_bytes(3, "big")
        countries = b"CNY" * count
        values = struct.pack(f"<{count}I", *CHANNELS)
        return head + tail + bytes([self.protocol]) + countries + values

    def _poll(self, now_s: float) -> bytes:
        self.polled_at = now_s
        events, self.events = b"".join(self.events), []
        if self.full:
            events += b"\xe7"
        if self.jammed:
            events += b"\xea" if self.jammed == "safe" else b"\xe9"
        else:
            events += self._place()
            self.paths.polled(now_s)
        if not self.enabled:
            events += b"\xe8"
        return bytes([_OK]) + events

    def _poll_with_ack(self, now_s: float) -> bytes:
        """Tell as a poll does; what is money or fraud until it is acknowledged."""
        self.polled_at = now_s
        if self.unacknowledged:
            return self.unacknowledged
        waits = any(event[0] in _REPEATED for event in self.events)
        answer = self._poll(now_s)
        self.unacknowledged = answer if waits else b""
        return answer

    def _place(self) -> bytes:
        note = self.paths.note
        if note is None:
            return b""
        channel = note.channel(CHANNELS)
        return {
            "transport": b"\xef\x00",
            "escrow": bytes([0xEF, channel]),
            "stacking": b"\xcc",
            "stacked": b"\xcc",
            "rejecting": b"\xed",
        }[self.paths.place]
