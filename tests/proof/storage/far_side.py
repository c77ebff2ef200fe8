"""Payment service and biller for processes that get killed.

The process that forks the children keeps the truth: a child says each call before it
is carried out, in one line, so that a call whose answer the child did not live to
read has happened all the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.orders import (
    CardReceipt,
    JournalHead,
    OpenOrder,
    OrderTruth,
    PaymentStart,
    PaymentTruth,
    PostingTruth,
)
from tests.proof.storage.script import Tell

PAID_AT_QUERY = 2


@dataclass
class Account:
    """What is true of one order."""

    payment: PaymentTruth = PaymentTruth.NONE
    posting: PostingTruth = PostingTruth.NONE
    queries: int = 0
    debits: int = 0
    refunds: int = 0
    credits: int = 0

    @property
    def uneven(self) -> bool:
        """Money was taken that bought nothing and was not given back, or twice."""
        return self.debits - self.refunds != self.credits or self.debits > 1

    def truth(self) -> OrderTruth:
        """Answer as the platform does."""
        reference = "T1" if self.debits else ""
        return OrderTruth(self.payment, self.posting, "wechat", reference)


@dataclass
class Truth:
    """All accounts; every call is idempotent and the same from whoever it comes."""

    accounts: dict[str, Account] = field(default_factory=dict)

    def call(self, name: str, order_id: str) -> Account:
        """Carry out one call."""
        account = self.accounts.setdefault(order_id, Account())
        getattr(self, f"_{name}")(account)
        return account

    def _put(self, account: Account) -> None:
        """Announced: the account exists from now on."""

    def _start(self, account: Account) -> None:
        if account.payment is PaymentTruth.NONE:
            account.payment = PaymentTruth.PENDING

    def _query(self, account: Account) -> None:
        account.queries += 1
        if account.queries == PAID_AT_QUERY:
            if account.payment is PaymentTruth.PENDING:
                account.payment = PaymentTruth.PAID
                account.debits += 1

    def _cancel(self, account: Account) -> None:
        if account.posting is PostingTruth.POSTED:
            return
        account.posting = PostingTruth.VOIDED
        if account.payment is PaymentTruth.PAID:
            account.payment = PaymentTruth.REFUNDED
            account.refunds += 1
        elif account.payment is not PaymentTruth.REFUNDED:
            account.payment = PaymentTruth.CLOSED

    def _post(self, account: Account) -> None:
        due = account.posting is PostingTruth.NONE
        if due and account.payment is PaymentTruth.PAID:
            account.posting = PostingTruth.POSTED
            account.credits += 1

    def _void(self, account: Account) -> None:
        if account.posting is PostingTruth.NONE:
            account.posting = PostingTruth.VOIDED


class SpokenGateway:
    """``OrdersGateway``: says each call, then lets the truth answer."""

    def __init__(self, truth: Truth, tell: Tell) -> None:
        self._truth = truth
        self._tell = tell

    def _call(self, name: str, order_id: str) -> Account:
        self._tell(["call", name, order_id])
        return self._truth.call(name, order_id)

    async def put_order(self, order_id: str, bill: Bill, *_more: Any) -> None:
        self._call("put", order_id)

    async def start_qr(
        self, order_id: str, method: PayMethod = PayMethod.QR
    ) -> PaymentStart:
        account = self._call("start", order_id)
        waiting = account.payment is PaymentTruth.PENDING
        return PaymentStart(account.truth(), f"qr:{order_id}" if waiting else "")

    async def query_order(self, order_id: str) -> OrderTruth:
        return self._call("query", order_id).truth()

    async def cancel_order(self, order_id: str) -> OrderTruth:
        return self._call("cancel", order_id).truth()

    async def post_order(self, order_id: str) -> OrderTruth:
        return self._call("post", order_id).truth()

    async def void_posting(self, order_id: str) -> OrderTruth:
        return self._call("void", order_id).truth()

    async def pay_by_code(self, order_id: str, payment_code: str) -> PaymentStart:
        raise AssertionError("nobody scans a code here")

    async def start_card(self, order_id: str) -> PaymentStart:
        raise AssertionError("nobody presents a card here")

    async def report_card(
        self, order_id: str, receipt: CardReceipt | None
    ) -> OrderTruth:
        raise AssertionError("nobody presents a card here")

    async def open_orders(self) -> tuple[OpenOrder, ...]:
        return ()

    async def report_head(self, head: JournalHead | None) -> JournalHead | None:
        return None
