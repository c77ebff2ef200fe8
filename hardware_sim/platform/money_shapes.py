"""Shapes of request bodies about accounts, orders and journals (see ``shapes``)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictBool, StrictStr

from hardware_sim.platform.shapes import Digest, Fen, Key, Reference, Shape, Whole

_MOST_FEN = 10_000_000_000


def _instant(text: str) -> str:
    """RFC 3339 with offset."""
    if "T" not in text.upper() or datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("an instant with offset is needed")
    return text


Account = Annotated[StrictStr, Field(pattern=r"^[0-9]{6,20}$")]
Purchase = Annotated[Whole, Field(ge=1, le=65_535)]
Short = Annotated[StrictStr, Field(max_length=40)]
Counter = Annotated[Whole, Field(ge=0, le=999_999_999_999)]
BillerKind = Literal["water", "power", "gas", "heat", "fine"]


class AccountQuery(Shape):
    """``AccountQuery``."""

    biller_kind: BillerKind
    account: Account


class BoundQuery(Shape):
    """``BoundQuery``."""

    biller_kind: BillerKind


class CardQuery(Shape):
    """``CardQuery``: what stands on a meter card."""

    serial: Annotated[StrictStr, Field(pattern=r"^[0-9A-Za-z]{4,32}$")]
    service: Literal["water", "power", "gas", "heat"]
    account: Account
    purchases: Annotated[Whole, Field(ge=0, le=65_535)]
    units: Annotated[Whole, Field(ge=0, le=4_294_967_295)]


class FeeQuery(Shape):
    """``FeeQuery``."""

    answers: Annotated[
        dict[Key, Annotated[StrictStr, Field(max_length=2000)]],
        Field(max_length=200),
    ]


class OrderRequest(Shape):
    """``OrderRequest``."""

    bill_key: Reference
    bill_version: Reference
    amount_fen: Fen


class ShowCode(Shape):
    """``PaymentRequest`` for a code to show."""

    method: Literal["qr", "ecny", "socialCard"]


class ReserveCard(Shape):
    """``PaymentRequest`` for the card terminal."""

    method: Literal["card"]


class ScannedCode(Shape):
    """``PaymentRequest`` with a code from a phone."""

    method: Literal["code"]
    code: Annotated[StrictStr, Field(pattern=r"^[0-9]{16,24}$")]


PaymentRequest = Annotated[
    ShowCode | ScannedCode | ReserveCard, Field(discriminator="method")
]


class CardReceipt(Shape):
    """``CardReceipt``."""

    number: Counter
    approved: StrictBool
    amount_fen: Annotated[Whole, Field(ge=0, le=_MOST_FEN)]
    trace: Counter
    card_masked: Annotated[
        StrictStr, Field(pattern=r"^[0-9]{0,6}[* ]*[0-9]{0,4}$", max_length=32)
    ]
    scheme: Short
    terminal_id: Short
    authorisation: Short
    reason: Short
    at: Annotated[StrictStr, AfterValidator(_instant)] | None


class CardReport(Shape):
    """``CardReport``; null is conclusively nothing."""

    receipt: CardReceipt | None


class LoadReport(Shape):
    """``LoadReport``."""

    purchase: Purchase


class JournalHead(Shape):
    """``JournalHead``."""

    epoch: Annotated[Whole, Field(ge=1, le=4_294_967_295)]
    seq: Annotated[Whole, Field(ge=1, le=9_007_199_254_740_991)]
    hash: Digest


class HeadReport(Shape):
    """``HeadReport``; null only asks."""

    head: JournalHead | None
