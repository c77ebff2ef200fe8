"""The pages: one frozen body for each kind, one screen in ``screens`` for each body."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from kiosk.core.parts import Button, Lamp, Row, Tone
from kiosk.core.words import Say


@dataclass(frozen=True, slots=True)
class AttractBody:
    """Nobody is here. Touch anywhere to begin (``Touched``)."""

    title: Say
    second_line: Say
    lamps: tuple[Lamp, ...] = ()


@dataclass(frozen=True, slots=True)
class HomeBody:
    """您好,要办什么事? Quick matters large, departments below."""

    title: Say
    quick: tuple[Button, ...]
    domains_title: Say
    domains_count: Say
    domains: tuple[Button, ...]
    lamps: tuple[Lamp, ...] = ()
    notice: Say | None = None


@dataclass(frozen=True, slots=True)
class ListBody:
    """A page of matters of one department. Paging, never scrolling."""

    title: Say
    tiles: tuple[Button, ...]
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class GuideBody:
    """What the matter is, before anything is asked.

    ``rows``: conditions, materials, time, fee, what comes out, basis.
    """

    title: Say
    official_name: Say
    rows: tuple[Row, ...]
    start: Button
    notice: Say | None = None


@dataclass(frozen=True, slots=True)
class ConsentBody:
    """Terms, page by page; agreeing is possible on the last page only."""

    title: Say
    paragraphs: tuple[Say, ...]
    page: int
    pages: int
    agree: Button
    next_page: Button | None
    previous_page: Button | None


@dataclass(frozen=True, slots=True)
class QuestionBody:
    """One question, a few answers: exclusions, situations, leave-or-stay."""

    title: Say
    second_line: Say | None
    points: tuple[Say, ...]
    answers: tuple[Button, ...]


class CardStage(StrEnum):
    """What happens on the card reader."""

    WAITING = "waiting"
    READING = "reading"
    FAILED = "failed"
    READ = "read"


@dataclass(frozen=True, slots=True)
class IdentifyBody:
    """请把身份证放在读卡区. The picture shows the act on this very machine.

    Attributes:
        picture: ``card`` (ID card on its reader) or ``meter`` (prepaid meter card
            into its slot).
    """

    title: Say
    second_line: Say
    stage: CardStage
    alternatives_title: Say | None = None
    alternatives: tuple[Button, ...] = ()
    trouble: Say | None = None
    picture: str = "card"


@dataclass(frozen=True, slots=True)
class FaceBody:
    """A live picture with a frame to look into; no blink, no head turn.

    Attributes:
        feed: name of the frame source, ``face``.
        box: face as fractions left, top, width, height, or ``None``.
    """

    title: Say
    hint: Say
    feed: str
    box: tuple[float, float, float, float] | None
    tone: Tone
    busy: bool
    alternatives: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of a form.

    Attributes:
        keyboard: ``digits``, ``phone``, ``pinyin``, ``date``, ``choice``, ``money``
            (digits and one point).
        source: where the value came from (身份证, 平台), for prefilled ones.
    """

    key: str
    label: Say
    keyboard: str
    value: str = field(default="", repr=False)
    placeholder: Say | None = None
    source: Say | None = None
    error: Say | None = None
    choices: tuple[tuple[str, Say], ...] = ()
    required: bool = True
    locked: bool = False
    max_length: int = 40


@dataclass(frozen=True, slots=True)
class FormBody:
    """A page of fields; one of them is being typed (``active``).

    The screen sends ``FieldChanged`` per edit and ``FieldChosen`` on touching a
    field; ``scan_hint`` is shown where a bill's barcode may be held under the scanner.

    Attributes:
        alternatives: other ways than typing, or suggested amounts: large, on the
            same page. The chosen one has the style ``main``.
        rows: what the page is about, where that is known already (an account).
        amount: the amount as it stands, as ``86.40``; ``""`` where none is asked.
    """

    title: Say
    second_line: Say | None
    fields: tuple[FieldView, ...]
    active: str
    next: Button
    scan_hint: Say | None = None
    trouble: Say | None = None
    alternatives_title: Say | None = None
    alternatives: tuple[Button, ...] = ()
    rows: tuple[Row, ...] = ()
    amount: str = ""


@dataclass(frozen=True, slots=True)
class MaterialItem:
    """One material that the matter asks for.

    Attributes:
        state: 已由电子证照代替, 已拍摄, 还没有 …
    """

    key: str
    title: Say
    state: Say
    tone: Tone
    action: Button | None = None
    thumbnail_jpeg: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class MaterialsBody:
    """The list of materials, each with where it comes from."""

    title: Say
    second_line: Say | None
    items: tuple[MaterialItem, ...]
    next: Button


@dataclass(frozen=True, slots=True)
class CaptureBody:
    """A page under the document camera: live picture, or the picture taken.

    Attributes:
        corners: the found page, as fractions of the picture.
        taken_jpeg: the cropped page to be looked at, else ``None`` (live).
    """

    title: Say
    hint: Say
    feed: str
    corners: tuple[tuple[float, float], ...] | None
    tone: Tone
    taken_jpeg: bytes | None
    shoot: Button | None
    accept: Button | None
    again: Button | None


@dataclass(frozen=True, slots=True)
class SignBody:
    """A white field to sign in. The screen sends ``Signed`` with the strokes."""

    title: Say
    second_line: Say
    done_label: Say
    clear_label: Say
    trouble: Say | None = None


@dataclass(frozen=True, slots=True)
class ReviewBody:
    """Read before it counts.

    Attributes:
        pages_png: preview of the document, page by page, where there is one.
        amount: the largest thing on the page where money is meant, as ``86.40``.
    """

    title: Say
    second_line: Say | None
    sections: tuple[tuple[Say, tuple[Row, ...]], ...]
    confirm: Button
    amount: str = ""
    pages_png: tuple[bytes, ...] = field(default=(), repr=False)
    page: int = 1
    pages: int = 1
    choices: tuple[Button, ...] = ()
    notice: Say | None = None


@dataclass(frozen=True, slots=True)
class PayBody:
    """请付款: amount, masked account, order number, code, countdown.

    Attributes:
        qr_payload: what the code says; ``""`` while there is none.
        seconds_left: countdown, ``None`` when nothing runs out.
        stage: ``starting``, ``waiting``, ``checking``, ``paid``, ``cancelling``,
            ``refunding``; while the bank-card terminal has the word ``insertCard``,
            ``enterPin``, ``cardWait`` or ``removeCard``.
        ways: the ways to pay that this bill and this machine take, when there are
            several. The one in use has the style ``main``.
    """

    title: Say
    amount: str
    rows: tuple[Row, ...]
    order_id: str
    stage: str
    qr_payload: str = field(default="", repr=False)
    seconds_left: int | None = None
    by_phone: Say | None = None
    by_phone_second: Say | None = None
    by_code: Say | None = None
    by_code_second: Say | None = None
    notice: Say | None = None
    trouble: Say | None = None
    ways: tuple[Button, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkingBody:
    """The machine is busy with something the citizen waits for.

    Attributes:
        picture: ``paper``, ``receipt``, ``platform`` or ``card``.
        done: finished share of the work between 0 and 1, ``None`` if unknown.
        leave: shown when it takes longer than ten seconds.
    """

    title: Say
    second_line: Say
    picture: str
    done: float | None = None
    elapsed_s: int = 0
    leave: Button | None = None


@dataclass(frozen=True, slots=True)
class TakeBody:
    """Something physical is due: take the paper, take the card."""

    title: Say
    second_line: Say
    picture: str
    next: Button | None
    seconds_left: int | None = None


@dataclass(frozen=True, slots=True)
class ResultBody:
    """How it ended, and what happens next."""

    title: Say
    second_line: Say
    tone: Tone
    rows: tuple[Row, ...]
    actions: tuple[Button, ...]
    qr_payload: str = ""
    qr_caption: Say | None = None


@dataclass(frozen=True, slots=True)
class CaseItem:
    """One 办件 in the progress list."""

    number: str
    title: Say
    state: Say
    tone: Tone
    applied: Say
    open: Button


@dataclass(frozen=True, slots=True)
class CasesBody:
    """办到哪一步了: the list of cases."""

    title: Say
    second_line: Say | None
    items: tuple[CaseItem, ...]
    page: int = 1
    pages: int = 1


@dataclass(frozen=True, slots=True)
class CaseStepRow:
    """One stage of a case: reached (with its time), present, or ahead."""

    title: Say
    at: Say | None
    opinion: Say | None
    tone: Tone
    reached: bool


@dataclass(frozen=True, slots=True)
class CaseBody:
    """One case with its stages, what is missing, and the promise."""

    title: Say
    state: Say
    tone: Tone
    rows: tuple[Row, ...]
    steps: tuple[CaseStepRow, ...]
    missing: tuple[Say, ...]
    actions: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class RateBody:
    """Five levels, voluntary, one rating."""

    title: Say
    second_line: Say
    levels: tuple[Button, ...]
    skip: Button


@dataclass(frozen=True, slots=True)
class TroubleBody:
    """Something went wrong: a true sentence, and ways on.

    Attributes:
        reference: number to quote on the phone, ``""`` if there is none.
    """

    title: Say
    sentence: Say
    actions: tuple[Button, ...]
    reference: str = ""
    hotline: str = ""


@dataclass(frozen=True, slots=True)
class FarewellBody:
    """Goodbye; everything personal has been or is being wiped."""

    title: Say
    second_line: Say
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class OutOfServiceBody:
    """The machine cannot serve: why, where to go, whom to call."""

    title: Say
    sentence: Say
    terminal: str
    hotline: str


@dataclass(frozen=True, slots=True)
class ServicedBody:
    """A technician has the machine in hand; nothing begins until it is back.

    Attributes:
        also: title and second line in the other language: nobody has to touch
            anything to read the page.
    """

    title: Say
    second_line: Say
    also: tuple[Say, Say]
    terminal: str
    hotline: str


Body: TypeAlias = (
    AttractBody
    | HomeBody
    | ListBody
    | GuideBody
    | ConsentBody
    | QuestionBody
    | IdentifyBody
    | FaceBody
    | FormBody
    | MaterialsBody
    | CaptureBody
    | SignBody
    | ReviewBody
    | PayBody
    | WorkingBody
    | TakeBody
    | ResultBody
    | CasesBody
    | CaseBody
    | RateBody
    | TroubleBody
    | FarewellBody
    | OutOfServiceBody
    | ServicedBody
)
