"""What comes back from the world while a matter is open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from kiosk.core.gateway import Case, Licence, LicenceUse, Record
from kiosk.core.intents import Intent
from kiosk.core.media import PdfDocument
from kiosk.core.people import IdDocument, Person
from kiosk.core.ports import FaceFinding, PageFinding
from kiosk.flow.money_events import (
    AccountFound,
    AccountsFound,
    CardLoaded,
    FeeFetched,
    InvoiceFetched,
    LoadFetched,
    MeterCardRead,
    OrderChanged,
    PaymentFound,
    PaymentsListed,
)

__all__ = [
    "AccountFound",
    "AccountsFound",
    "CardLoaded",
    "CardRead",
    "CardSeen",
    "CaseFiled",
    "CasesListed",
    "CodeScanned",
    "Event",
    "FaceSeen",
    "FaceTaken",
    "Failed",
    "FeeFetched",
    "Identified",
    "InvoiceFetched",
    "LicenceUsed",
    "LicencesFound",
    "LoadFetched",
    "MeterCardRead",
    "OrderChanged",
    "PageSeen",
    "PageTaken",
    "PaperReady",
    "PaperSettled",
    "PaymentFound",
    "PaymentsListed",
    "PrefillFetched",
    "RecordFetched",
    "SheetOut",
    "SignatureDrawn",
    "SubmissionOpened",
    "Ticked",
]


@dataclass(frozen=True, slots=True)
class Ticked:
    """About once a second.

    Attributes:
        now: monotonic seconds.
        local: wall time as the citizen reads it.
    """

    now: float
    local: datetime


@dataclass(frozen=True, slots=True)
class Failed:
    """An effect could not be done.

    Attributes:
        effect: class name of the effect, ``PrintPaper``.
        code: stable name of the trouble: ``printer.paperOut``,
            ``platform.unreachable``, ``platform.EQ0006``.
        retry: ``now``, ``later`` or ``never``.
    """

    effect: str
    code: str
    retry: str = "later"
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CardSeen:
    """A card lies on the reader and is being read."""


@dataclass(frozen=True, slots=True)
class CardRead:
    """The chip has been read."""

    document: IdDocument


@dataclass(frozen=True, slots=True)
class FaceSeen:
    """What the face camera shows now."""

    finding: FaceFinding


@dataclass(frozen=True, slots=True)
class FaceTaken:
    """A usable picture of one face."""

    portrait_jpeg: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Identified:
    """The platform knows this person now."""

    person: Person


@dataclass(frozen=True, slots=True)
class RecordFetched:
    """A department's record about the person."""

    record: Record


@dataclass(frozen=True, slots=True)
class PrefillFetched:
    """What the platform already knows."""

    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PaperReady:
    """A finished document with its previews."""

    paper: PdfDocument
    previews: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class SheetOut:
    """The printer's counter says so many sheets."""

    sheets: int


@dataclass(frozen=True, slots=True)
class PaperSettled:
    """Printing is over.

    Attributes:
        settled: value of ``kiosk.core.media.Settled``.
        code: name of the trouble, ``""`` when all is well.
        number: act number in the journal, to quote on the phone.
    """

    settled: str
    code: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class CodeScanned:
    """A code was held under the scanner. Perhaps worth money: not in ``repr``."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LicencesFound:
    """The person's e-licences of the kinds asked for."""

    licences: tuple[Licence, ...]


@dataclass(frozen=True, slots=True)
class LicenceUsed:
    """The permission to use a licence is on record."""

    key: str
    use: LicenceUse


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What lies under the document camera now."""

    finding: PageFinding


@dataclass(frozen=True, slots=True)
class PageTaken:
    """A cropped page; ``hint`` is not ``ok`` when it should be taken again."""

    jpeg: bytes = field(repr=False)
    hint: str = "ok"


@dataclass(frozen=True, slots=True)
class SignatureDrawn:
    """The signature as a picture."""

    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SubmissionOpened:
    """The submission's number is on disk."""

    submission_id: str


@dataclass(frozen=True, slots=True)
class CaseFiled:
    """The platform has the application."""

    case: Case


@dataclass(frozen=True, slots=True)
class CasesListed:
    """The person's cases."""

    cases: tuple[Case, ...]


Event: TypeAlias = (
    Intent
    | Ticked
    | Failed
    | CardSeen
    | CardRead
    | FaceSeen
    | FaceTaken
    | Identified
    | RecordFetched
    | PrefillFetched
    | PaperReady
    | SheetOut
    | PaperSettled
    | AccountFound
    | CodeScanned
    | OrderChanged
    | LicencesFound
    | LicenceUsed
    | PageSeen
    | PageTaken
    | SignatureDrawn
    | SubmissionOpened
    | CaseFiled
    | CasesListed
    | AccountsFound
    | CardLoaded
    | FeeFetched
    | InvoiceFetched
    | LoadFetched
    | MeterCardRead
    | PaymentFound
    | PaymentsListed
)
