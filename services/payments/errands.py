"""The calls of one order on platform and card terminal: each is answered by one event.

A call that lasts too long, or that fails in any way, is an event like every other:
nobody above this module sees an exception of the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import anyio

from kiosk.core.clock import Clock
from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from kiosk.core.orders import OrderJournal, OrdersGateway, PaymentStart
from kiosk.core.ports import EventLog
from services.payments.cardslot import CardSlot
from services.payments.cardtruth import BUSY
from services.payments.effects import AT_TERMINAL, Act, Call
from services.payments.events import (
    Answered,
    CardPrompted,
    Moment,
    OrderEvent,
    Refused,
    Reply,
    TerminalTold,
    Unanswered,
)
from services.payments.order import Order

Tell = Callable[[OrderEvent], None]

_GRACE_S = 20.0
"""What the terminal's driver may take beyond its own limit to say so."""


@dataclass(frozen=True, slots=True)
class Ports:
    """What tellers act on.

    Attributes:
        dice: numbers from 0 to 1 that spread the pauses of many machines.
        wrote: told of every row that is durable.
    """

    gateway: OrdersGateway
    journal: OrderJournal
    clock: Clock
    log: EventLog
    dice: Callable[[], float]
    slot: CardSlot
    wrote: Callable[[], None] = lambda: None

    def moment(self) -> Moment:
        """Return the present, for an event."""
        return Moment(self.clock.monotonic(), self.clock.now())


async def run_errand(ports: Ports, order: Order, call: Call, tell: Tell) -> None:
    """Make one call for an order, and tell what came of it."""
    if call.act in AT_TERMINAL:
        told = await _at_terminal(ports, order, call, tell)
        ports.log(
            "order.terminal",
            order=order.order_id,
            call=call.act.value,
            trouble=told.trouble,
            receipt=told.receipt.number if told.receipt else None,
        )
        tell(told)
    else:
        reply = await _at_platform(ports, order, call)
        _note(ports, order, call, reply)
        tell(reply)


async def _at_platform(ports: Ports, order: Order, call: Call) -> Reply:
    with anyio.move_on_after(order.delays.call_s):
        try:
            return await _ask_platform(ports, order, call)
        except PlatformRefused as error:
            return Refused(ports.moment(), error.reason or error.code)
        except (PlatformUnreachable, OutcomeUnknown, PlatformProtocolError) as error:
            return Unanswered(ports.moment(), error.code)
    return Unanswered(ports.moment(), "timeOut")


async def _ask_platform(ports: Ports, order: Order, call: Call) -> Answered:
    gateway, order_id = ports.gateway, order.order_id
    match call.act:
        case Act.PUT_ORDER:
            await gateway.put_order(order_id, order.bill)
            return Answered(ports.moment())
        case Act.START_QR:
            return _begun(ports, await gateway.start_qr(order_id, call.method))
        case Act.START_CARD:
            return _begun(ports, await gateway.start_card(order_id))
        case Act.PAY_BY_CODE:
            code = call.payment_code
            return _begun(ports, await gateway.pay_by_code(order_id, code))
        case Act.REPORT_CARD:
            truth = await gateway.report_card(order_id, call.receipt)
            return Answered(ports.moment(), truth)
    ask = {
        Act.QUERY: gateway.query_order,
        Act.CANCEL: gateway.cancel_order,
        Act.POST: gateway.post_order,
        Act.VOID: gateway.void_posting,
    }[call.act]
    truth = await ask(order_id)
    return Answered(ports.moment(), truth)


def _begun(ports: Ports, start: PaymentStart) -> Answered:
    return Answered(ports.moment(), start.truth, start.qr_payload, start.refusal)


async def _at_terminal(
    ports: Ports, order: Order, call: Call, tell: Tell
) -> TerminalTold:
    slot, delays = ports.slot, order.delays
    if call.act is Act.CARD_BASELINE and not slot.take(order.order_id):
        return TerminalTold(ports.moment(), BUSY)
    longest = delays.card_s if call.act is Act.AUTHORISE else delays.call_s
    with anyio.move_on_after(longest + _GRACE_S):
        if call.act is Act.AUTHORISE:

            def prompted(prompt: str) -> None:
                tell(CardPrompted(ports.moment(), prompt))

            answer = await slot.authorise(order.bill.amount, prompted, longest)
        else:
            answer = await slot.last_receipt(longest)
        return TerminalTold(ports.moment(), *answer)
    return TerminalTold(ports.moment(), "timeOut")


def _note(ports: Ports, order: Order, call: Call, reply: Reply) -> None:
    if isinstance(reply, Refused):
        ports.log(
            "order.refused",
            order=order.order_id,
            reason=reply.reason,
            call=call.act.value,
        )
    elif isinstance(reply, Unanswered):
        ports.log(
            "order.unanswered",
            order=order.order_id,
            code=reply.why,
            call=call.act.value,
        )
