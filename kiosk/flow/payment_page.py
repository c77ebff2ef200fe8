"""What the payment step shows: the page with the code, and how it ended."""

from __future__ import annotations

from kiosk.core.bodies import PayBody, ResultBody
from kiosk.core.money import yuan_text
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.core.parts import Row, Tone
from kiosk.core.words import Say, Words, say
from kiosk.flow.buttons import choice, help_button, home_button
from kiosk.flow.facts import Facts
from kiosk.flow.move import Scene
from kiosk.flow.steps.review import bill_rows

_STAGES = {
    OrderState.INTENT: "starting",
    OrderState.PAY_SENT: "waiting",
    OrderState.PAID: "paid",
    OrderState.POST_SENT: "paid",
    OrderState.CANCELLING: "cancelling",
    OrderState.REFUNDING: "refunding",
}
REFUSALS = frozenset({"expired", "notEnough", "invalid", "limit"})


def _stage(order: OrderSnapshot | None, checking: bool, leaving: bool) -> str:
    if order is None:
        return "starting"
    stage = _STAGES.get(order.state, "paid")
    if stage in ("starting", "waiting") and order.slow:
        # The order cannot be driven on: nobody may pay it now.
        return "cancelling"
    if stage == "waiting" and leaving:
        return "cancelling"
    if stage == "waiting" and checking:
        return "checking"
    if stage == "waiting" and not order.qr_payload:
        return "starting"
    return stage


def _trouble(order: OrderSnapshot | None, wrong_code: bool) -> Say | None:
    if wrong_code:
        return say("pay.not_a_payment_code")
    if order is not None and order.refusal:
        known = order.refusal if order.refusal in REFUSALS else "invalid"
        return say(f"pay.refused.{known}")
    return None


def pay_body(
    facts: Facts, scene: Scene, *, wrong_code: bool, checking: bool, leaving: bool
) -> PayBody:
    """Return the page to pay on.

    Args:
        wrong_code: something else than a payment code was just scanned.
        checking: a scanned code is being debited.
        leaving: the citizen asked to stop.
    """
    order, bill = facts.order, facts.bill
    assert bill is not None
    stage = _stage(order, checking, leaving)
    left = None
    if order is not None and order.expires_at is not None and stage == "waiting":
        left = max(0, int(order.expires_at - scene.now))
    slow = order is not None and order.slow and stage == "paid"
    scanner = "scanner" in scene.available
    return PayBody(
        title=say("pay.slow.title" if slow else f"pay.{stage}.title"),
        amount=yuan_text(bill.amount),
        rows=bill_rows(bill),
        order_id=order.order_id if order else "",
        stage=stage,
        qr_payload=order.qr_payload if order and stage == "waiting" else "",
        seconds_left=left,
        by_phone=say("pay.by_phone"),
        by_phone_second=say("pay.by_phone_second"),
        by_code=say("pay.by_code") if scanner else None,
        by_code_second=say("pay.by_code_second") if scanner else None,
        notice=say("pay.slow.notice" if slow else f"pay.{stage}.notice"),
        trouble=_trouble(order, wrong_code),
    )


def pay_result_body(order: OrderSnapshot, scene: Scene) -> ResultBody:
    """Return the page of a payment that did not settle the bill."""
    end = order.state.value.lower()
    tone = Tone.PLAIN if order.state is OrderState.CANCELLED else Tone.WARN
    again = (choice("again", say("pay.again"), style="main"),)
    return ResultBody(
        title=say(f"pay.end.{end}.title"),
        second_line=say(f"pay.end.{end}.second", hotline=scene.hotline),
        tone=tone,
        rows=(
            Row(say("pay.amount"), Words(f"¥ {yuan_text(order.amount)}"), strong=True),
            Row(say("pay.order"), Words(order.order_id)),
            Row(say("pay.terminal"), Words(scene.terminal)),
        ),
        actions=(
            *(again if order.state is not OrderState.SUSPENSE else ()),
            home_button(),
            help_button(),
        ),
    )
