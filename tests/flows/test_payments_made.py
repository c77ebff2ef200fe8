"""缴费记录, 补打凭条, 电子发票: by ID card and account, or by the slip in hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.bodies import (
    CasesBody,
    FormBody,
    IdentifyBody,
    ResultBody,
    TroubleBody,
    WorkingBody,
)
from kiosk.core.intents import Back, Choose, FieldChanged, Leave, TurnPage
from kiosk.core.words import say
from kiosk.flow.effects import (
    FetchInvoice,
    FindPayment,
    ListPayments,
    PrintCopy,
    ReadCard,
    ScanCode,
    VerifyIdentity,
)
from kiosk.flow.events import (
    AccountFound,
    CardRead,
    CodeScanned,
    Failed,
    Identified,
    InvoiceFetched,
    PaperSettled,
    PaymentFound,
    PaymentsListed,
)
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    BY_CARD,
    CARD,
    INVOICE,
    OLD_PAYMENT,
    PAYMENT,
)
from tests.flows.script import FlowStep, buttons

RECORDS = "water-payment-records"
INVOICES = "water-invoice"
FORM = "请输入水费户号，或扫凭条上的码"
LIST = "payments.title"
ONE = "payments.one_title"


def _listed(visit, *payments, matter=RECORDS, **options):
    test = visit(**options).open_any(matter)
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next").run(
        FlowStep(
            WorkingBody,
            "account.busy.account",
            do=AccountFound(ACCOUNT),
            effects=(ReadCard,),
        ),
        FlowStep(
            IdentifyBody,
            "identify.card.waiting.title",
            do=CardRead(CARD),
            effects=(VerifyIdentity,),
        ),
        FlowStep(
            IdentifyBody,
            "identify.card.read.title",
            do=Identified(BY_CARD),
            effects=(ListPayments,),
        ),
        FlowStep(
            WorkingBody,
            "payments.busy.list",
            do=PaymentsListed(payments or (PAYMENT, OLD_PAYMENT)),
        ),
    )
    return test


def _by_slip(visit, matter=RECORDS, **options):
    test = visit(**options).open_any(matter)
    test.answer(CodeScanned(f" {PAYMENT.order_id}\n"))
    assert test.effects == (FindPayment(PAYMENT.order_id),)
    return test


def test_list_then_one_payment_then_a_marked_copy(visit) -> None:
    _listed(visit).run(
        FlowStep(CasesBody, LIST, press=f"payment:{PAYMENT.order_id}"),
        FlowStep(ResultBody, ONE, press="copy", effects=(PrintCopy,)),
        FlowStep(WorkingBody, "payments.busy.copy", do=PaperSettled("presented")),
        FlowStep(
            ResultBody,
            ONE,
            press="list",
            check=lambda body: body.second_line == say("print.slip.taken"),
        ),
        FlowStep(CasesBody, LIST, press="back", effects=(ScanCode,)),
        FlowStep(FormBody, FORM),
    )


def test_slip_in_hand_needs_no_card(visit) -> None:
    _by_slip(visit).run(
        FlowStep(
            WorkingBody, "account.busy.payment", do=PaymentFound(PAYMENT), effects=()
        ),
        FlowStep(ResultBody, ONE, press="copy", effects=(PrintCopy,)),
    )


def test_slip_is_looked_up_again_when_no_answer_came(visit) -> None:
    _by_slip(visit).run(
        FlowStep(
            WorkingBody,
            "account.busy.payment",
            do=Failed("FindPayment", "platform.unreachable"),
        ),
        FlowStep(
            TroubleBody,
            "trouble.platform.unreachable.title",
            press="retry",
            effects=(FindPayment,),
        ),
        FlowStep(WorkingBody, "account.busy.payment", do=PaymentFound(PAYMENT)),
        FlowStep(ResultBody, ONE),
    )


def test_slip_that_nobody_knows_is_told_where_it_was_scanned(visit) -> None:
    test = _by_slip(visit)
    test.answer(Failed("FindPayment", "platform.payment.unknown", "never"))
    assert test.view.body.trouble == say("trouble.platform.payment.unknown.citizen")
    assert [type(each) for each in test.effects] == [ScanCode]


def test_nobody_leaves_while_the_copy_comes_out(visit) -> None:
    test = _by_slip(visit).answer(PaymentFound(PAYMENT)).press("copy")
    for intent in (Leave(), Back()):
        assert test.send(intent).effects == ()
        assert type(test.view.body) is WorkingBody
    assert "leave" not in buttons(test.view)


@pytest.mark.parametrize(
    ("settled", "code", "told"),
    [
        (
            "notPrinted",
            "receipt.paperOut",
            say("trouble.receipt.paperOut.citizen"),
        ),
        ("unknown", "receipt.unavailable", say("payments.copy_unknown")),
        ("partly", "receipt.paperJammed", say("payments.copy_unknown")),
    ],
)
def test_copy_that_did_not_come_out_is_told_and_may_be_had_again(
    visit, settled, code, told
) -> None:
    test = _by_slip(visit).answer(PaymentFound(PAYMENT)).press("copy")
    test.answer(PaperSettled(settled, code))
    assert test.view.body.second_line == told
    assert [type(each) for each in test.press("copy").effects] == [PrintCopy]


def test_copy_that_is_refused_is_told_and_nothing_is_printed(visit) -> None:
    test = _by_slip(visit).answer(PaymentFound(PAYMENT)).press("copy")
    test.answer(Failed("PrintCopy", "platform.payment.tooOld", "never")).run(
        FlowStep(TroubleBody, "trouble.platform.payment.tooOld.title", press="back"),
        FlowStep(ResultBody, ONE),
    )


def test_too_old_to_be_printed_again_says_so(visit) -> None:
    test = _by_slip(visit).answer(PaymentFound(OLD_PAYMENT))
    assert "copy" not in buttons(test.view)
    assert test.view.body.actions[0].reason == say("payments.too_old")
    assert say("payments.copies", count=2) in [row.value for row in test.view.body.rows]


def test_without_receipt_printer_the_copy_is_greyed(visit) -> None:
    test = _by_slip(visit, without=("receipt",)).answer(PaymentFound(PAYMENT))
    assert test.view.body.actions[0].reason == say("offer.missing.receipt")


def test_invoice_is_a_code_to_take_along(visit) -> None:
    test = _by_slip(visit, INVOICES).run(
        FlowStep(
            WorkingBody,
            "account.busy.payment",
            do=PaymentFound(PAYMENT),
            effects=(FetchInvoice,),
        ),
        FlowStep(WorkingBody, "payments.busy.invoice", do=InvoiceFetched(INVOICE)),
        FlowStep(ResultBody, "invoice.title"),
    )
    assert test.view.body.qr_payload == INVOICE.url


def test_invoice_of_a_listed_payment_and_back_to_the_list(visit) -> None:
    _listed(visit, matter=INVOICES).run(
        FlowStep(
            CasesBody,
            LIST,
            press=f"payment:{PAYMENT.order_id}",
            effects=(FetchInvoice,),
        ),
        FlowStep(WorkingBody, "payments.busy.invoice", do=InvoiceFetched(INVOICE)),
        FlowStep(ResultBody, "invoice.title", press="back"),
        FlowStep(CasesBody, LIST),
    )


def test_invoice_from_the_records_leads_back_to_the_payment(visit) -> None:
    _listed(visit).run(
        FlowStep(CasesBody, LIST, press=f"payment:{PAYMENT.order_id}"),
        FlowStep(ResultBody, ONE, press="invoice", effects=(FetchInvoice,)),
        FlowStep(WorkingBody, "payments.busy.invoice", do=InvoiceFetched(INVOICE)),
        FlowStep(ResultBody, "invoice.title", press="back"),
        FlowStep(ResultBody, ONE, press="back"),
        FlowStep(CasesBody, LIST),
    )


def test_invoice_that_is_not_issued_yet_is_told(visit) -> None:
    test = _by_slip(visit, INVOICES).answer(PaymentFound(PAYMENT))
    test.answer(Failed("FetchInvoice", "platform.invoice.notIssued", "later")).run(
        FlowStep(
            TroubleBody,
            "trouble.platform.invoice.notIssued.title",
            press="retry",
            effects=(FetchInvoice,),
        ),
    )


def test_somebody_else_s_records_are_not_shown(visit) -> None:
    test = visit().open_any(RECORDS)
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    test.answer(AccountFound(ACCOUNT)).answer(CardRead(CARD))
    test.answer(Identified(BY_CARD))
    test.answer(Failed("ListPayments", "platform.account.notYours", "never"))
    test.run(FlowStep(TroubleBody, "trouble.platform.account.notYours.title"))


def test_no_payments_is_told(visit) -> None:
    test = _listed(visit)
    test.press("back").press("next").answer(AccountFound(ACCOUNT))
    test.answer(PaymentsListed(()))
    test.run(FlowStep(ResultBody, "payments.none_title"))


def test_long_history_has_pages(visit) -> None:
    many = tuple(replace(PAYMENT, order_id=f"A0317-00001{n}") for n in range(9))
    test = _listed(visit, *many)
    assert (len(test.view.body.items), test.view.body.pages) == (4, 3)
    for by, page in ((1, 2), (1, 3), (1, 3), (-1, 2), (-1, 1), (-1, 1)):
        assert test.send(TurnPage(by)).view.body.page == page


def test_payment_that_is_not_in_the_list_is_not_opened(visit) -> None:
    test = _listed(visit).send(Choose("payment:A0317-999999"))
    assert type(test.view.body) is CasesBody


def test_records_that_got_no_answer_are_asked_for_again(visit) -> None:
    test = visit().open_any(RECORDS)
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    test.answer(AccountFound(ACCOUNT)).answer(CardRead(CARD))
    test.answer(Identified(BY_CARD))
    test.answer(Failed("ListPayments", "platform.unreachable", "later")).run(
        FlowStep(
            TroubleBody,
            "trouble.platform.unreachable.title",
            press="retry",
            effects=(ListPayments,),
        )
    )
