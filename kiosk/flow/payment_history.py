"""The pages about payments made before. Pure."""

from __future__ import annotations

from datetime import datetime

from kiosk.core.bills import Invoice, Payment
from kiosk.core.bodies import CaseItem, CasesBody, ResultBody
from kiosk.core.money import yuan_text
from kiosk.core.parts import Button, Row, Tone
from kiosk.core.words import Say, Words, say
from kiosk.flow.bill_page import bill_rows, yuan_words
from kiosk.flow.buttons import choice, help_button, home_button
from kiosk.flow.move import Scene
from kiosk.flow.trouble import sentence

PAYMENTS_ON_A_PAGE = 4
METHODS = frozenset({"qr", "code", "card", "ecny", "socialCard"})


def when(at: datetime, scene: Scene) -> str:
    """Write a moment as the citizen's clock shows it."""
    local = at.astimezone(scene.local.tzinfo if scene.local else None)
    return local.strftime("%Y-%m-%d %H:%M")


def method_words(method: str) -> Say:
    """Return the name of a way to pay; one that is not known here stays as it is."""
    return say(f"pay.way.{method}") if method in METHODS else Words(method)


def _item(payment: Payment, scene: Scene) -> CaseItem:
    what = f"{payment.bill.biller} {payment.bill.period}".strip()
    return CaseItem(
        number=payment.order_id,
        title=Words(what),
        state=say("amount.yuan", amount=yuan_text(payment.bill.amount)),
        tone=Tone.OK,
        applied=say("payments.paid_at", at=when(payment.paid_at, scene)),
        open=choice(f"payment:{payment.order_id}", say("case.open")),
    )


def payments_body(payments: tuple[Payment, ...], sheet: int, scene: Scene) -> CasesBody:
    """Return the list, newest first."""
    first = sheet * PAYMENTS_ON_A_PAGE
    shown = payments[first : first + PAYMENTS_ON_A_PAGE]
    return CasesBody(
        title=say("payments.title"),
        second_line=say("payments.second", count=len(payments)),
        items=tuple(_item(each, scene) for each in shown),
        page=sheet + 1,
        pages=-(-len(payments) // PAYMENTS_ON_A_PAGE),
    )


def none_body() -> ResultBody:
    """Return the page of an account without payments."""
    return ResultBody(
        title=say("payments.none_title"),
        second_line=say("payments.none_second"),
        tone=Tone.PLAIN,
        rows=(),
        actions=(home_button(), help_button()),
    )


def _copy_button(payment: Payment, scene: Scene) -> Button:
    reason: Say | None = None
    if not payment.reprintable:
        reason = say("payments.too_old")
    elif "receipt" not in scene.available:
        reason = say("offer.missing.receipt")
    button = choice("copy", say("payments.copy"), style="main", icon="receipt")
    if reason is None:
        return button
    return Button(button.label, None, "main", "receipt", None, reason, "copy")


def _second_line(copied: str) -> Say:
    if not copied:
        return say("payments.one_second")
    if copied == "presented":
        return say("print.slip.taken")
    return say("payments.copy_unknown") if copied == "unknown" else sentence(copied)


def payment_body(
    payment: Payment, copied: str, scene: Scene, *, listed: bool
) -> ResultBody:
    """Return one payment with what can be done about it.

    Args:
        copied: how the last copy came out, ``""`` before.
        listed: there is a list to go back to.
    """
    copies = say("payments.copies", count=payment.copies)
    back = (choice("list", say("payments.list")),) if listed else ()
    invoice = choice("invoice", say("payments.invoice"), icon="qr")
    return ResultBody(
        title=say("payments.one_title", amount=yuan_text(payment.bill.amount)),
        second_line=_second_line(copied),
        tone=Tone.OK if copied in ("", "presented") else Tone.WARN,
        rows=(
            *bill_rows(payment.bill),
            Row(say("slip.paid_at"), Words(when(payment.paid_at, scene))),
            Row(say("pay.method"), method_words(payment.method)),
            Row(say("pay.order"), Words(payment.order_id)),
            *((Row(say("payments.copied"), copies),) if payment.copies else ()),
        ),
        actions=(_copy_button(payment, scene), invoice, *back, home_button()),
    )


def invoice_body(invoice: Invoice, scene: Scene) -> ResultBody:
    """Return the invoice as a code to take along."""
    return ResultBody(
        title=say("invoice.title"),
        second_line=say("invoice.second"),
        tone=Tone.OK,
        rows=(
            Row(say("invoice.number"), Words(invoice.number)),
            Row(say("invoice.seller"), Words(invoice.seller)),
            Row(say("pay.amount"), yuan_words(invoice.amount), strong=True),
            Row(say("invoice.issued"), Words(when(invoice.issued_at, scene))),
        ),
        actions=(home_button(),),
        qr_payload=invoice.url,
        qr_caption=say("invoice.caption"),
    )
