"""Device and service ports: what acting needs, as small Protocols.

Everything that decides is pure; everything that acts stands behind one of these.
Implementations: ``drivers.*`` for devices, ``services.*`` for the rest, joined in
``kiosk.app``. Words are XFS4IoT's (CWA 17852) where it has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.device import Completion, Device
from kiosk.core.media import Barcode, Frame, PdfDocument, PrintOutcome, Receipt
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.people import IdDocument

MediaPresence = Literal["present", "notPresent", "unknown"]


class IdCardReader(Device, Protocol):
    """Resident identity card module (``ExtIdCard``)."""

    async def read(
        self, *, photo: bool = True, timeout_s: float = 30.0
    ) -> Completion[IdDocument]:
        """Wait for a document, then read it.

        Error codes: ``noMedia`` (lifted while reading), ``invalidMedia``,
        ``cardCollision``, ``samError``, ``authenticationFailed``,
        ``documentUnreadable``; code ``timeOut`` when nothing was laid down.
        """
        ...

    async def media(self) -> MediaPresence:
        """Tell whether a document lies on the reader now (for leftovers)."""
        ...


class BarcodeReader(Device, Protocol):
    """Serial scanner module (``BarcodeReader``)."""

    async def read(self, *, timeout_s: float = 30.0) -> Completion[Barcode]:
        """Switch the light on, wait for one code, switch it off.

        Error codes: ``barcodeInvalid``; code ``timeOut`` when nothing came.
        """
        ...


class ReceiptPrinter(Device, Protocol):
    """Receipt printer (``Printer``, type ``receipt``)."""

    async def print_receipt(
        self, receipt: Receipt, *, timeout_s: float = 20.0
    ) -> Completion[PrintOutcome]:
        """Check the paper, print, cut, and have the printer confirm it.

        A payload comes with every code, success or not: it says what is known of
        the paper. Error codes: ``paperOut``, ``paperJammed``, ``coverOpen``,
        ``cutterError``, ``printerError``; ``connectionLost`` and ``timeOut`` as
        codes. ``PrintOutcome.settled`` is ``unknown`` when bytes had been sent.
        """
        ...


class DocumentPrinter(Device, Protocol):
    """A4 printer (``Printer``, type ``document``)."""

    async def print_native(
        self,
        document: PdfDocument,
        *,
        on_sheet: Callable[[int], None] | None = None,
        timeout_s: float = 120.0,
    ) -> Completion[PrintOutcome]:
        """Print, and wait until the printer's own counter has settled it.

        On any failure the job is removed from the printer before this returns, so
        that nobody's certificate comes out for the next person. ``on_sheet`` is
        called with the number of sheets out. Error codes: ``paperOut``,
        ``paperJammed``, ``tonerOut``, ``coverOpen``, ``stackerFull``,
        ``mediaRejected``. A payload comes with every code.
        """
        ...

    async def clear_buffer(self) -> Completion[int]:
        """Remove every job of ours from the printer; the payload counts them."""
        ...


class Camera(Device, Protocol):
    """Face or document camera (``Camera`` with ``ExtLiveView``)."""

    async def start(self) -> Completion[None]:
        """Begin to deliver frames; safe to call twice."""
        ...

    async def stop(self) -> None:
        """Let the picture go; the last frame is forgotten."""
        ...

    def latest(self) -> Frame | None:
        """Return the newest frame, ``None`` before the first. Never waits.

        A frozen stream shows in ``status`` as ``offline``.
        """
        ...


class CardTerminal(Device, Protocol):
    """Bank-card terminal (``ExtPayment``): ZVT, or a vendor's MIS library.

    The terminal belongs to this machine alone, so its receipt numbers tell what
    became of an authorisation whose answer was lost.
    """

    async def authorise(
        self,
        amount: Fen,
        *,
        on_prompt: Callable[[str], None] | None = None,
        timeout_s: float = 180.0,
    ) -> Completion[CardReceipt]:
        """Take money from the card that the citizen presents.

        A payload comes with success and, where the terminal made a receipt, with
        ``declined``. Error codes: ``declined`` (conclusive: no money moved),
        ``canceled`` as code (conclusive), ``terminalBusy`` (conclusive: not begun),
        ``outcomeUnknown``; ``timeOut``, ``connectionLost`` and ``deviceNotReady``
        as codes. ``deviceNotReady`` is conclusive (nothing was sent), every other
        code is not: ask ``last_receipt``.
        ``on_prompt`` is told ``insertCard``, ``enterPin``, ``wait``, ``removeCard``.
        """
        ...

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Completion[CardReceipt]:
        """Tell the terminal's newest transaction; number 0 when it has none.

        Error code ``terminalBusy`` while a transaction is running: ask again.
        """
        ...

    async def reverse(
        self, receipt_number: int, *, timeout_s: float = 60.0
    ) -> Completion[CardReceipt]:
        """Undo an authorisation of today. Error codes ``declined``,
        ``alreadyReversed``, ``outcomeUnknown``."""
        ...


class MeterCardReader(Device, Protocol):
    """Reader and writer for prepaid meter cards (``CardReader`` with ``ExtLoad``)."""

    async def read(self, *, timeout_s: float = 60.0) -> Completion[MeterCard]:
        """Wait for a card and read it.

        Error codes: ``noMedia`` (pulled while reading), ``invalidMedia`` (not a
        meter card), ``cardUnreadable``; code ``timeOut`` when none was put in.
        """
        ...

    async def load(
        self, load: CardLoad, *, timeout_s: float = 20.0
    ) -> Completion[MeterCard]:
        """Write bought credit, then read it back; success means: verified.

        A card that carries the purchase already is success without writing. Error
        codes: ``wrongCard`` (another serial; nothing was written), ``noMedia``
        (pulled before anything was written), ``loadInterrupted`` (pulled while
        writing: put the same card in again), ``writeFailed``, ``verifyFailed``,
        ``unitsNotTaken`` (the meter has not taken over the credit before). A purchase
        that is not the card's next one is ``writeFailed``: nothing is skipped.
        The card is never left with half a purchase that counts: what was begun is
        completed or undone when the same card is loaded again.
        """
        ...

    async def media(self) -> MediaPresence:
        """Tell whether a card is in the reader now (for leftovers)."""
        ...


@dataclass(frozen=True, slots=True)
class FaceFinding:
    """What is in front of the camera.

    Attributes:
        count: faces found.
        box: largest face, left, top, width, height as fractions of the picture.
        hint: ``ok``, ``none``, ``several``, ``closer``, ``back``, ``centre``,
            ``dark``, ``blurred``.
    """

    count: int
    box: tuple[float, float, float, float] | None
    hint: str


class FaceFinder(Protocol):
    """Face detection on one frame. Detection only: it recognises nobody."""

    def find_blocking(self, frame: Frame) -> FaceFinding:
        """Find faces; for a worker thread."""
        ...

    def portrait_blocking(self, frame: Frame, finding: FaceFinding) -> bytes:
        """Return the face with a margin as JPEG, at most 200 kB."""
        ...


@dataclass(frozen=True, slots=True)
class PageFinding:
    """A page under the document camera.

    Attributes:
        corners: four corners, clockwise from the top left, as fractions of the
            picture, or ``None`` when no page was found.
        sharpness: variance of the Laplacian on the cropped page.
        hint: ``ok``, ``none``, ``partly``, ``blurred``, ``dark``, ``glare``.
    """

    corners: tuple[tuple[float, float], ...] | None
    sharpness: float
    hint: str


class PageFinder(Protocol):
    """Document photography on one frame."""

    def find_blocking(self, frame: Frame) -> PageFinding:
        """Find the page and judge the picture; for a worker thread."""
        ...

    def crop_blocking(self, frame: Frame, finding: PageFinding) -> bytes:
        """Return the straightened page as JPEG, at most 1.5 MB.

        Raises:
            MaterialUnreadable: the finding has no page.
        """
        ...


class DocumentMaker(Protocol):
    """Data into paper."""

    def render_blocking(self, template: str, data: Mapping[str, object]) -> PdfDocument:
        """Fill a template; for a worker thread.

        Raises:
            CatalogueError: no such template, or a value it needs is missing.
        """
        ...

    def preview_blocking(
        self, document: PdfDocument, width_px: int
    ) -> tuple[bytes, ...]:
        """Return every page as PNG of that width; for a worker thread."""
        ...


class SignatureMaker(Protocol):
    """Strokes into a picture."""

    def draw_blocking(
        self, strokes: tuple[tuple[tuple[float, float], ...], ...], aspect: float
    ) -> bytes:
        """Return the signature as PNG, dark on white, 900 pixels wide.

        Args:
            strokes: points as fractions of the field, from the top left.
            aspect: width of the field divided by its height.
        """
        ...


class Outbox(Protocol):
    """Messages to the platform that may wait: durable first, sent when possible."""

    async def put(self, topic: str, key: str, facts: Mapping[str, object]) -> None:
        """Make a message durable; it is sent in the background.

        Args:
            topic: ``rating``; ended acts are told without being put.
            key: names the message; of two with one topic and key the first stands.
            facts: never personal.

        Raises:
            StoreError: not durable.
        """
        ...


class ActKind(StrEnum):
    """Acts outside money that cannot be taken back."""

    PRINT_DOCUMENT = "print.document"
    PRINT_RECEIPT = "print.receipt"
    SUBMIT_CASE = "case.submit"
    LOAD_CARD = "card.load"


@dataclass(frozen=True, slots=True)
class Act:
    """One row pair of the journal: begun, and how it ended.

    Attributes:
        reference: digest, order number or submission number; never personal.
        outcome: ``None`` while open: the kiosk may have died in the middle.
    """

    act_id: str
    kind: ActKind
    matter: str
    reference: str
    outcome: str | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


class ActJournal(Protocol):
    """Write before you act."""

    async def begin(self, kind: ActKind, matter: str, reference: str) -> str:
        """Make a durable row and return its act number.

        Raises:
            StoreError: the row is not safely on disk; the act must not happen.
        """
        ...

    async def end(
        self, act_id: str, outcome: str, detail: Mapping[str, object] | None = None
    ) -> None:
        """Record how the act ended; the first ending stands."""
        ...

    async def open_acts(self) -> tuple[Act, ...]:
        """Return the acts that were begun and never ended."""
        ...


class EventLog(Protocol):
    """The machine's own diary: names from ``kiosk/core/events.toml``."""

    def __call__(self, event: str, /, **facts: object) -> None:
        """Write one event. Facts must not be personal."""
        ...
