"""Family ``orders``: money, keyed by order number. Nothing is repeated in here."""

from __future__ import annotations

from pydantic import AwareDatetime

from kiosk.core.bills import Bill
from kiosk.core.orders import OrderTruth, PaymentStart, PaymentTruth, PostingTruth
from services.platform.exchange import Answer, Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import FenValue, WireModel, parsed, require_same


class _Order(WireModel):
    order_id: str
    bill_key: str
    amount_fen: FenValue
    payment: PaymentTruth
    posting: PostingTruth
    channel: str
    payment_reference: str
    paid_at: AwareDatetime | None
    biller_reference: str
    reject_reason: str

    def truth(self, answer: Answer) -> OrderTruth:
        """Return what is true of the order, with the signed answer as evidence."""
        return OrderTruth(
            payment=self.payment,
            posting=self.posting,
            channel=self.channel,
            payment_reference=self.payment_reference,
            paid_at=self.paid_at,
            biller_reference=self.biller_reference,
            reject_reason=self.reject_reason,
            evidence=answer.evidence,
        )


class _PaymentStart(WireModel):
    order: _Order
    qr_payload: str
    refusal: str


class OrdersFamily:
    """The seven operations of ``kiosk.core.orders.OrdersGateway``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def put_order(self, order_id: str, bill: Bill) -> None:
        """Announce an order; the answer must be about this bill and amount."""
        body = {
            "bill_key": bill.bill_key,
            "bill_version": bill.version,
            "amount_fen": int(bill.amount),
        }
        call = Call(
            "putOrder",
            "PUT",
            path_of("orders", order_id),
            changes=True,
            body=json_body(body),
            media_type="application/json",
        )
        order = parsed(_Order, call, await self._transport.ask(call))
        require_same(call, order_id, order.order_id)
        require_same(call, bill.bill_key, order.bill_key)
        require_same(call, str(int(bill.amount)), str(order.amount_fen))

    async def start_qr(self, order_id: str) -> PaymentStart:
        """Ask for a code to show on the screen."""
        return await self._pay(order_id, {"method": "qr"})

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        """Pay with the code on the citizen's phone."""
        return await self._pay(order_id, {"method": "code", "code": payment_code})

    async def query_order(self, order_id: str) -> OrderTruth:
        """Ask what is true now."""
        call = Call("queryOrder", "GET", path_of("orders", order_id), changes=False)
        return await self._truth(call, order_id)

    async def cancel_order(self, order_id: str) -> OrderTruth:
        """End the order, conclusively."""
        return await self._truth(_act("cancelOrder", order_id, "cancel"), order_id)

    async def post_order(self, order_id: str) -> OrderTruth:
        """Settle the bill."""
        return await self._truth(_act("postOrder", order_id, "post"), order_id)

    async def void_posting(self, order_id: str) -> OrderTruth:
        """Refuse the posting for ever, or learn that it was made."""
        return await self._truth(_act("voidPosting", order_id, "void"), order_id)

    async def _pay(self, order_id: str, body: dict[str, str]) -> PaymentStart:
        call = Call(
            "payOrder",
            "POST",
            path_of("orders", order_id, "pay"),
            changes=True,
            body=json_body(body),
            media_type="application/json",
        )
        answer = await self._transport.ask(call)
        start = parsed(_PaymentStart, call, answer)
        require_same(call, order_id, start.order.order_id)
        return PaymentStart(start.order.truth(answer), start.qr_payload, start.refusal)

    async def _truth(self, call: Call, order_id: str) -> OrderTruth:
        answer = await self._transport.ask(call)
        order = parsed(_Order, call, answer)
        require_same(call, order_id, order.order_id)
        return order.truth(answer)


def _act(operation: str, order_id: str, verb: str) -> Call:
    return Call(operation, "POST", path_of("orders", order_id, verb), changes=True)
