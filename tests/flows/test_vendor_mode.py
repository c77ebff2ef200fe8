"""Technicians have the machine in hand: given, kept, taken back; citizens first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.core.bodies import AttractBody, HomeBody, OutOfServiceBody, ServicedBody
from kiosk.core.intents import (
    AskHelp,
    Back,
    Choose,
    GoHome,
    Leave,
    Next,
    OpenDomain,
    OpenMatter,
    Stay,
    SwitchLanguage,
    Touched,
)
from kiosk.core.parts import Look
from kiosk.core.words import Language
from kiosk.flow.events import CardRead, CardSeen, CodeScanned, FaceSeen, Ticked
from kiosk.session.handover import TOO_LONG
from kiosk.session.state import (
    Answer,
    Asking,
    CheckLeftovers,
    LeftoversSeen,
    MachineChanged,
    Phase,
    Report,
    RunEffects,
    Terminal,
)
from kiosk.session.vendor import (
    AnswerTechnician,
    BooksSeen,
    DismissTechnician,
    EnterVendorMode,
    ExitVendorMode,
    LookAtBooks,
    LookForWork,
    Service,
    WorkSeen,
)
from tests.flows.citizens import CARD, NO_FACE, NOW
from tests.flows.script import FlowTest, buttons

PROOF = "social-insurance-contribution-proof"
LI, WU = "device test receipt, process 1", "device reset printer, process 2"
LEFT = "left"


def answers(test: FlowTest) -> list[tuple[int, str]]:
    """What technicians were told with the last event."""
    told = (each for each in test.commands if isinstance(each, AnswerTechnician))
    return [(each.key, each.refusal) for each in told]


def dismissed(test: FlowTest) -> list[int]:
    return [each.key for each in test.commands if isinstance(each, DismissTechnician)]


def service(test: FlowTest) -> Service:
    return test.terminal.vendor.service


def enter(test: FlowTest, key: int = 1, who: str = LI, books: str = "") -> FlowTest:
    """Ask for the machine, and have the books looked at."""
    test.send(EnterVendorMode(key, who))
    return test.send(BooksSeen(key, books))


@pytest.fixture
def serviced(visit: Callable[..., FlowTest]) -> FlowTest:
    """A machine that one technician has."""
    return enter(visit())


# -- given ---------------------------------------------------------------------------


def test_an_idle_machine_is_given_after_a_look_at_the_books(visit) -> None:
    test = visit().send(EnterVendorMode(1, LI))
    assert test.commands == (LookAtBooks(1),)
    assert service(test) is Service.ENTER_PENDING
    assert type(test.view.body) is AttractBody, "nothing is closed before it is sure"
    test.send(BooksSeen(1, ""))
    assert (answers(test), test.reports) == ([(1, "")], ["vendor.entered"])
    assert service(test) is Service.ACTIVE
    assert type(test.view.body) is ServicedBody
    assert (test.view.back, test.view.leave) == (None, None)


def test_what_is_unsettled_keeps_the_machine_serving(visit) -> None:
    test = enter(visit(), books="a payment is not settled (o1)")
    assert answers(test) == [(1, "a payment is not settled (o1)")]
    assert service(test) is Service.INACTIVE
    assert type(test.send(Touched()).view.body) is HomeBody


def test_who_is_at_the_screen_is_served_to_the_end(visit) -> None:
    test = visit().open(PROOF)
    before = test.view
    test.send(EnterVendorMode(1, LI))
    assert answers(test) == [(1, "somebody is at the screen (matter)")]
    assert test.view == before
    test.press("leave")
    for phase in (Phase.ENDING, Phase.FAREWELL):
        assert test.terminal.phase is phase
        ((_, why),) = answers(test.send(EnterVendorMode(2, LI)))
        assert "just been served" in why
        test.leftovers(card=False)


def test_a_kiosk_that_is_starting_refuses(catalogue, words) -> None:
    test = FlowTest(catalogue, words)
    test.terminal = type(test.terminal)(catalogue, test.terminal.machine)
    test.send(EnterVendorMode(1, LI))
    assert answers(test) == [(1, "the kiosk is starting")]
    assert test.terminal.phase is Phase.STARTING


def test_a_touch_during_the_look_at_the_books_comes_first(visit) -> None:
    test = visit().send(EnterVendorMode(1, LI)).send(Touched())
    assert answers(test) == [(1, "somebody is at the screen (home)")]
    assert test.reports == ["visit.started", "vendor.refused"]
    assert test.send(BooksSeen(1, "")).commands == ()
    assert type(test.view.body) is HomeBody


def test_an_old_look_at_the_books_gives_nobody_the_machine(visit) -> None:
    test = visit().send(EnterVendorMode(1, LI)).send(ExitVendorMode(1, LEFT))
    assert service(test) is Service.INACTIVE
    test.send(EnterVendorMode(2, WU)).send(BooksSeen(1, ""))
    assert service(test) is Service.ENTER_PENDING
    assert answers(test.send(BooksSeen(2, ""))) == [(2, "")]


def test_a_machine_without_platform_is_given_too(visit) -> None:
    test = enter(visit(without=("platform",)))
    assert type(test.view.body) is ServicedBody
    test.send(ExitVendorMode(1, LEFT)).send(WorkSeen(busy=False))
    assert type(test.view.body) is OutOfServiceBody


# -- kept ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        *(Touched(), Leave(), GoHome(), Back(), Next(), Choose("another")),
        *(OpenMatter(PROOF), OpenDomain("medical"), LeftoversSeen(card=True)),
        *(CardRead(CARD), CardSeen(), CodeScanned("x"), FaceSeen(NO_FACE)),
    ],
)
def test_nothing_begins_a_visit_meanwhile(serviced: FlowTest, event) -> None:
    before = serviced.view
    if isinstance(event, CardRead | CardSeen | CodeScanned | FaceSeen):
        event = Answer(serviced.terminal.serial, event)
    serviced.send(event)
    assert serviced.terminal.phase is Phase.MAINTENANCE
    assert (serviced.view, serviced.commands) == (before, ())


def test_devices_come_and_go_meanwhile(serviced: FlowTest) -> None:
    serviced.machine(without="printer")
    assert type(serviced.view.body) is ServicedBody
    assert "printer" not in serviced.terminal.machine.available


def test_what_a_passer_by_chose_is_undone_meanwhile(serviced: FlowTest) -> None:
    serviced.send(SwitchLanguage()).send(AskHelp())
    assert serviced.view.look.language is Language.ENGLISH
    assert serviced.view.overlay is not None
    serviced.wait(31)
    assert (serviced.view.look, serviced.view.overlay) == (Look(), None)


def test_a_question_that_lies_over_the_attract_page_goes(visit) -> None:
    test = enter(visit().send(AskHelp()))
    assert test.terminal.asking is Asking.NOTHING


def test_a_second_technician_shares_and_the_last_one_closes(
    serviced: FlowTest,
) -> None:
    serviced.send(EnterVendorMode(2, WU))
    assert answers(serviced) == [(2, "")], "at once: nobody was served since"
    serviced.send(ExitVendorMode(1, LEFT))
    assert service(serviced) is Service.ACTIVE
    serviced.send(ExitVendorMode(2, LEFT))
    assert service(serviced) is Service.EXIT_PENDING


def test_two_who_ask_at_once_are_answered_together(visit) -> None:
    test = visit().send(EnterVendorMode(1, LI)).send(EnterVendorMode(2, WU))
    assert test.commands == (), "one look is enough"
    assert answers(test.send(BooksSeen(1, ""))) == [(1, ""), (2, "")]


# -- taken back ------------------------------------------------------------------


def test_the_last_one_leaves_and_people_are_served(serviced: FlowTest) -> None:
    serviced.wait(12).send(ExitVendorMode(1, LEFT))
    left, look = serviced.commands
    assert isinstance(left, Report)
    assert dict(left.facts) == {"who": LI, "why": LEFT, "seconds": 12}
    assert look == LookForWork()
    assert type(serviced.view.body) is ServicedBody, "a page may still come out"
    serviced.send(WorkSeen(busy=False))
    assert serviced.commands == (CheckLeftovers(),)
    assert type(serviced.view.body) is AttractBody
    assert type(serviced.send(Touched()).view.body) is HomeBody


def test_a_card_that_a_technician_forgot_is_seen(serviced: FlowTest) -> None:
    serviced.send(ExitVendorMode(1, LEFT)).send(WorkSeen(busy=False))
    assert serviced.leftovers(card=True).reports == ["card.left_behind"]


def test_a_busy_device_is_waited_for_but_not_for_ever(serviced: FlowTest) -> None:
    serviced.send(ExitVendorMode(1, LEFT)).send(WorkSeen(busy=True))
    assert service(serviced) is Service.EXIT_PENDING
    assert serviced.wait(19).commands == (LookForWork(),) * 19
    assert type(serviced.view.body) is ServicedBody
    assert type(serviced.wait(1).view.body) is AttractBody
    assert serviced.send(WorkSeen(busy=False)).commands == ()


def test_who_comes_back_before_it_is_over_has_the_machine(serviced: FlowTest) -> None:
    serviced.send(ExitVendorMode(1, LEFT)).send(EnterVendorMode(2, WU))
    assert answers(serviced) == [(2, "")]
    assert serviced.send(WorkSeen(busy=False)).terminal.phase is Phase.MAINTENANCE


def test_nobody_keeps_the_machine_for_longer_than_the_settings_say(
    serviced: FlowTest,
) -> None:
    serviced.wait(600).send(EnterVendorMode(2, WU))
    serviced.wait(299)
    assert dismissed(serviced) == []
    serviced.wait(1)
    assert dismissed(serviced) == [1], "the other one has more time"
    assert service(serviced) is Service.ACTIVE
    serviced.wait(600)
    assert DismissTechnician(2, TOO_LONG) in serviced.commands
    serviced.send(WorkSeen(busy=False))
    assert type(serviced.view.body) is AttractBody


def test_all_are_sent_away_by_one_word(serviced: FlowTest) -> None:
    serviced.send(EnterVendorMode(2, WU)).send(ExitVendorMode(None, "vendor.exit"))
    assert dismissed(serviced) == [1, 2]
    assert service(serviced) is Service.EXIT_PENDING


def test_who_leaves_twice_leaves_once(serviced: FlowTest) -> None:
    serviced.send(ExitVendorMode(7, LEFT))
    assert (serviced.commands, service(serviced)) == ((), Service.ACTIVE)
    serviced.send(ExitVendorMode(1, LEFT)).send(ExitVendorMode(1, LEFT))
    assert serviced.commands == ()


# -- in any order ----------------------------------------------------------------

KEYS = st.integers(1, 4)
EVENTS = st.one_of(
    KEYS.map(lambda key: EnterVendorMode(key, LI)),
    st.builds(BooksSeen, KEYS, st.sampled_from(["", "", "a payment is not settled"])),
    st.builds(ExitVendorMode, st.one_of(KEYS, st.none()), st.just(LEFT)),
    st.builds(WorkSeen, st.booleans()),
    st.builds(LeftoversSeen, st.booleans()),
    st.sampled_from([Touched(), OpenMatter(PROOF), Leave(), Stay(), AskHelp()]),
    st.sampled_from([1.0, 5.0, 95.0, 901.0]),
)
SERVED = {Phase.HOME, Phase.LIST, Phase.MATTER, Phase.DONE}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(events=st.lists(EVENTS, max_size=40))
def test_in_any_order_nobody_is_served_meanwhile_and_nobody_shut_out(
    catalogue, words, events
) -> None:
    test, asked, heard = FlowTest(catalogue, words), 0, set()
    for event in events:
        before = test.terminal
        if isinstance(event, float):
            event = Ticked(before.now + event, NOW)
        if isinstance(event, EnterVendorMode):
            asked += 1
            event = EnterVendorMode(asked, LI)  # a door never gives a key twice
        if isinstance(event, ExitVendorMode):
            heard |= {event.key}
        test.send(event)
        heard |= {key for key, _ in answers(test)} | set(dismissed(test))
        _holds(test, before)
        waiting = set(range(1, asked + 1)) - heard
        assert not waiting or service(test) is Service.ENTER_PENDING
    _comes_back(test)


def _holds(test: FlowTest, before: Terminal) -> None:
    after = test.terminal
    held = after.phase is Phase.MAINTENANCE
    assert held == (service(test) in (Service.ACTIVE, Service.EXIT_PENDING))
    assert (service(test) is Service.ACTIVE) <= bool(after.vendor.technicians)
    if before.phase in SERVED:
        assert not held, "somebody was sent away"
    if before.phase is Phase.MAINTENANCE:
        assert after.phase in (Phase.MAINTENANCE, Phase.ATTRACT)
        assert not _begun(test)
    if held:
        assert type(test.view.body) is ServicedBody


def _begun(test: FlowTest) -> bool:
    return any(isinstance(each, RunEffects) for each in test.commands)


def _comes_back(test: FlowTest) -> None:
    """However it went: the technicians go, and a touch is heard."""
    for key in range(1, 41):
        test.send(ExitVendorMode(key, LEFT))
    test.wait(25)
    assert test.terminal.phase is not Phase.MAINTENANCE
    if test.terminal.phase is Phase.ATTRACT:
        if test.view.overlay is not None:
            test.press("stay")
        assert type(test.send(Touched()).view.body) is HomeBody
        assert "leave" in buttons(test.view)


def test_a_machine_that_changes_begins_nothing(serviced: FlowTest) -> None:
    serviced.send(MachineChanged(serviced.terminal.machine))
    assert serviced.commands == ()
