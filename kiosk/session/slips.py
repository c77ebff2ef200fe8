"""What stands on a receipt. The words come from the message catalogue."""

from __future__ import annotations

from kiosk.core.media import Align, Receipt, ReceiptLine
from kiosk.core.money import yuan_text
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.core.words import Language, say
from kiosk.session.ports import Ports


def _zh(ports: Ports, message: str, /, **params: object) -> str:
    return ports.words.text(say(message, **params), Language.CHINESE)


def _row(ports: Ports, message: str, value: str) -> ReceiptLine:
    return ReceiptLine(text=_zh(ports, message), value=value)


def _payment_rows(order: OrderSnapshot, ports: Ports) -> tuple[ReceiptLine, ...]:
    bill = order.bill
    paid = (
        order.paid_at.astimezone().strftime("%Y-%m-%d %H:%M") if order.paid_at else ""
    )
    rows = [
        ("bill.holder", bill.holder_masked),
        ("bill.account", bill.account_masked),
        ("bill.period", bill.period),
        ("bill.usage", bill.usage),
        ("slip.paid_at", paid),
        ("slip.reference", order.biller_reference),
        ("pay.order", order.order_id),
    ]
    return tuple(_row(ports, label, value) for label, value in rows if value)


def payment_receipt(order: OrderSnapshot, ports: Ports, *, original: bool) -> Receipt:
    """Return the slip of a settled payment.

    Args:
        original: False prints 补打 on it: the original may be out already.
    """
    title = _zh(ports, "slip.title" if original else "slip.title_copy")
    lines = (
        ReceiptLine(title, align=Align.CENTRE, large=True, bold=True),
        ReceiptLine(rule=True),
        *_payment_rows(order, ports),
        ReceiptLine(rule=True),
        ReceiptLine(
            _zh(ports, "pay.amount"),
            value=f"￥{yuan_text(order.amount)}",
            large=True,
            bold=True,
        ),
        ReceiptLine(rule=True),
        ReceiptLine(qr=order.order_id, align=Align.CENTRE),
        ReceiptLine(_zh(ports, "slip.keep"), align=Align.CENTRE),
    )
    return Receipt(order.order_id, lines)


def ended_slip(order: OrderSnapshot, ports: Ports) -> Receipt:
    """Return the slip of a payment that did not settle the bill."""
    suspense = order.state is OrderState.SUSPENSE
    word = "slip.suspense" if suspense else "slip.refunded"
    lines = (
        ReceiptLine(
            _zh(ports, f"{word}.title"), align=Align.CENTRE, large=True, bold=True
        ),
        ReceiptLine(rule=True),
        *_payment_rows(order, ports),
        _row(ports, "pay.amount", f"￥{yuan_text(order.amount)}"),
        ReceiptLine(rule=True),
        ReceiptLine(_zh(ports, f"{word}.text")),
        ReceiptLine(qr=order.order_id, align=Align.CENTRE),
    )
    return Receipt(order.order_id, lines)
