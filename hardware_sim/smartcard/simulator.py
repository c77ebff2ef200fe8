"""A chip card reader behind a real pcscd, with hands that put cards in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.link.pcscd import Pcscd
from hardware_sim.link.vpcd import GIVE_UP_S, VpcdSlot
from hardware_sim.smartcard.cards import CARDS, WRONG_MEDIA, Card, load_cards
from hardware_sim.smartcard.service import Service
from hardware_sim.smartcard.words import CardWords

GARBAGE_MODES = ("noise", "cut")
"""A single flipped bit is not among them: the contacts' own check byte catches it."""

USUAL_PORT = 35963
"""Where a vpcd that the system's own pcscd has loaded listens, slot 0."""

USUAL_NAME = "Virtual PCD 00 00"

_CARD = Argument("card", "choice", CARDS[0], CARDS)
_COMMANDS = Argument("commands", "number", 3)
_WRONG = Argument("kind", "choice", "transitCard", tuple(WRONG_MEDIA))
_ANSWERS = Argument("answers", "number", 0)
_LATE_MS = Argument("ms", "number", 300)
_GARBAGE = Argument("mode", "choice", "noise", GARBAGE_MODES)


class SimSmartCard:
    """One slot of a reader, the card in it, and the drawer.

    Args:
        slot: of ``pcscd``; counts from 0.
        pcscd: the daemon whose reader it is; started and closed with this simulator
            when ``own``. ``None``: the machine's own pcscd, whose vpcd listens on
            ``vpcd_port``.
    """

    name = "chip-card"
    title = "社保卡 / 银行卡读卡器"

    def __init__(
        self,
        pcscd: Pcscd | None,
        slot: int = 0,
        *,
        own: bool = True,
        vpcd_port: int = USUAL_PORT,
        give_up_s: float = GIVE_UP_S,
    ) -> None:
        self.wire = WireLog()
        self._pcscd = pcscd
        self._number = slot
        self._own = own
        self._vpcd_port = vpcd_port
        self._give_up_s = give_up_s
        self._cards = load_cards()
        self._card: Card | None = None
        self._left: int | None = None
        self._slot: VpcdSlot | None = None
        self._service: Service | None = None
        if pcscd is not None:
            self._service = Service(pcscd, slot, self.wire, self._pull, self._put)

    async def start(self) -> str:
        """Have a reader; return the endpoint that the settings name.

        Raises:
            OSError: no pcscd of one's own can run here.
        """
        port = self._vpcd_port
        if self._pcscd is not None:
            if self._own:
                self._pcscd.start()
            port = self._pcscd.ports[self._number]
        self._slot = VpcdSlot(port, self.wire, CardWords(), self._before_command)
        self._slot.give_up_s = self._give_up_s
        return self._endpoint()

    async def stop(self) -> None:
        """Pull the card and end; safe to call twice."""
        slot, self._slot = self._slot, None
        if slot is not None:
            await slot.stop()
        if self._pcscd is not None and self._own:
            self._pcscd.close()

    def state(self) -> dict[str, JsonValue]:
        """Return the card in the slot and what was armed."""
        return {
            "connected": self._service.plugged if self._service else True,
            "endpoint": self._endpoint() if self._slot else None,
            "card": self._card.key if self._card else None,
            "service": self._pcscd.running if self._pcscd else None,
            "removeAfter": self._left,
            "faults": self._slot.faults.names() if self._slot else [],
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do; at the daemon only where it is ours."""
        return verbs_of(self) | (verbs_of(self._service) if self._service else {})

    # -- the card ------------------------------------------------------------------

    @verb("插入卡", "Put a card in", _CARD)
    async def _insert(self, card: str = "") -> JsonValue:
        key = one_of(card or next(iter(self._cards)), "card", self._cards)
        return await self._put(self._cards[key])

    @verb("拔出卡", "Pull the card out")
    async def _remove(self) -> JsonValue:
        self._pull()
        return {"card": None}

    @verb("忘拿卡", "Leave the card behind")
    async def _forget(self) -> JsonValue:
        if self._card is None:
            raise ValueError("no card is in the slot")
        self.wire.add("note", b"", "the citizen walks away without the card")
        return {"card": self._card.key}

    @verb(
        "读到第几条命令时拔卡", "Pull the card after so many more commands", _COMMANDS
    )
    async def _remove_after(self, commands: object = 3) -> JsonValue:
        self._left = whole_number(commands, "commands", most=1000)
        return {"commands": self._left}

    @verb("插错卡", "Put a wrong card in", _WRONG)
    async def _present_wrong_media(self, kind: str = "transitCard") -> JsonValue:
        """Put it in, after taking out what is there."""
        wrong = WRONG_MEDIA[one_of(kind, "kind", WRONG_MEDIA)]()
        self._pull()
        return await self._put(wrong)

    async def _put(self, card: Card) -> JsonValue:
        self._left = None
        await self._held().insert(card)
        self._card = card
        self.wire.add("note", b"", f"{card.title} put in")
        return {"card": card.key}

    def _pull(self) -> Card | None:
        card, self._card, self._left = self._card, None, None
        if card is not None:
            self.wire.add("note", b"", "card pulled")
        self._held().remove()
        return card

    def _before_command(self) -> None:
        """Hands pull the card before the command that comes after the last one."""
        if self._left == 0:
            self._pull()
        elif self._left is not None:
            self._left -= 1

    # -- the chip ------------------------------------------------------------------

    @verb("芯片不再应答", "Let the chip answer nothing", _ANSWERS)
    async def _go_silent(self, answers: object = 0) -> JsonValue:
        return self._arm("silent", answers=answers)

    @verb("芯片应答慢", "Let the chip answer late", _LATE_MS, _ANSWERS)
    async def _answer_late(self, ms: object = 300, answers: object = 0) -> JsonValue:
        amount = whole_number(ms, "ms", most=60_000)
        return self._arm("late", amount=amount, answers=answers)

    @verb("芯片应答乱码", "Let the chip answer garbage", _GARBAGE, _ANSWERS)
    async def _answer_garbage(
        self, mode: str = "noise", answers: object = 0
    ) -> JsonValue:
        chosen = one_of(mode, "mode", GARBAGE_MODES)
        return self._arm("garbage", mode=chosen, answers=answers)

    def _arm(
        self, name: str, *, amount: float = 0, mode: str = "", answers: object = 0
    ) -> JsonValue:
        faults = self._held().faults
        count = whole_number(answers, "answers")
        faults.arm(name, amount=amount, mode=mode, answers=count)
        return {"faults": faults.names()}

    @verb("一切复原", "All well again")
    async def _heal(self) -> JsonValue:
        self._held().faults.heal()
        self._left = None
        if self._service is not None:
            self._service.mend()
        return {"faults": [], "connected": True}

    def _held(self) -> VpcdSlot:
        if self._slot is None:
            raise ValueError("the simulator is not started")
        return self._slot

    def _endpoint(self) -> str:
        if self._pcscd is None:
            return f"pcsc:{USUAL_NAME}"
        return self._pcscd.endpoint(self._number)


def create(
    directory: Path | str | None = None,
    vpcd_port: int | None = None,
    pcscd: Pcscd | None = None,
    slot: int = 0,
    give_up_s: float = GIVE_UP_S,
) -> SimSmartCard:
    """Return a reader that is not started yet.

    Args:
        directory: not used: a pcscd needs a place with a short path of its own.
        vpcd_port: use the vpcd of the machine's own pcscd; usually 35963.
        pcscd: share this one, which is started; ``None``: one of our own.
        slot: the slot of a shared one.
        give_up_s: how long the reader waits for an answer of the card.
    """
    if vpcd_port is not None:
        return SimSmartCard(None, vpcd_port=vpcd_port, give_up_s=give_up_s)
    if pcscd is not None:
        return SimSmartCard(pcscd, slot, own=False, give_up_s=give_up_s)
    return SimSmartCard(Pcscd(), give_up_s=give_up_s)
