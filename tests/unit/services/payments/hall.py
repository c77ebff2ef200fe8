"""One desk with an honest platform and a card terminal within reach."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import anyio

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import PlatformRefused, StoreError
from kiosk.core.money import Fen
from kiosk.core.orders import (
    TERMINAL_STATES,
    CardReceipt,
    JournalHead,
    OpenOrder,
    OrderRow,
    OrderState,
    OrderTruth,
    PaymentStart,
    PaymentTruth,
    PostingTruth,
)
from services.payments.desk import OrderDesk
from services.payments.order_number import OrderNumbers
from tests.proof.world.loop import LoopClock

P, Q = PaymentTruth, PostingTruth
C = CompletionCode


class MemoryJournal:
    """``OrderJournal`` and ``HeadKeeper`` in a list."""

    def __init__(self) -> None:
        self.rows: list[OrderRow] = []
        self.compared: list[JournalHead | None] = []
        self.cause = ""
        self.epoch = 1
        self.unreadable = False

    def refusal(self) -> str:
        return ""

    async def probe(self) -> None:
        return None

    async def append(self, row: OrderRow) -> None:
        steps = [r for r in self.rows if r.order_id == row.order_id]
        if row.step != len(steps) + 1:
            raise StoreError("overtaken", code="store.conflict")
        if steps and steps[-1].state in TERMINAL_STATES:
            raise StoreError("terminal", code="store.conflict")
        if row.step == 1 and self._live(row.bill_lock):
            raise StoreError("bill is locked", code="store.conflict")
        self.rows.append(row)

    async def history(self, order_id: str) -> tuple[OrderRow, ...]:
        if self.unreadable:
            raise StoreError("disk I/O error")
        return tuple(row for row in self.rows if row.order_id == order_id)

    async def load_open_orders(self) -> tuple[tuple[OrderRow, ...], ...]:
        return tuple([await self.history(order_id) for order_id in self._live()])

    async def live_order_for_bill(self, bill_lock: str) -> str:
        return next(iter(self._live(bill_lock)), "")

    async def mark(self) -> JournalHead | None:
        count = len(self.rows)
        known = JournalHead(self.epoch, count, f"{count:064x}")
        return known if count or self.epoch > 1 else None

    async def compare_head(self, known: JournalHead | None) -> str:
        self.compared.append(known)
        return self.cause

    async def accept_epoch(self, note: str) -> None:
        raise AssertionError("nobody but people and the reconciliation accepts")

    def states(self, order_id: str) -> list[OrderState]:
        return [row.state for row in self.rows if row.order_id == order_id]

    def _live(self, bill_lock: str | None = None) -> list[str]:
        last = {row.order_id: row for row in self.rows}
        return [
            order_id
            for order_id, row in last.items()
            if row.state not in TERMINAL_STATES and bill_lock in (None, row.bill_lock)
        ]


@dataclass
class Deal:
    """What the platform knows of one order number."""

    bill: Bill | None = None
    method: str = ""
    payment: PaymentTruth = P.NONE
    posting: PostingTruth = Q.NONE
    debits: int = 0
    credits: int = 0

    def truth(self) -> OrderTruth:
        return OrderTruth(self.payment, self.posting, "wechat", "T1", evidence="signed")


@dataclass
class Gateway:
    """An honest platform without a network: ``trouble`` is raised while it is set."""

    deals: dict[str, Deal] = field(default_factory=dict)
    trouble: dict[str, Exception] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    head: JournalHead | None = None
    reported: list[CardReceipt | None] = field(default_factory=list)

    async def put_order(self, order_id: str, bill: Bill) -> None:
        await self._reach("put")
        self.deals.setdefault(order_id, Deal(bill))

    async def start_qr(
        self, order_id: str, method: PayMethod = PayMethod.QR
    ) -> PaymentStart:
        await self._reach("qr")
        deal = self._payable(order_id, method)
        waiting = deal.payment is P.PENDING
        return PaymentStart(deal.truth(), f"{method}:{order_id}" if waiting else "")

    async def start_card(self, order_id: str) -> PaymentStart:
        await self._reach("startCard")
        return PaymentStart(self._payable(order_id, PayMethod.CARD).truth())

    async def report_card(
        self, order_id: str, receipt: CardReceipt | None
    ) -> OrderTruth:
        await self._reach("reportCard")
        self.reported.append(receipt)
        if receipt and receipt.approved:
            self.confirm(order_id)
        return self.deals[order_id].truth()

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        await self._reach("code")
        deal = self._payable(order_id, PayMethod.CODE)
        if payment_code.startswith("13"):
            self.confirm(order_id)
        return PaymentStart(deal.truth())

    async def query_order(self, order_id: str) -> OrderTruth:
        await self._reach("query")
        return self.deals.get(order_id, Deal()).truth()

    async def cancel_order(self, order_id: str) -> OrderTruth:
        await self._reach("cancel")
        deal = self.deals.setdefault(order_id, Deal())
        deal.posting = Q.VOIDED
        deal.payment = P.REFUNDED if deal.payment is P.PAID else P.CLOSED
        return deal.truth()

    async def post_order(self, order_id: str) -> OrderTruth:
        await self._reach("post")
        deal = self.deals[order_id]
        if deal.posting is Q.NONE:
            deal.posting = Q.POSTED
            deal.credits += 1
        return deal.truth()

    async def void_posting(self, order_id: str) -> OrderTruth:
        await self._reach("void")
        self.deals[order_id].posting = Q.VOIDED
        return self.deals[order_id].truth()

    async def open_orders(self) -> tuple[OpenOrder, ...]:
        await self._reach("openOrders")
        return tuple(
            OpenOrder(order_id, deal.bill, deal.method, deal.truth())
            for order_id, deal in self.deals.items()
            if deal.bill and deal.payment not in (P.CLOSED, P.REFUNDED)
            if deal.posting is not Q.POSTED
        )

    async def report_head(self, head: JournalHead | None) -> JournalHead | None:
        await self._reach("head")
        before, self.head = self.head, head or self.head
        return before

    def confirm(self, order_id: str) -> None:
        """The citizen pays, by whatever way."""
        deal = self.deals[order_id]
        if deal.payment is P.PENDING:
            deal.payment = P.PAID
            deal.debits += 1

    def _payable(self, order_id: str, method: PayMethod) -> Deal:
        deal = self.deals.get(order_id)
        if deal is None:
            raise PlatformRefused(reason="order.unknown")
        deal.method = method.value
        if deal.payment is P.NONE:
            deal.payment = P.PENDING
        return deal

    async def _reach(self, verb: str) -> None:
        self.asked.append(verb)
        await asyncio.sleep(0.1)
        if verb in self.silent:
            await asyncio.Event().wait()
        if verb in self.trouble:
            raise self.trouble[verb]


@dataclass
class Terminal:
    """A card terminal that answers as it is told, and counts its receipts.

    Attributes:
        answers: for each request for money; a receipt is made when one is named.
        waits_s: how long a transaction takes; ``cancel`` ends it earlier.
        deaf: silence to every question.
    """

    number: int = 41
    answers: list[str] = field(default_factory=list)
    waits_s: float = 5.0
    deaf: bool = False
    newest: CardReceipt | None = None
    asked: list[str] = field(default_factory=list)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def authorise(
        self,
        amount: Fen,
        *,
        on_prompt: Callable[[str], None] | None = None,
        timeout_s: float = 180.0,
    ) -> Completion[CardReceipt]:
        self.asked.append("authorise")
        assert on_prompt
        on_prompt("insertCard")
        with anyio.move_on_after(self.waits_s):
            await self.let_go.wait()
            return Completion(C.CANCELED)
        how = self.answers.pop(0) if self.answers else "approved"
        if how == "hangs":
            await asyncio.Event().wait()
        if how in ("approved", "declined", "lost"):
            self.number += 1
            approved = how != "declined"
            self.newest = CardReceipt(self.number, approved, amount)
        if how == "approved":
            return Completion(C.SUCCESS, payload=self.newest)
        if how == "declined":
            return Completion(C.COMMAND_ERROR, "declined", payload=self.newest)
        return Completion(C.CONNECTION_LOST)

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Completion[CardReceipt]:
        self.asked.append("lastReceipt")
        await asyncio.sleep(0.2)
        if self.deaf:
            return Completion(C.TIME_OUT)
        none = CardReceipt(self.number, False, Fen(0))
        return Completion(C.SUCCESS, payload=self.newest or none)

    async def cancel(self) -> None:
        self.asked.append("cancel")
        self.let_go.set()


@dataclass
class Hall:
    """One desk with everything around it within reach."""

    gateway: Gateway = field(default_factory=Gateway)
    journal: Any = field(default_factory=MemoryJournal)
    terminal: Any = None
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    doubt: str = ""
    boot: int = 0

    def desk(self) -> OrderDesk:
        self.boot += 1
        return OrderDesk(
            self.gateway,
            self.journal,
            LoopClock(),
            OrderNumbers("A-0317", self.boot, 0),
            lambda event, /, **facts: self.events.append((event, facts)),
            dice=lambda: 0.5,
            terminal=self.terminal,
            doubts=lambda: self.doubt,
        )

    @asynccontextmanager
    async def open(self) -> AsyncIterator[OrderDesk]:
        desk = self.desk()
        async with anyio.create_task_group() as group:
            await group.start(desk.run)
            yield desk
            await desk.aclose()

    async def order(self, desk: OrderDesk, bill: Bill) -> str:
        """Open an order and wait for its code on the screen."""
        order_id = (await desk.open(bill)).order_id
        await self.seen(desk, order_id, lambda shown: bool(shown.qr_payload))
        return order_id

    async def pay(self, desk: OrderDesk, order_id: str) -> None:
        """Wait for the code on the screen and pay with it."""
        await self.seen(desk, order_id, lambda shown: bool(shown.qr_payload))
        self.gateway.confirm(order_id)

    @staticmethod
    async def seen(
        desk: OrderDesk, order_id: str, wanted: Callable[[Any], bool]
    ) -> Any:
        """Watch until the order looks as wanted."""
        with anyio.fail_after(90_000):
            async for shown in desk.watch(order_id):
                if wanted(shown):
                    return shown
        raise AssertionError("the order ended and never looked like that")

    async def until(self, desk: OrderDesk, order_id: str, *states: OrderState) -> Any:
        return await self.seen(desk, order_id, lambda shown: shown.state in states)
