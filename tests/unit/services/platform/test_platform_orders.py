"""Orders: truths with their evidence, ends that are ends, and no second way to pay."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.errors import OutcomeUnknown, PlatformProtocolError, PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt, PaymentTruth, PostingTruth
from services.crypto.signature import SignedAnswer, answer_is_genuine
from services.platform.client import HttpGateway

pytestmark = pytest.mark.usefixtures("both_sides_keep_the_contract")

KEY = bytes(range(32))
ORDER = "A0317-0007-00000001-5"
OTHER = "A0317-0007-00000002-5"
CODE = "134567890123456789"
BILL = Bill(
    bill_key="W-5d02f7c9a6be3180",
    version="1",
    biller="涪山自来水公司",
    account_masked="3300****1182",
    holder_masked="李*",
    address_masked="涪山区临江路****",
    period="2026-10",
    usage="24吨",
    amount=Fen(8640),
)
APPROVED = CardReceipt(
    number=231,
    approved=True,
    amount=Fen(8640),
    trace=104,
    card_masked="622202******1234",
    scheme="unionpay",
    terminal_id="52500041",
    authorisation="917284",
    at=datetime(2026, 11, 20, 17, 20, 5, tzinfo=timezone(timedelta(hours=8))),
)
DECLINED = replace(APPROVED, approved=False, authorisation="", reason="6C")
Answers = Callable[..., dict[str, Any]]


def _start(order: dict[str, Any], qr: str = "", refusal: str = "") -> dict[str, Any]:
    return {"order": order, "qr_payload": qr, "refusal": refusal}


async def test_order_is_announced_with_amount_and_version(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(201, order_answer(payment="NONE", method=""))
    await gateway.put_order(ORDER, BILL)
    assert json.loads(far_end.requests[0].content) == {
        "bill_key": BILL.bill_key,
        "bill_version": "1",
        "amount_fen": 8640,
    }


async def test_chosen_amount_is_what_is_announced(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(201, order_answer(payment="NONE", method="", amount_fen=2000))
    await gateway.put_order(ORDER, replace(BILL, amount=Fen(2000)))
    assert json.loads(far_end.requests[0].content)["amount_fen"] == 2000


@pytest.mark.parametrize(
    "other", [{"order_id": OTHER}, {"bill_key": "other"}, {"amount_fen": 8641}]
)
async def test_announcement_answered_about_another_order_is_refused(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, other: dict[str, Any]
) -> None:
    far_end.says(200, order_answer(**other))
    with pytest.raises(PlatformProtocolError):
        await gateway.put_order(ORDER, BILL)


@pytest.mark.parametrize("method", ["qr", "ecny", "socialCard"])
async def test_code_is_shown_for_the_method_that_was_asked_for(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, method: str
) -> None:
    far_end.says(200, _start(order_answer(method=method), "https://pay.example/1"))
    start = await gateway.start_qr(ORDER, PayMethod(method))
    assert start.qr_payload == "https://pay.example/1"
    assert start.truth.payment is PaymentTruth.PENDING
    assert json.loads(far_end.requests[0].content) == {"method": method}


async def test_code_is_for_any_wallet_where_nothing_else_was_said(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(200, _start(order_answer(), "https://pay.example/1"))
    assert (await gateway.start_qr(ORDER)).qr_payload


@pytest.mark.parametrize("method", [PayMethod.CODE, PayMethod.CARD])
async def test_method_without_a_code_cannot_be_shown(
    gateway: HttpGateway, method: PayMethod
) -> None:
    with pytest.raises(ValueError, match="shows no code"):
        await gateway.start_qr(ORDER, method)


@pytest.mark.parametrize(
    ("changes", "payload"),
    [
        ({}, ""),
        ({"method": "ecny"}, "https://pay.example/1"),
        ({"payment": "NONE"}, "https://pay.example/1"),
        ({"order_id": OTHER}, "https://pay.example/1"),
    ],
)
async def test_code_that_cannot_be_paid_is_refused(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Answers,
    changes: dict[str, Any],
    payload: str,
) -> None:
    far_end.says(200, _start(order_answer(**changes), payload))
    with pytest.raises(PlatformProtocolError):
        await gateway.start_qr(ORDER)


@pytest.mark.parametrize(
    "ended",
    [
        {"payment": "PAID", "method": "code"},
        {"payment": "CLOSED"},
        {"payment": "REFUNDED"},
        {"payment": "NONE", "posting": "VOIDED"},
    ],
)
async def test_order_that_ended_has_no_code_to_show(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, ended: dict[str, Any]
) -> None:
    far_end.says(200, _start(order_answer(**ended)))
    start = await gateway.start_qr(ORDER)
    assert start.qr_payload == ""
    assert start.truth.payment.value == ended["payment"]


async def test_payment_code_is_sent_once_and_told_to_nobody(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    order = order_answer(method="code", payment="NONE")
    far_end.says(200, _start(order, refusal="notEnough"))
    start = await gateway.pay_by_code(ORDER, CODE)
    assert start.refusal == "notEnough"
    told = repr(start) + start.truth.evidence + str(far_end.requests[0].url)
    assert CODE not in told


async def test_card_terminal_is_asked_only_when_nothing_else_can_take_money(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(200, _start(order_answer(method="card")))
    start = await gateway.start_card(ORDER)
    assert start.truth.payment is PaymentTruth.PENDING
    assert json.loads(far_end.requests[0].content) == {"method": "card"}
    far_end.says(200, _start(order_answer(method="qr", payment="PAID")))
    assert (await gateway.start_card(ORDER)).truth.payment is PaymentTruth.PAID


@pytest.mark.parametrize(
    ("changes", "payload"),
    [
        ({"method": "qr"}, ""),
        ({"method": "card", "payment": "NONE"}, ""),
        ({"method": "card"}, "https://pay.example/1"),
        ({"method": "qr", "payment": "PAID"}, "https://pay.example/1"),
        ({"method": "card", "order_id": OTHER}, ""),
    ],
)
async def test_card_terminal_beside_another_open_way_is_refused(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Answers,
    changes: dict[str, Any],
    payload: str,
) -> None:
    far_end.says(200, _start(order_answer(**changes), payload))
    with pytest.raises(PlatformProtocolError):
        await gateway.start_card(ORDER)


@pytest.mark.parametrize("payment", ["PAID", "REFUNDED"])
async def test_approval_is_told_with_its_receipt(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, payment: str
) -> None:
    far_end.says(200, order_answer(method="card", payment=payment, channel="card"))
    truth = await gateway.report_card(ORDER, APPROVED)
    assert truth.payment.value == payment
    assert truth.channel == "card"
    assert '"signature"' in truth.evidence
    sent = json.loads(far_end.requests[0].content)["receipt"]
    assert (sent["number"], sent["amount_fen"], sent["trace"]) == (231, 8640, 104)
    assert sent["card_masked"] == "622202******1234"
    assert datetime.fromisoformat(sent["at"]) == APPROVED.at


@pytest.mark.parametrize("receipt", [None, DECLINED])
@pytest.mark.parametrize(
    "present", [{"payment": "NONE", "method": "card"}, {"payment": "PENDING"}]
)
async def test_nothing_happened_frees_the_order_for_another_way(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Answers,
    receipt: CardReceipt | None,
    present: dict[str, Any],
) -> None:
    far_end.says(200, order_answer(**present))
    truth = await gateway.report_card(ORDER, receipt)
    assert truth.payment.value == present["payment"]


@pytest.mark.parametrize("payment", ["NONE", "PENDING", "CLOSED"])
async def test_approval_that_left_no_trace_is_refused(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, payment: str
) -> None:
    far_end.says(200, order_answer(method="card", payment=payment))
    with pytest.raises(PlatformProtocolError):
        await gateway.report_card(ORDER, APPROVED)


async def test_reservation_that_does_not_end_is_refused(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(200, order_answer(method="card"))
    with pytest.raises(PlatformProtocolError):
        await gateway.report_card(ORDER, None)


@pytest.mark.parametrize(
    ("card", "sent"),
    [
        ("6222021234567891234", "622202******1234"),
        ("6222 0212 3456 1234", "622202******1234"),
        ("622202 **** 1234", "622202 **** 1234"),
        ("************1234", "************1234"),
        ("", ""),
        ("UnionPay debit", ""),
    ],
)
async def test_whole_card_number_never_leaves(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, card: str, sent: str
) -> None:
    far_end.says(200, order_answer(method="card", payment="PAID"))
    await gateway.report_card(ORDER, replace(APPROVED, card_masked=card))
    receipt = json.loads(far_end.requests[0].content)["receipt"]
    assert receipt["card_masked"] == sent


async def test_long_words_and_a_clock_without_zone_do_not_stop_a_report(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(200, order_answer(method="card", payment="PAID"))
    await gateway.report_card(
        ORDER, replace(APPROVED, scheme="s" * 90, at=datetime(2026, 11, 20, 17, 20))
    )
    receipt = json.loads(far_end.requests[0].content)["receipt"]
    assert len(receipt["scheme"]) == 40
    assert datetime.fromisoformat(receipt["at"]).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("method", "payment", "posting"),
    [
        ("query_order", "PAID", "NONE"),
        ("post_order", "PAID", "POSTED"),
        ("post_order", "PAID", "NONE"),
        ("cancel_order", "REFUNDED", "VOIDED"),
        ("cancel_order", "CLOSED", "REJECTED"),
        ("cancel_order", "PAID", "POSTED"),
        ("void_posting", "PAID", "REJECTED"),
    ],
)
async def test_truth_of_an_order_comes_with_its_evidence(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Answers,
    method: str,
    payment: str,
    posting: str,
) -> None:
    far_end.says(
        200,
        order_answer(
            payment=payment, posting=posting, channel="wechat", paid_at=far_end.stamp()
        ),
    )
    truth = await getattr(gateway, method)(ORDER)
    assert (truth.payment.value, truth.posting.value) == (payment, posting)
    assert truth.paid_at == far_end.time
    proof = json.loads(truth.evidence)
    facts = SignedAnswer(
        proof["status"],
        proof["path"],
        proof["body"].encode(),
        proof["nonce"],
        proof["timestamp"],
    )
    assert answer_is_genuine(KEY, facts, proof["signature"])


@pytest.mark.parametrize(
    ("payment", "posting"),
    [
        ("NONE", "NONE"),
        ("PENDING", "VOIDED"),
        ("PAID", "VOIDED"),
        ("CLOSED", "NONE"),
        ("CLOSED", "POSTED"),
        ("REFUNDED", "POSTED"),
    ],
)
async def test_cancelling_that_ends_nothing_is_no_result(
    gateway: HttpGateway,
    far_end: Any,
    order_answer: Answers,
    payment: str,
    posting: str,
) -> None:
    far_end.says(200, order_answer(payment=payment, posting=posting))
    with pytest.raises(PlatformProtocolError):
        await gateway.cancel_order(ORDER)


async def test_voiding_that_decides_nothing_is_no_result(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(200, order_answer(posting="NONE"))
    with pytest.raises(PlatformProtocolError):
        await gateway.void_posting(ORDER)


@pytest.mark.parametrize(
    "change",
    [
        {"payment": "MAYBE"},
        {"posting": "LATER"},
        {"method": "palm"},
    ],
)
async def test_truth_outside_the_vocabulary_is_no_result(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, change: dict[str, Any]
) -> None:
    far_end.misspeaks(200, order_answer(**change))
    with pytest.raises(PlatformProtocolError) as caught:
        await gateway.query_order(ORDER)
    assert "a word that this version does not know" in str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"amount_fen": 8640.5},
        {"amount_fen": True},
        {"paid_at": 1795166405},
        {"channel": "We Chat"},
        {"payment": None},
    ],
)
async def test_truth_that_breaks_the_contract_is_no_result(
    gateway: HttpGateway, far_end: Any, order_answer: Answers, change: dict[str, Any]
) -> None:
    far_end.misspeaks(200, order_answer(**change))
    with pytest.raises(PlatformProtocolError) as caught:
        await gateway.query_order(ORDER)
    assert caught.value.context["fields"] == list(change)


async def test_channel_of_a_newer_platform_is_a_label_and_stops_no_money(
    gateway: HttpGateway, far_end: Any, order_answer: Answers
) -> None:
    far_end.says(200, order_answer(payment="PAID", channel="bankApp"))
    truth = await gateway.query_order(ORDER)
    assert (truth.payment, truth.channel) == (PaymentTruth.PAID, "bankApp")


async def test_open_orders_come_with_bill_method_and_evidence(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    far_end.says(200, contract.answers("listOpenOrders"))
    (order,) = await gateway.open_orders()
    assert (order.order_id, order.method) == (ORDER, "qr")
    assert order.bill.amount == Fen(8640)
    assert order.truth.posting is PostingTruth.NONE
    assert ORDER in json.loads(order.truth.evidence)["body"]
    far_end.says(200, {"orders": []})
    assert await gateway.open_orders() == ()


@pytest.mark.parametrize(
    "change",
    [
        {"order_id": OTHER},
        {"bill_key": "other"},
        {"amount_fen": 1},
        {"method": "card"},
    ],
)
async def test_open_order_that_contradicts_itself_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any, change: dict[str, Any]
) -> None:
    answer = contract.answers("listOpenOrders")
    answer["orders"][0]["order"] |= change
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.open_orders()


async def test_open_order_that_is_listed_twice_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("listOpenOrders")
    answer["orders"] *= 2
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.open_orders()


@pytest.mark.parametrize("code", ["order.cardPending", "method.notAllowed"])
async def test_way_that_is_barred_is_a_refusal_with_its_reason(
    gateway: HttpGateway, far_end: Any, code: str
) -> None:
    far_end.refuses(409, code)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.start_qr(ORDER)
    assert caught.value.reason == code


async def test_money_is_never_asked_for_twice_by_the_client_itself(
    gateway: HttpGateway, far_end: Any
) -> None:
    asked: tuple[Callable[[], Any], ...] = (
        lambda: gateway.put_order(ORDER, BILL),
        lambda: gateway.start_qr(ORDER),
        lambda: gateway.start_card(ORDER),
        lambda: gateway.pay_by_code(ORDER, CODE),
        lambda: gateway.report_card(ORDER, APPROVED),
        lambda: gateway.cancel_order(ORDER),
        lambda: gateway.post_order(ORDER),
        lambda: gateway.void_posting(ORDER),
        lambda: gateway.confirm_load(ORDER, 1),
        lambda: gateway.count_copy(ORDER, "P-1"),
        lambda: gateway.fetch_invoice(ORDER, None),
    )
    far_end.signs = False
    for number, ask in enumerate(asked, start=1):
        far_end.misspeaks(502, b"bad gateway")
        with pytest.raises(OutcomeUnknown):
            await ask()
        assert len(far_end.requests) == number
