"""Every discrepancy is found and named once; a day that agrees is clean."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.core.money import Fen
from kiosk.core.orders import OrderState, PaymentTruth, PostingTruth
from kiosk.core.reconciliation import Actor, Bucket, DayFiles
from services.payments.reconcile import reconcile
from tests.proof.reconciliation.books import (
    BEGINS,
    DAY,
    ENDS,
    Books,
    agreeing_day,
)
from tests.proof.reconciliation.campaign import wrong_days
from tests.proof.reconciliation.spoilers import (
    SPOILERS,
    amount_in_payment,
    bill_settled_twice,
    double_payment,
    posting_missing,
    settled_and_refunded,
    suspended,
)


@pytest.fixture
def books() -> Books:
    return agreeing_day(1, orders=0)


@pytest.mark.parametrize("seed", range(20))
def test_a_day_that_agrees_needs_nobody(seed: int) -> None:
    books = agreeing_day(seed, orders=40)
    report, found = books.compare()
    assert found == books.expected
    assert report.clean
    assert report.matched == 40 - len(found)
    assert report.taken - report.given_back == report.posted


@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda each: each.__name__)
@pytest.mark.parametrize("seed", range(8))
def test_a_discrepancy_is_found_and_none_is_invented(seed: int, spoil) -> None:
    books = agreeing_day(seed)
    spoil(books, 1000)
    _report, found = books.compare()
    assert found == books.expected


def test_several_discrepancies_do_not_hide_one_another() -> None:
    planted, missed, invented, wrong = wrong_days(range(400))
    assert planted >= 200
    assert (missed, invented, wrong) == (0, 0, [])


@pytest.mark.parametrize(
    ("spoil", "excess", "actor"),
    [
        (posting_missing, 500, Actor.BILLER),
        (settled_and_refunded, -500, Actor.STAFF),
        (double_payment, 500, Actor.PAYMENT_SERVICE),
        (amount_in_payment, 99_499, Actor.PAYMENT_SERVICE),
        (bill_settled_twice, 500, Actor.BILLER),
        (suspended, 0, Actor.STAFF),
    ],
)
def test_a_finding_says_how_much_and_who_must_act(books, spoil, excess, actor) -> None:
    books.dice.randrange = lambda *_range: 500
    spoil(books, 1)
    report, _found = books.compare()
    (finding,) = report.findings
    assert (finding.excess, finding.actor) == (excess, actor)
    assert not report.clean


def test_a_day_that_is_not_closed_is_not_compared() -> None:
    files = DayFiles(DAY, BEGINS, ENDS, False, (), (), ())
    with pytest.raises(ValueError, match="not closed"):
        reconcile(files, ())


def yesterday_of(books: Books) -> DayFiles:
    """Move everything written so far to the day before, as if it happened there."""
    day = timedelta(days=1)
    files = books.files()
    earlier = replace(
        files,
        day=DAY - day,
        begins=BEGINS - day,
        ends=BEGINS,
        payments=tuple(replace(line, at=line.at - day) for line in files.payments),
        postings=tuple(replace(line, at=line.at - day) for line in files.postings),
    )
    books.platform, books.payments, books.postings = [], [], []
    return earlier


def test_a_posting_after_midnight_meets_its_payment(books) -> None:
    books.settle(1)
    posting = books.postings.pop()
    earlier = yesterday_of(books)
    books.postings.append(replace(posting, at=BEGINS + timedelta(seconds=10)))
    report = reconcile(books.files(), books.kiosk, (earlier,))
    assert report.findings == ()
    assert report.matched == 1


def test_a_posting_that_never_comes_is_found_the_day_after(books) -> None:
    order_id = books.settle(1)
    books.postings.pop()
    earlier = yesterday_of(books)
    report = reconcile(books.files(), books.kiosk, (earlier,))
    (finding,) = report.findings
    assert (finding.bucket, finding.order_ids) == (Bucket.PAYMENT_ONLY, (order_id,))


def test_a_refund_of_an_old_payment_is_no_surprise(books) -> None:
    """The payment's file is older than the files at hand; the journal has it."""
    order_id = books.refund(1)
    books.drop_movement(order_id, "pay")
    books.alter(order_id, "kiosk", paid_at=BEGINS - timedelta(days=3))
    report, found = books.compare()
    assert found == set()
    assert report.matched == 1


def test_a_late_posting_of_an_old_payment_is_no_surprise(books) -> None:
    order_id = books.settle(1)
    books.drop_movement(order_id, "pay")
    books.alter(order_id, "kiosk", paid_at=BEGINS - timedelta(days=3))
    assert books.compare()[1] == set()


def test_an_old_cancelled_order_needs_no_line_of_the_platform(books) -> None:
    order_id = books.cancel(1)
    books.drop(order_id, "platform")
    books.alter(order_id, "kiosk", at=BEGINS - timedelta(days=3))
    assert books.compare()[1] == set()


def test_an_order_that_never_reached_the_platform_is_still_being_finished(
    books,
) -> None:
    order_id = books.leave_open(1)
    books.drop(order_id, "platform")
    report, found = books.compare()
    assert found == {(Bucket.UNFINISHED, (order_id,))}
    assert report.clean


def test_an_order_that_only_the_platform_is_finishing_is_told_to_staff(books) -> None:
    order_id = books.leave_open(1)
    books.drop(order_id, "kiosk")
    books.expected.clear()
    assert books.compare()[1] == {(Bucket.PLATFORM_ONLY, (order_id,))}


def test_money_of_an_order_that_only_the_platform_is_finishing_waits(books) -> None:
    order_id = books.settle(1)
    books.drop(order_id, "kiosk", "postings")
    books.alter(order_id, "platform", posting=PostingTruth.NONE)
    books.platform[:] = [
        replace(line, payment=line.payment.PENDING) for line in books.platform
    ]
    report, found = books.compare()
    assert found == {(Bucket.UNFINISHED, (order_id,))}
    assert report.findings[0].excess > Fen(0)


def test_an_open_order_with_agreeing_books_is_unfinished(books) -> None:
    order_id = books.settle(1)
    books.alter(order_id, "kiosk", state=OrderState.POSTED)
    assert books.compare()[1] == {(Bucket.UNFINISHED, (order_id,))}


def compared_from(books: Books, since: timedelta) -> set[tuple[Bucket, int]]:
    """Compare with a journal that began so long after the day did."""
    report = reconcile(books.files(), books.kiosk, (), BEGINS + since)
    return {(each.bucket, int(each.excess)) for each in report.findings}


def test_orders_of_an_older_journal_are_judged_without_it(books) -> None:
    for number, ending in enumerate((books.settle, books.cancel, books.refund)):
        books.drop(ending(number), "kiosk")
    assert compared_from(books, timedelta(hours=20)) == set()


def test_an_order_after_the_journal_began_has_to_be_in_it(books) -> None:
    books.drop(books.settle(1, amount=500), "kiosk")
    assert compared_from(books, timedelta(hours=2)) == {(Bucket.PLATFORM_ONLY, 0)}


def test_an_older_order_that_is_still_open_is_being_finished(books) -> None:
    books.drop(books.leave_open(1), "kiosk")
    assert compared_from(books, timedelta(hours=20)) == {(Bucket.UNFINISHED, 0)}


def test_an_older_order_whose_files_differ_is_found(books) -> None:
    order_id = books.cancel(1)
    books.drop(order_id, "kiosk")
    books.alter(order_id, "platform", payment=PaymentTruth.PAID)
    assert compared_from(books, timedelta(hours=20)) == {(Bucket.STATE_DIFFERS, 0)}


def test_an_older_order_that_only_a_file_has_is_found(books) -> None:
    order_id = books.settle(1, amount=500)
    books.drop(order_id, "kiosk", "platform")
    assert compared_from(books, timedelta(hours=20)) == {(Bucket.STATE_DIFFERS, 0)}
