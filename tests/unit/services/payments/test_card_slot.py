"""Who may use the card terminal of this machine."""

from __future__ import annotations

from kiosk.core.money import Fen
from services.payments.cardslot import CardSlot
from tests.unit.services.payments.hall import Terminal


def test_the_terminal_serves_one_order_until_it_is_let_go() -> None:
    slot = CardSlot(Terminal())
    assert slot.there
    assert slot.take("first")
    assert slot.take("first")
    assert not slot.take("second")
    slot.release("second")  # it never had it
    assert not slot.take("second")
    slot.release("first")
    assert slot.take("second")


def test_an_order_found_in_the_journal_keeps_the_terminal() -> None:
    slot = CardSlot(Terminal())
    slot.keep("found")
    assert not slot.take("new")
    slot.keep_only(["other"])
    assert slot.take("new")


def test_a_machine_without_a_terminal_says_so(virtually) -> None:
    async def ask() -> None:
        slot = CardSlot(None)
        assert not slot.there
        assert await slot.authorise(Fen(1), print, 1.0) == ("noDevice", None)
        assert await slot.last_receipt(1.0) == ("noDevice", None)
        await slot.interrupt()

    virtually(ask())
