"""Acts of filing: records, prefill, licences, submission, progress, rating."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from kiosk.core.errors import (
    KioskError,
    OutcomeUnknown,
    PlatformError,
    PlatformProtocolError,
    PlatformRefused,
)
from kiosk.core.gateway import Case, CaseDraft, SubmittedMaterial
from kiosk.core.ports import ActKind
from kiosk.core.words import Language, say
from kiosk.flow.effects import (
    FetchPrefill,
    FetchRecord,
    FindLicences,
    ListCases,
    OpenSubmission,
    SendRating,
    SubmitCase,
    UseLicence,
)
from kiosk.flow.events import (
    CaseFiled,
    CasesListed,
    LicencesFound,
    LicenceUsed,
    PrefillFetched,
    RecordFetched,
    SubmissionOpened,
)
from kiosk.session.acts.context import Stage, failed_by

ASK_AGAIN_AFTER_S = (1.0, 2.0, 4.0)
"""Waits between the questions what became of a submission that got no answer."""


async def fetch_record(stage: Stage, effect: FetchRecord) -> None:
    """Fetch the record a certificate is made of."""
    try:
        record = await stage.ports.gateway.fetch_record(effect.matter, effect.person)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(RecordFetched(record))


async def fetch_prefill(stage: Stage, effect: FetchPrefill) -> None:
    """Fetch what the platform already knows."""
    try:
        fields = await stage.ports.gateway.fetch_prefill(effect.matter, effect.person)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(PrefillFetched(fields))


async def find_licences(stage: Stage, effect: FindLicences) -> None:
    """List the person's licences."""
    try:
        found = await stage.ports.gateway.find_licences(effect.kinds, effect.person)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(LicencesFound(found))


async def use_licence(stage: Stage, effect: UseLicence) -> None:
    """Record the holder's permission."""
    try:
        reason = stage.ports.words.text(say("licence.reason"), Language.CHINESE)
        use = await stage.ports.gateway.use_licence(
            effect.licence, effect.matter, reason, effect.person
        )
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(LicenceUsed(effect.key, use))


async def open_submission(stage: Stage, effect: OpenSubmission) -> None:
    """Make the number of a submission durable before anything leaves."""
    try:
        act = await stage.ports.acts.begin(ActKind.SUBMIT_CASE, effect.matter, "")
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(SubmissionOpened(act))


async def submit_case(stage: Stage, effect: SubmitCase) -> None:
    """Upload the pages, then file. The number makes repeating harmless."""
    number = effect.draft.submission_id
    try:
        uploaded = await _upload(stage, effect)
        draft = replace(effect.draft, materials=effect.draft.materials + uploaded)
        case = await _file(stage, effect, draft)
    except KioskError as error:
        if isinstance(error, PlatformRefused):
            await _end(stage, number, "refused", {"reason": error.reason})
        stage.emit(failed_by(effect, error, number))
        return
    await _end(stage, number, "filed", {"case": case.number})
    stage.emit(CaseFiled(case))


async def _end(
    stage: Stage, number: str, outcome: str, detail: Mapping[str, object]
) -> None:
    try:
        await stage.ports.acts.end(number, outcome, detail)
    except KioskError as error:
        # What is done is done: the row stays open and the next start closes it.
        stage.ports.log("journal.failed", code=error.code, act=number)


async def _upload(stage: Stage, effect: SubmitCase) -> tuple[SubmittedMaterial, ...]:
    pages = [(page.key, page.jpeg, "image/jpeg") for page in effect.pages]
    if effect.signature_png:
        pages.append(("signature", effect.signature_png, "image/png"))
    return tuple(
        [
            await stage.ports.gateway.upload_material(
                effect.draft.submission_id, key, content, media_type, effect.person
            )
            for key, content, media_type in pages
        ]
    )


async def _file(stage: Stage, effect: SubmitCase, draft: CaseDraft) -> Case:
    gateway, clock = stage.ports.gateway, stage.ports.clock
    try:
        return await gateway.submit_case(draft, effect.person)
    except (OutcomeUnknown, PlatformProtocolError) as error:
        # An answer that cannot be trusted is no answer: ask what is true.
        for wait in ASK_AGAIN_AFTER_S:
            await clock.sleep(wait)
            try:
                found = await gateway.find_submission(
                    draft.submission_id, effect.person
                )
            except PlatformError:
                continue
            if found is not None:
                return found
        raise OutcomeUnknown("nobody says whether it was filed") from error


async def list_cases(stage: Stage, effect: ListCases) -> None:
    """List the person's cases."""
    try:
        cases = await stage.ports.gateway.list_cases(effect.person)
    except KioskError as error:
        stage.emit(failed_by(effect, error))
    else:
        stage.emit(CasesListed(cases))


async def send_rating(stage: Stage, effect: SendRating) -> None:
    """Make a rating durable; it is sent in the background."""
    try:
        await stage.ports.outbox.put(
            "rating",
            effect.subject,
            {"matter": effect.matter, "level": effect.level},
        )
    except KioskError as error:
        stage.ports.log("journal.failed", code=error.code)
