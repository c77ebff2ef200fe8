"""What the machine offers now: tiles of matters and departments, with reasons."""

from __future__ import annotations

from kiosk.core.bodies import HomeBody, ListBody
from kiosk.core.intents import OpenDomain, OpenMatter
from kiosk.core.matter import Domain, Matter
from kiosk.core.parts import Button, Lamp, TextSize, Tone
from kiosk.core.words import Say, say
from kiosk.session.state import Machine, Terminal

TILES_ON_A_PAGE = 6
ALL_DEPARTMENTS = "all"
"""In place of a department: the list of all of them."""

_LAMPS = (
    ("printer", "lamp.print"),
    ("payment", "lamp.pay"),
    ("idcard", "lamp.card"),
    ("document-camera", "lamp.scan"),
)


_CARD_LEFT = "card-left"
_METER_LEFT = "meter-left"
_IN_THE_WAY = {_CARD_LEFT: "offer.card_left", _METER_LEFT: "offer.meter_left"}


def first_missing(matter: Matter, terminal: Terminal) -> str:
    """Return the first thing that is in the way of the matter, ``""`` = nothing.

    While a forgotten card lies on the reader nobody may be identified: it would be
    read as the card of whoever comes next.
    """
    needs, available = ("platform", *matter.needs), terminal.machine.available
    missing = next((name for name in needs if name not in available), "")
    if not missing and terminal.leftover and "idcard" in needs:
        return _CARD_LEFT
    if not missing and terminal.meter_leftover and "meter-card" in needs:
        return _METER_LEFT
    return missing


def why_not(matter: Matter, terminal: Terminal) -> Say | None:
    """Say in a few words why the matter cannot be begun now."""
    missing = first_missing(matter, terminal)
    if missing in _IN_THE_WAY:
        return say(_IN_THE_WAY[missing])
    return say(f"offer.missing.{missing}") if missing else None


def lamps(machine: Machine) -> tuple[Lamp, ...]:
    """Return the words at the foot: what works now."""
    return tuple(
        Lamp(say(label), Tone.OK if name in machine.available else Tone.WARN)
        for name, label in _LAMPS
    )


def _matter_tile(matter: Matter, terminal: Terminal, style: str) -> Button:
    reason = why_not(matter, terminal)
    return Button(
        label=matter.plain.words,
        intent=None if reason else OpenMatter(matter.key),
        style=style,
        icon=matter.icon,
        second_line=matter.second_line.words,
        reason=reason,
        key=f"matter:{matter.key}",
    )


def _domain_tile(domain: Domain, terminal: Terminal) -> Button:
    count = len(terminal.catalogue.of_domain(domain.slug))
    return Button(
        label=domain.title.words,
        intent=OpenDomain(domain.slug) if count else None,
        icon=domain.icon,
        second_line=say("home.count", count=count) if count else None,
        reason=None if count else say("offer.not_here"),
        key=f"domain:{domain.slug}",
    )


def _all_departments(terminal: Terminal) -> Button:
    return Button(
        label=say("home.domains"),
        intent=OpenDomain(ALL_DEPARTMENTS),
        icon="search",
        second_line=say("home.count", count=len(terminal.catalogue.matters)),
        key="domain:all",
    )


def home_body(terminal: Terminal) -> HomeBody:
    """Return the home page; for the elder set a few large choices and nothing else."""
    machine, catalogue = terminal.machine, terminal.catalogue
    elder = terminal.look.text_size is TextSize.ELDER
    quick = sorted((m for m in catalogue.matters if m.quick), key=lambda m: m.quick)
    can = sum(1 for m in catalogue.matters if not first_missing(m, terminal))
    return HomeBody(
        title=say("home.title"),
        quick=(
            *(_matter_tile(each, terminal, "main") for each in quick[:4]),
            *((_all_departments(terminal),) if elder else ()),
        ),
        domains_title=say("home.domains"),
        domains_count=say("home.total", total=len(catalogue.matters), can=can),
        domains=()
        if elder
        else tuple(_domain_tile(each, terminal) for each in catalogue.domains[:12]),
        lamps=lamps(machine),
        notice=say("home.attended", hours=machine.attended_hours)
        if machine.attended_hours
        else None,
    )


def _tiles(terminal: Terminal) -> tuple[Button, ...]:
    if terminal.domain == ALL_DEPARTMENTS:
        domains = terminal.catalogue.domains
        return tuple(_domain_tile(each, terminal) for each in domains)
    matters = terminal.catalogue.of_domain(terminal.domain)
    return tuple(_matter_tile(each, terminal, "plain") for each in matters)


def list_pages(terminal: Terminal) -> int:
    """Return how many pages the open list has."""
    return max(1, -(-len(_tiles(terminal)) // TILES_ON_A_PAGE))


def _list_title(terminal: Terminal) -> Say:
    domains = terminal.catalogue.domains
    named = (each.title.words for each in domains if each.slug == terminal.domain)
    return next(named, say("home.domains"))


def list_body(terminal: Terminal) -> ListBody:
    """Return the matters of one department, or all departments."""
    pages = list_pages(terminal)
    page = min(terminal.page, pages - 1)
    first = page * TILES_ON_A_PAGE
    return ListBody(
        title=_list_title(terminal),
        tiles=_tiles(terminal)[first : first + TILES_ON_A_PAGE],
        page=page + 1,
        pages=pages,
    )
