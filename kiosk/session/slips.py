"""What stands on a slip. The words come from the message catalogue, in Chinese.

Every slip says order number, terminal number, hotline, amount and time, and promises
nothing that is not done: a copy can be had for 30 days, credit stays until loaded.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.core.bills import Bill, CardLoad, Payment
from kiosk.core.media import Align, Receipt, ReceiptLine
from kiosk.core.money import yuan_text
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.core.trouble import TROUBLES
from kiosk.core.words import Language, Say, say
from kiosk.flow.bill_page import account_label
from kiosk.flow.effects import Place, PrintCopy, PrintReceipt, PrintSlip
from kiosk.flow.load_pages import units_words
from kiosk.flow.payment_history import method_words
from kiosk.session.ports import Ports

_RULE = ReceiptLine(rule=True)
_WORD = {
    OrderState.REFUNDED: "refunded",
    OrderState.SUSPENSE: "suspense",
    OrderState.REFUNDING: "refunding",
}


def _zh(ports: Ports, what: Say) -> str:
    return ports.words.text(what, Language.CHINESE)


def _title(ports: Ports, what: Say) -> ReceiptLine:
    return ReceiptLine(_zh(ports, what), align=Align.CENTRE, large=True, bold=True)


def _moment(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def _rows(ports: Ports, *rows: tuple[str, str]) -> tuple[ReceiptLine, ...]:
    """Return a line for every pair of message id and value that has a value."""
    return tuple(
        ReceiptLine(text=_zh(ports, say(label)), value=value)
        for label, value in rows
        if value
    )


def _bill_rows(bill: Bill, ports: Ports) -> tuple[ReceiptLine, ...]:
    return _rows(
        ports,
        ("slip.biller", bill.biller),
        ("bill.holder", bill.holder_masked),
        (account_label(bill.service), bill.account_masked),
        ("bill.period", bill.period),
        ("bill.usage", bill.usage),
    )


def _amount(ports: Ports, bill: Bill) -> ReceiptLine:
    return ReceiptLine(
        _zh(ports, say("pay.amount")),
        value=f"￥{yuan_text(bill.amount)}",
        large=True,
        bold=True,
    )


def _foot(ports: Ports, order_id: str, place: Place) -> tuple[ReceiptLine, ...]:
    where = _rows(
        ports,
        ("pay.order", order_id),
        ("pay.terminal", place.terminal),
        ("slip.site", place.site),
        ("slip.hotline", place.hotline),
    )
    return (*where, _RULE, ReceiptLine(qr=order_id, align=Align.CENTRE))


def _text(ports: Ports, what: Say) -> ReceiptLine:
    return ReceiptLine(_zh(ports, what))


def payment_receipt(effect: PrintReceipt, ports: Ports, *, copy: int = 0) -> Receipt:
    """Return the slip of a settled payment.

    Args:
        copy: 0 for the original; else 补打 with this number stands on it.
    """
    order = effect.order
    word = "slip.title_unloaded" if effect.unloaded else "slip.title"
    title = say(f"{word}_copy", number=copy) if copy else say(word)
    lines = (
        _title(ports, title),
        _RULE,
        *_bill_rows(order.bill, ports),
        *_paid_rows(ports, order),
        _RULE,
        _amount(ports, order.bill),
        *_load_lines(ports, effect.load, effect.unloaded),
        _RULE,
        *_foot(ports, order.order_id, effect.place),
        ReceiptLine(_zh(ports, say("slip.keep")), align=Align.CENTRE),
    )
    return Receipt(order.order_id, lines)


def _paid_rows(ports: Ports, order: OrderSnapshot) -> tuple[ReceiptLine, ...]:
    return _rows(
        ports,
        ("slip.paid_at", _moment(order.paid_at) if order.paid_at else ""),
        ("pay.method", _zh(ports, method_words(order.method.value))),
        ("slip.reference", order.biller_reference),
    )


def _load_lines(
    ports: Ports, load: CardLoad | None, unloaded: bool
) -> tuple[ReceiptLine, ...]:
    lines: list[ReceiptLine] = []
    if load is not None:
        label = "load.not_on_card" if unloaded else "load.on_card"
        lines += _rows(ports, (label, _zh(ports, units_words(load))))
    if unloaded:
        lines += [_RULE, _text(ports, say("slip.unloaded.text"))]
    return tuple(lines)


def copy_receipt(effect: PrintCopy, number: int, ports: Ports) -> Receipt:
    """Return a copy of the slip of a payment, marked and numbered."""
    payment = effect.payment
    lines = (
        _title(ports, say("slip.copy_title", number=number)),
        _RULE,
        *_bill_rows(payment.bill, ports),
        *_copied_rows(ports, payment),
        _RULE,
        _amount(ports, payment.bill),
        _RULE,
        *_foot(ports, payment.order_id, effect.place),
        _text(ports, say("slip.copy_text")),
    )
    return Receipt(payment.order_id, lines)


def _copied_rows(ports: Ports, payment: Payment) -> tuple[ReceiptLine, ...]:
    return _rows(
        ports,
        ("slip.paid_at", _moment(payment.paid_at)),
        ("pay.method", _zh(ports, method_words(payment.method))),
        ("slip.reference", payment.biller_reference),
        ("slip.copied_at", _moment(ports.clock.now())),
    )


def order_slip(effect: PrintSlip, ports: Ports) -> Receipt:
    """Return the slip of an order that was refunded, is unclear, or not done yet."""
    order = effect.order
    word = _WORD.get(order.state, "pending")
    reason = _reason(order.reason)
    lines = (
        _title(ports, say(f"slip.{word}.title")),
        _RULE,
        *_bill_rows(order.bill, ports),
        *_rows(
            ports,
            ("slip.printed_at", _moment(ports.clock.now())),
            ("slip.paid_at", _moment(order.paid_at) if order.paid_at else ""),
            ("slip.reason", _zh(ports, reason) if reason else ""),
        ),
        _amount(ports, order.bill),
        _RULE,
        _text(ports, say(f"slip.{word}.text", hotline=effect.place.hotline)),
        *_foot(ports, order.order_id, effect.place),
    )
    return Receipt(order.order_id, lines)


def _reason(code: str) -> Say | None:
    """Return a biller's reason in words; a code nobody knows is not printed."""
    name = f"platform.{code}"
    return say(f"trouble.{name}.title") if name in TROUBLES else None
