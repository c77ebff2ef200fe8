"""I14: when the desk takes no money, and the code that says why."""

from __future__ import annotations

import re

import pytest

from kiosk.core.errors import StoreError
from services.payments.doubts import REFUSALS
from services.store.writer import Writer


def test_no_money_before_the_open_orders_were_found(virtually, hall, bill) -> None:
    async def early() -> None:
        desk = hall.desk()
        assert desk.refusal() == "desk.closed"
        with pytest.raises(StoreError):
            await desk.open(bill)
        async with hall.open() as desk:
            assert desk.refusal() == ""
        assert desk.refusal() == "desk.closed"

    virtually(early())


def test_no_money_while_the_journal_refuses(virtually, hall, bill) -> None:
    async def refuse() -> None:
        async with hall.open() as desk:
            hall.journal.refusal = lambda: "disk.full"
            assert desk.refusal() == "disk.full"
            with pytest.raises(StoreError):
                await desk.open(bill)
        assert "put" not in hall.gateway.asked

    virtually(refuse())


def test_orders_that_cannot_be_read_keep_the_desk_closed(virtually, hall) -> None:
    async def broken_probe() -> None:
        raise StoreError("the disk does not answer")

    async def unread() -> None:
        hall.journal.probe = broken_probe
        async with hall.open() as desk:
            assert desk.refusal() == "orders.unread"
        assert hall.events[0][0] == "orders.not_recovered"

    virtually(unread())


def test_the_composition_root_has_the_last_word(virtually, hall, bill) -> None:
    async def doubt() -> None:
        hall.doubt = "receipt.none"
        async with hall.open() as desk:
            assert desk.refusal() == "receipt.none"
            with pytest.raises(StoreError) as caught:
                await desk.open(bill)
            assert caught.value.context["why"] == "receipt.none"
            hall.journal.refusal = lambda: "clock.wrong"
            assert desk.refusal() == "clock.wrong"

    virtually(doubt())


def test_what_was_begun_is_finished_while_the_desk_refuses(
    virtually, hall, bill
) -> None:
    async def doubt() -> None:
        async with hall.open() as desk:
            order_id = await hall.order(desk, bill)
            hall.doubt = "receipt.none"
            await hall.pay(desk, order_id)
            await hall.seen(desk, order_id, lambda shown: shown.receipt == "owed")

    virtually(doubt())


def test_every_code_is_one_word_of_a_kind_and_one_of_a_case() -> None:
    for code, why in REFUSALS.items():
        assert re.fullmatch(r"[a-z]+\.[a-zA-Z]+", code)
        assert why.endswith(".")


def test_the_table_has_every_code_that_the_journal_says() -> None:
    said = re.findall(r"``([a-z]+\.[a-z]+)``", str(Writer.refusal.__doc__))
    assert "journal.unmarked" in said
    assert set(said) <= set(REFUSALS)
