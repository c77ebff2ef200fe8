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
from kiosk.core.views import Body, Look, TextSize
from kiosk.core.words import Language
from kiosk.flow import machine as matter_machine
from kiosk.flow.events import Event, Ticked
from kiosk.flow.facts import Facts
from kiosk.flow.machine import Turn
from kiosk.flow.move import Scene, Where
from kiosk.session.idle import idle_allowed, wait_factor
from kiosk.session.offer import first_missing, list_pages
from kiosk.session.state import (
    IN_VISIT,
    Answer,
    Asking,
    CheckLeftovers,
    Command,
    LeftoversSeen,
    MachineChanged,
    Phase,
    RunEffects,
    StopEffects,
    Terminal,
    TerminalEvent,
    Wipe,
    report,
)

Step = tuple[Terminal, tuple[Command, ...]]

_SIZES = (TextSize.NORMAL, TextSize.LARGE, TextSize.ELDER)


def scene_of(terminal: Terminal) -> Scene:
    """Return what the open matter may look at; a flow must be open."""
    assert terminal.flow is not None
    return _scene(terminal, terminal.flow.matter.key)


def _scene(terminal: Terminal, key: str) -> Scene:
    matter = terminal.catalogue.matter(key)
    assert matter is not None
    return Scene(
        matter=matter,
        terminal=terminal.machine.terminal,
        hotline=terminal.machine.hotline,
        site=terminal.machine.site,
        now=terminal.now,
        local=terminal.local,
        available=terminal.machine.available,
    )


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
            return _answered(terminal, event)
        case LeftoversSeen(card=card):
            return _leftovers(terminal, card)
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
            return _go_home(terminal)
        case OpenMatter(key=key) if terminal.phase in (Phase.HOME, Phase.LIST):
            return _open_matter(terminal, key)
    if terminal.phase is Phase.MATTER:
        return _to_flow(terminal, intent)
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
            return home, (report("visit.started", visit=visits),)
        case Phase.HOME, OpenDomain(slug=slug):
            return replace(terminal, phase=Phase.LIST, domain=slug, page=0), ()
        case Phase.LIST, Back():
            return replace(terminal, phase=Phase.HOME), ()
        case Phase.LIST, TurnPage(by=by):
            last = list_pages(terminal) - 1
            return replace(terminal, page=min(max(0, terminal.page + by), last)), ()
        case Phase.DONE, Choose(key="another"):
            return _go_home(terminal)
        case _:
            return terminal, ()


def _open_matter(terminal: Terminal, key: str) -> Step:
    matter = terminal.catalogue.matter(key)
    if matter is None or first_missing(matter, terminal):
        return terminal, ()
    scene = _scene(terminal, key)
    turn = matter_machine.begin(matter, terminal.known, scene, terminal.serial)
    opened = replace(terminal, phase=Phase.MATTER)
    state, commands = _follow(opened, turn)
    return state, (report("matter.opened", matter=key), *commands)


def _leave(terminal: Terminal) -> Step:
    flow = terminal.flow
    if terminal.phase is Phase.MATTER and flow is not None:
        if not matter_machine.leave_allowed(flow):
            calm = replace(terminal, asking=Asking.NOTHING)
            return _to_flow(calm, Leave())
        begun = flow.index > 0 or flow.facts.person is not None
        asked = terminal.asking in (Asking.REALLY_LEAVE, Asking.STILL_THERE)
        if begun and not asked:
            asking = replace(
                terminal, asking=Asking.REALLY_LEAVE, asked_at=terminal.now
            )
            return asking, ()
    if terminal.phase not in IN_VISIT:
        return terminal, ()
    return _end_visit(terminal, "citizen")


def _go_home(terminal: Terminal) -> Step:
    if terminal.phase not in (Phase.MATTER, Phase.LIST, Phase.DONE):
        return terminal, ()
    flow = terminal.flow
    if flow is not None and not matter_machine.leave_allowed(flow):
        return terminal, ()
    return _to_home(terminal)


def _to_home(terminal: Terminal) -> Step:
    flow = terminal.flow
    carried = terminal.known
    if flow is not None:
        carried = Facts(document=flow.facts.document, person=flow.facts.person)
    serial = terminal.serial + 1
    home = replace(
        terminal,
        phase=Phase.HOME,
        flow=None,
        known=carried,
        serial=serial,
        asking=Asking.NOTHING,
    )
    return home, (StopEffects(serial),)


# -- the open matter -------------------------------------------------------------


def _to_flow(terminal: Terminal, event: Event) -> Step:
    if terminal.flow is None:
        return terminal, ()
    turn = matter_machine.handle(terminal.flow, event, scene_of(terminal))
    return _follow(terminal, turn)


def _answered(terminal: Terminal, answer: Answer) -> Step:
    flow = terminal.flow
    if flow is None or answer.serial != flow.serial:
        return terminal, ()
    shown = type(_body_of(terminal))
    after, commands = _to_flow(terminal, answer.event)
    # Another page is a sign that somebody did something; a camera that looks at an
    # empty room and a reader that waits in vain are none.
    if after.flow is None or type(_body_of(after)) is not shown:
        after = replace(after, touched_at=after.now)
        if after.asking is Asking.STILL_THERE:
            after = replace(after, asking=Asking.NOTHING)
    return after, commands


def _body_of(terminal: Terminal) -> Body:
    assert terminal.flow is not None
    return matter_machine.body(terminal.flow, scene_of(terminal))


def _follow(terminal: Terminal, turn: Turn) -> Step:
    before = terminal.flow.serial if terminal.flow else terminal.serial
    flow = turn.flow
    moved = replace(terminal, flow=flow, serial=flow.serial)
    commands: list[Command] = []
    if flow.serial != before:
        commands.append(StopEffects(flow.serial))
    if turn.effects:
        commands.append(RunEffects(flow.serial, turn.effects))
    if turn.where is Where.HERE:
        return moved, tuple(commands)
    if turn.where is Where.HOME:
        home, more = _to_home(moved)
        return home, (*commands, *more)
    return _matter_finished(moved, commands)


def _matter_finished(terminal: Terminal, commands: list[Command]) -> Step:
    flow = terminal.flow
    assert flow is not None
    serial = terminal.serial + 1
    done = replace(
        terminal,
        phase=Phase.DONE,
        phase_at=terminal.now,
        touched_at=terminal.now,
        flow=None,
        known=Facts(document=flow.facts.document, person=flow.facts.person),
        serial=serial,
        asking=Asking.NOTHING,
    )
    finished = report("matter.finished", matter=flow.matter.key)
    return done, (*commands, StopEffects(serial), finished)


# -- the end of a visit ------------------------------------------------------------


def _parting(terminal: Terminal) -> tuple[Command, ...]:
    """Tell what goes on without the citizen (an order) that they have gone."""
    flow = terminal.flow
    if flow is None or matter_machine.leave_allowed(flow):
        return ()
    turn = matter_machine.handle(flow, Leave(), scene_of(terminal))
    lasting = tuple(each for each in turn.effects if each.lasting)
    return (RunEffects(turn.flow.serial, lasting),) if lasting else ()


def _end_visit(terminal: Terminal, why: str) -> Step:
    parting = _parting(terminal)
    serial = terminal.serial + 1
    ended = replace(
        terminal.forget(),
        phase=Phase.ENDING,
        phase_at=terminal.now,
        serial=serial,
        leftover=False,
    )
    return ended, (
        *parting,
        StopEffects(serial),
        Wipe(),
        CheckLeftovers(),
        report("visit.ended", visit=terminal.visits, why=why),
    )


def _leftovers(terminal: Terminal, card: bool) -> Step:
    if terminal.phase is Phase.ENDING and not card:
        gone = replace(terminal, phase=Phase.FAREWELL, phase_at=terminal.now)
        return replace(gone, leftover=False), ()
    if terminal.phase is Phase.ENDING:
        return replace(terminal, leftover=True), ()
    if terminal.leftover and not card:
        return replace(terminal, leftover=False), (report("card.taken_later"),)
    if terminal.phase is Phase.ATTRACT and card and not terminal.leftover:
        return replace(terminal, leftover=True), (report("card.left_behind"),)
    return terminal, ()


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
        case Phase.HOME | Phase.LIST | Phase.DONE:
            stays, commands = _visit_tick(terminal, tick)
            return stays, (*commands, *_check_forgotten(terminal))
        case Phase.MATTER:
            return _visit_tick(terminal, tick)
        case _:
            return terminal, ()


def _check_forgotten(terminal: Terminal) -> tuple[Command, ...]:
    return (CheckLeftovers(),) if terminal.leftover else ()


def _attract_tick(terminal: Terminal) -> Terminal:
    """Undo what a passer-by chose: language, letters, a question left open."""
    fresh = terminal.look == Look() and terminal.asking is Asking.NOTHING
    if fresh or _waited(terminal, terminal.touched_at) < terminal.patience.answer_s:
        return terminal
    return terminal.forget()


def _waited(terminal: Terminal, since: float) -> float:
    return terminal.now - since


def _ending_tick(terminal: Terminal) -> Step:
    if _waited(terminal, terminal.phase_at) < terminal.patience.leftover_s:
        return terminal, (CheckLeftovers(),)
    alone = replace(terminal, phase=Phase.FAREWELL, phase_at=terminal.now)
    if terminal.leftover:
        return alone, (report("card.left_behind"),)
    return alone, ()


def _visit_tick(terminal: Terminal, tick: Ticked) -> Step:
    commands: tuple[Command, ...] = ()
    if terminal.phase is Phase.MATTER:
        terminal, commands = _to_flow(terminal, tick)
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
            ended, more = _end_visit(terminal, "silence")
            return ended, (*commands, *more)
        return terminal, commands
    limit = patience.done_s if terminal.phase is Phase.DONE else patience.idle_s
    if _waited(terminal, terminal.touched_at) >= limit * factor:
        asking = replace(terminal, asking=Asking.STILL_THERE, asked_at=terminal.now)
        return asking, commands
    return terminal, commands
