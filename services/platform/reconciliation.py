"""Family ``reconciliation``: the platform's, payment services' and billers' files.

Lines are handed on as they came, also odd ones: to find what is wrong with a file is
the comparison's business.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field, StrictBool

from kiosk.core.money import Fen
from kiosk.core.orders import PaymentTruth, PostingTruth
from kiosk.core.reconciliation import (
    BillerLine,
    DayFiles,
    PaymentLine,
    PlatformLine,
)
from services.platform.exchange import Call, path_of
from services.platform.transport import Transport
from services.platform.wire import (
    FenValue,
    Instant,
    OrderNumber,
    PositiveFen,
    Reference,
    WireModel,
    parsed,
    require,
    require_same,
)


class _PlatformLine(WireModel):
    order_id: OrderNumber
    bill_key: str
    amount_fen: FenValue
    payment: PaymentTruth
    posting: PostingTruth

    def line(self) -> PlatformLine:
        return PlatformLine(
            self.order_id,
            self.bill_key,
            Fen(self.amount_fen),
            self.payment,
            self.posting,
        )


class _PaymentLine(WireModel):
    order_id: OrderNumber
    kind: Literal["pay", "refund"]
    amount_fen: PositiveFen
    channel: str = Field(pattern=r"^([a-z][0-9A-Za-z]{0,31})?$")
    reference: str = Field(min_length=1, max_length=64)
    at: Instant

    def line(self) -> PaymentLine:
        return PaymentLine(
            self.order_id,
            self.kind,
            Fen(self.amount_fen),
            self.channel,
            self.reference,
            self.at,
        )


class _BillerLine(WireModel):
    order_id: OrderNumber
    bill_key: Reference
    amount_fen: PositiveFen
    reference: str = Field(min_length=1, max_length=64)
    at: Instant

    def line(self) -> BillerLine:
        return BillerLine(
            self.order_id,
            self.bill_key,
            Fen(self.amount_fen),
            self.reference,
            self.at,
        )


class _DayFiles(WireModel):
    day: str
    begins: Instant
    ends: Instant
    ready: StrictBool
    platform: tuple[_PlatformLine, ...]
    payments: tuple[_PaymentLine, ...]
    postings: tuple[_BillerLine, ...]


class ReconciliationFamily:
    """Operation ``fetchDay``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def fetch_day(self, day: date) -> DayFiles:
        """Fetch the files of one day for this terminal."""
        path = path_of("reconciliation", day.isoformat())
        call = Call("fetchDay", "GET", path, changes=False)
        files = parsed(_DayFiles, call, await self._transport.ask(call))
        require_same(call, day.isoformat(), files.day)
        require(call, files.begins < files.ends, "a day begins before it ends")
        return DayFiles(
            day=day,
            begins=files.begins,
            ends=files.ends,
            ready=files.ready,
            platform=tuple(row.line() for row in files.platform),
            payments=tuple(row.line() for row in files.payments),
            postings=tuple(row.line() for row in files.postings),
        )
