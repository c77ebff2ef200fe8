"""A banknote validator on a serial cable, and the hands around it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.cash.frames import Packet, PacketReader, build
from hardware_sim.cash.hands import Hands
from hardware_sim.cash.notes import Paths, Timings
from hardware_sim.cash.validator import Validator
from hardware_sim.cash.wording import describe_answer, describe_command
from hardware_sim.link.arguments import one_of
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue, Verb
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.link.worker import Worker

_PLACES = ("transport", "escrow", "stacking", "stacked")
_PLACE = Argument("place", "choice", "stacking", _PLACES)


class SimCash(SerialDevice):
    """The validator, its box, and a hand with notes.

    Args:
        directory: where ``<directory>/cash`` appears; a temporary one if ``None``.
        timings: seconds on each stretch of a note's way.
        boot_s: silence after power-on and reset.
    """

    name = "cash"
    title = "纸币机"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 9600,
        tcp_port: int | None = None,
        timings: Timings | None = None,
        boot_s: float = 5.0,
        tick_s: float = 0.02,
    ) -> None:
        self._validator = Validator(Paths(timings or Timings()))
        self._reader = PacketReader()
        self._hands = Hands(self._validator)
        self._boot_s = boot_s
        self._tick_s = tick_s
        self._powered = True
        self._last: tuple[int, bytes] | None = None
        self._jam_at = ""
        self._cut_at = ""
        super().__init__(
            Worker(self._run), directory=directory, baudrate=baudrate, tcp_port=tcp_port
        )

    def _seen(self) -> dict[str, JsonValue]:
        """Return slot, note, box and what lies in front."""
        validator = self._validator
        note = validator.paths.note
        return {
            "powered": self._powered,
            "slotOpen": validator.takes_notes and self._powered,
            "inside": None if note is None else note.title,
            "place": None if note is None else validator.paths.place,
            "inHand": [note.title for note in self._hands.notes],
            "box": list(validator.box),
            "boxInPlace": validator.box_in_place,
            "full": validator.full,
            "returned": list(validator.returned),
            "jammed": validator.jammed or None,
            "stackedEver": validator.stacked,
            "unacknowledged": bool(validator.unacknowledged),
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        return {**verbs_of(self._hands), **super().verbs()}

    @verb("卡钞", "Jam the next note", _PLACE)
    async def _jam(self, place: str = "stacking") -> JsonValue:
        self._jam_at = one_of(place, "place", _PLACES)
        return {"jamAt": self._jam_at}

    @verb("取出卡住的纸币", "Clear the jam")
    async def _clear_jam(self) -> JsonValue:
        self._jam_at = ""
        self._validator.clear_jam()
        return {"jammed": None}

    @verb("纸币走到某处时断电", "Cut the power when the note is there", _PLACE)
    async def _power_cut_at(self, place: str = "stacking") -> JsonValue:
        self._cut_at = one_of(place, "place", _PLACES)
        return {"cutAt": self._cut_at}

    @verb("断电重启", "Let the power blink")
    async def _power_cut(self) -> JsonValue:
        await self._power_off()
        return await self._power_on()

    @verb("断电", "Cut the power")
    async def _power_off(self) -> JsonValue:
        self._powered = False
        self.wire.add("note", b"", "power off")
        return {"powered": False}

    @verb("上电", "Power it again")
    async def _power_on(self) -> JsonValue:
        self._powered = True
        self._last = None
        self._validator.restart(time.monotonic() + self._boot_s)
        self.wire.add("note", b"", "power on")
        return {"powered": True}

    async def _mend(self) -> None:
        self._jam_at = self._cut_at = ""
        await self._hands.mend()
        if not self._powered:
            await self._power_on()

    async def _run(self) -> None:
        """Move notes, and let jams and power cuts happen where they were planned."""
        while True:
            await asyncio.sleep(self._tick_s)
            now = time.monotonic()
            if not self._powered or now < self._validator.booting_until:
                continue
            if self._validator.jammed:
                continue
            self._validator.pass_time(now)
            notes = self._hands.notes
            if notes and self._validator.offer(notes[0], now):
                notes.popleft()
                self.wire.add("note", b"", "a note goes in")
            await self._happen()

    async def _happen(self) -> None:
        paths = self._validator.paths
        if paths.note is None:
            return
        if self._jam_at == paths.place:
            self._jam_at = ""
            safe = paths.place in ("stacking", "stacked")
            self._validator.jammed = "safe" if safe else "unsafe"
            self.wire.add("note", b"", f"jammed in {paths.place}")
        elif self._cut_at == paths.place:
            self._cut_at = ""
            await self._power_cut()

    def _receive(self, data: bytes) -> None:
        now = time.monotonic()
        for packet in self._reader.feed(data):
            if self._powered and now >= self._validator.booting_until:
                self._hear(packet, now)

    def _hear(self, packet: Packet, now_s: float) -> None:
        if not packet.good:
            self.wire.add("in", packet.raw, "wrong check sum: not answered")
            return
        if packet.address or not packet.data:
            self.wire.add("in", packet.raw, f"for slave {packet.address}")
            return
        asked = describe_command(packet.data)
        sync = packet.data[0] == 0x11
        if self._last is not None and self._last[0] == packet.sequence and not sync:
            self.wire.add("in", packet.raw, f"{asked}, again: same answer")
            self._cable.send(self._last[1], "the same answer again")
            return
        self.wire.add("in", packet.raw, asked)
        answer = self._validator.obey(packet.data, now_s)
        self._last = (packet.sequence, build(packet.slave, answer))
        self._cable.send(self._last[1], describe_answer(packet.data, answer))
        if packet.data[0] == 0x01:
            self._last = None
            self._validator.booting_until = now_s + self._boot_s


create = SimCash
"""Makes one that is not started yet, as in every simulator."""
