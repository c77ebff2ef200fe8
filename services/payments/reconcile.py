"""Reconciliation (对账): one day of four books, compared order by order.

Pure: files in, report out. A discrepancy is named once, by the most telling bucket,
with who must act. What the order machine will still finish by itself is listed as
unfinished and needs nobody. An order whose money moved shortly before midnight may
have its posting in the next day's file, so earlier days come in beside the day that
is being closed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from kiosk.core.money import Fen
from kiosk.core.reconciliation import (
    Actor,
    BillerLine,
    Bucket,
    DayFiles,
    DayReport,
    Finding,
    KioskLine,
    PaymentLine,
    PlatformLine,
)
from services.payments.reconcile_order import OrderBooks, judge_order

MIDNIGHT_MARGIN = timedelta(minutes=15)
"""Liveness bound of the order machine: by then a payment is posted or refunded."""

Line = PlatformLine | PaymentLine | BillerLine

_NEEDS_NOBODY = frozenset({Actor.NOBODY, Actor.KIOSK})


def reconcile(
    files: DayFiles,
    kiosk: Iterable[KioskLine],
    earlier: Sequence[DayFiles] = (),
    journal_since: datetime | None = None,
) -> DayReport:
    """Compare one day.

    Args:
        files: of the day that is being closed; they must be ready.
        kiosk: orders of the journal with a row in this window, and all open ones.
        earlier: days before, for orders that began there.
        journal_since: when the journal in use began; an order that was over before
            is in an older journal, and is judged by the other three books alone.

    Raises:
        ValueError: the day is not closed yet.
    """
    if not files.ready:
        raise ValueError(f"{files.day} is not closed yet")
    window = [*earlier, files]
    books = _books(window, kiosk)
    today = _orders_of(files)
    findings = _duplicates(window)
    matched = 0
    for order_id in sorted(books):
        books[order_id].journal_since = journal_since
        found = judge_order(books[order_id], files.ends - MIDNIGHT_MARGIN)
        findings += found
        matched += not found and (order_id in today)
    findings += _bills_posted_twice(books)
    return DayReport(
        day=files.day,
        matched=matched,
        findings=tuple(findings),
        taken=_sum(line.amount for line in files.payments if line.kind == "pay"),
        given_back=_sum(
            line.amount for line in files.payments if line.kind == "refund"
        ),
        posted=_sum(line.amount for line in files.postings),
        clean=all(each.actor in _NEEDS_NOBODY for each in findings),
    )


def _sum(amounts: Iterable[Fen]) -> Fen:
    return Fen(sum(amounts))


def _orders_of(files: DayFiles) -> set[str]:
    lines: tuple[Line, ...] = (*files.platform, *files.payments, *files.postings)
    return {line.order_id for line in lines}


def _books(
    window: Sequence[DayFiles], kiosk: Iterable[KioskLine]
) -> dict[str, OrderBooks]:
    """Gather what each book says of each order; the newest platform line counts."""
    books: dict[str, OrderBooks] = {}

    def of(order_id: str) -> OrderBooks:
        return books.setdefault(order_id, OrderBooks(order_id, window[0].begins))

    for line in kiosk:
        of(line.order_id).kiosk = line
    for files in window:
        for known in files.platform:
            of(known.order_id).platform = known
        for payment in dict.fromkeys(files.payments):
            of(payment.order_id).add_payment(payment)
        for posting in dict.fromkeys(files.postings):
            of(posting.order_id).postings.append(posting)
    return books


def _duplicates(window: Sequence[DayFiles]) -> list[Finding]:
    """The same line twice in one file says nothing about money, but a file is wrong."""
    found: list[Finding] = []
    for files in window:
        books: tuple[tuple[Actor, Sequence[Line]], ...] = (
            (Actor.PLATFORM, files.platform),
            (Actor.PAYMENT_SERVICE, files.payments),
            (Actor.BILLER, files.postings),
        )
        for actor, lines in books:
            times: Counter[Line] = Counter(lines)
            twice = [line for line in times if times[line] > 1]
            found += [
                Finding(
                    Bucket.DUPLICATE_LINE,
                    (line.order_id,),
                    actor,
                    Fen(0),
                    f"the same line stands twice in the file of {files.day}",
                )
                for line in twice
            ]
    return found


def _bills_posted_twice(books: dict[str, OrderBooks]) -> list[Finding]:
    """One version of a bill may be settled by one order only (invariant I2)."""
    settled: dict[tuple[str, str], list[OrderBooks]] = {}
    for book in books.values():
        if book.kiosk is not None and book.postings:
            bill = book.kiosk.bill_key, book.kiosk.bill_version
            settled.setdefault(bill, []).append(book)
    return [
        Finding(
            Bucket.DOUBLE_POSTING,
            tuple(sorted(book.order_id for book in twice)),
            Actor.BILLER,
            Fen(sum(sorted(book.posted for book in twice)[1:])),
            f"bill {bill_key} was settled by {len(twice)} orders",
        )
        for (bill_key, _version), twice in settled.items()
        if len(twice) > 1
    ]
