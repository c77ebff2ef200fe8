"""Lines that many scripts share: how somebody is identified."""

from __future__ import annotations

from kiosk.core.bodies import ConsentBody, FaceBody, GuideBody, IdentifyBody
from kiosk.flow.effects import ReadCard, VerifyIdentity, WatchFace
from kiosk.flow.events import CardRead, CardSeen, FaceSeen, FaceTaken
from tests.flows.citizens import CARD, GOOD_FACE, NO_FACE, PORTRAIT
from tests.flows.script import FlowStep

GUIDE_AND_CONSENT = (
    FlowStep(GuideBody, "打印社保证明", press="next"),
    FlowStep(ConsentBody, "请先看一下这几条", press="next", effects=(ReadCard,)),
)
CARD_ONLY = (
    FlowStep(IdentifyBody, "identify.card.waiting.title", do=CardSeen()),
    FlowStep(
        IdentifyBody,
        "identify.card.reading.title",
        do=CardRead(CARD),
        effects=(VerifyIdentity,),
        stops=True,
    ),
)
CARD_THEN_FACE = (
    FlowStep(IdentifyBody, "identify.card.waiting.title", do=CardSeen()),
    FlowStep(
        IdentifyBody,
        "identify.card.reading.title",
        do=CardRead(CARD),
        effects=(WatchFace,),
    ),
    FlowStep(FaceBody, "identify.face.title", do=FaceSeen(NO_FACE)),
    FlowStep(FaceBody, "identify.face.title", do=FaceSeen(GOOD_FACE)),
    FlowStep(
        FaceBody,
        "identify.face.title",
        do=FaceTaken(PORTRAIT),
        effects=(VerifyIdentity,),
        stops=True,
    ),
)
