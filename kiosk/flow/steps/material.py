"""Material: from the licence library first, else photographed page by page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from kiosk.core.bodies import (
    Body,
    CaptureBody,
    MaterialItem,
    MaterialsBody,
    QuestionBody,
    WorkingBody,
)
from kiosk.core.gateway import Licence
from kiosk.core.intents import Back, Choose, Next
from kiosk.core.matter import MaterialSpec, MaterialStep
from kiosk.core.parts import Button, Tone
from kiosk.core.ports import PageFinding
from kiosk.core.words import Say, Words, say
from kiosk.flow.buttons import choice, next_button
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
from kiosk.flow.move import Move, Scene, Where
from kiosk.flow.trouble import sentence, trouble_body


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


def _kinds(step: MaterialStep) -> tuple[str, ...]:
    return tuple(kind for each in step.materials for kind in each.licence_kinds)


def _licence_for(material: MaterialSpec, facts: Facts) -> Licence | None:
    fitting = (each for each in facts.licences if each.kind in material.licence_kinds)
    return next(fitting, None)


def _done(material: MaterialSpec, facts: Facts) -> bool:
    return material.key in facts.licence_uses or facts.page(material.key) is not None


def _missing(step: MaterialStep, facts: Facts) -> bool:
    return any(each.required and not _done(each, facts) for each in step.materials)


class MaterialArm:
    """The list of materials, and the camera."""

    def enter(self, step: MaterialStep, facts: Facts, scene: Scene) -> Move[Collecting]:
        kinds = _kinds(step)
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
            case Next() if state.stage is Stage.LIST and not _missing(step, facts):
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
        if verb == "use" and _licence_for(material, facts) is not None:
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
        material = next(each for each in step.materials if each.key == state.key)
        licence = _licence_for(material, facts)
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
            listed = replace(state.listed(), library=False, note=failed.code)
            return Move(listed, facts)
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
                return self._ask_body(step, state, facts, scene)
            case Stage.LIVE | Stage.TAKING | Stage.TAKEN:
                return _capture_body(step, state)
            case Stage.TROUBLE if state.failed is not None:
                return trouble_body(state.failed, scene)
            case _:
                return self._list_body(step, state, facts)

    def _ask_body(
        self, step: MaterialStep, state: Collecting, facts: Facts, scene: Scene
    ) -> QuestionBody:
        material = next(each for each in step.materials if each.key == state.key)
        licence = _licence_for(material, facts)
        assert licence is not None, "the question is only asked about a licence"
        until = licence.valid_to.isoformat() if licence.valid_to else ""
        return QuestionBody(
            title=say("material.ask.title", licence=Words(licence.title)),
            second_line=say("material.ask.second"),
            points=(
                say("material.ask.issuer", issuer=Words(licence.issuer)),
                say("material.ask.matter", matter=scene.matter.title.words),
                say("material.ask.department", name=scene.matter.department.words),
                say("material.ask.until", date=until)
                if until
                else say("material.ask.long_term"),
            ),
            answers=(
                choice("agree", say("material.ask.agree"), style="main"),
                choice("decline", say("material.ask.decline")),
            ),
        )

    def _list_body(
        self, step: MaterialStep, state: Collecting, facts: Facts
    ) -> MaterialsBody:
        why_not = say("material.not_all") if _missing(step, facts) else None
        return MaterialsBody(
            title=say("material.title"),
            second_line=say("material.second")
            if state.library
            else say("material.library_away"),
            items=tuple(
                _item(each, facts, each.key in state.declined or not state.library)
                for each in step.materials
            ),
            next=next_button(why_not=why_not),
        )

    def back_allowed(self, state: Collecting) -> bool:
        return True

    def leave_allowed(self, state: Collecting) -> bool:
        return True


def _item(material: MaterialSpec, facts: Facts, by_photo: bool) -> MaterialItem:
    """Return one line of the list.

    Args:
        by_photo: the licence is not to be used, or cannot be.
    """
    by_photo = by_photo and material.photo
    page = facts.page(material.key)
    if material.key in facts.licence_uses:
        state, tone, action = say("material.by_licence"), Tone.OK, None
    elif page is not None:
        state, tone = say("material.photographed"), Tone.OK
        action = _photo_button(material, "material.photo_again")
    elif _licence_for(material, facts) is not None and not by_photo:
        state, tone = say("material.licence_there"), Tone.PLAIN
        action = choice(f"use:{material.key}", say("material.use"), style="main")
    else:
        state, tone = say("material.none_yet"), Tone.WARN
        action = _photo_button(material, "material.photo") if material.photo else None
    return MaterialItem(
        key=material.key,
        title=material.title.words,
        state=state,
        tone=tone,
        action=action,
        thumbnail_jpeg=page.jpeg if page else None,
    )


def _photo_button(material: MaterialSpec, label: str) -> Button:
    return choice(f"photo:{material.key}", say(label), style="main")


def _capture_hint(state: Collecting) -> Say:
    if state.note:
        return sentence(state.note)
    if state.stage is Stage.TAKING:
        return say("capture.taking")
    hint = state.finding.hint if state.finding else "none"
    return say(f"capture.{hint}")


def _capture_body(step: MaterialStep, state: Collecting) -> CaptureBody:
    material = next(each for each in step.materials if each.key == state.key)
    found = state.finding
    if state.stage is Stage.TAKEN and state.taken is not None:
        return CaptureBody(
            title=say("capture.look"),
            hint=say("capture.look_hint"),
            feed="document",
            corners=None,
            tone=Tone.OK,
            taken_jpeg=state.taken.jpeg,
            shoot=None,
            accept=choice("accept", say("capture.accept"), style="main"),
            again=choice("again", say("capture.again")),
        )
    ready = found is not None and found.hint == "ok" and state.stage is Stage.LIVE
    shoot = choice("shoot", say("capture.shoot"), style="main")
    return CaptureBody(
        title=say("capture.title", material=material.title.words),
        hint=_capture_hint(state),
        feed="document",
        corners=found.corners if found else None,
        tone=Tone.OK if ready else Tone.PLAIN,
        taken_jpeg=None,
        shoot=shoot if ready else replace(shoot, intent=None),
        accept=None,
        again=None,
    )
