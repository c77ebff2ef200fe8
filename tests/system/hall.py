"""A hall: one rig, the kiosk's own directory, and what must be true in the end."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio

from hardware_sim.payment.terminal import Timings
from hardware_sim.printer.mechanics import Pace
from hardware_sim.rig import Rig, RigOptions
from kiosk.app.settings import PlatformSection, Settings, load_settings
from kiosk.core.words import Language
from kiosk.locale.translator import load_translator
from services.store.chain import Entry, first_break
from services.store.ledger import Ledger
from services.store.schema import connect_to_look
from tests.system import books
from tests.system.bare import BareKiosk, Diary, bare_kiosk
from tests.system.far import FarKiosk
from tests.system.fingers import messages
from tests.system.haste import hurry
from tests.system.visit import Screen, Visit
from tests.tour.citizen import Wishes

QUICK_PRINTER = Pace(warm_up_s=0.2, sheet_s=0.5, boot_s=0.5)
QUICK_TERMINAL = Timings(
    card_s=0.1,
    pin_s=0.2,
    bank_s=0.5,
    removal_s=0.1,
    boot_s=0.3,
    card_wait_s=5.0,
    taken_s=0.4,
    answer_s=1.0,
)
PERSONAL = ("李芳", "张卫民", "999001195803121225", "999001199001011313", "13900000131")

PROOF = "social-insurance-contribution-proof"
WATER = "water-payment"
FILING = "cross-region-treatment-filing"
ACCOUNT = "330010021182"
BILL_FEN = 8640

POWER = "power-payment"
POWER_ACCOUNT = "5100230016"
POWER_FEN = 9672
GAS_CARD = "80031031"
GAS_CARD_WAITING = "80031049"


def proof(person: str = "li-fang") -> Wishes:
    """Wish for a certificate."""
    return Wishes(PROOF, person=person)


def water(**more: Any) -> Wishes:
    """Wish to pay the water bill."""
    return Wishes(WATER, answers={"account": ACCOUNT}, **more)


def power(**more: Any) -> Wishes:
    """Wish to pay the power bill."""
    return Wishes(POWER, answers={"account": POWER_ACCOUNT}, **more)


def top_up(account: str = GAS_CARD, **more: Any) -> Wishes:
    """Wish to buy gas for the card in the pocket."""
    return Wishes("gas-card-topup", meter_card=account, **more)


def filing() -> Wishes:
    """Wish to file for treatment elsewhere."""
    answers = {"phone": "13900000131", "filing_kind": "resident"}
    return Wishes(FILING, person="zhang-weimin", answers=answers)


@dataclass(slots=True)
class Hall:
    """Where tests act; ``act`` and ``state`` are the bench's."""

    rig: Rig
    diary: Diary = field(default_factory=Diary)
    screens: list[Screen] = field(default_factory=list)

    @classmethod
    async def open(cls, place: Path) -> Hall:
        """Start a rig of its own."""
        options = RigOptions(
            printer_pace=QUICK_PRINTER, card_timings=QUICK_TERMINAL, with_bench=False
        )
        return cls(await Rig(place, options=options).start())

    @property
    def store(self) -> Path:
        """The kiosk's own directory."""
        return self.settings().store.directory

    def settings(self) -> Settings:
        """Return the kiosk's settings, with the patience of tests."""
        return hurry(load_settings(self.rig.settings))

    def kiosk(self, **changes: Any) -> AbstractAsyncContextManager[BareKiosk]:
        """Return a kiosk without a window, to be entered."""
        settings = self.settings().model_copy(update=changes)
        return bare_kiosk(settings, self.diary)

    def platform_at(self, address: str) -> PlatformSection:
        """Return the platform's settings with another address."""
        section = self.settings().platform
        return section.model_copy(update={"base_url": address})

    def process(self, *ways: str) -> FarKiosk:
        """Return a kiosk in a process of its own, to be entered."""
        return FarKiosk(self.rig.settings, self.rig.directory / "kiosk.log", *ways)

    def visit(self, screen: Screen, wishes: Wishes) -> Visit:
        """Let a citizen come."""
        if screen not in self.screens:
            self.screens.append(screen)
        return Visit(screen, self.rig, wishes)

    async def act(self, device: str, verb: str, **arguments: Any) -> Any:
        """Do something with hands."""
        return await self.rig.act(device, verb, **arguments)

    # -- what the far side has -------------------------------------------------

    def sheets(self) -> int:
        """Return how many A4 sheets have come out."""
        return int(self.rig.state("printer")["sheets_total"])

    def sheet_texts(self) -> list[str]:
        """Return the words on every A4 sheet, oldest first."""
        printer: Any = self.rig.devices["printer"]
        return [sheet.text for sheet in printer.papers()]

    def receipts(self) -> list[str]:
        """Return the words on every slip."""
        printer: Any = self.rig.devices["receipt"]
        return [paper.text for paper in printer.papers()]

    def orders(self) -> list[dict[str, Any]]:
        """Return the platform's orders, newest first."""
        return list(self.rig.state("platform")["orders"])

    def cases(self) -> list[dict[str, Any]]:
        """Return the platform's cases."""
        return list(self.rig.state("platform")["cases"])

    # -- what the journal has ----------------------------------------------------

    def entries(self) -> list[Entry]:
        """Return every row of the journal."""
        ledger = Ledger(connect_to_look(self.store / "journal.db"))
        try:
            return ledger.entries()
        finally:
            ledger.close()

    def order_states(self) -> dict[str, list[str]]:
        """Return the durable states of each order, oldest first."""
        return books.order_states(self.entries())

    def acts(self, kind: str) -> list[str]:
        """Return the outcomes of all acts of a kind, ``""`` while one is open."""
        return books.outcomes_of(self.entries(), kind)

    async def settled_orders(self, timeout_s: float = 20.0) -> dict[str, list[str]]:
        """Wait until every order has ended; return their states.

        Raises:
            AssertionError: one did not end.
        """
        deadline = anyio.current_time() + timeout_s
        states = self.order_states()
        while not _all_ended(states):
            assert anyio.current_time() < deadline, states
            await anyio.sleep(0.1)
            states = self.order_states()
        return states

    async def settled_acts(self, kind: str, timeout_s: float = 20.0) -> list[str]:
        """Wait until every act of a kind has ended; return the outcomes.

        Raises:
            AssertionError: one did not end.
        """
        deadline = anyio.current_time() + timeout_s
        while "" in (outcomes := self.acts(kind)):
            assert anyio.current_time() < deadline, outcomes
            await anyio.sleep(0.1)
        return outcomes

    async def comes(self, true: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Wait until something on the far side is so.

        Raises:
            AssertionError: it did not become so.
        """
        deadline = anyio.current_time() + timeout_s
        while not true():
            assert anyio.current_time() < deadline, true
            await anyio.sleep(0.1)

    # -- what must be true, whatever happened ---------------------------------------

    def check(self) -> None:
        """Hold the invariants against everything that is known now."""
        self._check_money()
        self._check_paper()
        self._check_words()
        self._check_privacy()
        assert first_break(self.entries()) is None

    def _check_money(self) -> None:
        states = self.order_states()
        books.check_orders(self.orders(), states)
        books.check_card_terminal(self.rig)
        books.check_loads(self.rig)
        books.check_slips(self.receipts(), states)
        books.check_counter(len(self.receipts()), self.entries())

    def _check_paper(self) -> None:
        jobs = self.rig.state("printer")["jobs"]
        waiting = [job for job in jobs if not _over(job["state"])]
        assert not waiting, f"something may come out for the next citizen: {waiting}"

    def _check_words(self) -> None:
        words = load_translator()
        for screen in self.screens:
            for view in screen.seen:
                for message in messages(view):
                    for language in Language:
                        assert words.knows(message, language), message

    def _check_privacy(self) -> None:
        diary = json.dumps(self.diary.lines, ensure_ascii=False, default=str)
        if (log := self.rig.directory / "kiosk.log").exists():
            diary += log.read_text("utf-8")
        kept = [path.read_bytes() for path in self.store.rglob("*") if path.is_file()]
        for word in PERSONAL:
            assert word not in diary, f"{word} in the diary (I11)"
            assert not any(word.encode() in each for each in kept), f"{word} on disk"


def _all_ended(states: dict[str, list[str]]) -> bool:
    return all(each[-1] in books.ENDS for each in states.values())


def _over(state: str) -> bool:
    return state in ("completed", "canceled", "aborted")
