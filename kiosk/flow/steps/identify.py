"""Identify: ID card on the reader, where the matter asks for it a look into the
camera, and the platform's word on who this is.

Nobody has to blink or turn the head. After three faces that the platform did not
recognise a person is offered, never a fourth try.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from kiosk.core.bodies import Body, CardStage, FaceBody, IdentifyBody
from kiosk.core.intents import Back, Choose
from kiosk.core.matter import IdentifyStep
from kiosk.core.parts import Tone
from kiosk.core.people import IdDocument
from kiosk.core.ports import FaceFinding
from kiosk.core.words import Say, say
from kiosk.flow.buttons import help_button
from kiosk.flow.effects import ReadCard, VerifyIdentity, WatchFace
from kiosk.flow.events import (
    CardRead,
    CardSeen,
    Event,
    FaceSeen,
    FaceTaken,
    Failed,
    Identified,
)
from kiosk.flow.facts import Facts
from kiosk.flow.id_card import EXPIRED, card_page, expired, laid_again
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.trouble import sentence, trouble_body

FACE_TRIES = 3
_HINTS = frozenset(
    {"ok", "none", "several", "closer", "back", "centre", "dark", "blurred"}
)


class Stage(StrEnum):
    """Where the identification stands."""

    CARD = "card"
    FACE = "face"
    CHECKING = "checking"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Identifying:
    """State of the step.

    Attributes:
        card: what the reader is doing, in stage ``CARD``.
        note: trouble to be told on the card page, ``""`` if none.
        failed: the trouble of stage ``TROUBLE``.
    """

    stage: Stage = Stage.CARD
    card: CardStage = CardStage.WAITING
    note: str = ""
    finding: FaceFinding | None = None
    portrait: bytes | None = None
    tries: int = 0
    failed: Failed | None = None


def _may_retry(failed: Failed | None) -> bool:
    """After a face or name that is another's a person helps, not a fourth try."""
    return failed is not None and failed.code != "citizen.identity_mismatch"


class IdentifyArm:
    """Card, face, platform."""

    def enter(
        self, step: IdentifyStep, facts: Facts, scene: Scene
    ) -> Move[Identifying]:
        known = facts.person
        if step.unless == "payment" and facts.payment is not None:
            return Move(Identifying(), facts, where=Where.NEXT)
        if known is not None and (not step.face or "face" in known.assurance):
            return Move(Identifying(), facts, where=Where.NEXT)
        return Move(Identifying(), facts, (ReadCard(),))

    def on(
        self,
        step: IdentifyStep,
        state: Identifying,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Identifying]:
        match event:
            case CardSeen():
                return Move(replace(state, card=CardStage.READING, note=""), facts)
            case CardRead(document=document):
                return self._card_read(step, state, facts, scene, document)
            case FaceSeen(finding=finding):
                return Move(replace(state, finding=finding), facts)
            case FaceTaken(portrait_jpeg=portrait) if facts.document is not None:
                return self._check(state, facts, portrait)
            case Identified(person=person):
                done = replace(facts, person=person)
                return Move(Identifying(), done, where=Where.NEXT)
            case Failed():
                return self._failed(step, state, facts, event)
            case Choose(key="retry") if _may_retry(state.failed):
                return self._retry(step, state, facts)
            case Back():
                return Move(state, facts, where=Where.BACK)
            case _:
                return Move(state, facts)

    def _card_read(
        self,
        step: IdentifyStep,
        state: Identifying,
        facts: Facts,
        scene: Scene,
        document: IdDocument,
    ) -> Move[Identifying]:
        if expired(document, scene):
            return Move(
                replace(state, stage=Stage.TROUBLE, failed=EXPIRED), facts, stop=True
            )
        facts = replace(facts, document=document)
        if step.face:
            looking = replace(state, stage=Stage.FACE, card=CardStage.READ, note="")
            return Move(looking, facts, (WatchFace(),))
        return self._check(state, facts, None)

    def _check(
        self, state: Identifying, facts: Facts, portrait: bytes | None
    ) -> Move[Identifying]:
        assert facts.document is not None, "nobody is checked without a card"
        return Move(
            replace(state, stage=Stage.CHECKING, portrait=portrait),
            facts,
            (VerifyIdentity(facts.document, portrait),),
            stop=True,
        )

    def _failed(
        self, step: IdentifyStep, state: Identifying, facts: Facts, failed: Failed
    ) -> Move[Identifying]:
        if (again := laid_again(failed)) is not None:
            card, note = again
            return Move(replace(state, card=card, note=note), facts, (ReadCard(),))
        not_recognised = failed.code in (
            "citizen.identity_mismatch",
            "platform.identity.face_poor",
            "platform.identity.face_unreadable",
        )
        if step.face and not_recognised and state.tries + 1 < FACE_TRIES:
            looking = replace(
                state,
                stage=Stage.FACE,
                tries=state.tries + 1,
                note=failed.code,
                finding=None,
            )
            return Move(looking, facts, (WatchFace(),))
        return Move(
            replace(state, stage=Stage.TROUBLE, failed=failed), facts, stop=True
        )

    def _retry(
        self, step: IdentifyStep, state: Identifying, facts: Facts
    ) -> Move[Identifying]:
        failed = state.failed
        assert failed is not None, "there is nothing to try again"
        if failed.effect == "VerifyIdentity":
            return self._check(replace(state, failed=None), facts, state.portrait)
        if failed.effect == "WatchFace":
            looking = Identifying(Stage.FACE, CardStage.READ, tries=state.tries)
            return Move(looking, facts, (WatchFace(),), stop=True)
        return Move(Identifying(), facts, (ReadCard(),), stop=True)

    def body(
        self, step: IdentifyStep, state: Identifying, facts: Facts, scene: Scene
    ) -> Body:
        if state.stage is Stage.TROUBLE and state.failed is not None:
            again = _may_retry(state.failed)
            return trouble_body(state.failed, scene, may_retry=again)
        if state.stage is Stage.FACE or (state.stage is Stage.CHECKING and step.face):
            return self._face_body(state)
        return self._card_body(state)

    def _card_body(self, state: Identifying) -> IdentifyBody:
        stage = CardStage.READ if state.stage is Stage.CHECKING else state.card
        return card_page(
            stage, state.note, alternatives_title=say("identify.alternatives")
        )

    def _face_body(self, state: Identifying) -> FaceBody:
        checking = state.stage is Stage.CHECKING
        found = state.finding
        return FaceBody(
            title=say("identify.face.title"),
            hint=self._face_hint(state, checking),
            feed="face",
            box=found.box if found else None,
            tone=Tone.OK if checking or (found and found.hint == "ok") else Tone.PLAIN,
            busy=checking,
            alternatives=(help_button(),),
        )

    def _face_hint(self, state: Identifying, checking: bool) -> Say:
        if checking:
            return say("identify.face.checking")
        found = state.finding
        if found is None:
            return sentence(state.note) if state.note else say("identify.face.look")
        hint = found.hint if found.hint in _HINTS else "none"
        return say(f"identify.face.{hint}")

    def back_allowed(self, state: Identifying) -> bool:
        return True

    def leave_allowed(self, state: Identifying) -> bool:
        return True
