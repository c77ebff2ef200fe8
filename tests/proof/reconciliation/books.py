"""Four books of an invented day that agree, and ways to spoil them one at a time."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone

from kiosk.core.money import Fen
from kiosk.core.orders import OrderState, PaymentTruth, PostingTruth
from kiosk.core.reconciliation import (
    BillerLine,
    Bucket,
    DayFiles,
    DayReport,
    KioskLine,
    PaymentLine,
    PlatformLine,
)
from services.payments.reconcile import reconcile

CITY = timezone(timedelta(hours=8))
DAY = date(2026, 11, 20)
BEGINS = datetime(2026, 11, 20, tzinfo=CITY)
ENDS = BEGINS + timedelta(days=1)
NOON = BEGINS + timedelta(hours=12)

S, P, Q = OrderState, PaymentTruth, PostingTruth


@dataclass
class Books:
    """The four books while they are being written; ``expected`` is what is wrong."""

    dice: random.Random
    kiosk: list[KioskLine] = field(default_factory=list)
    platform: list[PlatformLine] = field(default_factory=list)
    payments: list[PaymentLine] = field(default_factory=list)
    postings: list[BillerLine] = field(default_factory=list)
    expected: set[tuple[Bucket, tuple[str, ...]]] = field(default_factory=set)

    def expect(self, bucket: Bucket, *order_ids: str) -> None:
        """Note what the comparison has to say."""
        self.expected.add((bucket, tuple(sorted(order_ids))))

    def compare(self) -> tuple[DayReport, set[tuple[Bucket, tuple[str, ...]]]]:
        """Compare the day and return the report with what it found."""
        report = reconcile(self.files(), self.kiosk)
        return report, {(each.bucket, each.order_ids) for each in report.findings}

    def files(self) -> DayFiles:
        """Return what arrives from outside; the order of lines means nothing."""
        for lines in (self.platform, self.payments, self.postings, self.kiosk):
            self.dice.shuffle(lines)  # type: ignore[arg-type]
        return DayFiles(
            DAY,
            BEGINS,
            ENDS,
            True,
            tuple(self.platform),
            tuple(self.payments),
            tuple(self.postings),
        )

    # -- orders on which all books agree ------------------------------------------

    def settle(self, number: int, at: datetime = NOON, amount: int = 0) -> str:
        """Write an order that was paid and posted."""
        order_id, fen = self._enter(number, S.CLOSED_OK, P.PAID, Q.POSTED, at, amount)
        self._pay(order_id, fen, at)
        self.postings.append(BillerLine(order_id, f"B{number}", fen, f"XZ{number}", at))
        return order_id

    def cancel(self, number: int) -> str:
        """Write an order that nobody paid."""
        posting = self.dice.choice((Q.NONE, Q.VOIDED))
        return self._enter(number, S.CANCELLED, P.CLOSED, posting, NOON)[0]

    def refund(self, number: int) -> str:
        """Write an order whose money went back."""
        posting = self.dice.choice((Q.REJECTED, Q.VOIDED))
        order_id, fen = self._enter(number, S.REFUNDED, P.REFUNDED, posting, NOON)
        self._pay(order_id, fen, NOON)
        self._give_back(order_id, fen)
        return order_id

    def leave_open(self, number: int) -> str:
        """Write an order that the order machine is still finishing."""
        order_id, _fen = self._enter(number, S.CANCELLING, P.PENDING, Q.NONE, NOON)
        self.expect(Bucket.UNFINISHED, order_id)
        return order_id

    def _enter(
        self,
        number: int,
        state: OrderState,
        payment: PaymentTruth,
        posting: PostingTruth,
        at: datetime,
        amount: int = 0,
    ) -> tuple[str, Fen]:
        order_id = f"A0317-{number:06d}"
        fen = Fen(amount or self.dice.randrange(100, 50_000))
        paid_at = at if payment in (P.PAID, P.REFUNDED) else None
        self.kiosk.append(
            KioskLine(order_id, f"B{number}", "1", fen, state, paid_at, at)
        )
        self.platform.append(
            PlatformLine(order_id, f"B{number}", fen, payment, posting)
        )
        return order_id, fen

    def _pay(self, order_id: str, fen: Fen, at: datetime) -> None:
        self.payments.append(
            PaymentLine(order_id, "pay", fen, "wechat", f"W{order_id}", at)
        )

    def _give_back(self, order_id: str, fen: Fen) -> None:
        self.payments.append(
            PaymentLine(order_id, "refund", fen, "wechat", f"R{order_id}", NOON)
        )

    # -- hands for the spoilers -----------------------------------------------------

    def drop(self, order_id: str, *books: str) -> None:
        """Lose an order's lines from some books."""
        for name in books:
            lines = getattr(self, name)
            lines[:] = [each for each in lines if each.order_id != order_id]

    def drop_movement(self, order_id: str, kind: str) -> None:
        """Lose a payment or a refund."""
        self.payments[:] = [
            each
            for each in self.payments
            if (each.order_id, each.kind) != (order_id, kind)
        ]

    def alter(self, order_id: str, book: str, **fields: object) -> None:
        """Change an order's lines in one book."""
        lines = getattr(self, book)
        lines[:] = [
            replace(each, **fields) if each.order_id == order_id else each
            for each in lines
        ]

    def line(self, order_id: str, book: str) -> object:
        """Return an order's first line in a book."""
        return next(e for e in getattr(self, book) if e.order_id == order_id)


Spoil = Callable[[Books, int], None]


def agreeing_day(seed: int, orders: int = 12) -> Books:
    """Return books of a day on which nothing is wrong."""
    dice = random.Random(seed)
    books = Books(dice)
    for number in range(orders):
        ending = dice.choices(
            (books.settle, books.cancel, books.refund, books.leave_open), (6, 2, 1, 1)
        )[0]
        ending(number)
    return books
