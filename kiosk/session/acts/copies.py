"""Act of printing a receipt again: marked, and counted before it is printed."""

from __future__ import annotations

from kiosk.core.device import Completion
from kiosk.core.errors import KioskError
from kiosk.core.media import PrintOutcome, Settled
from kiosk.core.ports import ActKind
from kiosk.flow.effects import PrintCopy
from kiosk.session.acts.context import Stage, failed_by, no_device
from kiosk.session.acts.paper import end_paper_act, outcome_of, settled
from kiosk.session.slips import copy_receipt


async def print_copy(stage: Stage, effect: PrintCopy) -> None:
    """Print one more copy of a receipt; its number stands on it.

    The number is the platform's and belongs to this act: asking again, after a
    lost answer, gives the same one.
    """
    ports, payment = stage.ports, effect.payment
    if ports.receipt is None:
        stage.emit(no_device(effect, "receipt"))
        return
    try:
        act = await ports.acts.begin(
            ActKind.PRINT_RECEIPT, effect.matter, payment.order_id
        )
    except KioskError as error:
        stage.emit(failed_by(effect, error, payment.order_id))
        return
    try:
        number = await ports.gateway.count_copy(payment.order_id, act)
    except KioskError as error:
        await end_paper_act(ports, act, PrintOutcome(Settled.NOT_PRINTED))
        stage.emit(failed_by(effect, error, payment.order_id))
        return
    slip = copy_receipt(effect, number, ports)
    completion: Completion[PrintOutcome] = await ports.receipt.print_receipt(slip)
    outcome = outcome_of(completion)
    await end_paper_act(ports, act, outcome)
    stage.emit(settled("receipt", completion, outcome, payment.order_id))
