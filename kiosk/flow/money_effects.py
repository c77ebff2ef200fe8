"""Effects about bills, orders and meter cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.core.bills import Bill, CardLoad, MeterCard, Payment, PayMethod
from kiosk.core.orders import OrderSnapshot
from kiosk.core.people import Person
from kiosk.flow.effect import Effect


@dataclass(frozen=True, slots=True)
class Place:
    """What every slip says about where it was printed, and whom to call."""

    terminal: str
    hotline: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class FindAccount(Effect):
    """→ ``AccountFound``"""

    biller_kind: str
    account: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class FindAccounts(Effect):
    """Find what is in a person's name or bound to them. → ``AccountsFound``"""

    biller_kind: str
    person: Person


@dataclass(frozen=True, slots=True)
class FindCardAccount(Effect):
    """Find the account of a meter card. → ``AccountFound``"""

    card: MeterCard


@dataclass(frozen=True, slots=True)
class FindPayment(Effect):
    """Find a payment by the number on its slip. → ``PaymentFound``"""

    order_id: str


@dataclass(frozen=True, slots=True)
class ListPayments(Effect):
    """→ ``PaymentsListed``"""

    biller_kind: str
    account: str = field(repr=False)
    person: Person


@dataclass(frozen=True, slots=True)
class FetchInvoice(Effect):
    """Issue the electronic invoice, or fetch it. → ``InvoiceFetched``"""

    order_id: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class FetchFee(Effect):
    """Ask what the matter costs. → ``FeeFetched``"""

    matter: str
    answers: Mapping[str, str] = field(repr=False)
    person: Person | None


@dataclass(frozen=True, slots=True)
class OpenOrder(Effect):
    """Make an order durable, begin the payment, follow it. → ``OrderChanged``"""

    bill: Bill


@dataclass(frozen=True, slots=True)
class ChooseMethod(Effect):
    """Pay another way. The outcome comes with ``OrderChanged``."""

    lasting: ClassVar[bool] = True
    order_id: str
    method: PayMethod


@dataclass(frozen=True, slots=True)
class PresentCode(Effect):
    """Pay with a scanned code. The outcome comes with ``OrderChanged``."""

    lasting: ClassVar[bool] = True
    order_id: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LeaveOrder(Effect):
    """The citizen stops paying; the order is finished without them."""

    lasting: ClassVar[bool] = True
    order_id: str


@dataclass(frozen=True, slots=True)
class PrintReceipt(Effect):
    """Print the slip of a settled payment. → ``PaperSettled``

    Attributes:
        load: the credit bought for a meter card, once it is known.
        unloaded: True where it is not on the card: the slip says how to get it there.
    """

    lasting: ClassVar[bool] = True
    matter: str
    order: OrderSnapshot
    place: Place
    load: CardLoad | None = None
    unloaded: bool = False


@dataclass(frozen=True, slots=True)
class PrintSlip(Effect):
    """Print a slip about an order that did not go well, or is still under way.

    → ``PaperSettled``
    """

    lasting: ClassVar[bool] = True
    matter: str
    order: OrderSnapshot
    place: Place


@dataclass(frozen=True, slots=True)
class PrintCopy(Effect):
    """Print a receipt once more, marked and counted. → ``PaperSettled``"""

    lasting: ClassVar[bool] = True
    matter: str
    payment: Payment
    place: Place


@dataclass(frozen=True, slots=True)
class ReadMeterCard(Effect):
    """Wait for a meter card and read it. → ``MeterCardRead``"""

    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class FetchLoad(Effect):
    """Ask what a settled top-up entitles to. → ``LoadFetched``"""

    order_id: str


@dataclass(frozen=True, slots=True)
class LoadCard(Effect):
    """Write bought credit to the card and read it back. → ``CardLoaded``

    Repeating it is harmless: a card that carries the purchase is left alone.
    """

    lasting: ClassVar[bool] = True
    matter: str
    load: CardLoad
