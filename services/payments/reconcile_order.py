"""One order in four books: the first thing that is wrong with it, and who must act."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from kiosk.core.money import Fen
from kiosk.core.orders import (
    TERMINAL_STATES,
    OrderState,
    PaymentTruth,
    PostingTruth,
)
from kiosk.core.reconciliation import (
    Actor,
    BillerLine,
    Bucket,
    Finding,
    KioskLine,
    PaymentLine,
    PlatformLine,
)

_P, _Q = PaymentTruth, PostingTruth
_ENDS: dict[OrderState, tuple[frozenset[PaymentTruth], frozenset[PostingTruth]]] = {
    OrderState.CLOSED_OK: (frozenset({_P.PAID}), frozenset({_Q.POSTED})),
    OrderState.CANCELLED: (
        frozenset({_P.CLOSED}),
        frozenset({_Q.NONE, _Q.VOIDED, _Q.REJECTED}),
    ),
    OrderState.REFUNDED: (
        frozenset({_P.REFUNDED}),
        frozenset({_Q.NONE, _Q.VOIDED, _Q.REJECTED}),
    ),
}
"""What the platform has to say of an order that the journal closed so."""


@dataclass
class OrderBooks:
    """What the four books say of one order; lines are distinct.

    Attributes:
        since: when the window begins; earlier lines are not at hand.
        journal_since: when the kiosk's journal begins, ``None``: before everything.
    """

    order_id: str
    since: datetime
    kiosk: KioskLine | None = None
    platform: PlatformLine | None = None
    payments: list[PaymentLine] = field(default_factory=list)
    refunds: list[PaymentLine] = field(default_factory=list)
    postings: list[BillerLine] = field(default_factory=list)
    journal_since: datetime | None = None

    def add_payment(self, line: PaymentLine) -> None:
        """Sort a movement of money to its kind."""
        (self.payments if line.kind == "pay" else self.refunds).append(line)

    @property
    def net(self) -> Fen:
        """Money taken and not given back."""
        paid = sum(line.amount for line in self.payments)
        return Fen(paid - sum(line.amount for line in self.refunds))

    @property
    def posted(self) -> Fen:
        """Money credited to bills."""
        return Fen(sum(line.amount for line in self.postings))

    @property
    def before_journal(self) -> bool:
        """True for an order that an older journal had, and the one in use has not."""
        if self.kiosk is not None or self.journal_since is None:
            return False
        if self.journal_since <= self.since:
            return False
        times = [line.at for line in (*self.payments, *self.refunds)]
        times += [line.at for line in self.postings]
        return all(at < self.journal_since for at in times)

    @property
    def open(self) -> bool:
        """True while kiosk or platform still work on it, nobody else need to."""
        if self.kiosk is not None and self.kiosk.state is OrderState.SUSPENSE:
            return False
        if self.kiosk is not None and self.kiosk.state not in TERMINAL_STATES:
            return True
        return self.kiosk is None and self.platform_open

    @property
    def platform_open(self) -> bool:
        """True while the platform itself says that the order has not ended."""
        known = self.platform
        if known is None or known.posting is _Q.POSTED:
            return False
        return known.payment in (_P.NONE, _P.PENDING)


def judge_order(books: OrderBooks, late: datetime) -> list[Finding]:
    """Return what is wrong with one order; nothing when all books agree.

    Args:
        late: payments from here on may be posted in the next day's file.
    """
    finding = (
        _suspense(books)
        or _repeated(books)
        or _money_without_posting(books, late)
        or _posting_without_money(books)
        or _amounts(books)
        or _bills(books)
        or _unknown_to_one(books)
        or _states(books)
    )
    return [finding] if finding else []


def _finding(
    books: OrderBooks, bucket: Bucket, actor: Actor, excess: int, detail: str
) -> Finding:
    return Finding(bucket, (books.order_id,), actor, Fen(excess), detail)


def _suspense(books: OrderBooks) -> Finding | None:
    if books.kiosk is None or books.kiosk.state is not OrderState.SUSPENSE:
        return None
    return _finding(
        books,
        Bucket.SUSPENSE,
        Actor.STAFF,
        books.net - books.posted,
        "two staff members have to decide",
    )


def _repeated(books: OrderBooks) -> Finding | None:
    """Two movements where there may be one."""
    service = Actor.PAYMENT_SERVICE
    if len(books.payments) > 1:
        return _finding(
            books,
            Bucket.DOUBLE_PAYMENT,
            service,
            books.net - books.posted,
            f"{len(books.payments)} payments for one order",
        )
    if len(books.refunds) > 1:
        return _finding(
            books,
            Bucket.DOUBLE_REFUND,
            service,
            books.net - books.posted,
            f"{len(books.refunds)} refunds for one order",
        )
    if books.refunds and not books.payments and not _paid_before(books):
        return _finding(
            books,
            Bucket.REFUND_WITHOUT_PAYMENT,
            service,
            books.net,
            "money was given back that was never taken",
        )
    if len(books.postings) > 1:
        return _finding(
            books,
            Bucket.DOUBLE_POSTING,
            Actor.BILLER,
            books.net - books.posted,
            f"{len(books.postings)} postings for one order",
        )
    return None


def _paid_before(books: OrderBooks) -> bool:
    """The payment's line may be older than the files at hand; the journal knows."""
    known = books.kiosk
    return (
        known is not None
        and known.paid_at is not None
        and known.paid_at < (books.since)
    )


def _money_without_posting(books: OrderBooks, late: datetime) -> Finding | None:
    if books.net <= 0 or books.postings:
        return None
    newest = max(line.at for line in books.payments)
    settled = books.platform is not None and books.platform.posting is _Q.POSTED
    if newest >= late and (settled or books.open):
        return _finding(
            books,
            Bucket.UNFINISHED,
            Actor.NOBODY,
            books.net,
            "paid just before the day's end: the next file has the posting",
        )
    if books.open and not settled:
        return _unfinished(books)
    return _finding(
        books,
        Bucket.PAYMENT_ONLY,
        Actor.BILLER if settled else Actor.PLATFORM,
        books.net,
        "money was taken, and nothing was settled or given back",
    )


def _unfinished(books: OrderBooks) -> Finding:
    state = books.kiosk.state if books.kiosk is not None else "unknown to the kiosk"
    return _finding(
        books,
        Bucket.UNFINISHED,
        Actor.KIOSK,
        books.net - books.posted,
        f"still being finished ({state})",
    )


def _posting_without_money(books: OrderBooks) -> Finding | None:
    if not books.postings or books.net > 0 or _posted_late(books):
        return None
    return _finding(
        books,
        Bucket.POSTING_ONLY,
        Actor.STAFF,
        books.net - books.posted,
        "the bill was settled, and no money stayed for it",
    )


def _posted_late(books: OrderBooks) -> bool:
    """Paid before the files at hand begin, posted within them."""
    return not books.payments and not books.refunds and _paid_before(books)


def _amounts(books: OrderBooks) -> Finding | None:
    """Every book names the same amount; the odd one out has to explain."""
    said: list[tuple[Actor, Fen]] = []
    if books.kiosk is not None:
        said.append((Actor.KIOSK, books.kiosk.amount))
    if books.platform is not None and books.platform.bill_key:
        said.append((Actor.PLATFORM, books.platform.amount))
    said += [(Actor.PAYMENT_SERVICE, line.amount) for line in books.payments]
    said += [(Actor.PAYMENT_SERVICE, line.amount) for line in books.refunds]
    said += [(Actor.BILLER, line.amount) for line in books.postings]
    amounts = [amount for _who, amount in said]
    if len(set(amounts)) <= 1:
        return None
    usual = max(set(amounts), key=lambda each: (amounts.count(each), each))
    odd = next(who for who, amount in said if amount != usual)
    return _finding(
        books,
        Bucket.AMOUNT_DIFFERS,
        Actor.STAFF if odd is Actor.KIOSK else odd,
        books.net - books.posted,
        ", ".join(f"{who.value} {amount}" for who, amount in said),
    )


def _bills(books: OrderBooks) -> Finding | None:
    named = {
        line.bill_key
        for line in (books.kiosk, books.platform, *books.postings)
        if line is not None and line.bill_key
    }
    if len(named) <= 1:
        return None
    return _finding(
        books,
        Bucket.BILL_DIFFERS,
        Actor.BILLER if books.postings else Actor.PLATFORM,
        0,
        f"bills {', '.join(sorted(named))}",
    )


def _unknown_to_one(books: OrderBooks) -> Finding | None:
    if books.before_journal:
        return _judged_without_journal(books)
    if books.kiosk is None:
        return _finding(
            books,
            Bucket.PLATFORM_ONLY,
            Actor.STAFF,
            books.net - books.posted,
            "the journal does not have this order",
        )
    if books.platform is None and not _older(books):
        if books.open:
            return _unfinished(books)
        return _finding(
            books,
            Bucket.KIOSK_ONLY,
            Actor.PLATFORM,
            books.net - books.posted,
            f"the platform does not know it; the journal says {books.kiosk.state}",
        )
    return None


def _judged_without_journal(books: OrderBooks) -> Finding | None:
    """What the other three books say of an order has to fit together."""
    platform = books.platform
    if platform is not None and books.platform_open:
        return _unfinished(books)
    if platform is not None and _files_bear_out(books, platform):
        return None
    return _finding(
        books,
        Bucket.STATE_DIFFERS,
        Actor.PLATFORM,
        books.net - books.posted,
        "of an older journal; the platform's word and the files differ",
    )


def _older(books: OrderBooks) -> bool:
    return books.kiosk is not None and books.kiosk.at < books.since


def _states(books: OrderBooks) -> Finding | None:
    kiosk, platform = books.kiosk, books.platform
    if kiosk is None or platform is None:
        return None
    if books.open:
        return _unfinished(books)
    payments, postings = _ENDS[kiosk.state]
    agreed = platform.payment in payments and platform.posting in postings
    if agreed and _files_bear_out(books, platform):
        return None
    return _finding(
        books,
        Bucket.STATE_DIFFERS,
        Actor.STAFF if not agreed else Actor.PAYMENT_SERVICE,
        books.net - books.posted,
        f"journal {kiosk.state}, platform {platform.payment}+{platform.posting}, "
        f"{len(books.payments)} payments, {len(books.refunds)} refunds, "
        f"{len(books.postings)} postings",
    )


def _files_bear_out(books: OrderBooks, platform: PlatformLine) -> bool:
    """Files contain exactly the movements that the platform's word implies."""
    if _paid_before(books):
        return True
    paid = platform.payment in (_P.PAID, _P.REFUNDED)
    given_back = platform.payment is _P.REFUNDED
    posted = platform.posting is _Q.POSTED
    return (bool(books.payments), bool(books.refunds), bool(books.postings)) == (
        paid,
        given_back,
        posted,
    )
