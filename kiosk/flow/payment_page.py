"""What the payment step shows: the page with the code, and how it ended."""

from __future__ import annotations

from kiosk.core.bills import SHOWN_CODES, Bill, PayMethod
from kiosk.core.bodies import PayBody, ResultBody
from kiosk.core.money import yuan_text
from kiosk.core.orders import OrderSnapshot, OrderState
from kiosk.core.parts import Button, Row, Tone
from kiosk.core.trouble import TROUBLES
from kiosk.core.words import Say, Words, say
from kiosk.flow.bill_page import bill_rows
from kiosk.flow.buttons import choice, help_button, home_button
from kiosk.flow.facts import Facts
from kiosk.flow.move import Scene
from kiosk.flow.trouble import sentence
from kiosk.flow.trouble import title as heading

_STAGES = {
    OrderState.INTENT: "starting",
    OrderState.PAY_SENT: "waiting",
    OrderState.PAID: "paid",
    OrderState.POST_SENT: "paid",
    OrderState.CANCELLING: "cancelling",
    OrderState.REFUNDING: "refunding",
}
_PROMPTS = {
    "insertCard": "insertCard",
    "enterPin": "enterPin",
    "removeCard": "removeCard",
}
CARD_STAGES = frozenset({*_PROMPTS.values(), "cardWait"})
"""Stages in which the bank-card terminal has the word."""
REFUSALS = frozenset(
    {
        "expired",
        "used",
        "notEnough",
        "invalid",
        "limit",
        "declined",
        "cardCanceled",
        "terminalOffline",
        "terminalBusy",
    }
)
_ORDER_OF_WAYS = (
    PayMethod.QR,
    PayMethod.CARD,
    PayMethod.ECNY,
    PayMethod.SOCIAL_CARD,
)
_ICONS = {
    PayMethod.QR: "qr",
    PayMethod.CARD: "card",
    PayMethod.ECNY: "coin",
    PayMethod.SOCIAL_CARD: "id",
}


def ways_to_pay(bill: Bill, scene: Scene) -> tuple[PayMethod, ...]:
    """Return the ways that can be chosen: what the bill takes and this machine has.

    A code on the citizen's phone needs no choosing: it may always be held there.
    """
    here = "card-terminal" in scene.available
    return tuple(
        each
        for each in _ORDER_OF_WAYS
        if each in bill.methods and (each is not PayMethod.CARD or here)
    )


def _way_button(way: PayMethod, used: PayMethod | None) -> Button:
    return choice(
        f"way:{way.value}",
        say(f"pay.way.{way.value}"),
        style="main" if way is used else "plain",
        icon=_ICONS[way],
        second_line=say(f"pay.way.{way.value}.second"),
    )


def _ways(
    order: OrderSnapshot | None, bill: Bill, scene: Scene, stage: str
) -> tuple[Button, ...]:
    """Return the buttons; none while choosing another way would not be safe."""
    ways = ways_to_pay(bill, scene)
    if len(ways) < 2 or order is None or stage not in ("waiting", "starting"):
        return ()
    refused = order.method is PayMethod.CARD and not order.card_busy
    used = None if refused else order.method
    return tuple(_way_button(way, used) for way in ways)


def _stage(order: OrderSnapshot | None, checking: bool, leaving: bool) -> str:
    if order is None:
        return "starting"
    stage = _STAGES.get(order.state, "paid")
    if stage not in ("starting", "waiting"):
        return stage
    if order.card_busy:
        return _PROMPTS.get(order.prompt, "cardWait")
    if order.slow or leaving:
        # The order cannot be driven on, or is given up: nobody may pay it now.
        return "cancelling"
    if stage == "waiting" and checking:
        return "checking"
    if stage == "waiting" and not order.qr_payload and not order.refusal:
        return "starting"
    return stage


def _trouble(order: OrderSnapshot | None, wrong_code: bool) -> Say | None:
    if wrong_code:
        return say("pay.not_a_payment_code")
    if order is None or not order.refusal:
        return None
    if order.refusal in REFUSALS:
        return say(f"pay.refused.{order.refusal}")
    return say(f"pay.refused.{'card' if order.method is PayMethod.CARD else 'invalid'}")


def _notice(order: OrderSnapshot | None, stage: str) -> tuple[Say, Say]:
    """Return title and notice of a stage; an order without answer has its own."""
    if order is not None and order.slow and stage == "paid":
        return say("pay.slow.title"), say("pay.slow.notice")
    if order is not None and order.slow and stage in CARD_STAGES:
        return say("pay.card_slow.title"), say("pay.card_slow.notice")
    if order is not None and stage == "waiting" and not order.qr_payload:
        return say("pay.other_way.title"), say("pay.other_way.notice")
    return say(f"pay.{stage}.title"), say(f"pay.{stage}.notice")


def _seconds_left(order: OrderSnapshot | None, stage: str, now: float) -> int | None:
    if order is None or order.expires_at is None or stage != "waiting":
        return None
    return max(0, int(order.expires_at - now))


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
    title, notice = _notice(order, stage)
    scanned = "scanner" in scene.available and PayMethod.CODE in bill.methods
    shown = order is not None and bool(order.qr_payload)
    way = order.method if order and order.method in SHOWN_CODES else PayMethod.QR
    return PayBody(
        title=title,
        amount=yuan_text(bill.amount),
        rows=bill_rows(bill),
        order_id=order.order_id if order else "",
        stage=stage,
        qr_payload=order.qr_payload if order and stage == "waiting" else "",
        seconds_left=_seconds_left(order, stage, scene.now),
        by_phone=say("pay.by_phone") if shown or stage != "waiting" else None,
        by_phone_second=say(f"pay.way.{way.value}.second")
        if shown or stage != "waiting"
        else None,
        by_code=say("pay.by_code") if scanned else None,
        by_code_second=say("pay.by_code_second") if scanned else None,
        notice=notice,
        trouble=_trouble(order, wrong_code),
        ways=_ways(order, bill, scene, stage),
    )


def pay_result_body(order: OrderSnapshot, scene: Scene) -> ResultBody:
    """Return the page of a payment that did not settle the bill."""
    end = order.state.value.lower()
    tone = Tone.PLAIN if order.state is OrderState.CANCELLED else Tone.WARN
    again = (choice("again", say("pay.again"), style="main"),)
    return ResultBody(
        title=say(f"pay.end.{end}.title"),
        second_line=_why_ended(order, end, scene),
        tone=tone,
        rows=(
            Row(say("pay.amount"), Words(f"¥ {yuan_text(order.amount)}"), strong=True),
            Row(say("pay.order"), Words(order.order_id)),
            Row(say("pay.terminal"), Words(scene.terminal)),
            *_reason_row(order),
        ),
        actions=(
            *(again if order.state is not OrderState.SUSPENSE else ()),
            home_button(),
            help_button(),
        ),
    )


def _told_reason(order: OrderSnapshot) -> str:
    """Name the trouble behind an unhappy end, ``""`` for one without words."""
    for name in (f"order.{order.reason}", f"platform.{order.reason}"):
        if order.reason and name in TROUBLES:
            return name
    return ""


def _why_ended(order: OrderSnapshot, end: str, scene: Scene) -> Say:
    reason = _told_reason(order)
    if order.state is OrderState.CANCELLED and reason:
        return sentence(reason)
    return say(f"pay.end.{end}.second", hotline=scene.hotline)


def _reason_row(order: OrderSnapshot) -> tuple[Row, ...]:
    reason = _told_reason(order)
    if order.state is OrderState.CANCELLED or not reason:
        return ()
    return (Row(say("slip.reason"), heading(reason)),)
