"""The data that document templates are filled with. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core.gateway import Record
from kiosk.core.matter import Matter
from kiosk.core.people import masked_name
from kiosk.core.words import Say, Words
from kiosk.flow.draft import materials
from kiosk.flow.facts import Facts
from kiosk.flow.move import Scene


def _zh(what: Say) -> str:
    return what.zh if isinstance(what, Words) else ""


def _printed_at(scene: Scene) -> str:
    return scene.local.strftime("%Y-%m-%d %H:%M") if scene.local else ""


def record_paper(record: Record, scene: Scene) -> Mapping[str, object]:
    """Return the data of a certificate: the record, and where it was printed."""
    return {
        **record.data,
        "certificate_number": record.certificate_number,
        "verify_url": record.verify_url,
        "terminal": scene.terminal,
        "site": _zh(scene.site),
        "printed_at": _printed_at(scene),
    }


def notice_paper(matter: Matter, facts: Facts, scene: Scene) -> Mapping[str, object]:
    """Return the data of an acceptance notice."""
    case = facts.case
    assert case is not None, "a notice is printed after filing only"
    handed_in = [
        {
            "title": each.title.zh,
            "source": "licence" if each.key in facts.licence_uses else "photo",
        }
        for each in materials(matter)
        if each.key in facts.licence_uses or facts.page(each.key)
    ]
    return {
        "case_number": case.number,
        "matter": matter.title.zh,
        "department": matter.department.zh,
        "applicant": masked_name(facts.person.name) if facts.person else "",
        "applied_at": case.applied_at.astimezone(
            scene.local.tzinfo if scene.local else None
        ).strftime("%Y-%m-%d %H:%M"),
        "due": case.due.isoformat() if case.due else "",
        "promised_days": matter.promised_days or 0,
        "materials": handed_in,
        "terminal": scene.terminal,
        "site": _zh(scene.site),
        "hotline": scene.hotline,
        "printed_at": _printed_at(scene),
    }
