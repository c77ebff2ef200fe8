"""Family ``orders``: money, keyed by order number. Nothing is repeated in here.

An answer that must be conclusive and is not is refused: whoever asked for an end is
told that there is none, not left to believe in one.
"""

from __future__ import annotations

from typing import Literal

from kiosk.core.bills import SHOWN_CODES, Bill, PayMethod
from kiosk.core.orders import (
    CardReceipt,
    OpenOrder,
    OrderTruth,
    PaymentStart,
    PaymentTruth,
    PostingTruth,
)
from services.platform.bill_shapes import BillShape
from services.platform.exchange import Answer, Call, json_body, path_of
from services.platform.order_shapes import OrderShape, TriedMethod, receipt_body
from services.platform.transport import Transport
from services.platform.wire import (
    OrderNumber,
    WireModel,
    parsed,
    require,
    require_same,
)

_ENDED = frozenset({PaymentTruth.CLOSED, PaymentTruth.REFUNDED})
_TAKEN = frozenset({PaymentTruth.PAID, PaymentTruth.REFUNDED})


class _PaymentStart(WireModel):
    order: OrderShape
    qr_payload: str
    refusal: Literal["", "expired", "used", "notEnough", "limit", "invalid"]


class _OpenOrder(WireModel):
    order_id: OrderNumber
    bill: BillShape
    method: TriedMethod
    order: OrderShape

    @property
    def content(self) -> tuple[str, str, int, str]:
        """What is said twice, as it is said beside the order."""
        return self.order_id, self.bill.bill_key, self.bill.amount_fen, self.method

    def open_order(self, answer: Answer) -> OpenOrder:
        """Return the order in the kiosk's own words."""
        truth = self.order.truth(answer)
        return OpenOrder(self.order_id, self.bill.bill(), self.method, truth)


class _OpenOrderList(WireModel):
    orders: tuple[_OpenOrder, ...]


class OrdersFamily:
    """The operations on orders of ``kiosk.core.orders.OrdersGateway``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def put_order(self, order_id: str, bill: Bill) -> None:
        """Announce an order; the answer must be about this bill and amount."""
        body = {
            "bill_key": bill.bill_key,
            "bill_version": bill.version,
            "amount_fen": int(bill.amount),
        }
        call = _sent("putOrder", "PUT", path_of("orders", order_id), body)
        order, _ = await self._order(call, order_id)
        require_same(call, bill.bill_key, order.bill_key)
        require_same(call, int(bill.amount), order.amount_fen)

    async def start_qr(
        self, order_id: str, method: PayMethod = PayMethod.QR
    ) -> PaymentStart:
        """Ask for a code to show; waiting without a code to show is refused.

        Raises:
            ValueError: this method shows no code.
        """
        if method not in SHOWN_CODES:
            raise ValueError(f"{method.value} shows no code")
        call, start, answer = await self._pay(order_id, {"method": method.value})
        shown = bool(start.qr_payload) and start.order.waits_for(method)
        require(call, shown or start.order.untouchable, "a code to show, or the end")
        return PaymentStart(start.order.truth(answer), start.qr_payload, start.refusal)

    async def start_card(self, order_id: str) -> PaymentStart:
        """Reserve the order for the card terminal.

        An answer that leaves another way open, or that shows a code, is refused: the
        terminal would take money a second time.
        """
        call, start, answer = await self._pay(order_id, {"method": "card"})
        reserved = start.order.waits_for(PayMethod.CARD)
        require(call, reserved or start.order.untouchable, "reserved, or the end")
        require(call, not start.qr_payload, "no code beside the card terminal")
        return PaymentStart(start.order.truth(answer), "", start.refusal)

    async def report_card(
        self, order_id: str, receipt: CardReceipt | None
    ) -> OrderTruth:
        """Tell what the card terminal did; an approval must have been taken note of."""
        body = {"receipt": receipt_body(receipt) if receipt else None}
        path = path_of("orders", order_id, "card")
        call = _sent("reportCard", "PUT", path, body)
        order, answer = await self._order(call, order_id)
        if receipt and receipt.approved:
            require(call, order.payment in _TAKEN, "approved is paid or given back")
        else:
            still = order.waits_for(PayMethod.CARD)
            require(call, not still, "nothing happened ends the reservation")
        return order.truth(answer)

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        """Pay with the code on the citizen's phone."""
        body = {"method": "code", "code": payment_code}
        _, start, answer = await self._pay(order_id, body)
        return PaymentStart(start.order.truth(answer), start.qr_payload, start.refusal)

    async def query_order(self, order_id: str) -> OrderTruth:
        """Ask what is true now."""
        call = Call("queryOrder", "GET", path_of("orders", order_id), changes=False)
        order, answer = await self._order(call, order_id)
        return order.truth(answer)

    async def cancel_order(self, order_id: str) -> OrderTruth:
        """End the order; an answer that ends nothing is refused."""
        call = _act("cancelOrder", order_id, "cancel")
        order, answer = await self._order(call, order_id)
        require(call, _is_final(order), "cancelling is conclusive")
        return order.truth(answer)

    async def post_order(self, order_id: str) -> OrderTruth:
        """Settle the bill."""
        order, answer = await self._order(_act("postOrder", order_id, "post"), order_id)
        return order.truth(answer)

    async def void_posting(self, order_id: str) -> OrderTruth:
        """Refuse the posting for ever; an answer that decides nothing is refused."""
        call = _act("voidPosting", order_id, "void")
        order, answer = await self._order(call, order_id)
        decided = order.posting is not PostingTruth.NONE
        require(call, decided, "voiding is conclusive")
        return order.truth(answer)

    async def open_orders(self) -> tuple[OpenOrder, ...]:
        """List the orders that have not ended; each must agree with itself."""
        call = Call("listOpenOrders", "GET", path_of("orders"), changes=False)
        answer = await self._transport.ask(call)
        found = parsed(_OpenOrderList, call, answer).orders
        for row in found:
            order = row.order
            again = (order.order_id, order.bill_key, order.amount_fen, order.method)
            require_same(call, row.content, again)
        numbers = {row.order_id for row in found}
        require(call, len(numbers) == len(found), "every order is listed once")
        return tuple(row.open_order(answer) for row in found)

    async def _pay(
        self, order_id: str, body: dict[str, str]
    ) -> tuple[Call, _PaymentStart, Answer]:
        call = _sent("payOrder", "POST", path_of("orders", order_id, "pay"), body)
        answer = await self._transport.ask(call)
        start = parsed(_PaymentStart, call, answer)
        require_same(call, order_id, start.order.order_id)
        return call, start, answer

    async def _order(self, call: Call, order_id: str) -> tuple[OrderShape, Answer]:
        answer = await self._transport.ask(call)
        order = parsed(OrderShape, call, answer)
        require_same(call, order_id, order.order_id)
        return order, answer


def _is_final(order: OrderShape) -> bool:
    """Tell whether money and posting stay as they are for ever, and agree."""
    if order.posting is PostingTruth.POSTED:
        return order.payment is PaymentTruth.PAID
    refused = order.posting in (PostingTruth.VOIDED, PostingTruth.REJECTED)
    return refused and order.payment in _ENDED


def _act(operation: str, order_id: str, verb: str) -> Call:
    return Call(operation, "POST", path_of("orders", order_id, verb), changes=True)


def _sent(operation: str, method: str, path: str, body: object) -> Call:
    return Call(
        operation,
        method,
        path,
        changes=True,
        body=json_body(body),
        media_type="application/json",
    )
