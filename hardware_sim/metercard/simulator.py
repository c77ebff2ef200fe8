"""A contact card reader on a serial cable, with hands that put meter cards in."""

from __future__ import annotations

from pathlib import Path

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue
from hardware_sim.link.hands import verb
from hardware_sim.metercard import frames
from hardware_sim.metercard.cards import WRONG_CARDS, load_cards, wrong_card
from hardware_sim.metercard.chip import Chip
from hardware_sim.metercard.frames import Request, RequestReader

_COMMANDS = Argument("commands", "number", 1)
_WRONG = Argument("kind", "choice", WRONG_CARDS[0], WRONG_CARDS)
_TIMES = Argument("times", "number", 3)


def _account(reader: SimMeterCard) -> Argument:
    """Whose card of the drawer."""
    cards = tuple(reader.cards)
    return Argument("account", "choice", cards[0], cards)


class SimMeterCard(SerialDevice):
    """The reader, the card in it, and the drawer with all cards.

    Args:
        directory: where ``<directory>/meter-card`` appears; ``None``: a temporary one.
        tcp_port: serve on TCP instead (0 = any free port).
        twin: a reader as the GemPC Twin, which says every request again.

    Attributes:
        cards: the drawer, by account number.
    """

    name = "meter-card"
    title = "卡表读卡器"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 9600,
        tcp_port: int | None = None,
        twin: bool = False,
    ) -> None:
        self._twin = twin
        self.cards = load_cards()
        self._card: Chip | None = None
        self._powered = False
        self._left: int | None = None
        self._slow = 0
        self._reader = RequestReader()
        super().__init__(directory=directory, baudrate=baudrate, tcp_port=tcp_port)

    def _seen(self) -> dict[str, JsonValue]:
        """Return the card in the slot, and what every card of the drawer carries."""
        return {
            "card": self._card.key if self._card else None,
            "powered": self._powered,
            "cards": {key: _carried(chip) for key, chip in self.cards.items()},
        }

    @verb("插入卡", "Put a card in", _account)
    async def _insert(self, account: str = "") -> JsonValue:
        chosen = one_of(account or next(iter(self.cards)), "account", self.cards)
        return self._put(self.cards[chosen])

    @verb("拔出卡", "Pull the card out")
    async def _remove(self) -> JsonValue:
        self._pull()
        return {"card": None}

    @verb("再过几条命令就拔卡", "Pull the card after so many more commands", _COMMANDS)
    async def _remove_after(self, commands: object = 1) -> JsonValue:
        self._left = whole_number(commands, "commands", most=1000)
        if self._left == 0:
            self._pull()
        return {"commands": self._left}

    @verb("插错卡", "Put a wrong card in", _WRONG)
    async def _present_wrong_media(self, kind: str = WRONG_CARDS[0]) -> JsonValue:
        return self._put(wrong_card(one_of(kind, "kind", WRONG_CARDS)))

    @verb("回家把卡插进表里", "Put the card into the meter at home", _account)
    async def _put_into_meter(self, account: str = "") -> JsonValue:
        chosen = one_of(account or next(iter(self.cards)), "account", self.cards)
        if self._card is self.cards[chosen]:
            raise ValueError("the card is in the kiosk's reader")
        units = self.cards[chosen].put_into_meter()
        return {"account": chosen, "units": units / 100}

    @verb("卡反应慢", "Let the card ask for more time", _TIMES)
    async def _be_slow(self, times: object = 3) -> JsonValue:
        self._slow = whole_number(times, "times", most=40)
        return {"times": self._slow}

    @verb("断电重启", "Power off and on")
    async def _power_cycle(self) -> JsonValue:
        """Off and on at once: the card loses its power, half a request is forgotten."""
        self._powered = False
        self._reader = RequestReader()
        self.wire.add("note", b"", "power off and on")
        return {"powered": False}

    def _put(self, chip: Chip) -> JsonValue:
        if self._card is not None:
            raise ValueError("there is a card in the slot")
        self._card, self._powered, self._left = chip, False, None
        self.wire.add("note", b"", f"card {chip.key} put in")
        self._cable.send(frames.INSERTED, "card came")
        return {"card": chip.key}

    def _pull(self) -> None:
        if self._card is None:
            return
        self._card, self._powered, self._left = None, False, None
        self.wire.add("note", b"", "card pulled")
        self._cable.send(frames.PULLED, "card went")

    def _receive(self, data: bytes) -> None:
        before = self._reader.spoilt
        for request in self._reader.feed(data):
            self.wire.add("in", request.raw, request.name)
            self._answer(request)
        if self._reader.spoilt > before:
            self._cable.send(frames.REFUSAL, "frame not readable")

    def _answer(self, request: Request) -> None:
        if request.kind == 0x6F:
            self._count_down()
        if self._twin:
            self._cable.send(request.raw, f"{request.name}, said again")
        kind, data, error = self._obey(request)
        for _ in range(self._slow if request.kind == 0x6F else 0):
            self._cable.send(self._more_time(request), "more time")
        slot = frames.EMPTY
        if self._card is not None:
            slot = frames.ACTIVE if self._powered else frames.INACTIVE
        meaning = request.name if error is None else f"{request.name} failed"
        self._cable.send(
            frames.answer(kind, request.sequence, slot, data, error), meaning
        )

    def _more_time(self, request: Request) -> bytes:
        if self._twin:
            return frames.TIME_REQUEST
        return frames.more_time(request.sequence)

    def _count_down(self) -> None:
        """Hands pull the card before the command that comes after the last one."""
        if self._left is None:
            return
        if self._left == 0:
            self._pull()
        else:
            self._left -= 1

    def _obey(self, request: Request) -> tuple[int, bytes, int | None]:
        chip = self._card
        kind = frames.DATA if request.kind in (0x62, 0x6F) else frames.STATUS
        if request.kind == 0x65:
            return kind, b"", None
        if request.kind == 0x63:
            self._powered = False
            return kind, b"", None
        if request.kind not in frames.KINDS:
            return kind, b"", frames.NOT_SUPPORTED
        if chip is None or chip.mute:
            return kind, b"", frames.ICC_MUTE
        if request.kind == 0x62:
            self._powered = True
            return kind, chip.power_on(), None
        if not self._powered:
            return kind, b"", frames.ICC_MUTE
        return kind, chip.command(request.data), None


def _carried(chip: Chip) -> dict[str, JsonValue]:
    purchase, units, _token = chip.newest()
    taken, total = chip.taken()
    return {
        "title": chip.title,
        "purchase": purchase,
        "waiting_units": units / 100 if purchase > taken else 0,
        "meter_total": total / 100,
    }


create = SimMeterCard
"""Makes one that is not started yet, as in every simulator."""
