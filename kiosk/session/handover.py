"""The terminal is handed to technicians and taken back. Pure.

Nobody is sent away for it: it is given while nobody is served and nothing is
unsettled, and whoever touches the screen before it is given is served first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from kiosk.session.state import CheckLeftovers, Command, Phase, Terminal, report
from kiosk.session.vendor import (
    STARTING,
    AnswerTechnician,
    BooksSeen,
    DismissTechnician,
    EnterVendorMode,
    ExitVendorMode,
    LookAtBooks,
    LookForWork,
    Service,
    Technician,
    Vendor,
    VendorEvent,
    WorkSeen,
)

Step = tuple[Terminal, tuple[Command, ...]]

_SERVED = "somebody is at the screen ({phase})"
_PARTING = "somebody has just been served ({phase}); ask again in a moment"
_WHY_NOT = {
    Phase.STARTING: STARTING,
    Phase.ENDING: _PARTING,
    Phase.FAREWELL: _PARTING,
}
TOO_LONG = "the longest time is over"


def hand_over(terminal: Terminal, event: VendorEvent) -> Step:
    """Take what concerns technicians."""
    match event:
        case EnterVendorMode():
            return _asked(terminal, event)
        case BooksSeen():
            return _books_seen(terminal, event)
        case ExitVendorMode(key=None, why=why):
            return _dismissed(terminal, lambda each: True, why)
        case ExitVendorMode(key=key, why=why):
            return _left(terminal, lambda each: each.key == key, why)
        case WorkSeen(busy=busy):
            return _work_seen(terminal, busy)


def _asked(terminal: Terminal, asked: EnterVendorMode) -> Step:
    vendor, key = terminal.vendor, asked.key
    technician = Technician(key, asked.who, terminal.now)
    joined = replace(
        terminal,
        vendor=replace(vendor, technicians=(*vendor.technicians, technician)),
    )
    if terminal.phase is Phase.MAINTENANCE:
        return _served_as(joined, Service.ACTIVE), _admit(technician)
    if terminal.phase is not Phase.ATTRACT:
        why = _WHY_NOT.get(terminal.phase, _SERVED).format(phase=terminal.phase.value)
        return terminal, _refuse(technician, why)
    if vendor.service is Service.ENTER_PENDING:
        return joined, ()
    asking = Vendor(Service.ENTER_PENDING, joined.vendor.technicians, looking=key)
    return replace(joined, vendor=asking), (LookAtBooks(key),)


def _served_as(terminal: Terminal, service: Service) -> Terminal:
    return replace(terminal, vendor=replace(terminal.vendor, service=service))


def _admit(technician: Technician) -> tuple[Command, ...]:
    entered = report("vendor.entered", who=technician.who)
    return (AnswerTechnician(technician.key, ""), entered)


def _refuse(technician: Technician, why: str) -> tuple[Command, ...]:
    refused = report("vendor.refused", who=technician.who, why=why)
    return (AnswerTechnician(technician.key, why), refused)


def _books_seen(terminal: Terminal, seen: BooksSeen) -> Step:
    vendor = terminal.vendor
    if vendor.service is not Service.ENTER_PENDING or vendor.looking != seen.look:
        return terminal, ()  # a citizen came first, or the technician has gone
    if seen.unsettled:
        return _refuse_all(terminal, seen.unsettled)
    taken = replace(terminal.forget(), phase=Phase.MAINTENANCE, phase_at=terminal.now)
    admitted = [line for each in vendor.technicians for line in _admit(each)]
    return _served_as(taken, Service.ACTIVE), tuple(admitted)


def _refuse_all(terminal: Terminal, why: str) -> Step:
    refused = [
        line for each in terminal.vendor.technicians for line in _refuse(each, why)
    ]
    return replace(terminal, vendor=Vendor()), tuple(refused)


def citizen_first(terminal: Terminal) -> Step:
    """Refuse whoever has not got the machine yet: somebody touched the screen."""
    why = _SERVED.format(phase=terminal.phase.value)
    return _refuse_all(terminal, why)


# -- taken back ------------------------------------------------------------------


def _left(terminal: Terminal, who: Callable[[Technician], bool], why: str) -> Step:
    """Go on without some technicians; without the last one the machine is back."""
    vendor = terminal.vendor
    gone = [each for each in vendor.technicians if who(each)]
    stay = tuple(each for each in vendor.technicians if not who(each))
    if not gone:
        return terminal, ()
    without = replace(terminal, vendor=replace(vendor, technicians=stay))
    if vendor.service is Service.ENTER_PENDING:
        return (without if stay else replace(terminal, vendor=Vendor())), ()
    told = tuple(_told(terminal, each, why) for each in gone)
    if stay:
        return without, told
    emptied = replace(without, phase_at=terminal.now)
    return _served_as(emptied, Service.EXIT_PENDING), (*told, LookForWork())


def _told(terminal: Terminal, technician: Technician, why: str) -> Command:
    seconds = round(terminal.now - technician.since)
    return report("vendor.left", who=technician.who, why=why, seconds=seconds)


def _dismissed(terminal: Terminal, who: Callable[[Technician], bool], why: str) -> Step:
    """Send technicians away who did not leave themselves."""
    sent = [each for each in terminal.vendor.technicians if who(each)]
    after, commands = _left(terminal, who, why)
    return after, (*(DismissTechnician(each.key, why) for each in sent), *commands)


def _work_seen(terminal: Terminal, busy: bool) -> Step:
    if terminal.vendor.service is not Service.EXIT_PENDING or busy:
        return terminal, ()
    return _back(terminal)


def _back(terminal: Terminal) -> Step:
    """Serve again, and look whether a technician forgot a card on a reader."""
    free = replace(terminal.forget(), phase=Phase.ATTRACT, vendor=Vendor())
    return free, (CheckLeftovers(),)


def maintenance_tick(terminal: Terminal) -> Step:
    """Let nobody keep the machine for too long, neither people nor devices."""
    patience = terminal.patience
    if terminal.vendor.service is Service.EXIT_PENDING:
        waited = terminal.now - terminal.phase_at
        if waited >= patience.leftover_s:
            return _back(terminal)
        return terminal, (LookForWork(),)
    latest = terminal.now - patience.vendor_s
    return _dismissed(terminal, lambda each: each.since <= latest, TOO_LONG)
