"""水费缴纳: payments that are left, cancelled, refunded, or only slow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.core.bodies import (
    HomeBody,
    PayBody,
    ResultBody,
    WorkingBody,
)
from kiosk.core.intents import Back, Choose, GoHome, Leave
from kiosk.core.orders import OrderState as S
from kiosk.flow.effects import (
    LeaveOrder,
    OpenOrder,
    PrintReceipt,
    PrintSlip,
    ScanCode,
)
from kiosk.flow.events import (
    OrderChanged,
    PaperSettled,
)
from tests.flows.citizens import (
    order_in,
)
from tests.flows.paying_steps import (
    start_paying,
)
from tests.flows.script import FlowStep, buttons


def test_cancelled_by_the_citizen(visit) -> None:
    start_paying(visit).run(
        FlowStep(PayBody, "pay.waiting.title", press="leave", effects=(LeaveOrder,)),
        FlowStep(
            PayBody, "pay.cancelling.title", do=OrderChanged(order_in(S.CANCELLING))
        ),
        FlowStep(
            PayBody,
            "pay.cancelling.title",
            do=OrderChanged(order_in(S.CANCELLED)),
            stops=True,
        ),
        FlowStep(
            ResultBody,
            "pay.end.cancelled.title",
            press="again",
            effects=(OpenOrder, ScanCode),
        ),
        FlowStep(PayBody, "pay.starting.title"),
    )


def test_money_that_came_too_late_to_cancel_settles_the_bill(visit) -> None:
    start_paying(visit).run(
        FlowStep(PayBody, "pay.waiting.title", press="leave", effects=(LeaveOrder,)),
        FlowStep(
            PayBody,
            "pay.cancelling.title",
            do=OrderChanged(order_in(S.POSTED)),
            effects=(PrintReceipt,),
        ),
        FlowStep(WorkingBody, "print.receipt.title"),
    )


@pytest.mark.parametrize("end", [S.REFUNDED, S.SUSPENSE])
def test_unhappy_end_is_told_on_screen_and_on_paper_once(visit, end) -> None:
    over = OrderChanged(order_in(end))
    test = start_paying(visit).run(
        FlowStep(
            PayBody, "pay.waiting.title", do=over, effects=(PrintSlip,), stops=True
        ),
        FlowStep(ResultBody, f"pay.end.{end.value.lower()}.title", do=over),
        FlowStep(
            ResultBody,
            f"pay.end.{end.value.lower()}.title",
            do=PaperSettled("presented"),
        ),
    )
    assert ("again" in buttons(test.view)) == (end is S.REFUNDED)
    assert {"home", "ask-help", "leave"} <= set(buttons(test.view))
    assert test.send(GoHome()).terminal.flow is None


def test_a_suspended_bill_is_not_paid_again_from_here(visit) -> None:
    test = start_paying(visit).answer(OrderChanged(order_in(S.SUSPENSE)))
    assert test.send(Choose("again")).effects == ()


@pytest.mark.parametrize(
    ("state", "title", "effects"),
    [
        (S.POST_SENT, "pay.slow.title", (LeaveOrder, PrintSlip)),
        (S.CANCELLING, "pay.cancelling.title", (LeaveOrder,)),
        (S.REFUNDING, "pay.refunding.title", (LeaveOrder, PrintSlip)),
        (S.PAY_SENT, "pay.cancelling.title", (LeaveOrder,)),
    ],
)
def test_who_waits_too_long_may_leave_and_the_order_knows(
    visit, state, title, effects
) -> None:
    start_paying(visit).run(
        FlowStep(
            PayBody, "pay.waiting.title", do=OrderChanged(order_in(state, slow=True))
        ),
        FlowStep(
            PayBody,
            title,
            press="leave",
            effects=effects,
            stops=True,
            check=lambda body: not body.qr_payload,
        ),
        FlowStep(HomeBody, "home.title"),
    )


def test_silence_on_a_slow_order_ends_the_visit_and_the_order_knows(visit) -> None:
    test = start_paying(visit).answer(OrderChanged(order_in(S.POST_SENT, slow=True)))
    test.wait(125)
    assert LeaveOrder("A0317-000001") in test.effects
    assert test.terminal.flow is None


def test_silence_on_a_payment_page_is_left_to_the_order(visit) -> None:
    test = start_paying(visit).wait(600)
    assert type(test.view.body) is PayBody
    assert test.view.overlay is None


def test_back_or_leave_while_waiting_cancels_the_order_once(visit) -> None:
    test = start_paying(visit)
    assert test.send(Back()).effects == (LeaveOrder("A0317-000001"),)
    assert "back" not in buttons(test.view)
    test.answer(OrderChanged(replace(order_in(S.CANCELLED))))
    assert test.send(Leave()).terminal.flow is not None, "a question comes first"
    assert test.press("really-leave").terminal.flow is None
