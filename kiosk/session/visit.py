"""What happens to the open matter: begun, followed, left, finished; and goodbye.

Pure. However a matter or a visit ends, its effects are stopped in the same move.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.core.bodies import Body
from kiosk.core.intents import Leave
from kiosk.flow import machine as matter_machine
from kiosk.flow.events import Event
from kiosk.flow.machine import Turn
from kiosk.flow.move import Scene, Where
from kiosk.session.offer import first_missing
from kiosk.session.state import (
    Answer,
    Asking,
    CheckLeftovers,
    Command,
    Phase,
    RunEffects,
    StopEffects,
    Terminal,
    Wipe,
    report,
)

Step = tuple[Terminal, tuple[Command, ...]]


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


def open_matter(terminal: Terminal, key: str) -> Step:
    """Begin a matter, unless something that it needs is in the way."""
    matter = terminal.catalogue.matter(key)
    if matter is None or first_missing(matter, terminal):
        return terminal, ()
    scene = _scene(terminal, key)
    turn = matter_machine.begin(matter, terminal.known, scene, terminal.serial)
    opened = replace(terminal, phase=Phase.MATTER)
    state, commands = _follow(opened, turn)
    return state, (report("matter.opened", matter=key), *commands)


def change_matter(terminal: Terminal, key: str) -> Step:
    """Go from one matter straight to another, unless something is under way."""
    flow, matter = terminal.flow, terminal.catalogue.matter(key)
    if flow is None or matter is None or first_missing(matter, terminal):
        return terminal, ()
    if not matter_machine.leave_allowed(flow):
        return terminal, ()
    home, stopped = _to_home(terminal)
    opened, commands = open_matter(home, key)
    return opened, (*stopped, *commands)


def go_home(terminal: Terminal) -> Step:
    """Leave the matter and keep the visit, unless something is under way."""
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
        carried = flow.facts.carried()
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


def to_flow(terminal: Terminal, event: Event) -> Step:
    """Give an event to the open matter and follow where it leads."""
    if terminal.flow is None:
        return terminal, ()
    turn = matter_machine.handle(terminal.flow, event, scene_of(terminal))
    return _follow(terminal, turn)


def answered(terminal: Terminal, answer: Answer) -> Step:
    """Take what an effect says, unless its step is no longer open."""
    flow = terminal.flow
    if flow is None or answer.serial != flow.serial:
        return terminal, ()
    shown = type(_body_of(terminal))
    after, commands = to_flow(terminal, answer.event)
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
        known=flow.facts.carried(),
        serial=serial,
        asking=Asking.NOTHING,
    )
    finished = report("matter.finished", matter=flow.matter.key)
    return done, (*commands, StopEffects(serial), finished)


def _parting(terminal: Terminal) -> tuple[Command, ...]:
    """Tell what goes on without the citizen (an order) that they have gone."""
    flow = terminal.flow
    if flow is None or matter_machine.leave_allowed(flow):
        return ()
    turn = matter_machine.handle(flow, Leave(), scene_of(terminal))
    lasting = tuple(each for each in turn.effects if each.lasting)
    return (RunEffects(turn.flow.serial, lasting),) if lasting else ()


def end_visit(terminal: Terminal, why: str) -> Step:
    """Drop everything personal, then look for a card and say goodbye."""
    parting = _parting(terminal)
    serial = terminal.serial + 1
    ended = replace(
        terminal.forget(),
        phase=Phase.ENDING,
        phase_at=terminal.now,
        serial=serial,
        leftover=False,
        meter_leftover=False,
    )
    return ended, (
        *parting,
        StopEffects(serial),
        Wipe(),
        CheckLeftovers(),
        report("visit.ended", visit=terminal.visits, why=why),
    )
