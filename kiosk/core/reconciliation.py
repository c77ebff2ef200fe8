"""Reconciliation (对账): four files of one day, line by line the same, or explained.

The kiosk's journal, the platform's order book, the payment services' bill and the
billers' posting file are compared by a pure function in ``services.payments``. A day
is the platform's day (its clock, its time zone).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.core.money import Fen
from kiosk.core.orders import OrderState, PaymentTruth, PostingTruth


@dataclass(frozen=True, slots=True)
class KioskLine:
    """One order as the kiosk's journal has it.

    Attributes:
        paid_at: when the journal learned that the money had moved, ``None`` if it
            never did.
        at: when the last step was written.
    """

    order_id: str
    bill_key: str
    bill_version: str
    amount: Fen
    state: OrderState
    paid_at: datetime | None
    at: datetime


@dataclass(frozen=True, slots=True)
class PlatformLine:
    """One order as the platform has it."""

    order_id: str
    bill_key: str
    amount: Fen
    payment: PaymentTruth
    posting: PostingTruth


@dataclass(frozen=True, slots=True)
class PaymentLine:
    """One movement of money in a payment service's bill.

    Attributes:
        kind: ``pay`` or ``refund``; amounts are positive in both.
    """

    order_id: str
    kind: str
    amount: Fen
    channel: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BillerLine:
    """One posting in a biller's file (PayCheck)."""

    order_id: str
    bill_key: str
    amount: Fen
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DayFiles:
    """The other three files of one day, for this terminal.

    Attributes:
        begins, ends: the day by the platform's clock; ``ends`` is not part of it.
        ready: False until payment services and billers have closed the day.
    """

    day: date
    begins: datetime
    ends: datetime
    ready: bool
    platform: tuple[PlatformLine, ...]
    payments: tuple[PaymentLine, ...]
    postings: tuple[BillerLine, ...]


class Bucket(StrEnum):
    """Kinds of discrepancy."""

    PAYMENT_ONLY = "paymentOnly"
    """长款: money was taken, nothing was settled or given back."""
    POSTING_ONLY = "postingOnly"
    """短款: a bill was settled without money, or the money went back."""
    KIOSK_ONLY = "kioskOnly"
    """An order of the kiosk's that the platform does not know."""
    PLATFORM_ONLY = "platformOnly"
    """An order of the platform's that the journal does not have."""
    AMOUNT_DIFFERS = "amountDiffers"
    BILL_DIFFERS = "billDiffers"
    STATE_DIFFERS = "stateDiffers"
    DOUBLE_PAYMENT = "doublePayment"
    DOUBLE_POSTING = "doublePosting"
    DOUBLE_REFUND = "doubleRefund"
    REFUND_WITHOUT_PAYMENT = "refundWithoutPayment"
    DUPLICATE_LINE = "duplicateLine"
    """The same line twice in one file: harmless, but the file is wrong."""
    UNFINISHED = "unfinished"
    """Still open on both sides: the order machine finishes it; nobody has to act."""
    SUSPENSE = "suspense"
    """Two staff members have to decide."""


class Actor(StrEnum):
    """Who must act."""

    NOBODY = "nobody"
    KIOSK = "kiosk"
    STAFF = "staff"
    PLATFORM = "platform"
    PAYMENT_SERVICE = "paymentService"
    BILLER = "biller"


@dataclass(frozen=True, slots=True)
class Finding:
    """One discrepancy.

    Attributes:
        order_ids: concerned; more than one for a bill that was posted twice.
        excess: fen that somebody has too much: > 0 taken from the citizen without a
            settled bill, < 0 settled without money, 0 where no money is concerned.
        detail: facts in English, for the log and for staff.
    """

    bucket: Bucket
    order_ids: tuple[str, ...]
    actor: Actor
    excess: Fen
    detail: str


@dataclass(frozen=True, slots=True)
class DayReport:
    """What came of comparing one day.

    Attributes:
        matched: orders on which all files agree.
        taken, given_back, posted: sums of the files.
        clean: True when no finding needs anybody: money may be trusted.
    """

    day: date
    matched: int
    findings: tuple[Finding, ...]
    taken: Fen
    given_back: Fen
    posted: Fen
    clean: bool


class ReconciliationGateway(Protocol):
    """The platform's reconciliation family; raises like the other gateways."""

    async def fetch_day(self, day: date) -> DayFiles:
        """Fetch the files of one day for this terminal."""
        ...
