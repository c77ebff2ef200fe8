"""The pages of the materials: the list, the licence's question, the camera. Pure."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace

from kiosk.core.bodies import CaptureBody, MaterialItem, MaterialsBody, QuestionBody
from kiosk.core.gateway import Licence
from kiosk.core.matter import MaterialSpec, MaterialStep, Matter
from kiosk.core.parts import Button, Tone
from kiosk.core.ports import PageFinding
from kiosk.core.words import Words, say
from kiosk.flow.buttons import choice, next_button
from kiosk.flow.facts import Facts
from kiosk.flow.trouble import sentence


def licence_for(material: MaterialSpec, facts: Facts) -> Licence | None:
    """Return the licence of the library that stands for a material."""
    fitting = (each for each in facts.licences if each.kind in material.licence_kinds)
    return next(fitting, None)


def missing(step: MaterialStep, facts: Facts) -> bool:
    """Tell whether something that is required is neither shown nor photographed."""
    return any(
        each.required
        and each.key not in facts.licence_uses
        and facts.page(each.key) is None
        for each in step.materials
    )


def list_body(
    step: MaterialStep, facts: Facts, declined: Set[str], *, library: bool
) -> MaterialsBody:
    """Return the list of materials.

    Args:
        declined: materials whose licence is not to be used.
        library: False when the licence library could not be asked.
    """
    why_not = say("material.not_all") if missing(step, facts) else None
    second = say("material.second") if library else say("material.library_away")
    return MaterialsBody(
        title=say("material.title"),
        second_line=second,
        items=tuple(
            _item(each, facts, each.key in declined or not library)
            for each in step.materials
        ),
        next=next_button(why_not=why_not),
    )


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
    elif licence_for(material, facts) is not None and not by_photo:
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


def ask_body(licence: Licence, matter: Matter) -> QuestionBody:
    """Return the question whether a licence may be used for this matter."""
    until = licence.valid_to.isoformat() if licence.valid_to else ""
    return QuestionBody(
        title=say("material.ask.title", licence=Words(licence.title)),
        second_line=say("material.ask.second"),
        points=(
            say("material.ask.issuer", issuer=Words(licence.issuer)),
            say("material.ask.matter", matter=matter.title.words),
            say("material.ask.department", name=matter.department.words),
            say("material.ask.until", date=until)
            if until
            else say("material.ask.long_term"),
        ),
        answers=(
            choice("agree", say("material.ask.agree"), style="main"),
            choice("decline", say("material.ask.decline")),
        ),
    )


def live_body(
    material: MaterialSpec, found: PageFinding | None, note: str, *, taking: bool
) -> CaptureBody:
    """Return the page under the camera.

    Args:
        note: why the last picture was of no use, as a trouble.
        taking: the next one is being taken.
    """
    seen = found.hint if found else "none"
    hint = say("capture.taking") if taking else say(f"capture.{seen}")
    ready = seen == "ok" and not taking
    shoot = choice("shoot", say("capture.shoot"), style="main")
    return CaptureBody(
        title=say("capture.title", material=material.title.words),
        hint=sentence(note) if note else hint,
        feed="document",
        corners=found.corners if found else None,
        tone=Tone.OK if ready else Tone.PLAIN,
        taken_jpeg=None,
        shoot=shoot if ready else replace(shoot, intent=None),
        accept=None,
        again=None,
    )


def taken_body(jpeg: bytes) -> CaptureBody:
    """Return the picture that was taken, to be looked at."""
    return CaptureBody(
        title=say("capture.look"),
        hint=say("capture.look_hint"),
        feed="document",
        corners=None,
        tone=Tone.OK,
        taken_jpeg=jpeg,
        shoot=None,
        accept=choice("accept", say("capture.accept"), style="main"),
        again=choice("again", say("capture.again")),
    )
