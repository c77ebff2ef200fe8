"""A banknote validator on a serial cable, and the hands around it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.cash.frames import Packet, PacketReader, build
from hardware_sim.cash.notes import BAD_NOTES, Note, Paths, Timings
from hardware_sim.cash.validator import CHANNELS, Validator
from hardware_sim.cash.wording import describe_answer, describe_command
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.plug import create_cable
from hardware_sim.link.verbs import link_verbs
from hardware_sim.link.worker import Worker

_YUAN = tuple(str(value) for value in CHANNELS)
_PLACES = ("transport", "escrow", "stacking", "stacked")


class SimCash:
    """The validator, its box, and a hand with notes."""

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
        self.wire = WireLog()
        self._validator = Validator(Paths(timings or Timings()))
        self._reader = PacketReader()
        self._hand: deque[Note] = deque()
        self._boot_s = boot_s
        self._tick_s = tick_s
        self._powered = True
        self._last: tuple[int, bytes] | None = None
        self._jam_at = ""
        self._cut_at = ""
        self._mechanism = Worker(self._run)
        self._cable = create_cable(
            self.name,
            self.wire,
            self._receive,
            directory=directory,
            baudrate=baudrate,
            tcp_port=tcp_port,
        )

    async def start(self) -> str:
        """Begin to answer; return the path of the serial port."""
        self._mechanism.start()
        return await self._cable.start()

    async def stop(self) -> None:
        """Stop answering; safe to call twice."""
        await self._mechanism.stop()
        await self._cable.stop()

    def state(self) -> dict[str, JsonValue]:
        """Return slot, note, box and what lies in front."""
        validator = self._validator
        note = validator.paths.note
        return {
            "connected": self._cable.connected,
            "endpoint": self._cable.endpoint,
            "powered": self._powered,
            "slotOpen": validator.takes_notes and self._powered,
            "inside": None if note is None else note.title,
            "place": None if note is None else validator.paths.place,
            "inHand": [note.title for note in self._hand],
            "box": list(validator.box),
            "boxInPlace": validator.box_in_place,
            "full": validator.full,
            "returned": list(validator.returned),
            "jammed": validator.jammed or None,
            "faults": self._cable.faults.names(),
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        yuan = Argument("yuan", "choice", "10", _YUAN)
        kinds = tuple(BAD_NOTES)
        place = Argument("place", "choice", "stacking", _PLACES)
        own = (
            Verb("insert", "放入纸币", "Put a note in", self._insert, (yuan,)),
            Verb(
                "insert_bad",
                "放入假币或异物",
                "Put in what is no note",
                self._insert_bad,
                (Argument("kind", "choice", kinds[0], kinds),),
            ),
            Verb("withdraw", "收回手里的钱", "Keep the notes in hand", self._withdraw),
            Verb("jam", "卡钞", "Jam the next note", self._jam, (place,)),
            Verb("clear_jam", "取出卡住的纸币", "Clear the jam", self._clear_jam),
            Verb("fill_box", "钞箱满", "Fill the box", self._fill_box),
            Verb("empty_box", "清空钞箱", "Empty the box", self._empty_box),
            Verb("remove_box", "取走钞箱", "Take the box out", self._remove_box),
            Verb("replace_box", "放回钞箱", "Put it back", self._replace_box),
            Verb("cheat", "拉线钓鱼", "Pull at the note", self._cheat),
            Verb(
                "power_cut_at",
                "纸币走到某处时断电",
                "Cut the power when the note is there",
                self._power_cut_at,
                (place,),
            ),
            Verb(
                "tell_nothing_at_start",
                "开机不报告机内纸币",
                "Say nothing of notes found inside at start",
                self._tell_nothing,
            ),
            Verb("power_cut", "断电重启", "Let the power blink", self._power_cut),
            Verb("power_off", "断电", "Cut the power", self._power_off),
            Verb("power_on", "上电", "Power it again", self._power_on),
        )
        return {verb.name: verb for verb in own} | link_verbs(self._cable, self._mend)

    async def _insert(self, yuan: object = "10") -> JsonValue:
        """Hold a note to the slot until it is pulled in."""
        value = whole_number(yuan, "yuan", least=1, most=100)
        one_of(str(value), "yuan", _YUAN)
        self._hand.append(Note(value))
        return {"inHand": len(self._hand)}

    async def _insert_bad(self, kind: str = "counterfeit") -> JsonValue:
        self._hand.append(Note(0, one_of(kind, "kind", BAD_NOTES)))
        return {"inHand": len(self._hand)}

    async def _withdraw(self) -> JsonValue:
        self._hand.clear()
        return {"inHand": 0}

    async def _jam(self, place: str = "stacking") -> JsonValue:
        self._jam_at = one_of(place, "place", _PLACES)
        return {"jamAt": self._jam_at}

    async def _clear_jam(self) -> JsonValue:
        self._jam_at = ""
        self._validator.clear_jam()
        return {"jammed": None}

    async def _fill_box(self) -> JsonValue:
        self._validator.capacity = len(self._validator.box)
        return {"full": True}

    async def _empty_box(self) -> JsonValue:
        self._validator.capacity = 600
        self._validator.box.clear()
        return {"box": []}

    async def _remove_box(self) -> JsonValue:
        if self._validator.box_in_place:
            self._validator.box_in_place = False
            self._validator.events.append(b"\xe3")
        return {"boxInPlace": False}

    async def _replace_box(self) -> JsonValue:
        if not self._validator.box_in_place:
            self._validator.box_in_place = True
            self._validator.events.append(b"\xe4")
        return {"boxInPlace": True}

    async def _cheat(self) -> JsonValue:
        note = self._validator.paths.note
        channel = 0 if note is None else note.channel(CHANNELS)
        self._validator.events.append(bytes([0xE6, channel]))
        return {"channel": channel}

    async def _power_cut_at(self, place: str = "stacking") -> JsonValue:
        self._cut_at = one_of(place, "place", _PLACES)
        return {"cutAt": self._cut_at}

    async def _tell_nothing(self) -> JsonValue:
        self._validator.tells_cleared = False
        return {"tellsCleared": False}

    async def _power_cut(self) -> JsonValue:
        await self._power_off()
        return await self._power_on()

    async def _power_off(self) -> JsonValue:
        self._powered = False
        self.wire.add("note", b"", "power off")
        return {"powered": False}

    async def _power_on(self) -> JsonValue:
        self._powered = True
        self._last = None
        self._validator.restart(time.monotonic() + self._boot_s)
        self.wire.add("note", b"", "power on")
        return {"powered": True}

    async def _mend(self) -> None:
        self._jam_at = self._cut_at = ""
        self._hand.clear()
        self._validator.capacity = 600
        self._validator.tells_cleared = True
        if self._validator.jammed:
            self._validator.clear_jam()
        await self._replace_box()
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
            if self._hand and self._validator.offer(self._hand[0], now):
                self._hand.popleft()
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


def create(
    directory: Path | str | None = None,
    baudrate: int = 9600,
    tcp_port: int | None = None,
    timings: Timings | None = None,
    boot_s: float = 5.0,
    tick_s: float = 0.02,
) -> SimCash:
    """Return a validator that is not started yet.

    Args:
        directory: where ``<directory>/cash`` appears; a temporary one if ``None``.
        timings: seconds on each stretch of a note's way.
        boot_s: silence after power-on and reset.
    """
    return SimCash(
        directory=directory,
        baudrate=baudrate,
        tcp_port=tcp_port,
        timings=timings,
        boot_s=boot_s,
        tick_s=tick_s,
    )
