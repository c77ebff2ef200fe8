"""Everything the machine knows about one citizen's matter: personal, in one place.

``Facts`` lives in exactly one field of the session's state. Wiping it is replacing
it by ``Facts()``; nothing else may keep a copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from kiosk.core.bills import Account, Bill, CardLoad, MeterCard, Payment
from kiosk.core.gateway import Case, Licence, LicenceUse, Record
from kiosk.core.media import PdfDocument
from kiosk.core.orders import OrderSnapshot
from kiosk.core.people import IdDocument, Person


def _nothing() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, repr=False)
class Page:
    """One photographed page, cropped and straightened."""

    key: str
    jpeg: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Facts:
    """What has been read, typed, fetched, photographed, signed and paid so far.

    Attributes:
        prefill: what the platform already knew, by field.
        submission_id: made durable before anything is filed.
        printed: how the last printing settled, ``""`` before.
        act: journal number of the last printing, to quote on the phone.
        payment: a payment made before, found by its slip.
        card: meter card in the slot, as it was read last.
        load: credit bought for it; ``loaded`` says whether it is on the card:
            ``""`` (nothing to load), ``loaded``, ``later``.
    """

    document: IdDocument | None = None
    person: Person | None = None
    answers: Mapping[str, str] = field(default_factory=_nothing)
    prefill: Mapping[str, str] = field(default_factory=_nothing)
    record: Record | None = None
    licences: tuple[Licence, ...] = ()
    licence_uses: Mapping[str, LicenceUse] = field(
        default_factory=lambda: MappingProxyType({})
    )
    pages: tuple[Page, ...] = ()
    signature_png: bytes = b""
    account: Account | None = None
    bill: Bill | None = None
    order: OrderSnapshot | None = None
    payment: Payment | None = None
    card: MeterCard | None = None
    load: CardLoad | None = None
    loaded: str = ""
    submission_id: str = ""
    case: Case | None = None
    cases: tuple[Case, ...] = ()
    paper: PdfDocument | None = None
    previews: tuple[bytes, ...] = ()
    printed: str = ""
    act: str = ""
    rated: int = 0

    def __repr__(self) -> str:
        return "Facts(<redacted>)"

    def carried(self) -> Facts:
        """Return what goes along to the next matter of the same visit."""
        return Facts(document=self.document, person=self.person, account=self.account)

    def page(self, key: str) -> Page | None:
        """Return the photographed page of one material."""
        return next((page for page in self.pages if page.key == key), None)

    def subject(self) -> str:
        """Return the number that a rating belongs to: case, order, else the print."""
        if self.case is not None:
            return self.case.number
        return self.order.order_id if self.order is not None else self.act
