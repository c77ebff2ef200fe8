"""Discrepancies, one function each: spoil the books, and say what has to be found."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from kiosk.core.money import Fen
from kiosk.core.orders import OrderState, PaymentTruth, PostingTruth
from kiosk.core.reconciliation import Bucket
from tests.proof.reconciliation.books import ENDS, Books, Spoil

S, P, Q = OrderState, PaymentTruth, PostingTruth
LATE = ENDS - timedelta(minutes=3)


def posting_missing(books: Books, number: int) -> None:
    """The biller never wrote down what it said it had settled."""
    order_id = books.settle(number)
    books.drop(order_id, "postings")
    books.expect(Bucket.PAYMENT_ONLY, order_id)


def payment_missing(books: Books, number: int) -> None:
    """The payment service's bill lacks a payment."""
    order_id = books.settle(number)
    books.drop(order_id, "payments")
    books.expect(Bucket.POSTING_ONLY, order_id)


def refund_missing(books: Books, number: int) -> None:
    """Everybody says refunded, and the money never went back."""
    order_id = books.refund(number)
    books.drop_movement(order_id, "refund")
    books.expect(Bucket.PAYMENT_ONLY, order_id)


def settled_and_refunded(books: Books, number: int) -> None:
    """The citizen got both: the bill settled and the money back."""
    order_id = books.settle(number)
    payment: Any = books.line(order_id, "payments")
    books.payments.append(replace(payment, kind="refund", reference="R"))
    books.expect(Bucket.POSTING_ONLY, order_id)


def paid_after_cancel(books: Books, number: int) -> None:
    """Nobody knows of a payment but the service that took it."""
    order_id = books.cancel(number)
    known: Any = books.line(order_id, "kiosk")
    books._pay(order_id, known.amount, known.at)
    books.expect(Bucket.PAYMENT_ONLY, order_id)


def posted_without_payment(books: Books, number: int) -> None:
    """The biller settled a bill for an order that was cancelled."""
    order_id = books.cancel(number)
    other = books.settle(number + 500)
    line: Any = books.line(other, "postings")
    known: Any = books.line(order_id, "kiosk")
    books.postings.append(
        replace(line, order_id=order_id, bill_key=known.bill_key, amount=known.amount)
    )
    books.expect(Bucket.POSTING_ONLY, order_id)


def double_payment(books: Books, number: int) -> None:
    """Two debits for one order."""
    order_id = books.settle(number)
    line: Any = books.line(order_id, "payments")
    books.payments.append(replace(line, reference="another"))
    books.expect(Bucket.DOUBLE_PAYMENT, order_id)


def double_refund(books: Books, number: int) -> None:
    """Two refunds for one order."""
    order_id = books.refund(number)
    line: Any = next(
        e for e in books.payments if e.order_id == order_id and e.kind == "refund"
    )
    books.payments.append(replace(line, reference="another"))
    books.expect(Bucket.DOUBLE_REFUND, order_id)


def refund_without_payment(books: Books, number: int) -> None:
    """Money given back that was never taken."""
    order_id = books.refund(number)
    books.drop_movement(order_id, "pay")
    books.expect(Bucket.REFUND_WITHOUT_PAYMENT, order_id)


def double_posting(books: Books, number: int) -> None:
    """One order posted twice."""
    order_id = books.settle(number)
    line: Any = books.line(order_id, "postings")
    books.postings.append(replace(line, reference="another"))
    books.expect(Bucket.DOUBLE_POSTING, order_id)


def bill_settled_twice(books: Books, number: int) -> None:
    """Two orders settled one version of a bill."""
    first, second = books.settle(number), books.settle(number + 500)
    for book in ("kiosk", "platform", "postings"):
        books.alter(second, book, bill_key=f"B{number}")
    books.expect(Bucket.DOUBLE_POSTING, first, second)


def amount_in_posting(books: Books, number: int) -> None:
    """The biller credited less than was paid."""
    order_id = books.settle(number)
    books.alter(order_id, "postings", amount=Fen(1))
    books.expect(Bucket.AMOUNT_DIFFERS, order_id)


def amount_in_payment(books: Books, number: int) -> None:
    """The payment service took more than the order says."""
    order_id = books.settle(number)
    books.alter(order_id, "payments", amount=Fen(99_999))
    books.expect(Bucket.AMOUNT_DIFFERS, order_id)


def amount_in_platform(books: Books, number: int) -> None:
    """The platform's order names another amount."""
    order_id = books.settle(number)
    books.alter(order_id, "platform", amount=Fen(77))
    books.expect(Bucket.AMOUNT_DIFFERS, order_id)


def amount_in_journal(books: Books, number: int) -> None:
    """The journal names another amount."""
    order_id = books.settle(number)
    books.alter(order_id, "kiosk", amount=Fen(77))
    books.expect(Bucket.AMOUNT_DIFFERS, order_id)


def half_refund(books: Books, number: int) -> None:
    """Only a part of the money went back."""
    order_id = books.refund(number)
    books.payments[:] = [
        replace(each, amount=Fen(each.amount - 1))
        if (each.order_id, each.kind) == (order_id, "refund")
        else each
        for each in books.payments
    ]
    books.expect(Bucket.PAYMENT_ONLY, order_id)


def other_bill(books: Books, number: int) -> None:
    """The biller settled somebody else's bill."""
    order_id = books.settle(number)
    books.alter(order_id, "postings", bill_key="B-of-another")
    books.expect(Bucket.BILL_DIFFERS, order_id)


def other_bill_at_platform(books: Books, number: int) -> None:
    """The platform's order is for another bill."""
    order_id = books.cancel(number)
    books.alter(order_id, "platform", bill_key="B-of-another")
    books.expect(Bucket.BILL_DIFFERS, order_id)


def unknown_to_platform(books: Books, number: int) -> None:
    """The journal closed an order that the platform never saw."""
    order_id = books.cancel(number)
    books.drop(order_id, "platform")
    books.expect(Bucket.KIOSK_ONLY, order_id)


def unknown_to_journal(books: Books, number: int) -> None:
    """The journal lost an order that was settled."""
    order_id = books.settle(number)
    books.drop(order_id, "kiosk")
    books.expect(Bucket.PLATFORM_ONLY, order_id)


def cancelled_unknown_to_journal(books: Books, number: int) -> None:
    """The journal lost an order that came to nothing."""
    order_id = books.cancel(number)
    books.drop(order_id, "kiosk")
    books.expect(Bucket.PLATFORM_ONLY, order_id)


def stranger_in_the_bill(books: Books, number: int) -> None:
    """A payment for an order that neither kiosk nor platform has."""
    order_id = books.settle(number)
    books.drop(order_id, "kiosk", "platform", "postings")
    books.expect(Bucket.PAYMENT_ONLY, order_id)


def journal_says_cancelled(books: Books, number: int) -> None:
    """The citizen was told 'not charged', and was."""
    order_id = books.settle(number)
    books.alter(order_id, "kiosk", state=S.CANCELLED)
    books.expect(Bucket.STATE_DIFFERS, order_id)


def journal_says_refunded(books: Books, number: int) -> None:
    """The journal says refunded, everybody else settled."""
    order_id = books.settle(number)
    books.alter(order_id, "kiosk", state=S.REFUNDED)
    books.expect(Bucket.STATE_DIFFERS, order_id)


def journal_says_settled(books: Books, number: int) -> None:
    """The citizen was told 'paid', and the money went back."""
    order_id = books.refund(number)
    books.alter(order_id, "kiosk", state=S.CLOSED_OK)
    books.expect(Bucket.STATE_DIFFERS, order_id)


def platform_never_closed(books: Books, number: int) -> None:
    """The journal says cancelled; at the platform it can still be paid."""
    order_id = books.cancel(number)
    books.alter(order_id, "platform", payment=P.PENDING)
    books.expect(Bucket.STATE_DIFFERS, order_id)


def platform_says_refunded(books: Books, number: int) -> None:
    """The platform calls refunded what nobody ever paid."""
    order_id = books.cancel(number)
    books.alter(order_id, "kiosk", state=S.REFUNDED)
    books.alter(order_id, "platform", payment=P.REFUNDED)
    books.expect(Bucket.STATE_DIFFERS, order_id)


def suspended(books: Books, number: int) -> None:
    """Two people have to decide."""
    order_id = books.settle(number)
    books.alter(order_id, "kiosk", state=S.SUSPENSE)
    books.expect(Bucket.SUSPENSE, order_id)


def paid_and_still_posting(books: Books, number: int) -> None:
    """The order machine is still posting: nobody has to act."""
    order_id = books.settle(number)
    books.drop(order_id, "postings")
    books.alter(order_id, "kiosk", state=S.POST_SENT)
    books.alter(order_id, "platform", posting=Q.NONE)
    books.expect(Bucket.UNFINISHED, order_id)


def posted_after_midnight(books: Books, number: int) -> None:
    """Paid just before midnight: the next file has the posting."""
    order_id = books.settle(number, at=LATE)
    books.drop(order_id, "postings")
    books.expect(Bucket.UNFINISHED, order_id)


def platform_line_twice(books: Books, number: int) -> None:
    """The platform's file repeats a line."""
    order_id = books.settle(number)
    line: Any = books.line(order_id, "platform")
    books.platform.append(line)
    books.expect(Bucket.DUPLICATE_LINE, order_id)


def payment_line_twice(books: Books, number: int) -> None:
    """The payment service's bill repeats a line: no second debit."""
    order_id = books.settle(number)
    line: Any = books.line(order_id, "payments")
    books.payments.append(line)
    books.expect(Bucket.DUPLICATE_LINE, order_id)


def posting_line_twice(books: Books, number: int) -> None:
    """The biller's file repeats a line: no second posting."""
    order_id = books.settle(number)
    line: Any = books.line(order_id, "postings")
    books.postings.append(line)
    books.expect(Bucket.DUPLICATE_LINE, order_id)


SPOILERS: tuple[Spoil, ...] = (
    posting_missing,
    payment_missing,
    refund_missing,
    settled_and_refunded,
    paid_after_cancel,
    posted_without_payment,
    double_payment,
    double_refund,
    refund_without_payment,
    double_posting,
    bill_settled_twice,
    amount_in_posting,
    amount_in_payment,
    amount_in_platform,
    amount_in_journal,
    half_refund,
    other_bill,
    other_bill_at_platform,
    unknown_to_platform,
    unknown_to_journal,
    cancelled_unknown_to_journal,
    stranger_in_the_bill,
    journal_says_cancelled,
    journal_says_refunded,
    journal_says_settled,
    platform_never_closed,
    platform_says_refunded,
    suspended,
    paid_and_still_posting,
    posted_after_midnight,
    platform_line_twice,
    payment_line_twice,
    posting_line_twice,
)
