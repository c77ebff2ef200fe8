"""A resident ID card module on a serial cable, with hands that lay cards on it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

from hardware_sim.idcard import frames, module
from hardware_sim.idcard.cards import WRONG_MEDIA, Card, load_cards
from hardware_sim.idcard.frames import Request, RequestReader
from hardware_sim.idcard.module import REFUSALS, Reply, SamModule
from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.link.worker import Worker

_WRONG = Argument("kind", "choice", "otherCard", tuple(WRONG_MEDIA))
_REASON = Argument("reason", "choice", "notAuthorised", tuple(REFUSALS))
_BYTES_SENT = Argument("after_bytes", "number", 600)


def _person(reader: SimIdCard) -> Argument:
    """Whose card of the drawer."""
    return Argument("person", "choice", next(iter(reader.cards)), tuple(reader.cards))


@dataclass(frozen=True, slots=True)
class Timings:
    """How long the dialogue with the card takes, without the wire. Seconds."""

    simple_s: float = 0.005
    find_s: float = 0.03
    select_s: float = 0.03
    read_s: float = 0.45
    reset_s: float = 0.1

    def of(self, code: int) -> float:
        """Return the seconds one command takes."""
        if code >> 8 == 0x30:
            return self.read_s
        known = {module.FIND: self.find_s, module.SELECT: self.select_s}
        return self.reset_s if code == module.RESET else known.get(code, self.simple_s)


class SimIdCard(SerialDevice):
    """The reader: one module, one cable, one citizen who forgets things.

    Args:
        directory: where ``<directory>/idcard`` appears; a temporary one if ``None``.
        people_file: other people than ours.
        find_again: a card that was read is found again without being lifted.
        strict_speed: garbage while the kiosk has set another speed.

    Attributes:
        cards: the drawer, by person.
    """

    name = "idcard"
    title = "身份证读卡器"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 115200,
        people_file: Path | None = None,
        find_again: bool = False,
        timings: Timings | None = None,
        strict_speed: bool = False,
    ) -> None:
        self.cards: dict[str, Card] = load_cards(people_file)
        self._module = SamModule(find_again=find_again)
        self._timings = timings or Timings()
        self._reader = RequestReader()
        self._baudrate = baudrate
        self._requests: asyncio.Queue[Request] = asyncio.Queue()
        self._cut_after: int | None = None
        self._last = ""
        super().__init__(
            Worker(self._serve),
            directory=directory,
            baudrate=baudrate,
            strict_speed=strict_speed,
        )

    def _seen(self) -> dict[str, JsonValue]:
        """Return what lies on the reader and what the module did last."""
        cards = self._module.cards
        return {
            "card": cards[0].key if cards else None,
            "cards": [card.key for card in cards],
            "lastCommand": self._last,
            "refusal": self._module.refusal,
            "cutAfter": self._cut_after,
        }

    @verb("放上身份证", "Lay a card down", _person)
    async def _insert(self, person: str) -> JsonValue:
        key = one_of(person, "person", self.cards)
        return self._lay_alone(self.cards[key])

    @verb("拿走身份证", "Take the card away")
    async def _remove(self) -> JsonValue:
        self._module.lift()
        self.wire.add("note", b"", "reader empty")
        return {"card": None}

    @verb("忘拿身份证", "Leave the card behind")
    async def _forget(self) -> JsonValue:
        if not self._module.cards:
            raise ValueError("no card lies on the reader")
        self.wire.add("note", b"", "the citizen walks away without the card")
        return {"card": self._module.cards[0].key}

    @verb("放错卡片", "Lay the wrong card down", _WRONG)
    async def _present_wrong_media(self, kind: str = "otherCard") -> JsonValue:
        return self._lay_alone(WRONG_MEDIA[one_of(kind, "kind", WRONG_MEDIA)])

    @verb("读卡中途拿走", "Lift the card during the next read", _BYTES_SENT)
    async def _remove_mid_read(self, after_bytes: object = 600) -> JsonValue:
        """Arm: the next base reply stops after so many bytes; 0 = it answers 41."""
        self._cut_after = whole_number(after_bytes, "after_bytes", most=2321)
        return {"cutAfter": self._cut_after}

    @verb("叠放第二张证", "Lay a second card on top", _person)
    async def _two_cards(self, person: str) -> JsonValue:
        key = one_of(person, "person", self.cards)
        if not self._module.cards:
            raise ValueError("lay a first card down before the second")
        self._module.lay(self.cards[key])
        self.wire.add("note", b"", "a second card laid on top")
        return {"cards": [card.key for card in self._module.cards]}

    @verb("安全模块拒绝", "The module refuses", _REASON)
    async def _sam_refuse(self, reason: str = "notAuthorised") -> JsonValue:
        self._module.refusal = one_of(reason, "reason", REFUSALS)
        return {"refusal": self._module.refusal}

    @verb("断电重启", "Power off and on")
    async def _power_cycle(self) -> JsonValue:
        """Off and on at once: requests on their way are lost with what was found."""
        while not self._requests.empty():
            self._requests.get_nowait()
        self._reader = RequestReader()
        self._module.lose_power()
        self._cable.set_baudrate(self._baudrate)
        self.wire.add("note", b"", "power off and on")
        return {"card": self._module.cards[0].key if self._module.cards else None}

    def _lay_alone(self, card: Card) -> JsonValue:
        self._module.lift()
        self._module.lay(card)
        self.wire.add("note", b"", f"{card.title} laid down")
        return {"card": card.key}

    async def _mend(self) -> None:
        self._module.refusal = None
        self._cut_after = None

    def _receive(self, data: bytes) -> None:
        for request in self._reader.feed(data, time.monotonic()):
            name = module.NAMES.get(request.code, "unknown command")
            if request.fault is not None:
                name = f"not in order: {frames.MEANINGS[request.fault]}"
            self.wire.add("in", request.raw, name)
            self._last = name
            self._requests.put_nowait(request)

    async def _serve(self) -> None:
        while True:
            request = await self._requests.get()
            await asyncio.sleep(self._timings.of(request.code))
            await self._answer(request, self._module.answer(request))

    async def _answer(self, request: Request, reply: Reply) -> None:
        meaning = frames.MEANINGS[reply.sw3]
        frame = frames.build_response(reply.sw3, reply.data)
        reading = request.code in (module.READ_BASE, module.READ_FINGER)
        if reading and reply.sw3 == frames.OK and self._cut_after is not None:
            frame, meaning = self._lift_during(frame)
        self._cable.send(frame, meaning)
        if request.command == 0x60 and reply.sw3 == frames.OK:
            await self._cable.flush()
            self._cable.set_baudrate(module.SPEEDS[request.parameter])

    def _lift_during(self, frame: bytes) -> tuple[bytes, str]:
        count, self._cut_after = self._cut_after or 0, None
        self._module.lift()
        if count == 0:
            return frames.build_response(frames.READ_FAILED), "card lifted: read failed"
        return frame[:count], f"card lifted: stopped after {count} bytes"


create = SimIdCard
"""Makes one that is not started yet, as in every simulator."""
