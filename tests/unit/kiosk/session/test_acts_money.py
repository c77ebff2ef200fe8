"""Acts about bills, other ways to pay, and copies of receipts."""

from __future__ import annotations

import pytest

from kiosk.core.bills import PayMethod
from kiosk.core.errors import PlatformRefused, PlatformUnreachable, StoreError
from kiosk.core.orders import OrderState
from kiosk.core.ports import ActKind
from kiosk.flow.effects import (
    ChooseMethod,
    FetchFee,
    FetchInvoice,
    FindAccounts,
    FindPayment,
    ListPayments,
    OpenOrder,
    Place,
    PrintCopy,
    PrintReceipt,
    PrintSlip,
)
from kiosk.flow.events import (
    AccountsFound,
    Failed,
    FeeFetched,
    InvoiceFetched,
    PaperSettled,
    PaymentFound,
    PaymentsListed,
)
from kiosk.session.acts import bills
from kiosk.session.acts.copies import print_copy
from kiosk.session.acts.payment import choose_method, open_order
from kiosk.session.slips import copy_receipt, order_slip, payment_receipt
from tests.flows.citizens import (
    ACCOUNT,
    BILL,
    BY_CARD,
    FEE,
    INVOICE,
    LOAD,
    PAYMENT,
    order_in,
)
from tests.unit.kiosk.session.fakes import (
    FakeCashier,
    FakeGateway,
    FakeJournal,
    FakeLog,
    FakePrinter,
    act_out,
    make_ports,
)

PLACE = Place("A-0317", "12345", "市民中心")
COPY = PrintCopy("water-payment-records", PAYMENT, PLACE)
ASKING = [
    (
        bills.find_accounts,
        FindAccounts("water", BY_CARD),
        "find_accounts",
        ("water", BY_CARD),
        (ACCOUNT,),
        AccountsFound((ACCOUNT,)),
    ),
    (
        bills.find_payment,
        FindPayment("O-1"),
        "find_payment",
        ("O-1",),
        PAYMENT,
        PaymentFound(PAYMENT),
    ),
    (
        bills.list_payments,
        ListPayments("water", "1", BY_CARD),
        "list_payments",
        ("water", "1", BY_CARD),
        (PAYMENT,),
        PaymentsListed((PAYMENT,)),
    ),
    (
        bills.fetch_invoice,
        FetchInvoice("O-1", None),
        "fetch_invoice",
        ("O-1", None),
        INVOICE,
        InvoiceFetched(INVOICE),
    ),
    (
        bills.fetch_fee,
        FetchFee("m", {"kind": "a"}, None),
        "fetch_fee",
        ("m", {"kind": "a"}, None),
        FEE,
        FeeFetched(FEE),
    ),
]


@pytest.mark.parametrize(
    ("act", "effect", "call", "arguments", "answer", "event"), ASKING
)
async def test_platform_is_asked_and_its_answer_told(
    act, effect, call, arguments, answer, event
) -> None:
    gateway = FakeGateway(**{call: answer})
    assert await act_out(act, effect, gateway=gateway) == [event]
    assert gateway.calls == [(call, arguments)]


@pytest.mark.parametrize(
    ("act", "effect", "call", "arguments", "answer", "event"), ASKING
)
async def test_refusal_keeps_its_code(
    act, effect, call, arguments, answer, event
) -> None:
    gateway = FakeGateway(**{call: PlatformRefused(reason="account.notYours")})
    (said,) = await act_out(act, effect, gateway=gateway)
    assert said.code == "platform.account.notYours"


async def test_other_way_to_pay_is_the_order_machine_s_business() -> None:
    cashier = FakeCashier()
    effect = ChooseMethod("O-1", PayMethod.CARD)
    assert await act_out(choose_method, effect, cashier=cashier) == []
    assert cashier.calls == ["choose_method O-1 card"]


async def test_other_way_that_cannot_be_written_down_is_told() -> None:
    cashier = FakeCashier()
    cashier.errors["choose_method"] = StoreError("disk full")
    effect = ChooseMethod("O-1", PayMethod.CARD)
    said = await act_out(choose_method, effect, cashier=cashier)
    assert said == [Failed("ChooseMethod", "store.error", "never", "O-1")]


@pytest.mark.parametrize("why", ["journal.unreconciled", "recon.late", "clock.wrong"])
async def test_reason_for_taking_no_money_is_named(why) -> None:
    log = FakeLog()
    cashier = FakeCashier(refusal=why)
    said = await act_out(open_order, OpenOrder(BILL), cashier=cashier, log=log)
    assert said == [Failed("OpenOrder", why, "later")]
    assert log.lines == [("money.refused", {"why": why})]


# -- copies --------------------------------------------------------------------


def _text(receipt) -> str:
    return "\n".join(f"{each.text} {each.value or ''}" for each in receipt.lines)


async def test_copy_is_counted_before_it_is_printed_and_says_its_number() -> None:
    journal = FakeJournal()
    printer = FakePrinter(name="receipt", calls=journal.calls)
    gateway = FakeGateway(count_copy=3)
    said = await act_out(
        print_copy, COPY, journal=journal, receipt=printer, gateway=gateway
    )
    assert said == [PaperSettled("presented", "", PAYMENT.order_id)]
    assert journal.begun == [
        (ActKind.PRINT_RECEIPT, "water-payment-records", PAYMENT.order_id)
    ]
    assert gateway.calls == [("count_copy", (PAYMENT.order_id, "ACT-1"))]
    assert journal.calls == ["begin", "print", "end"]
    assert "补打第 3 次" in printer.printed[0].lines[0].text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PlatformRefused(reason="payment.tooOld"), "platform.payment.tooOld"),
        (PlatformUnreachable(), "platform.unreachable"),
    ],
)
async def test_copy_that_is_not_counted_is_not_printed(error, code) -> None:
    journal, printer = FakeJournal(), FakePrinter(name="receipt")
    gateway = FakeGateway(count_copy=error)
    (said,) = await act_out(
        print_copy, COPY, journal=journal, receipt=printer, gateway=gateway
    )
    assert (said.effect, said.code) == ("PrintCopy", code)
    assert printer.printed == []
    assert [outcome for _, outcome, _ in journal.ended] == ["notPrinted"]


async def test_copy_needs_a_row_on_disk_and_a_printer() -> None:
    printer, gateway = FakePrinter(name="receipt"), FakeGateway(count_copy=1)
    broken = FakeJournal(broken=frozenset({"begin"}))
    (said,) = await act_out(
        print_copy, COPY, journal=broken, receipt=printer, gateway=gateway
    )
    assert said.code == "store.error"
    (said,) = await act_out(print_copy, COPY, gateway=gateway)
    assert said.code == "receipt.unavailable"
    assert gateway.calls == []


# -- what slips say --------------------------------------------------------------

ORDER = order_in(OrderState.POSTED, biller_reference="W-77")
UNLOADED = PrintReceipt("gas-card-topup", ORDER, PLACE, LOAD, unloaded=True)
EVERY_SLIP = [
    payment_receipt(PrintReceipt("m", ORDER, PLACE), make_ports()),
    payment_receipt(UNLOADED, make_ports()),
    copy_receipt(COPY, 2, make_ports()),
    *(
        order_slip(PrintSlip("m", order_in(state), PLACE), make_ports())
        for state in (
            OrderState.REFUNDED,
            OrderState.SUSPENSE,
            OrderState.REFUNDING,
            OrderState.POST_SENT,
            OrderState.PAY_SENT,
        )
    ),
]


@pytest.mark.parametrize("slip", EVERY_SLIP, ids=lambda slip: slip.lines[0].text)
def test_every_slip_says_order_terminal_hotline_and_amount(slip) -> None:
    text = _text(slip)
    for part in (slip.reference, "A-0317", "12345", "￥86.40"):
        assert part in text
    assert [each.qr for each in slip.lines if each.qr] == [slip.reference]


def test_titles_differ_so_that_nobody_takes_one_for_another() -> None:
    assert len({slip.lines[0].text for slip in EVERY_SLIP}) == 7


def test_unloaded_credit_is_on_paper_with_the_way_to_load_it() -> None:
    text = _text(payment_receipt(UNLOADED, make_ports()))
    assert "未写卡" in text
    assert "20 立方米" in text
    assert "同一张卡" in text
    assert "不用再付款" in text


def test_loaded_credit_is_on_the_receipt() -> None:
    loaded = PrintReceipt("gas-card-topup", ORDER, PLACE, LOAD)
    text = _text(payment_receipt(loaded, make_ports()))
    assert "已写到卡上 20 立方米" in text
    assert "未写卡" not in text


def test_refund_slip_gives_the_biller_s_reason_in_words() -> None:
    order = order_in(OrderState.REFUNDED, reason="EQ0012")
    assert "账单有误" in _text(order_slip(PrintSlip("m", order, PLACE), make_ports()))
    unknown = order_in(OrderState.REFUNDED, reason="left")
    slip = order_slip(PrintSlip("m", unknown, PLACE), make_ports())
    assert "left" not in _text(slip)
