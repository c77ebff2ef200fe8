"""The platform with payment service and biller: the only truth about money."""

from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.core.bills import Bill
from kiosk.core.errors import PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.orders import OrderTruth, PaymentStart, PaymentTruth, PostingTruth

P, Q = PaymentTruth, PostingTruth
BILL = Bill(
    "B1", "v1", "water", "****4321", "李*芳", "**路*号", "2026-10", "12", Fen(8640)
)


@dataclass
class Account:
    """What the platform knows of one order number."""

    announced: bool = False
    payment: PaymentTruth = P.NONE
    posting: PostingTruth = Q.NONE
    debits: int = 0
    refunds: int = 0
    credits: int = 0

    def truth(self) -> OrderTruth:
        return OrderTruth(self.payment, self.posting, "wechat", "T1", evidence="signed")


@dataclass
class Platform:
    """Keeps its contract: idempotent, conclusive cancel, tombstones."""

    paid_elsewhere: bool = False
    undecided: bool = False
    tombstones: bool = True
    orders: dict[str, Account] = field(default_factory=dict)
    two_live_debits: bool = False

    def put(self, order_id: str) -> None:
        account = self.orders.setdefault(order_id, Account())
        if account.payment in (P.CLOSED, P.REFUNDED) or account.posting is Q.VOIDED:
            raise PlatformRefused(reason="order.closed")
        account.announced = True

    def start_qr(self, order_id: str) -> PaymentStart:
        account = self._ask_payment(order_id)
        waiting = account.payment is P.PENDING
        return PaymentStart(account.truth(), f"qr:{order_id}" if waiting else "")

    def pay_by_code(self, order_id: str, code: str) -> PaymentStart:
        account = self._ask_payment(order_id)
        if code.startswith("13") and account.payment is P.PENDING:
            self.confirm(account)
        refusal = "expired" if code.startswith("99") else ""
        return PaymentStart(account.truth(), refusal=refusal)

    def query(self, order_id: str) -> OrderTruth:
        return self.orders.get(order_id, Account()).truth()

    def cancel(self, order_id: str) -> OrderTruth:
        if order_id not in self.orders and not self.tombstones:
            return OrderTruth(P.CLOSED, Q.VOIDED)
        account = self.orders.setdefault(order_id, Account())
        if account.posting is Q.POSTED:
            return account.truth()
        account.posting = account.posting if account.posting is Q.REJECTED else Q.VOIDED
        if account.payment is P.PAID:
            account.payment = P.REFUNDED
            account.refunds += 1
        elif account.payment is not P.REFUNDED:
            account.payment = P.CLOSED
        return account.truth()

    def post(self, order_id: str) -> OrderTruth:
        account = self._known(order_id)
        if account.posting is Q.NONE and account.payment is not P.PAID:
            raise PlatformRefused(reason="order.unpaid")
        if account.posting is Q.NONE and not self.undecided:
            settled = any(a.posting is Q.POSTED for a in self.orders.values())
            if self.paid_elsewhere or settled:
                account.posting = Q.REJECTED
            else:
                account.posting = Q.POSTED
                account.credits += 1
        return account.truth()

    def void(self, order_id: str) -> OrderTruth:
        account = self.orders.setdefault(order_id, Account())
        if account.posting is Q.NONE:
            account.posting = Q.VOIDED
        return account.truth()

    def confirm(self, account: Account) -> None:
        """The citizen types the password."""
        if account.payment is P.PENDING:
            account.payment = P.PAID
            account.debits += 1
            live = sum(a.debits - a.refunds for a in self.orders.values())
            self.two_live_debits |= live > 1

    def sweep(self, order_id: str) -> None:
        """The platform finishes an order whose kiosk is silent."""
        if self.orders[order_id].payment is P.PAID:
            self.post(order_id)
        else:
            self.cancel(order_id)

    def _ask_payment(self, order_id: str) -> Account:
        account = self._known(order_id)
        if account.payment is P.NONE:
            account.payment = P.PENDING
        return account

    def _known(self, order_id: str) -> Account:
        if not (account := self.orders.get(order_id)) or not account.announced:
            raise PlatformRefused(reason="order.unknown")
        return account
