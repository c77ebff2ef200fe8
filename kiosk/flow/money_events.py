"""Events about bills, orders and meter cards."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.core.bills import Account, Bill, CardLoad, Invoice, MeterCard, Payment
from kiosk.core.orders import OrderSnapshot


@dataclass(frozen=True, slots=True)
class AccountFound:
    """An account with what it owes."""

    account: Account


@dataclass(frozen=True, slots=True)
class AccountsFound:
    """The accounts in a person's name or bound to them."""

    accounts: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class PaymentFound:
    """A payment made before."""

    payment: Payment


@dataclass(frozen=True, slots=True)
class PaymentsListed:
    """Payments of one account, newest first."""

    payments: tuple[Payment, ...]


@dataclass(frozen=True, slots=True)
class InvoiceFetched:
    """The electronic invoice of a payment."""

    invoice: Invoice


@dataclass(frozen=True, slots=True)
class FeeFetched:
    """What the matter costs."""

    bill: Bill


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """The order moved on."""

    order: OrderSnapshot


@dataclass(frozen=True, slots=True)
class MeterCardRead:
    """A meter card was read; it stays in its slot."""

    card: MeterCard


@dataclass(frozen=True, slots=True)
class LoadFetched:
    """What is to be written to the card."""

    load: CardLoad


@dataclass(frozen=True, slots=True)
class CardLoaded:
    """Credit was written and read back."""

    card: MeterCard
