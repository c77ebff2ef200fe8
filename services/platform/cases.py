"""Families ``materials`` and ``cases``: applications, their papers, their progress."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from kiosk.core.errors import PlatformRefused
from kiosk.core.gateway import Case, CaseDraft, CaseState, CaseStep, SubmittedMaterial
from kiosk.core.people import Person
from services.crypto.sm3 import sm3_hex
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed, require_same

SIGNATURE_KEY = "signature"
"""Material key of the applicant's signature on screen; every other key is a page."""


class _Material(WireModel):
    key: str
    reference: str
    digest: str


class _Step(WireModel):
    at: AwareDatetime
    state: CaseState
    opinion: str


class _Case(WireModel):
    number: str
    submission_id: str
    matter: str
    title: str
    state: CaseState
    applied_at: AwareDatetime
    due: date | None
    steps: tuple[_Step, ...] = Field(min_length=1)
    missing: tuple[str, ...]
    reason: str
    result: str

    def case(self) -> Case:
        """Return the case in the kiosk's own words."""
        return Case(
            number=self.number,
            matter=self.matter,
            title=self.title,
            state=self.state,
            applied_at=self.applied_at,
            due=self.due,
            steps=tuple(
                CaseStep(step.at, step.state, step.opinion) for step in self.steps
            ),
            missing=self.missing,
            reason=self.reason,
            result=self.result,
        )


class _CaseList(WireModel):
    cases: tuple[_Case, ...]


class CasesFamily:
    """``uploadMaterial``, ``submitCase``, ``findSubmission`` and ``listCases``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def upload_material(
        self,
        submission_id: str,
        key: str,
        content: bytes,
        media_type: str,
        person: Person,
    ) -> SubmittedMaterial:
        """Upload a page or signature; the platform must have got the same bytes."""
        call = Call(
            "uploadMaterial",
            "PUT",
            path_of("materials", submission_id, key),
            changes=True,
            body=content,
            media_type=media_type,
            person_token=person.token,
        )
        answer = parsed(_Material, call, await self._transport.ask(call))
        require_same(call, key, answer.key)
        require_same(call, sm3_hex(content), answer.digest)
        source = "signature" if key == SIGNATURE_KEY else "photo"
        return SubmittedMaterial(key, source, answer.reference, answer.digest)

    async def submit_case(self, draft: CaseDraft, person: Person) -> Case:
        """File the application under its own number."""
        call = Call(
            "submitCase",
            "PUT",
            _submission_path(draft.submission_id),
            changes=True,
            body=json_body(_submission(draft)),
            media_type="application/json",
            person_token=person.token,
        )
        answer = parsed(_Case, call, await self._transport.ask(call))
        require_same(call, draft.submission_id, answer.submission_id)
        return answer.case()

    async def find_submission(self, submission_id: str, person: Person) -> Case | None:
        """Ask what became of a submission; ``None`` = the platform never saw it."""
        call = Call(
            "findSubmission",
            "GET",
            _submission_path(submission_id),
            changes=False,
            person_token=person.token,
        )
        try:
            answer = parsed(_Case, call, await self._transport.ask(call))
        except PlatformRefused as error:
            if error.reason == "submission.unknown":
                return None
            raise
        require_same(call, submission_id, answer.submission_id)
        return answer.case()

    async def list_cases(self, person: Person) -> tuple[Case, ...]:
        """List the person's cases, newest first, with their steps."""
        call = Call(
            "listCases",
            "GET",
            path_of("cases"),
            changes=False,
            person_token=person.token,
        )
        answer = parsed(_CaseList, call, await self._transport.ask(call))
        return tuple(case.case() for case in answer.cases)


def _submission_path(submission_id: str) -> str:
    return path_of("cases", "by-submission", submission_id)


def _submission(draft: CaseDraft) -> dict[str, object]:
    return {
        "matter": draft.matter,
        "situation": draft.situation,
        "form": dict(draft.form),
        "materials": [
            {
                "key": material.key,
                "source": material.source,
                "reference": material.reference,
                "digest": material.digest,
            }
            for material in draft.materials
        ],
    }
