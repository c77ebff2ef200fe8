"""The city platform with its payment services: what is true about money.

It keeps the contract: idempotent by order number, conclusive cancel, tombstones,
one live order for an account where ``locks`` is set. It behaves like the real ones
in what is allowed: it may hear of a payment late or twice, answer ``PENDING`` about
one that was made, and meet a citizen who pays between the last query and the cancel.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.errors import PlatformRefused
from kiosk.core.orders import (
    CardReceipt,
    JournalHead,
    OpenOrder,
    OrderTruth,
    PaymentStart,
    PaymentTruth,
    PostingTruth,
)
from tests.proof.world.claims import Biller

P, Q = PaymentTruth, PostingTruth
_OVER = (P.CLOSED, P.REFUNDED)
CODE_WINDOW_S = 45.0
FOR_EVER = 9
"""A platform that is so stubborn gives in to people only."""


@dataclass(slots=True)
class Deal:
    """What the city knows of one order number.

    Attributes:
        payment: what the platform believes; the money itself may be ahead of it.
        ways: ways by which the citizen could pay now (``qr``, ``ecny``, ``code`` …).
        card: reserved for the terminal, whose outcome is not reported.
        card_debits: of ``debits``, those that the terminal made.
        debits, debited: payments and fen that were taken; ``refunded`` likewise.
        heard: second at which the kiosk last spoke of it.
    """

    order_id: str
    bill: Bill | None = None
    method: str = ""
    payment: P = P.NONE
    posting: Q = Q.NONE
    ways: set[str] = field(default_factory=set)
    card: bool = False
    receipts: set[int] = field(default_factory=set)
    card_debits: int = 0
    debits: int = 0
    debited: int = 0
    refunded: int = 0
    paid_out: bool = False
    heard: float = 0.0
    refusals_left: int = 0

    @property
    def net(self) -> int:
        """Fen that the citizen is short of now."""
        return self.debited - self.refunded

    def truth(self) -> OrderTruth:
        known = self.payment in (P.PAID, P.REFUNDED)
        return OrderTruth(
            self.payment,
            self.posting,
            "wechat" if known else "",
            f"T-{self.order_id[-6:]}" if known else "",
            evidence="signed",
        )


@dataclass(slots=True)
class City:
    """Keeps its contract.

    Args:
        now: the world's second.
        later: have something done after some seconds.
        found: where violations that show at once are put.
    """

    dice: random.Random
    now: Callable[[], float]
    later: Callable[..., object]
    found: set[str]
    biller: Biller
    tombstones: bool = True
    locks: bool = False
    stubborn: int = 0
    sweep_after_s: float = 600.0
    calm: bool = False
    scripted: bool = False
    deals: dict[str, Deal] = field(default_factory=dict)
    on_terminal: Deal | None = None
    terminal_runs: bool = False
    head: JournalHead | None = None
    swept: int = 0
    late_payments: int = 0

    # -- what the kiosk asks ----------------------------------------------------

    def put(self, order_id: str, bill: Bill) -> Deal:
        deal = self._heard(order_id)
        if deal.payment in _OVER or deal.posting is Q.VOIDED:
            raise PlatformRefused(reason="order.closed")
        if deal.bill is None:
            if self.locks and any(self._live(d) for d in self.deals.values()):
                raise PlatformRefused(reason="account.locked")
            deal.bill = bill
        elif (deal.bill.bill_key, deal.bill.amount) != (bill.bill_key, bill.amount):
            self.found.add("I3 one order number for two bills")
            raise PlatformRefused(reason="order.different")
        return deal

    def start_qr(self, order_id: str, method: str = PayMethod.QR) -> PaymentStart:
        deal = self._payable(order_id, method)
        if deal.payment is not P.PENDING:
            return PaymentStart(deal.truth())
        if method not in deal.ways:
            deal.ways -= {"qr", "ecny", "socialCard"}
            deal.ways.add(str(method))
            self._may_pay(deal, str(method), (2.0, 6.0, 20.0, 60.0, 290.0))
        return PaymentStart(deal.truth(), f"{method}:{order_id}")

    def pay_by_code(self, order_id: str, code: str) -> PaymentStart:
        deal = self._payable(order_id, PayMethod.CODE)
        if deal.payment is not P.PENDING:
            return PaymentStart(deal.truth())
        if code.startswith("99"):
            return PaymentStart(deal.truth(), refusal="expired")
        deal.ways.add("code")
        if code.startswith("13"):
            self._debit(deal)
            self._learn_some_time(deal)
        else:
            self._may_pay(deal, "code", (4.0, 20.0, 44.0))
        self.later(CODE_WINDOW_S, deal.ways.discard, "code")
        return PaymentStart(deal.truth())

    def start_card(self, order_id: str) -> PaymentStart:
        deal = self._known(order_id)
        self._consult(deal)
        if deal.payment in (P.NONE, P.PENDING):
            deal.payment, deal.method = P.PENDING, PayMethod.CARD
            deal.ways.clear()
            deal.card = True
            self.on_terminal = deal
        return PaymentStart(deal.truth())

    def report_card(self, order_id: str, receipt: CardReceipt | None) -> OrderTruth:
        deal = self._known(order_id)
        deal.card = False
        if receipt is None or not receipt.approved:
            if deal.method == PayMethod.CARD:
                deal.method = ""
            return deal.truth()
        if deal.bill is None or receipt.amount != deal.bill.amount:
            raise PlatformRefused(reason="card.amount")
        if receipt.number not in deal.receipts:
            deal.receipts.add(receipt.number)
            if deal.payment in _OVER or deal.payment is P.PAID:
                deal.refunded += int(receipt.amount)
                if deal.payment is P.CLOSED:
                    deal.payment = P.REFUNDED
            else:
                deal.payment = P.PAID
        return deal.truth()

    def query(self, order_id: str) -> OrderTruth:
        deal = self.deals.get(order_id)
        if deal is None:
            return OrderTruth(P.NONE, Q.NONE)
        deal.heard = self.now()
        if self.calm or self.scripted or self.dice.random() < 0.8:
            self._consult(deal)
        answer = deal.truth()
        if not (self.calm or self.scripted) and deal.ways and self.dice.random() < 0.02:
            self._late(deal)
        return answer

    def cancel(self, order_id: str) -> OrderTruth:
        if order_id not in self.deals and not self.tombstones:
            return OrderTruth(P.CLOSED, Q.VOIDED)
        deal = self._heard(order_id)
        if deal.refusals_left and not (self.calm and self.stubborn < FOR_EVER):
            deal.refusals_left -= 1
            raise PlatformRefused(reason="order.busy")
        running = self.terminal_runs and self.on_terminal is deal
        if running or deal.card_debits > len(deal.receipts):
            self.found.add("cancelled before the terminal's outcome was reported")
        if deal.ways and not self.scripted and self.dice.random() < 0.15:
            self._late(deal)  # after the last query, before the cancel
        return self._close(deal)

    def post(self, order_id: str) -> OrderTruth:
        deal = self._known(order_id)
        self._consult(deal)
        if deal.posting is Q.NONE:
            if deal.payment is not P.PAID:
                raise PlatformRefused(reason="order.unpaid")
            self._post(deal)
        return deal.truth()

    def void(self, order_id: str) -> OrderTruth:
        deal = self._heard(order_id)
        if deal.refusals_left and not (self.calm and self.stubborn < FOR_EVER):
            deal.refusals_left -= 1
            raise PlatformRefused(reason="order.busy")
        if deal.posting is Q.NONE:
            deal.posting = Q.VOIDED
        return deal.truth()

    def open_deals(self) -> list[Deal]:
        """Return what has not ended, oldest first."""
        return [deal for deal in self.deals.values() if self._live(deal)]

    def open_orders(self) -> tuple[OpenOrder, ...]:
        return tuple(
            OpenOrder(deal.order_id, deal.bill, deal.method, deal.truth())
            for deal in self.open_deals()
            if deal.bill is not None
        )

    def report_head(self, head: JournalHead | None) -> JournalHead | None:
        """Take note of a head that is ahead; return what was known before."""
        before = self.head
        if head and (
            before is None or (head.epoch, head.seq) > (before.epoch, before.seq)
        ):
            self.head = head
        return before

    # -- what happens by itself -------------------------------------------------

    def card_debit(self, amount: int) -> None:
        """The issuer approved on the terminal; nobody has reported it yet."""
        deal = self.on_terminal
        if deal is None:
            self.found.add("I2 the terminal took money that nobody reserved it for")
            return
        deal.debits += 1
        deal.card_debits += 1
        deal.debited += amount
        if deal.bill is None or amount != deal.bill.amount:
            self.found.add("I1 the card was charged another amount")
        self._look_for_two(deal)

    def sweep(self) -> None:
        """Finish what its kiosk has not spoken of for so long.

        Not what is reserved for the card terminal: only its kiosk, or people, can find
        out whether that took money.
        """
        for deal in self.open_deals():
            if not deal.card and self.now() - deal.heard > self.sweep_after_s:
                self.swept += 1
                self._consult(deal)
                if deal.payment is not P.PAID:
                    self._close(deal)
                elif deal.posting is Q.NONE:
                    self._post(deal)
                elif deal.posting is not Q.POSTED:
                    self._close(deal)

    def staff_settle(self, deal: Deal) -> None:
        """What two people find out on the telephone, and have done."""
        self._consult(deal)
        deal.card = False
        if deal.card_debits > len(deal.receipts):
            # The terminal's own book shows an approval that nobody reported: the
            # bank gives it back.
            deal.refunded += deal.net
            deal.payment = P.REFUNDED
        if deal.posting is not Q.POSTED:
            deal.refusals_left = 0
            self._close(deal)

    # -- inside -----------------------------------------------------------------

    def _heard(self, order_id: str) -> Deal:
        deal = self.deals.get(order_id)
        if deal is None:
            refusals = 1_000 if self.stubborn == FOR_EVER else self.stubborn
            deal = Deal(order_id, refusals_left=refusals)
            self.deals[order_id] = deal
        deal.heard = self.now()
        return deal

    def _known(self, order_id: str) -> Deal:
        deal = self.deals.get(order_id)
        if deal is None or deal.bill is None:
            raise PlatformRefused(reason="order.unknown")
        deal.heard = self.now()
        return deal

    def _payable(self, order_id: str, method: str) -> Deal:
        deal = self._known(order_id)
        if deal.card:
            raise PlatformRefused(reason="order.cardReserved")
        if deal.payment is P.NONE:
            deal.payment = P.PENDING
        deal.method = str(method)
        return deal

    @staticmethod
    def _live(deal: Deal) -> bool:
        if deal.bill is None:
            return False
        return deal.posting is not Q.POSTED and deal.payment not in _OVER

    def _may_pay(self, deal: Deal, way: str, delays: tuple[float, ...]) -> None:
        """The citizen pays on the phone after a while, or never."""
        if not self.scripted and self.dice.random() < 0.6:
            delay = self.dice.random() * self.dice.choice(delays)
            self.later(delay, self._pay, deal, way)

    def _pay(self, deal: Deal, way: str) -> None:
        if way in deal.ways:
            self._debit(deal)
            self._learn_some_time(deal)

    def pay_now(self, deal: Deal) -> None:
        """A citizen of whom nothing is left to chance pays by the code shown."""
        if deal.ways:
            self._debit(deal)
            self._consult(deal)

    def _late(self, deal: Deal) -> None:
        self.late_payments += 1
        self._debit(deal)

    def _debit(self, deal: Deal) -> None:
        if deal.paid_out or deal.payment is not P.PENDING or deal.bill is None:
            return
        deal.paid_out = True
        deal.ways.clear()
        deal.debits += 1
        deal.debited += int(deal.bill.amount)
        self._look_for_two(deal)

    def _learn_some_time(self, deal: Deal) -> None:
        """The payment service tells: at once, late, and sometimes twice."""
        luck = self.dice.random()
        if luck < 0.6:
            self._consult(deal)
        elif luck < 0.9:
            self.later(self.dice.random() * 40, self._consult, deal)
        if luck > 0.8:
            self.later(self.dice.random() * 200, self._consult, deal)

    @staticmethod
    def _consult(deal: Deal) -> None:
        if deal.paid_out and deal.payment is P.PENDING:
            deal.payment = P.PAID

    def _close(self, deal: Deal) -> OrderTruth:
        self._consult(deal)
        if deal.posting is Q.POSTED:
            return deal.truth()
        if deal.posting is Q.NONE:
            deal.posting = Q.VOIDED
        if deal.payment is P.PAID:
            deal.payment = P.REFUNDED
            deal.refunded += deal.debited - deal.refunded
        elif deal.payment is not P.REFUNDED:
            deal.payment = P.CLOSED
        deal.ways.clear()
        return deal.truth()

    def _post(self, deal: Deal) -> None:
        bill = deal.bill
        assert bill is not None
        deal.posting = self.biller.post(
            deal.order_id, bill.bill_key, bill.version, int(bill.amount)
        )

    def _look_for_two(self, deal: Deal) -> None:
        if deal.debits > 1:
            self.found.add("I2 order debited twice")
        live = sum(d.net > 0 and d.posting is not Q.POSTED for d in self.deals.values())
        if live > 1:
            self.found.add("I7 two live debits for one account")
