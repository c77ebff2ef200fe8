"""The terminal: how a visit begins, pauses and ends, and what is gone afterwards."""

from __future__ import annotations

import pytest

from kiosk.core.bodies import (
    AttractBody,
    FarewellBody,
    HomeBody,
    IdentifyBody,
    ListBody,
    OutOfServiceBody,
    PayBody,
    QuestionBody,
    TakeBody,
    WorkingBody,
)
from kiosk.core.intents import (
    AskHelp,
    FieldChanged,
    GoHome,
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
from kiosk.core.orders import OrderState
from kiosk.core.parts import Look, TextSize
from kiosk.core.words import Language, say
from kiosk.flow.effects import ReadCard
from kiosk.flow.events import (
    AccountFound,
    CardRead,
    CardSeen,
    CasesListed,
    CodeScanned,
    FaceSeen,
    Failed,
    Identified,
    OrderChanged,
)
from kiosk.session.reducer import reduce
from kiosk.session.state import (
    Answer,
    Asking,
    CheckLeftovers,
    MachineChanged,
    Phase,
    RunEffects,
    StopEffects,
    Terminal,
    Wipe,
)
from tests.flows.citizens import (
    ACCOUNT,
    ACCOUNT_NUMBER,
    BY_CARD,
    CARD,
    MACHINE,
    NAME,
    NO_FACE,
    order_in,
)
from tests.flows.script import FlowTest, buttons, walk

PROOF, WATER, CASES = (
    "social-insurance-contribution-proof",
    "water-payment",
    "case-progress",
)


def _kinds(test: FlowTest) -> list[type]:
    return [type(each) for each in test.commands]


def _known(visit) -> FlowTest:
    """A citizen whose cases are listed: somebody personal is in the state."""
    test = visit().open(CASES)
    for event in (CardRead(CARD), Identified(BY_CARD), CasesListed(())):
        test.answer(event)
    return test


def _paying(visit) -> FlowTest:
    test = visit().open(WATER)
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).press("next")
    test.answer(AccountFound(ACCOUNT)).press("next")
    return test.answer(OrderChanged(order_in(OrderState.PAY_SENT)))


# -- beginning -------------------------------------------------------------------


def test_nothing_is_served_before_the_machine_was_looked_at(catalogue) -> None:
    terminal = Terminal(catalogue, MACHINE)
    for intent in (Touched(), OpenMatter(PROOF), Leave(), GoHome()):
        assert reduce(terminal, intent)[0].phase is Phase.STARTING


def test_touch_begins_a_visit(visit) -> None:
    test = visit()
    assert type(test.view.body) is AttractBody
    assert test.send(Touched()).reports == ["visit.started"]
    assert type(test.view.body) is HomeBody


def test_without_the_platform_nobody_is_let_in_and_everybody_told(visit) -> None:
    test = visit(without=("platform",))
    assert type(test.view.body) is OutOfServiceBody
    assert test.send(Touched()).terminal.phase is Phase.ATTRACT


@pytest.mark.parametrize(
    ("gone", "matter"),
    [
        ("printer", PROOF),
        ("face-camera", PROOF),
        ("idcard", CASES),
        ("payment", WATER),
        ("document-camera", "cross-region-treatment-filing"),
    ],
)
def test_what_is_broken_greys_its_matters_and_says_why(visit, gone, matter) -> None:
    test = visit().send(Touched())
    assert f"matter:{matter}" in buttons(test.view)
    test.machine(without=gone)
    (tile,) = [each for each in test.view.body.quick if each.key == f"matter:{matter}"]
    assert (tile.intent, tile.reason) == (None, say(f"offer.missing.{gone}"))
    assert test.send(OpenMatter(matter)).terminal.phase is Phase.HOME
    assert f"matter:{matter}" in buttons(test.machine(also=gone).view)


def test_unknown_matter_is_not_opened(visit) -> None:
    assert visit().send(Touched()).send(OpenMatter("?")).terminal.phase is Phase.HOME


def test_department_is_a_list_with_a_way_back(visit) -> None:
    test = visit().send(Touched()).send(OpenDomain("medical"))
    assert type(test.view.body) is ListBody
    for by in (1, 1, 1, -1, -1, -1):
        test.send(TurnPage(by))
        assert test.terminal.page == 0, "there is one page only"
    assert type(test.press("back").view.body) is HomeBody


# -- the citizen's choices ---------------------------------------------------------


def test_language_letters_and_contrast_end_with_the_visit(visit) -> None:
    test = visit().send(Touched())
    test.send(SwitchLanguage()).send(SwitchTextSize()).send(SwitchContrast())
    assert test.view.look == Look(Language.ENGLISH, TextSize.LARGE, high_contrast=True)
    test.send(Leave())
    assert test.view.look == Look()


def test_letters_grow_twice_and_come_back(visit) -> None:
    test = visit().send(Touched())
    sizes = [
        test.send(SwitchTextSize()).view.look.text_size for _ in range(len(TextSize))
    ]
    assert sizes == [TextSize.LARGE, TextSize.ELDER, TextSize.NORMAL]


def test_what_a_passer_by_chose_is_undone(visit) -> None:
    test = visit().send(SwitchLanguage()).send(AskHelp())
    assert test.view.overlay is not None
    test.wait(31)
    assert (test.view.look, test.view.overlay) == (Look(), None)


def test_what_was_chosen_during_goodbye_is_undone(visit) -> None:
    test = visit().send(Touched()).send(Leave()).leftovers(card=False)
    test.send(SwitchLanguage()).wait(7)
    assert test.terminal.phase is Phase.ATTRACT
    assert test.view.look == Look()


def test_help_lies_over_the_page_and_is_noted(visit) -> None:
    test = visit().open(PROOF).press("help")
    assert test.reports == ["help.asked"]
    assert test.view.overlay.title == say("overlay.help.title")
    assert set(buttons(test.view)) >= {"stay"}
    assert test.press("stay").view.overlay is None


# -- silence -------------------------------------------------------------------------


def test_silence_is_asked_about_and_then_ends_the_visit(visit) -> None:
    test = visit().open(PROOF).wait(89)
    assert test.view.overlay is None
    test.wait(1)
    assert test.view.overlay.title == say("overlay.still.title")
    assert test.view.overlay.seconds_left == 30
    assert test.wait(29).terminal.phase is Phase.MATTER
    test.wait(1)
    assert test.terminal.phase is Phase.ENDING
    assert "visit.ended" in test.reports


def test_stay_goes_on_where_one_was(visit) -> None:
    test = visit().open(PROOF).wait(95).press("stay")
    assert test.view.overlay is None
    assert test.wait(89).view.overlay is None
    assert test.wait(1).view.overlay is not None


def test_any_touch_answers_still_there(visit) -> None:
    test = visit().open(WATER).wait(95)
    test.send(FieldChanged("account", "3"))
    assert test.view.overlay is None


def test_who_answers_still_there_with_leave_is_not_asked_again(visit) -> None:
    test = visit().open(PROOF).press("next").wait(95).press("really-leave")
    assert test.terminal.phase is Phase.ENDING


def test_large_letters_wait_twice_as_long(visit) -> None:
    test = visit().send(Touched()).send(SwitchTextSize()).send(SwitchTextSize())
    assert test.view.look.text_size is TextSize.ELDER
    assert test.wait(179).view.overlay is None
    assert test.wait(1).view.overlay.seconds_left == 60
    assert test.wait(59).terminal.phase is Phase.HOME
    assert test.wait(1).terminal.phase is Phase.ENDING


def test_silence_does_not_count_while_the_machine_works(visit) -> None:
    test = visit().open(CASES).answer(CardRead(CARD)).answer(Identified(BY_CARD))
    assert type(test.view.body) is WorkingBody
    assert test.wait(600).view.overlay is None


def test_silence_does_not_count_while_money_moves(visit) -> None:
    test = _paying(visit)
    assert type(test.wait(600).view.body) is PayBody
    assert test.view.overlay is None


def test_question_is_taken_back_when_the_machine_begins_to_work(visit) -> None:
    test = visit().open(WATER).wait(95)
    assert test.terminal.asking is Asking.STILL_THERE
    test.answer(CodeScanned(f"WS{ACCOUNT_NUMBER}"))
    assert type(test.view.body) is WorkingBody
    assert test.view.overlay is None
    assert test.wait(60).terminal.phase is Phase.MATTER


@pytest.mark.parametrize(
    "heard",
    [
        Failed("ReadCard", "idcard.timeOut", "later"),
        Failed("ReadCard", "idcard.invalidMedia", "later"),
        CardSeen(),
    ],
)
def test_reader_that_waits_in_vain_is_no_sign_of_a_person(visit, heard) -> None:
    test = visit().open(CASES)
    for _ in range(12):
        if test.terminal.phase is Phase.MATTER:
            test.answer(heard).wait(10)
    assert test.terminal.phase is not Phase.MATTER


def test_camera_that_sees_an_empty_room_is_no_sign_of_a_person(visit) -> None:
    test = visit().open(PROOF).press("next").press("next").answer(CardRead(CARD))
    for _ in range(121):
        if test.terminal.phase is Phase.MATTER:
            test.answer(FaceSeen(NO_FACE)).wait(1)
    assert test.terminal.phase is Phase.ENDING


def test_scanner_that_waits_in_vain_is_no_sign_of_a_person(visit) -> None:
    test = visit().open(WATER)
    for _ in range(3):
        if test.terminal.phase is Phase.MATTER:
            test.answer(Failed("ScanCode", "scanner.timeOut", "later")).wait(60)
    assert test.terminal.phase is not Phase.MATTER


def test_card_laid_down_is_a_sign_of_a_person(visit) -> None:
    test = visit().open(PROOF).press("next").press("next").wait(95)
    assert test.view.overlay is not None
    assert test.answer(CardRead(CARD)).view.overlay is None


def test_finished_matter_waits_shorter(visit) -> None:
    test = _finished(visit)
    assert type(test.view.body) is QuestionBody
    assert test.wait(29).view.overlay is None
    assert test.wait(1).view.overlay is not None


def _finished(visit) -> FlowTest:
    test = _paying(visit).answer(OrderChanged(order_in(OrderState.POSTED)))
    test.answer(Failed("PrintReceipt", "receipt.unavailable", "never")).press("next")
    return test.press("rate:skip")


# -- leaving -------------------------------------------------------------------------


def test_leaving_on_a_first_page_asks_nothing(visit) -> None:
    assert visit().open(PROOF).press("leave").terminal.phase is Phase.ENDING


def test_leaving_what_was_begun_asks_once(visit) -> None:
    test = visit().open(PROOF).press("next").press("leave")
    assert test.view.overlay.title == say("overlay.leave.title")
    assert test.press("stay").terminal.phase is Phase.MATTER
    assert test.press("leave").press("really-leave").terminal.phase is Phase.ENDING


def test_end_stops_wipes_and_looks_for_the_card_in_that_order(visit) -> None:
    test = _known(visit).press("leave").press("really-leave")
    assert _kinds(test)[:3] == [StopEffects, Wipe, CheckLeftovers]
    assert test.reports == ["visit.ended"]


def test_end_forgets_the_person(visit) -> None:
    test = _known(visit)
    assert any(each == NAME for each in walk(test.terminal))
    test.press("leave").press("really-leave")
    assert not any(each == NAME for each in walk(test.terminal))
    assert test.terminal.forget() == test.terminal


def test_home_keeps_the_person_and_the_end_drops_them(visit) -> None:
    test = _known(visit).send(GoHome())
    assert test.terminal.known.person == BY_CARD
    assert test.terminal.known.cases == ()
    assert test.send(Leave()).terminal.known.person is None


def test_home_drops_what_belonged_to_the_matter_only(visit) -> None:
    test = visit().open(WATER)
    test.send(FieldChanged("account", ACCOUNT_NUMBER)).send(GoHome())
    assert not any(each == ACCOUNT_NUMBER for each in walk(test.terminal))
    assert StopEffects in _kinds(test)


def test_matter_that_is_over_leaves_no_effect_running(visit) -> None:
    test = _finished(visit)
    assert StopEffects in _kinds(test)
    assert test.reports == ["matter.finished"]


def test_late_answer_of_an_earlier_step_is_dropped(visit) -> None:
    test = visit().open(CASES)
    old = test.terminal.serial
    test.press("back").press(f"matter:{CASES}")
    test.send(Answer(old, CardRead(CARD)))
    assert type(test.view.body) is IdentifyBody
    assert test.terminal.flow.facts.document is None


def test_effects_carry_the_serial_of_their_step(visit) -> None:
    test = visit().open(CASES)
    (run,) = [each for each in test.commands if isinstance(each, RunEffects)]
    assert run == RunEffects(test.terminal.flow.serial, (ReadCard(),))


# -- a forgotten card ------------------------------------------------------------------


def _forgotten(visit) -> FlowTest:
    test = visit().send(Touched()).send(Leave()).leftovers(card=True)
    assert type(test.view.body) is TakeBody
    assert test.view.body.seconds_left == 20
    return test.wait(20)


def test_goodbye_follows_when_nothing_lies_there(visit) -> None:
    test = visit().send(Touched()).send(Leave())
    assert type(test.view.body) is WorkingBody
    assert type(test.leftovers(card=False).view.body) is FarewellBody
    assert type(test.wait(6).view.body) is AttractBody


def test_nobodys_paper_comes_out_in_front_of_the_next_citizen(visit) -> None:
    test = visit().send(Touched()).send(Leave()).leftovers(card=False, paper=True)
    assert test.view.body.title == say("ending.paper.title")
    assert type(test.wait(40).view.body) is WorkingBody, "however long it takes"
    assert type(test.leftovers(card=False).view.body) is FarewellBody


def test_reader_that_never_answers_does_not_keep_the_goodbye(visit) -> None:
    test = visit().send(Touched()).send(Leave()).wait(20)
    assert type(test.view.body) is FarewellBody
    assert "card.left_behind" not in test.reports


def test_card_is_asked_for_and_looked_at_again_every_second(visit) -> None:
    test = visit().send(Touched()).send(Leave()).leftovers(card=True).wait(3)
    assert _kinds(test) == [CheckLeftovers] * 3
    assert type(test.leftovers(card=False).view.body) is FarewellBody


def test_forgotten_card_is_reported_and_shown_to_whoever_comes(visit) -> None:
    test = _forgotten(visit)
    assert "card.left_behind" in test.reports
    test.wait(6)
    assert test.view.body.second_line == say("attract.card_left")


def test_a_reader_that_cannot_tell_has_taken_no_card_away(visit) -> None:
    test = visit().send(Touched()).send(Leave()).leftovers(card=True)
    assert type(test.leftovers(card=None).view.body) is TakeBody
    assert "card.left_behind" in test.wait(20).reports
    test.leftovers(card=None).wait(6).leftovers(card=None)
    assert test.view.body.second_line == say("attract.card_left")
    assert test.leftovers(card=False).reports == ["card.taken_later"]


def test_card_taken_later_is_noted(visit) -> None:
    test = _forgotten(visit).wait(7)
    assert _kinds(test)[-1] is CheckLeftovers
    assert test.leftovers(card=False).reports == ["card.taken_later"]
    assert test.view.body.second_line == say("attract.second")


def test_forgotten_card_identifies_nobody_else(visit) -> None:
    test = _forgotten(visit).wait(6).send(Touched())
    assert f"matter:{WATER}" in buttons(test.view)
    for matter in (CASES, PROOF):
        assert f"matter:{matter}" not in buttons(test.view)
        assert test.send(OpenMatter(matter)).terminal.phase is Phase.HOME
    assert CheckLeftovers in _kinds(test.wait(1))
    assert test.leftovers(card=False).reports == ["card.taken_later"]
    assert f"matter:{CASES}" in buttons(test.view)


def test_card_from_before_the_start_is_found(catalogue, words) -> None:
    test = FlowTest(catalogue, words)
    assert _kinds(test) == [CheckLeftovers]
    assert test.leftovers(card=True).reports == ["card.left_behind"]


def test_second_look_at_the_machine_does_not_disturb_a_visit(visit) -> None:
    test = visit().open(PROOF)
    assert test.send(MachineChanged(MACHINE)).terminal.phase is Phase.MATTER
    assert test.send(Stay()).terminal.phase is Phase.MATTER
