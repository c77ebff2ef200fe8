"""Material: from the licence library first, else photographed page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from kiosk.core.bodies import Body, WorkingBody
from kiosk.core.intents import Back, Choose, Next
from kiosk.core.matter import MaterialSpec, MaterialStep
from kiosk.core.ports import PageFinding
from kiosk.core.words import say
from kiosk.flow.effects import FindLicences, TakePage, UseLicence, WatchPage
from kiosk.flow.events import (
    Event,
    Failed,
    LicencesFound,
    LicenceUsed,
    PageSeen,
    PageTaken,
)
from kiosk.flow.facts import Facts, Page
from kiosk.flow.material_pages import (
    ask_body,
    licence_for,
    list_body,
    live_body,
    missing,
    taken_body,
)
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.trouble import trouble_body


class Stage(StrEnum):
    """What is on the screen."""

    LOADING = "loading"
    LIST = "list"
    ASK = "ask"
    LIVE = "live"
    TAKING = "taking"
    TAKEN = "taken"
    TROUBLE = "trouble"


@dataclass(frozen=True, slots=True)
class Collecting:
    """State of the step.

    Attributes:
        key: the material that is being asked about or photographed.
        library: False when the licence library could not be asked.
        declined: materials whose licence the holder did not want to be used.
    """

    stage: Stage = Stage.LOADING
    key: str = ""
    finding: PageFinding | None = None
    taken: PageTaken | None = None
    failed: Failed | None = None
    library: bool = True
    note: str = ""
    declined: frozenset[str] = frozenset()

    def listed(self) -> Collecting:
        """Return to the list, remembering what holds for the whole step."""
        return Collecting(Stage.LIST, library=self.library, declined=self.declined)


def _asked(step: MaterialStep, state: Collecting) -> MaterialSpec:
    return next(each for each in step.materials if each.key == state.key)


class MaterialArm:
    """The list of materials, and the camera."""

    def enter(self, step: MaterialStep, facts: Facts, scene: Scene) -> Move[Collecting]:
        kinds = tuple(kind for each in step.materials for kind in each.licence_kinds)
        if not kinds or facts.person is None or facts.licences:
            return Move(Collecting(Stage.LIST), facts)
        return Move(Collecting(), facts, (FindLicences(kinds, facts.person),))

    def on(
        self,
        step: MaterialStep,
        state: Collecting,
        facts: Facts,
        scene: Scene,
        event: Event,
    ) -> Move[Collecting]:
        match event:
            case LicencesFound(licences=licences):
                facts = replace(facts, licences=licences)
                return Move(replace(state, stage=Stage.LIST), facts)
            case LicenceUsed(key=key, use=use):
                uses = MappingProxyType({**facts.licence_uses, key: use})
                facts = replace(facts, licence_uses=uses)
                return Move(state.listed(), facts)
            case PageSeen(finding=finding) if state.stage is Stage.LIVE:
                return Move(replace(state, finding=finding), facts)
            case PageTaken() if state.stage is Stage.TAKING:
                return Move(replace(state, stage=Stage.TAKEN, taken=event), facts)
            case Failed():
                return self._failed(state, facts, event)
            case Choose(key=key):
                return self._chosen(step, state, facts, scene, key)
            case Next() if state.stage is Stage.LIST and not missing(step, facts):
                return Move(state, facts, where=Where.NEXT)
            case Back() if state.stage in (Stage.LIST, Stage.LOADING):
                return Move(state, facts, where=Where.BACK)
            case Back():
                return Move(state.listed(), facts, stop=True)
            case _:
                return Move(state, facts)

    def _chosen(
        self,
        step: MaterialStep,
        state: Collecting,
        facts: Facts,
        scene: Scene,
        chosen: str,
    ) -> Move[Collecting]:
        match state.stage, chosen:
            case Stage.LIST, _:
                return self._from_list(step, state, facts, chosen)
            case Stage.ASK, "agree":
                return self._use(step, state, facts, scene)
            case Stage.ASK, "decline":
                declined = state.declined | {state.key}
                return Move(replace(state.listed(), declined=declined), facts)
            case Stage.LIVE, "shoot":
                taking = replace(state, stage=Stage.TAKING)
                return Move(taking, facts, (TakePage(),), stop=True)
            case (Stage.TAKEN, "again") | (Stage.TROUBLE, "retry"):
                return self._live(state, facts, state.key)
            case Stage.TAKEN, "accept" if state.taken is not None:
                return self._accept(state, facts, state.taken)
        return Move(state, facts)

    def _from_list(
        self, step: MaterialStep, state: Collecting, facts: Facts, chosen: str
    ) -> Move[Collecting]:
        verb, _, key = chosen.partition(":")
        material = next((each for each in step.materials if each.key == key), None)
        if material is None:
            return Move(state, facts)
        if verb == "use" and licence_for(material, facts) is not None:
            return Move(replace(state, stage=Stage.ASK, key=key), facts)
        if verb == "photo" and material.photo:
            return self._live(state, facts, key)
        return Move(state, facts)

    def _live(self, state: Collecting, facts: Facts, key: str) -> Move[Collecting]:
        live = replace(state.listed(), stage=Stage.LIVE, key=key)
        return Move(live, facts, (WatchPage(),), stop=True)

    def _use(
        self, step: MaterialStep, state: Collecting, facts: Facts, scene: Scene
    ) -> Move[Collecting]:
        licence = licence_for(_asked(step, state), facts)
        if licence is None or facts.person is None:
            return Move(state.listed(), facts)
        use = UseLicence(state.key, licence, scene.matter.key, facts.person)
        return Move(replace(state, stage=Stage.LOADING), facts, (use,))

    def _accept(
        self, state: Collecting, facts: Facts, taken: PageTaken
    ) -> Move[Collecting]:
        kept = tuple(page for page in facts.pages if page.key != state.key)
        facts = replace(facts, pages=(*kept, Page(state.key, taken.jpeg)))
        return Move(state.listed(), facts, stop=True)

    def _failed(
        self, state: Collecting, facts: Facts, failed: Failed
    ) -> Move[Collecting]:
        if failed.effect in ("FindLicences", "UseLicence"):
            # Without the library the paper itself still does.
            return Move(replace(state.listed(), library=False), facts)
        if failed.code == "citizen.material_unreadable":
            live = self._live(state, facts, state.key)
            return replace(live, state=replace(live.state, note=failed.code))
        return Move(replace(state, stage=Stage.TROUBLE, failed=failed), facts)

    def body(
        self, step: MaterialStep, state: Collecting, facts: Facts, scene: Scene
    ) -> Body:
        match state.stage:
            case Stage.LOADING:
                return WorkingBody(
                    say("material.loading"), say("working.moment"), picture="platform"
                )
            case Stage.ASK:
                licence = licence_for(_asked(step, state), facts)
                assert licence is not None, "the question is only asked about a licence"
                return ask_body(licence, scene.matter)
            case Stage.LIVE | Stage.TAKING:
                taking = state.stage is Stage.TAKING
                material = _asked(step, state)
                return live_body(material, state.finding, state.note, taking=taking)
            case Stage.TAKEN if state.taken is not None:
                return taken_body(state.taken.jpeg)
            case Stage.TROUBLE if state.failed is not None:
                return trouble_body(state.failed, scene)
            case _:
                return list_body(step, facts, state.declined, library=state.library)

    def back_allowed(self, state: Collecting) -> bool:
        return True

    def leave_allowed(self, state: Collecting) -> bool:
        return True
