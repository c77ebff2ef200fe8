"""What a citizen owes and has paid: accounts, bills, prepaid credit, payments made.

Utilities (water, power, gas, heat), fines and the fees of matters are all bills: the
platform names one by ``bill_key`` and ``version``, the order machine pays it, and
says nothing about what it is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from kiosk.core.money import Fen
from kiosk.core.people import Person


class PayMethod(StrEnum):
    """Ways to pay. ``SOCIAL_CARD`` and ``ECNY`` are channels of the platform's."""

    QR = "qr"
    """A code on the screen, for any wallet."""
    CODE = "code"
    """The payment code on the citizen's phone, scanned here."""
    CARD = "card"
    """The bank-card terminal on this machine."""
    ECNY = "ecny"
    """Digital yuan (数字人民币): a code on the screen, for its own wallet."""
    SOCIAL_CARD = "socialCard"
    """Account of the social-security card (社保卡账户): a code on the screen."""


SHOWN_CODES = frozenset({PayMethod.QR, PayMethod.ECNY, PayMethod.SOCIAL_CARD})
"""Methods that show a code on the screen."""


@dataclass(frozen=True, slots=True)
class AmountRule:
    """Which amounts a biller takes, where the citizen chooses.

    An amount fits when it is from ``least`` to ``most`` and ``least`` plus a multiple
    of ``step``, or exactly ``most``.

    Attributes:
        suggested: amounts for the large buttons.
        unit: what is bought (度, 立方米, 吨), ``""`` where money stays money.
        unit_price: of one unit; ``None`` without units.
    """

    least: Fen
    most: Fen
    step: Fen
    suggested: tuple[Fen, ...] = ()
    unit: str = ""
    unit_price: Fen | None = None

    def fits(self, amount: Fen) -> bool:
        """Tell whether the biller takes this amount."""
        if not self.least <= amount <= self.most:
            return False
        return amount == self.most or (amount - self.least) % self.step == 0


@dataclass(frozen=True, slots=True)
class Bill:
    """Something to be paid.

    Attributes:
        bill_key: the biller's number of the bill.
        version: changes when the bill changes; sent along with the order.
        biller: name of who is paid, for people.
        holder_masked: 李*芳; the full name never reaches the kiosk.
        amount: what is to be paid now.
        account_key: names the account to the platform without telling it; two live
            orders for one account are never allowed. ``""``: the bill is the lock.
        service: ``water``, ``power``, ``gas``, ``heat``, ``fine``, ``fee``.
        rule: set where the citizen chooses the amount (part payment, top-up); then
            ``amount`` is the proposal.
        methods: ways of payment that the platform takes for it.
    """

    bill_key: str
    version: str
    biller: str
    account_masked: str
    holder_masked: str
    address_masked: str
    period: str
    usage: str
    amount: Fen
    account_key: str = ""
    service: str = ""
    rule: AmountRule | None = None
    methods: tuple[PayMethod, ...] = (PayMethod.QR, PayMethod.CODE)


@dataclass(frozen=True, slots=True)
class CardLoad:
    """Credit that was bought and is to be written to a meter card (圈存).

    Attributes:
        serial: of the one card that it is for.
        purchase: ordinal of this purchase on that card; writing it twice is harmless,
            because a card that already carries it is left alone.
        units: hundredths of the unit (度, 立方米, 吨).
        token: made by the biller over serial, purchase and units; the card's meter
            checks it, the kiosk only carries it.
    """

    order_id: str
    serial: str
    purchase: int
    units: int
    unit: str
    amount: Fen
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MeterCard:
    """What stands on a prepaid meter card (卡表).

    Attributes:
        serial: the chip's number.
        purchases: ordinal of the last purchase written to it.
        units: hundredths of the unit that the meter has not taken over yet.
        returned: what the meter wrote back (total, state), opaque to the kiosk.
    """

    serial: str
    service: str
    account: str = field(repr=False)
    purchases: int
    units: int
    returned: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Account:
    """An account with what it owes; no bills means nothing is owed.

    Attributes:
        service: ``water``, ``power``, ``gas``, ``heat``, ``fine``.
        kind: ``postpaid``, ``prepaid`` (money on account) or ``card`` (meter card).
        bills: unpaid bills, oldest first.
        whole: one bill that settles all of ``bills`` at once, where there are several
            and the biller takes them together.
        topup: for a prepaid or card account, what may be bought; its ``rule`` is set.
        balance: of a prepaid account, ``None`` where unknown.
        unloaded: for a card account, credit that was bought and never written.
    """

    account: str = field(repr=False)
    biller: str = ""
    biller_name: str = ""
    holder_masked: str = ""
    account_masked: str = ""
    address_masked: str = ""
    bills: tuple[Bill, ...] = ()
    service: str = ""
    kind: str = "postpaid"
    whole: Bill | None = None
    topup: Bill | None = None
    balance: Fen | None = None
    unloaded: tuple[CardLoad, ...] = ()


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment that settled a bill, on whatever terminal or phone.

    Attributes:
        order_id: order number; what the QR code on a slip says.
        copies: copies of the receipt (补打) printed so far.
        reprintable: False when it is too old, or was not made on a terminal.
        invoiced: an electronic invoice exists.
    """

    order_id: str
    bill: Bill
    paid_at: datetime
    method: str
    payment_reference: str
    biller_reference: str
    copies: int = 0
    reprintable: bool = True
    invoiced: bool = False


@dataclass(frozen=True, slots=True)
class Invoice:
    """An electronic invoice (数电票); the citizen takes it along by QR code.

    Attributes:
        url: what the code says; opens on the citizen's own phone.
    """

    number: str
    issued_at: datetime
    amount: Fen
    seller: str
    url: str


class BillsGateway(Protocol):
    """The platform's bill family. Raises like ``kiosk.core.gateway.Gateway``.

    Refusals carry the billers' codes (``EQ0006``: no such account, ``EQ0026``: credit
    not loaded yet) or the platform's own (``account.notYours``).
    """

    async def find_account(self, biller_kind: str, account: str) -> Account:
        """Find an account by its number, or by the number of a notice.

        Args:
            biller_kind: ``water``, ``power``, ``gas``, ``heat``, ``fine``.
        """
        ...

    async def find_accounts(
        self, biller_kind: str, person: Person
    ) -> tuple[Account, ...]:
        """Find the accounts that are in a person's name or bound to them."""
        ...

    async def find_card_account(self, card: MeterCard) -> Account:
        """Find the account of a meter card.

        The platform takes note of ``card.purchases``: a load that the card carries
        already is no longer unloaded.
        """
        ...

    async def fetch_load(self, order_id: str) -> CardLoad:
        """Fetch what a settled top-up entitles to. Harmless to repeat."""
        ...

    async def confirm_load(self, order_id: str, purchase: int) -> None:
        """Tell that a card was written and read back. Harmless to repeat."""
        ...

    async def fetch_fee(
        self, matter: str, answers: Mapping[str, str], person: Person | None
    ) -> Bill:
        """Ask what a matter costs, fixed or computed from the answers."""
        ...

    async def list_payments(
        self, biller_kind: str, account: str, person: Person
    ) -> tuple[Payment, ...]:
        """List payments of the last 24 months, newest first; holder or bound only."""
        ...

    async def find_payment(self, order_id: str) -> Payment:
        """Find one payment by the order number on a slip; masked."""
        ...

    async def count_copy(self, order_id: str, act_id: str) -> int:
        """Register one more copy of a receipt and return its number, from 1.

        Repeating it with the same act number returns the same number.
        """
        ...

    async def fetch_invoice(self, order_id: str, person: Person | None) -> Invoice:
        """Issue the electronic invoice, or fetch it if it was issued."""
        ...
