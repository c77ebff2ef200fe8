"""Act of printing a receipt again: marked, and counted before it is printed."""

from __future__ import annotations

from kiosk.flow.effects import PrintCopy
from kiosk.session.acts.context import Stage
from kiosk.session.acts.paper import print_counted
from kiosk.session.slips import copy_receipt


async def print_copy(stage: Stage, effect: PrintCopy) -> None:
    """Print one more copy of a receipt; its number stands on it."""
    await print_counted(
        stage,
        effect,
        effect.payment.order_id,
        lambda number: copy_receipt(effect, number, stage.ports),
    )
