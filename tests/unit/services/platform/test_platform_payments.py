"""Payments made, copies, invoices, the journal's head and the files of a day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from kiosk.core.money import Fen
from kiosk.core.orders import JournalHead, PaymentTruth, PostingTruth
from kiosk.core.people import Person
from services.platform.client import HttpGateway

pytestmark = pytest.mark.usefixtures("both_sides_keep_the_contract")

WATER = "330010021182"
ORDER = "A0317-0007-00000001-5"
DAY = date(2026, 11, 20)
HEAD = JournalHead(1, 4096, "66c7f0f4" * 8)


async def test_history_is_listed_for_the_person(
    gateway: HttpGateway, far_end: Any, contract: Any, person: Person
) -> None:
    far_end.says(200, contract.answers("listPayments"))
    (payment,) = await gateway.list_payments("water", WATER, person)
    assert payment.order_id == ORDER
    assert payment.bill.amount == Fen(8640)
    assert payment.paid_at == datetime(2026, 11, 20, 9, 20, 5, tzinfo=UTC)
    assert (payment.method, payment.copies, payment.invoiced) == ("qr", 0, False)
    assert WATER not in str(far_end.requests[0].url)
    far_end.says(200, contract.answers("listPayments"))
    with pytest.raises(PlatformProtocolError):
        await gateway.list_payments("gas", WATER, person)
    far_end.refuses(409, "account.notYours")
    with pytest.raises(PlatformRefused) as caught:
        await gateway.list_payments("water", WATER, person)
    assert caught.value.reason == "account.notYours"


async def test_payment_is_found_by_the_number_on_its_slip(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("findPayment")
    far_end.says(200, answer | {"method": "counter", "reprintable": False})
    payment = await gateway.find_payment(ORDER)
    assert (payment.method, payment.reprintable) == ("counter", False)
    far_end.says(200, answer | {"order_id": "A0317-0007-00000002-5"})
    with pytest.raises(PlatformProtocolError):
        await gateway.find_payment(ORDER)


@pytest.mark.parametrize(
    "change",
    [
        {"reprintable": 1},
        {"copies": -1},
        {"copies": "2"},
        {"paid_at": 1795166405},
        {"paid_at": "2026-11-20T17:20:05"},
        {"method": ""},
        {"order_id": "short"},
    ],
)
async def test_payment_that_breaks_the_contract_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any, change: dict[str, Any]
) -> None:
    far_end.misspeaks(200, contract.answers("findPayment") | change)
    with pytest.raises(PlatformProtocolError):
        await gateway.find_payment(ORDER)


async def test_copy_is_counted_without_a_body(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("countCopy")
    far_end.says(200, answer | {"copy": 2})
    assert await gateway.count_copy(ORDER, "P-000041") == 2
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.count_copy(ORDER, "P-000042")
    far_end.misspeaks(200, answer | {"copy": 0})
    with pytest.raises(PlatformProtocolError):
        await gateway.count_copy(ORDER, "P-000041")
    far_end.refuses(409, "payment.tooOld")
    with pytest.raises(PlatformRefused):
        await gateway.count_copy(ORDER, "P-000041")


@pytest.mark.parametrize("asks_as_a_person", [True, False])
async def test_invoice_is_issued_to_person_or_account(
    gateway: HttpGateway,
    far_end: Any,
    contract: Any,
    person: Person,
    asks_as_a_person: bool,
) -> None:
    far_end.says(200, contract.answers("fetchInvoice"))
    invoice = await gateway.fetch_invoice(ORDER, person if asks_as_a_person else None)
    assert invoice.amount == Fen(8640)
    assert invoice.url.endswith(invoice.number)
    assert invoice.issued_at.utcoffset() is not None
    sent = far_end.requests[0].headers.get("X-Person-Token", "")
    assert sent == (person.token if asks_as_a_person else "")


async def test_invoice_whose_address_is_no_web_address_is_never_shown(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("fetchInvoice")
    far_end.misspeaks(200, answer | {"url": "javascript:alert(1)"})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_invoice(ORDER, None)
    far_end.says(200, answer | {"order_id": "A0317-0007-00000002-5"})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_invoice(ORDER, None)


async def test_head_is_told_and_the_highest_known_one_returned(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    far_end.says(200, {"known": None})
    assert await gateway.report_head(HEAD) is None
    assert json.loads(far_end.requests[0].content) == {
        "head": {"epoch": 1, "seq": 4096, "hash": HEAD.hash}
    }
    far_end.says(200, contract.answers("reportHead"))
    known = await gateway.report_head(None)
    assert known is not None
    assert (known.epoch, known.seq, len(known.hash)) == (1, 4090, 64)
    assert json.loads(far_end.requests[1].content) == {"head": None}


@pytest.mark.parametrize(
    "known",
    [
        {"epoch": 0, "seq": 1, "hash": HEAD.hash},
        {"epoch": 1, "seq": 1.5, "hash": HEAD.hash},
        {"epoch": 1, "seq": 1, "hash": HEAD.hash[1:]},
        {"epoch": 1, "seq": 1},
        "",
    ],
)
async def test_head_that_breaks_the_contract_is_refused(
    gateway: HttpGateway, far_end: Any, known: Any
) -> None:
    far_end.misspeaks(200, {"known": known})
    with pytest.raises(PlatformProtocolError):
        await gateway.report_head(None)


async def test_lost_answer_about_the_head_is_unknown_only_if_it_told_one(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.signs = False
    far_end.misspeaks(502, b"bad gateway")
    with pytest.raises(OutcomeUnknown):
        await gateway.report_head(HEAD)
    far_end.misspeaks(502, b"bad gateway")
    with pytest.raises(PlatformUnreachable):
        await gateway.report_head(None)


async def test_files_of_a_day(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    far_end.says(200, contract.answers("fetchDay"))
    day = await gateway.fetch_day(DAY)
    assert far_end.requests[0].url.path.endswith("/reconciliation/2026-11-20")
    assert (day.day, day.ready) == (DAY, True)
    assert (day.ends - day.begins).total_seconds() == 86400
    (order,), (money,), (posting,) = day.platform, day.payments, day.postings
    assert (order.payment, order.posting) == (PaymentTruth.PAID, PostingTruth.POSTED)
    assert (money.kind, money.amount, money.channel) == ("pay", Fen(8640), "wechat")
    assert (posting.order_id, posting.bill_key) == (ORDER, order.bill_key)


async def test_odd_lines_of_a_day_are_handed_on_for_the_comparison_to_find(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("fetchDay")
    answer["payments"] *= 2
    answer["postings"][0]["at"] = "2026-12-01T00:00:00+08:00"
    answer["platform"] = []
    far_end.says(200, answer)
    day = await gateway.fetch_day(DAY)
    assert (len(day.platform), len(day.payments), len(day.postings)) == (0, 2, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"day": "2026-11-19"},
        {"begins": "2026-11-21T00:00:00+08:00"},
    ],
)
async def test_another_day_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any, change: dict[str, Any]
) -> None:
    far_end.says(200, contract.answers("fetchDay") | change)
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_day(DAY)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("platform", {"payment": "MAYBE"}),
        ("platform", {"posting": None}),
        ("payments", {"kind": "fee"}),
        ("payments", {"amount_fen": 0}),
        ("payments", {"amount_fen": -8640}),
        ("payments", {"reference": ""}),
        ("postings", {"amount_fen": 8640.5}),
        ("postings", {"at": "yesterday"}),
        ("postings", {"order_id": "x"}),
    ],
)
async def test_line_that_breaks_the_contract_spoils_the_whole_day(
    gateway: HttpGateway,
    far_end: Any,
    contract: Any,
    file: str,
    change: dict[str, Any],
) -> None:
    answer = contract.answers("fetchDay")
    answer[file][0] |= change
    far_end.misspeaks(200, answer)
    with pytest.raises(PlatformProtocolError) as caught:
        await gateway.fetch_day(DAY)
    assert caught.value.context["fields"] == [f"{file}.0.{next(iter(change))}"]


async def test_day_that_has_not_begun_is_a_refusal(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.refuses(409, "day.future")
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_day(date(2030, 1, 1))
    assert caught.value.reason == "day.future"
