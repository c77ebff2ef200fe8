"""Scenes that take some doing: an order that only people can resolve."""

from __future__ import annotations

from tests.system.hall import Hall, power


async def suspended(hall: Hall) -> str:
    """Let an order end in suspense and return its number; the kiosk is stopped.

    The card terminal is taken away when the bank has approved, and stays away.
    """
    async with hall.kiosk() as kiosk:
        visit = hall.visit(kiosk, power(pay_by="card"))
        await visit.until(lambda view: getattr(view.body, "stage", "") == "enterPin")
        await hall.act("card-terminal", "disconnect")
        await visit.see("pay.end.suspense.title", timeout_s=60)
        await hall.comes(lambda: len(hall.receipts()) == 1)
        await hall.settled_acts("print.receipt")
        await visit.finish()
        ((number, states),) = hall.order_states().items()
        assert states[-1] == "SUSPENSE"
    return number
