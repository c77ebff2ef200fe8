"""What the kiosk asks of the city platform, province by province the same.

``services.platform`` is the first implementation, over HTTP and the contract in
``services/platform/contract/openapi.yaml``; another province is another adapter
behind this port. Vocabulary of the national exchange tables (办件, 材料, 证照).

Every method raises ``PlatformUnreachable`` (nothing was carried out),
``OutcomeUnknown`` (sent, no answer; only from methods that change something),
``PlatformRefused`` (``reason`` holds the platform's code) or
``PlatformProtocolError``. Bills are in ``kiosk.core.bills``, money in
``kiosk.core.orders``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from kiosk.core.bills import BillsGateway
from kiosk.core.people import IdDocument, Person


@dataclass(frozen=True, slots=True)
class TerminalProfile:
    """What the platform knows about this machine.

    Attributes:
        site: name of the place, in Chinese and English.
        hotline: number that a citizen can call about this machine.
        server_time: the platform's clock, for checking ours.
    """

    terminal: str
    site: str
    site_en: str
    hotline: str
    server_time: datetime
    attended_hours: str = ""


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One line that the citizen reads before it is printed."""

    label: str
    label_en: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Record:
    """A record that a department holds about a person.

    Attributes:
        rows: for reading on screen.
        data: for the certificate template, by field name; nested lists allowed.
        certificate_number: printed on the certificate.
        verify_url: what the QR code on the certificate says.
    """

    matter: str
    rows: tuple[RecordRow, ...]
    data: Mapping[str, object] = field(repr=False)
    certificate_number: str = ""
    verify_url: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """One e-licence (电子证照) of a person, as the library lists it.

    Attributes:
        identifier: 电子证照标识 (GB/T 36904).
        kind: licence type code, opaque.
    """

    identifier: str
    kind: str
    title: str
    issuer: str
    valid_to: date | None
    holder: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class LicenceUse:
    """The holder's permission to use one licence in one matter (授权用证)."""

    use_number: str
    identifier: str
    digest: str


@dataclass(frozen=True, slots=True)
class SubmittedMaterial:
    """One material of a submission.

    Attributes:
        source: ``licence``, ``photo`` or ``signature``.
        reference: number of the licence use or of the uploaded file.
    """

    key: str
    source: str
    reference: str
    digest: str


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """What is filed. The submission number is made by the kiosk and durable first."""

    submission_id: str
    matter: str
    situation: str
    form: Mapping[str, str] = field(repr=False)
    materials: tuple[SubmittedMaterial, ...] = ()


class CaseState(StrEnum):
    """States named in the exchange tables."""

    SUBMITTED = "submitted"
    """已提交, waiting for 受理."""
    SUPPLEMENT = "supplement"
    """补齐补正: told once and completely what is missing."""
    ACCEPTED = "accepted"
    """受理."""
    NOT_ACCEPTED = "notAccepted"
    """不予受理, in writing, with reasons."""
    FINISHED = "finished"
    """办结."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One entry of 办件过程信息."""

    at: datetime
    state: CaseState
    opinion: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One 办件 as its applicant sees it.

    Attributes:
        due: last day of the promised time (承诺办结时限).
        missing: what to supplement, one sentence each.
        result: 办结结果 in words, where finished.
    """

    number: str
    matter: str
    title: str
    state: CaseState
    applied_at: datetime
    due: date | None
    steps: tuple[CaseStep, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""
    result: str = ""


class Gateway(BillsGateway, Protocol):
    """The platform families that matters use; orders have a port of their own."""

    async def fetch_profile(self) -> TerminalProfile:
        """Say hello: check clock and enrolment, learn the site's name."""
        ...

    async def verify_identity(
        self, document: IdDocument, portrait_jpeg: bytes | None
    ) -> Person:
        """Real-name check, with face comparison where a portrait is given.

        Raises:
            IdentityMismatch: the platform says that the face is another's, or
                that name and number do not belong together.
        """
        ...

    async def fetch_record(self, matter: str, person: Person) -> Record:
        """Fetch the record that a certificate is made of."""
        ...

    async def fetch_prefill(self, matter: str, person: Person) -> Mapping[str, str]:
        """Fetch what the platform already knows, by form field key."""
        ...

    async def find_licences(
        self, kinds: tuple[str, ...], person: Person
    ) -> tuple[Licence, ...]:
        """List the person's valid licences of these types."""
        ...

    async def use_licence(
        self, licence: Licence, matter: str, reason: str, person: Person
    ) -> LicenceUse:
        """Record the holder's permission and get a reference to the licence."""
        ...

    async def upload_material(
        self,
        submission_id: str,
        key: str,
        content: bytes,
        media_type: str,
        person: Person,
    ) -> SubmittedMaterial:
        """Upload a page or a signature. Repeating it is harmless."""
        ...

    async def submit_case(self, draft: CaseDraft, person: Person) -> Case:
        """File the application. Repeating it with the same number is harmless."""
        ...

    async def find_submission(self, submission_id: str, person: Person) -> Case | None:
        """Ask what became of a submission; ``None`` = the platform never saw it."""
        ...

    async def list_cases(self, person: Person) -> tuple[Case, ...]:
        """List the person's cases, newest first, with their steps."""
        ...

    async def rate(self, subject: str, matter: str, level: int) -> None:
        """Rate a case or visit, 1 (very bad) to 5 (very good), once.

        Args:
            subject: case number, order number or act number.
        """
        ...

    async def report_print(
        self, act_id: str, matter: str, digest: str, sheets: int, outcome: str
    ) -> None:
        """Tell the platform what came out of the printer."""
        ...
