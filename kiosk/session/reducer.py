"""The terminal's reducer: ``(state, event) -> (state, commands)``. Pure.

Time comes in as ``Ticked``. A visit ends by the citizen's word, by silence, or by
the last step; whatever ends it, the same things happen in the same order: personal
data is dropped, the devices are looked at for a forgotten card, goodbye.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.core.intents import (
    AskHelp,
    Back,
    Choose,
    GoHome,
    Intent,
    Leave,
    OpenDomain,
    OpenMatter,
    Stay,
    SwitchContrast,
    SwitchLanguage,
    SwitchTextSize,
    Touched,
    TurnPage,
)
from kiosk.core.parts import Look, TextSize
from kiosk.core.words import Language
from kiosk.flow import machine as matter_machine
from kiosk.flow.events import Ticked
from kiosk.session.handover import citizen_first, hand_over, maintenance_tick
from kiosk.session.idle import idle_allowed, wait_factor
from kiosk.session.offer import list_pages
from kiosk.session.state import (
    IN_VISIT,
    Answer,
    Asking,
    CheckLeftovers,
    Command,
    LeftoversSeen,
    MachineChanged,
    Phase,
    Terminal,
    TerminalEvent,
    report,
)
from kiosk.session.vendor import (
    BooksSeen,
    EnterVendorMode,
    ExitVendorMode,
    WorkSeen,
)
from kiosk.session.visit import (
    Step,
    answered,
    change_matter,
    end_visit,
    go_home,
    open_matter,
    to_flow,
)

_SIZES = (TextSize.NORMAL, TextSize.LARGE, TextSize.ELDER)


def reduce(terminal: Terminal, event: TerminalEvent) -> Step:
    """Take one event."""
    match event:
        case Ticked():
            return _ticked(terminal, event)
        case MachineChanged(machine=machine):
            terminal = replace(terminal, machine=machine)
            if terminal.phase is not Phase.STARTING:
                return terminal, ()
            # A card may lie there from before the start.
            return replace(terminal, phase=Phase.ATTRACT), (CheckLeftovers(),)
        case Answer():
            return answered(terminal, event)
        case EnterVendorMode() | BooksSeen() | ExitVendorMode() | WorkSeen():
            return hand_over(terminal, event)
        case LeftoversSeen():
            return _leftovers(replace(terminal, printing=event.paper), event)
        case _:
            return _intent(_somebody_is_here(terminal, event), event)


def _somebody_is_here(terminal: Terminal, intent: Intent) -> Terminal:
    """Note the touch; whoever touches anything has answered "still there?"."""
    touched = replace(terminal, touched_at=terminal.now)
    if terminal.asking is Asking.STILL_THERE and not isinstance(intent, Leave):
        return replace(touched, asking=Asking.NOTHING)
    return touched


# -- touch ---------------------------------------------------------------------


def _intent(terminal: Terminal, intent: Intent) -> Step:
    match intent:
        case SwitchLanguage() | SwitchTextSize() | SwitchContrast():
            return replace(terminal, look=_other_look(terminal.look, intent)), ()
        case AskHelp():
            asked = replace(terminal, asking=Asking.HELP, asked_at=terminal.now)
            return asked, (report("help.asked", phase=terminal.phase.value),)
        case Stay():
            return replace(terminal, asking=Asking.NOTHING), ()
        case Leave():
            return _leave(terminal)
        case GoHome():
            return go_home(terminal)
        case OpenMatter(key=key) if terminal.phase in (Phase.HOME, Phase.LIST):
            return open_matter(terminal, key)
        case OpenMatter(key=key) if terminal.phase is Phase.MATTER:
            return change_matter(terminal, key)
    if terminal.phase is Phase.MATTER:
        return to_flow(terminal, intent)
    return _browse(terminal, intent)


def _other_look(look: Look, intent: Intent) -> Look:
    match intent:
        case SwitchLanguage():
            english = look.language is Language.CHINESE
            language = Language.ENGLISH if english else Language.CHINESE
            return replace(look, language=language)
        case SwitchTextSize():
            position = (_SIZES.index(look.text_size) + 1) % len(_SIZES)
            return replace(look, text_size=_SIZES[position])
        case _:
            return replace(look, high_contrast=not look.high_contrast)


def _browse(terminal: Terminal, intent: Intent) -> Step:
    match terminal.phase, intent:
        case Phase.ATTRACT, Touched() if "platform" in terminal.machine.available:
            visits = terminal.visits + 1
            home = replace(terminal, phase=Phase.HOME, visits=visits)
            begun, commands = citizen_first(home)
            return begun, (report("visit.started", visit=visits), *commands)
        case ((Phase.HOME | Phase.LIST), OpenDomain(slug=slug)):
            return replace(terminal, phase=Phase.LIST, domain=slug, page=0), ()
        case Phase.LIST, Back():
            return replace(terminal, phase=Phase.HOME), ()
        case Phase.LIST, TurnPage(by=by):
            last = list_pages(terminal) - 1
            return replace(terminal, page=min(max(0, terminal.page + by), last)), ()
        case Phase.DONE, Choose(key="another"):
            return go_home(terminal)
        case _:
            return terminal, ()


def _leave(terminal: Terminal) -> Step:
    flow = terminal.flow
    if terminal.phase is Phase.MATTER and flow is not None:
        if not matter_machine.leave_allowed(flow):
            calm = replace(terminal, asking=Asking.NOTHING)
            return to_flow(calm, Leave())
        begun = flow.index > 0 or flow.facts.person is not None
        asked = terminal.asking in (Asking.REALLY_LEAVE, Asking.STILL_THERE)
        if begun and not asked:
            asking = replace(
                terminal, asking=Asking.REALLY_LEAVE, asked_at=terminal.now
            )
            return asking, ()
    if terminal.phase not in IN_VISIT:
        return terminal, ()
    return end_visit(terminal, "citizen")


# -- the end of a visit ------------------------------------------------------------


def _leftovers(terminal: Terminal, seen: LeftoversSeen) -> Step:
    before = (terminal.leftover, terminal.meter_leftover)
    card, meter = (
        was if now is None else now
        for was, now in zip(before, (seen.card, seen.meter), strict=True)
    )
    if terminal.phase is Phase.ENDING:
        found = replace(terminal, leftover=card, meter_leftover=meter)
        if card or meter or terminal.printing:
            return found, ()
        return replace(found, phase=Phase.FAREWELL, phase_at=terminal.now), ()
    return _forgotten(terminal, card=card, meter=meter)


def _forgotten(terminal: Terminal, *, card: bool, meter: bool) -> Step:
    """Notice in between visits that a card was left, or taken after all."""
    before = (terminal.leftover, terminal.meter_leftover)
    may_be_left = terminal.phase is Phase.ATTRACT
    card = card and (terminal.leftover or may_be_left)
    meter = meter and (terminal.meter_leftover or may_be_left)
    commands: list[Command] = []
    for was, now in zip(before, (card, meter), strict=True):
        if was and not now:
            commands.append(report("card.taken_later"))
        if now and not was:
            commands.append(report("card.left_behind"))
    return replace(terminal, leftover=card, meter_leftover=meter), tuple(commands)


# -- time ---------------------------------------------------------------------------


def _ticked(terminal: Terminal, tick: Ticked) -> Step:
    terminal = replace(terminal, now=tick.now, local=tick.local)
    match terminal.phase:
        case Phase.ENDING:
            return _ending_tick(terminal)
        case Phase.FAREWELL:
            if _waited(terminal, terminal.phase_at) >= terminal.patience.farewell_s:
                return replace(terminal.forget(), phase=Phase.ATTRACT), ()
            return terminal, ()
        case Phase.ATTRACT:
            return _attract_tick(terminal), _check_forgotten(terminal)
        case Phase.MAINTENANCE:
            return maintenance_tick(_attract_tick(terminal))
        case Phase.HOME | Phase.LIST | Phase.DONE:
            stays, commands = _visit_tick(terminal, tick)
            return stays, (*commands, *_check_forgotten(terminal))
        case Phase.MATTER:
            return _visit_tick(terminal, tick)
        case _:
            return terminal, ()


def _check_forgotten(terminal: Terminal) -> tuple[Command, ...]:
    left = terminal.leftover or terminal.meter_leftover
    return (CheckLeftovers(),) if left else ()


def _attract_tick(terminal: Terminal) -> Terminal:
    """Undo what a passer-by chose: language, letters, a question left open."""
    fresh = terminal.look == Look() and terminal.asking is Asking.NOTHING
    if fresh or _waited(terminal, terminal.touched_at) < terminal.patience.answer_s:
        return terminal
    return terminal.forget()


def _waited(terminal: Terminal, since: float) -> float:
    return terminal.now - since


def _ending_tick(terminal: Terminal) -> Step:
    # Nobody's paper may come out in front of the next citizen: it is waited for.
    waited = _waited(terminal, terminal.phase_at)
    if terminal.printing or waited < terminal.patience.leftover_s:
        return terminal, (CheckLeftovers(),)
    alone = replace(terminal, phase=Phase.FAREWELL, phase_at=terminal.now)
    if terminal.leftover or terminal.meter_leftover:
        return alone, (report("card.left_behind"),)
    return alone, ()


def _visit_tick(terminal: Terminal, tick: Ticked) -> Step:
    commands: tuple[Command, ...] = ()
    if terminal.phase is Phase.MATTER:
        terminal, commands = to_flow(terminal, tick)
        if terminal.phase is not Phase.MATTER:
            return terminal, commands
    patience, factor = terminal.patience, wait_factor(terminal)
    if not idle_allowed(terminal):
        busy = replace(terminal, touched_at=terminal.now)
        if busy.asking is Asking.STILL_THERE:
            busy = replace(busy, asking=Asking.NOTHING)
        return busy, commands
    if terminal.asking is Asking.STILL_THERE:
        if _waited(terminal, terminal.asked_at) >= patience.answer_s * factor:
            ended, more = end_visit(terminal, "silence")
            return ended, (*commands, *more)
        return terminal, commands
    limit = patience.done_s if terminal.phase is Phase.DONE else patience.idle_s
    if _waited(terminal, terminal.touched_at) >= limit * factor:
        asking = replace(terminal, asking=Asking.STILL_THERE, asked_at=terminal.now)
        return asking, commands
    return terminal, commands
