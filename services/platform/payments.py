"""Family ``payments``: what was paid, copies of its receipt, its invoice."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StrictBool

from kiosk.core.bills import Invoice, Payment
from kiosk.core.money import Fen
from kiosk.core.people import Person
from services.platform.bill_shapes import BillShape
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import (
    Instant,
    OrderNumber,
    PositiveFen,
    WireModel,
    parsed,
    require_same,
)

Copies = Annotated[int, Field(strict=True, ge=0, le=65_535)]


class _Payment(WireModel):
    order_id: OrderNumber
    bill: BillShape
    paid_at: Instant
    method: str = Field(pattern=r"^[a-z][0-9A-Za-z]{0,31}$")
    payment_reference: str
    biller_reference: str
    copies: Copies
    reprintable: StrictBool
    invoiced: StrictBool

    def payment(self) -> Payment:
        return Payment(
            order_id=self.order_id,
            bill=self.bill.bill(),
            paid_at=self.paid_at,
            method=self.method,
            payment_reference=self.payment_reference,
            biller_reference=self.biller_reference,
            copies=self.copies,
            reprintable=self.reprintable,
            invoiced=self.invoiced,
        )


class _PaymentList(WireModel):
    payments: tuple[_Payment, ...]


class _CopyCount(WireModel):
    order_id: str
    act_id: str
    copy_number: Annotated[Copies, Field(ge=1, alias="copy")]


class _Invoice(WireModel):
    order_id: str
    number: str = Field(pattern=r"^[0-9]{8,20}$")
    issued_at: Instant
    amount_fen: PositiveFen
    seller: str = Field(min_length=1)
    url: str = Field(pattern=r"^https?://")


class PaymentsFamily:
    """``listPayments``, ``findPayment``, ``countCopy`` and ``fetchInvoice``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def list_payments(
        self, biller_kind: str, account: str, person: Person
    ) -> tuple[Payment, ...]:
        """List payments of the last 24 months; a POST that changes nothing."""
        call = Call(
            "listPayments",
            "POST",
            path_of("payments", "search"),
            changes=False,
            body=json_body({"biller_kind": biller_kind, "account": account}),
            media_type="application/json",
            person_token=person.token,
        )
        answer = parsed(_PaymentList, call, await self._transport.ask(call))
        for payment in answer.payments:
            require_same(call, biller_kind, payment.bill.service)
        return tuple(payment.payment() for payment in answer.payments)

    async def find_payment(self, order_id: str) -> Payment:
        """Find one payment by the order number on a slip."""
        path = path_of("payments", order_id)
        call = Call("findPayment", "GET", path, changes=False)
        found = parsed(_Payment, call, await self._transport.ask(call))
        require_same(call, order_id, found.order_id)
        return found.payment()

    async def count_copy(self, order_id: str, act_id: str) -> int:
        """Register one more copy of a receipt and return its number."""
        path = path_of("payments", order_id, "copies", act_id)
        call = Call("countCopy", "PUT", path, changes=True)
        counted = parsed(_CopyCount, call, await self._transport.ask(call))
        require_same(call, (order_id, act_id), (counted.order_id, counted.act_id))
        return counted.copy_number

    async def fetch_invoice(self, order_id: str, person: Person | None) -> Invoice:
        """Issue the electronic invoice, or fetch it."""
        call = Call(
            "fetchInvoice",
            "PUT",
            path_of("payments", order_id, "invoice"),
            changes=True,
            person_token=person.token if person else "",
        )
        found = parsed(_Invoice, call, await self._transport.ask(call))
        require_same(call, order_id, found.order_id)
        return Invoice(
            number=found.number,
            issued_at=found.issued_at,
            amount=Fen(found.amount_fen),
            seller=found.seller,
            url=found.url,
        )
