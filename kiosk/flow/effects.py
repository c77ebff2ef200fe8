"""What a matter asks the world to do. Frozen orders, carried out by the session.

Each effect answers with events of ``kiosk.flow.events``; every one of them may
answer ``Failed`` instead. An effect is stopped when its step is left, unless it
says ``lasting``: then what it began is finished whatever the citizen does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kiosk.core.gateway import CaseDraft, Licence
from kiosk.core.intents import Point
from kiosk.core.media import PdfDocument
from kiosk.core.people import IdDocument, Person
from kiosk.flow.effect import Effect
from kiosk.flow.facts import Page
from kiosk.flow.money_effects import (
    ChooseMethod,
    FetchFee,
    FetchInvoice,
    FetchLoad,
    FindAccount,
    FindAccounts,
    FindCardAccount,
    FindPayment,
    LeaveOrder,
    ListPayments,
    LoadCard,
    OpenOrder,
    Place,
    PresentCode,
    PrintCopy,
    PrintReceipt,
    PrintSlip,
    ReadMeterCard,
)

__all__ = [
    "ChooseMethod",
    "DrawSignature",
    "Effect",
    "FetchFee",
    "FetchInvoice",
    "FetchLoad",
    "FetchPrefill",
    "FetchRecord",
    "FindAccount",
    "FindAccounts",
    "FindCardAccount",
    "FindLicences",
    "FindPayment",
    "LeaveOrder",
    "ListCases",
    "ListPayments",
    "LoadCard",
    "OpenOrder",
    "OpenSubmission",
    "Place",
    "PresentCode",
    "PrintCopy",
    "PrintPaper",
    "PrintReceipt",
    "PrintSlip",
    "ReadCard",
    "ReadMeterCard",
    "RenderPaper",
    "ScanCode",
    "SendRating",
    "SubmitCase",
    "TakePage",
    "UseLicence",
    "VerifyIdentity",
    "WatchFace",
    "WatchPage",
]


@dataclass(frozen=True, slots=True)
class ReadCard(Effect):
    """Wait for an ID card and read it. → ``CardSeen``, ``CardRead``"""

    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class WatchFace(Effect):
    """Watch the face camera. → ``FaceSeen`` often, ``FaceTaken`` once"""


@dataclass(frozen=True, slots=True)
class VerifyIdentity(Effect):
    """Ask the platform who this is. → ``Identified``"""

    document: IdDocument
    portrait_jpeg: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class FetchRecord(Effect):
    """→ ``RecordFetched``"""

    matter: str
    person: Person


@dataclass(frozen=True, slots=True)
class FetchPrefill(Effect):
    """→ ``PrefillFetched``"""

    matter: str
    person: Person


@dataclass(frozen=True, slots=True)
class RenderPaper(Effect):
    """Fill a template and make previews. → ``PaperReady``"""

    template: str
    data: Mapping[str, object] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PrintPaper(Effect):
    """Print the finished document. → ``SheetOut``, ``PaperSettled``"""

    lasting: ClassVar[bool] = True
    matter: str
    paper: PdfDocument


@dataclass(frozen=True, slots=True)
class ScanCode(Effect):
    """Light the scanner and wait for one code. → ``CodeScanned``"""

    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class FindLicences(Effect):
    """→ ``LicencesFound``"""

    kinds: tuple[str, ...]
    person: Person


@dataclass(frozen=True, slots=True)
class UseLicence(Effect):
    """Record the holder's permission. → ``LicenceUsed``"""

    key: str
    licence: Licence
    matter: str
    person: Person


@dataclass(frozen=True, slots=True)
class WatchPage(Effect):
    """Watch the document camera. → ``PageSeen`` often"""


@dataclass(frozen=True, slots=True)
class TakePage(Effect):
    """Take the page that lies there now. → ``PageTaken``"""


@dataclass(frozen=True, slots=True)
class DrawSignature(Effect):
    """Strokes into a picture. → ``SignatureDrawn``"""

    strokes: tuple[tuple[Point, ...], ...] = field(repr=False)
    aspect: float


@dataclass(frozen=True, slots=True)
class OpenSubmission(Effect):
    """Make the number of a submission durable. → ``SubmissionOpened``"""

    matter: str


@dataclass(frozen=True, slots=True)
class SubmitCase(Effect):
    """Upload the pages, then file. Harmless to repeat. → ``CaseFiled``"""

    lasting: ClassVar[bool] = True
    draft: CaseDraft
    pages: tuple[Page, ...]
    signature_png: bytes = field(repr=False)
    person: Person


@dataclass(frozen=True, slots=True)
class ListCases(Effect):
    """→ ``CasesListed``"""

    person: Person


@dataclass(frozen=True, slots=True)
class SendRating(Effect):
    """Durable first, sent when the platform can be reached."""

    lasting: ClassVar[bool] = True
    subject: str
    matter: str
    level: int
