"""Whatever people, devices and the network do, in any order, the laws hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.core.bodies import (
    AttractBody,
    FarewellBody,
    OutOfServiceBody,
    PayBody,
    SignBody,
    WorkingBody,
)
from kiosk.core.intents import Intent, Leave
from kiosk.core.matter import Catalogue
from kiosk.core.words import Translator
from kiosk.flow.effects import PrintCopy
from kiosk.flow.events import Failed, Ticked
from kiosk.session.state import Answer, LeftoversSeen, MachineChanged, Phase
from tests.flows.chance import CODES, World, intents
from tests.flows.citizens import EVERYTHING, MACHINE, MARKERS, NOW
from tests.flows.script import FlowTest, buttons, walk

BOUNDED = settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SMALL = st.integers(0, 255)
ACTIONS = st.lists(st.tuples(st.integers(0, 15), SMALL, SMALL), max_size=25)
KINDLY = st.tuples(st.integers(0, 55), SMALL).map(
    lambda way: [(way[1] * 31 + step * 17) % 256 for step in range(way[0])]
)
"""How far the matter gets before anything goes wrong, and by which way."""
HELD = ("print", "submit", "load")
"""Step kinds whose working page nobody leaves."""
RETRIES = ("now", "later", "never")


def _act(world: World, kind: int, a: int, b: int) -> None:
    """Do one thing; most of them lead on, so that the far pages are reached."""
    terminal = world.test.terminal
    match kind:
        case 0 | 1 | 2 | 3 | 4 if world.running:
            world.answer(a, b % 5, CODES[b % len(CODES)], "later")
        case 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7:
            world.forward(a)
        case 8 | 9:
            world.press(a)
        case 10:
            known = intents(terminal.flow.matter if terminal.flow else _any(terminal))
            plain = known[:7] if a % 2 else known
            _tell_anything(world, plain[(a * 256 + b) % len(plain)])
        case 11 | 12:
            world.answer(a, 99, CODES[b % len(CODES)], RETRIES[b % 3])
        case 13:
            world.tell(Ticked(terminal.now + a % 100, NOW))
        case 14:
            before = terminal
            world.tell(Answer(terminal.serial - 1 - a % 3, Failed("ReadCard", "x")))
            assert world.test.terminal is before, "a stale answer was heard"
        case _:
            _machine(world, a, b)


def _tell_anything(world: World, intent: Intent) -> None:
    """Nobody gets out of what is under way, whatever the screen sends."""
    flow = world.test.terminal.flow
    held = _in_the_middle(world.test) and flow.step.kind in HELD
    world.tell(intent)
    if held:
        after = world.test.terminal.flow
        assert after is not None
        assert after.index == flow.index


def _any(terminal):
    return terminal.catalogue.matters[0]


def _machine(world: World, a: int, b: int) -> None:
    if a % 2:
        world.tell(LeftoversSeen(bool(b % 2)))
        return
    gone = sorted(EVERYTHING)[b % len(EVERYTHING)]
    now = world.test.terminal.machine
    available = now.available ^ {gone} if b % 3 else EVERYTHING
    world.tell(
        MachineChanged(type(now)(now.terminal, now.site, "12345", "", available))
    )


def _way_on(world: World) -> bool:
    """Tell whether anything can still happen: a button, an effect, a timer."""
    view, terminal = world.test.view, world.test.terminal
    pressed = set(buttons(view)) - {each.key for each in view.footer}
    order = terminal.flow.facts.order if terminal.flow else None
    if isinstance(view.body, PayBody) and order is not None and order.slow:
        return "leave" in pressed or view.overlay is not None
    if pressed or isinstance(view.body, AttractBody | SignBody):
        return True
    if isinstance(view.body, OutOfServiceBody | FarewellBody):
        return True
    if terminal.phase in (Phase.ENDING, Phase.STARTING):
        return True
    return any(serial == terminal.serial for serial, _ in world.running)


def _holds_nothing_personal(test: FlowTest) -> None:
    for each in walk(test.terminal):
        text = each if isinstance(each, str | bytes) else b""
        for marker in MARKERS:
            if isinstance(marker, type(text)):
                assert marker not in text, f"{marker!r} is still there"


def _in_the_middle(test: FlowTest) -> bool:
    """Tell whether money, paper or an application is under way."""
    body, flow = test.view.body, test.terminal.flow
    if isinstance(body, PayBody):
        return True
    busy = isinstance(body, WorkingBody) and flow is not None
    return busy and flow.step.kind in HELD


def _copy_under_way(world: World) -> bool:
    """A copy that is being printed is waited for, like any paper."""
    return any(isinstance(effect, PrintCopy) for _, effect in world.running)


def _leaves(world: World) -> None:
    test = world.test
    if test.terminal.phase not in (Phase.HOME, Phase.LIST, Phase.MATTER, Phase.DONE):
        return
    if _in_the_middle(test) or _copy_under_way(world):
        return
    world.tell(Leave())
    if test.terminal.phase is not Phase.ENDING:
        world.tell(buttons(test.view)["really-leave"].intent)
    assert test.terminal.phase is Phase.ENDING


def _check(world: World) -> None:
    assert _way_on(world), f"dead end: {world.test.view.body}"
    serial = world.test.terminal.serial
    for begun, effect in world.running:
        assert begun == serial or effect.lasting, f"{effect} was not stopped"
    if world.test.terminal.phase in (Phase.ENDING, Phase.FAREWELL, Phase.ATTRACT):
        _holds_nothing_personal(world.test)


@pytest.fixture(scope="session")
def world_of(catalogue: Catalogue, words: Translator) -> Callable[[int], World]:
    def make(index: int) -> World:
        world = World(FlowTest(catalogue, words, MACHINE))
        matter = catalogue.matters[index % len(catalogue.matters)]
        world.test.send(intents(matter)[0])
        world.tell(next(each for each in intents(matter) if each == _open(matter)))
        return world

    return make


def _open(matter):
    from kiosk.core.intents import OpenMatter

    return OpenMatter(matter.key)


@BOUNDED
@given(index=st.integers(0, 400), kindly=KINDLY, actions=ACTIONS)
def test_no_sequence_breaks_a_law(world_of, index, kindly, actions) -> None:
    world = world_of(index)
    for pick in kindly:
        world.get_on(pick)
        _check(world)
    for kind, a, b in actions:
        _act(world, kind, a, b)
        _check(world)
    _leaves(world)
    if world.test.terminal.phase is Phase.ENDING:
        _holds_nothing_personal(world.test)
