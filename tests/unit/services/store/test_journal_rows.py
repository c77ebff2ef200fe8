"""Rows of the journal: orders, acts, messages."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from kiosk.core.errors import StoreError
from kiosk.core.orders import OrderRow, OrderState
from kiosk.core.ports import Act, ActKind
from services.store.journal import Journal


def row(
    step: int,
    state: OrderState,
    order_id: str = "A0317-0001-00000001-X",
    bill_lock: str = "water:B1",
) -> OrderRow:
    return OrderRow(order_id, step, state, bill_lock, {"amount": 8640})


async def test_an_order_comes_back_as_it_was_written(open_journal) -> None:
    journal = await open_journal()
    written = (row(1, OrderState.INTENT), row(2, OrderState.PAY_SENT))
    for each in written:
        await journal.append(each)
    journal = await open_journal()
    assert await journal.history(written[0].order_id) == written
    assert await journal.load_open_orders() == (written,)
    assert journal.orders_made == 1


async def test_terminal_orders_are_not_open_and_release_the_bill(open_journal) -> None:
    journal = await open_journal()
    await journal.append(row(1, OrderState.INTENT))
    assert await journal.live_order_for_bill("water:B1") == "A0317-0001-00000001-X"
    await journal.append(row(2, OrderState.CANCELLED))
    assert await journal.load_open_orders() == ()
    assert await journal.live_order_for_bill("water:B1") == ""
    await journal.append(row(1, OrderState.INTENT, order_id="second"))


async def test_a_suspended_order_keeps_the_bill_locked(open_journal) -> None:
    journal = await open_journal()
    await journal.append(row(1, OrderState.INTENT))
    await journal.append(row(2, OrderState.SUSPENSE))
    assert await journal.live_order_for_bill("water:B1")
    assert len(await journal.load_open_orders()) == 1


async def test_a_second_live_order_for_a_bill_is_refused(open_journal) -> None:
    journal = await open_journal()
    await journal.append(row(1, OrderState.INTENT))
    with pytest.raises(StoreError) as caught:
        await journal.append(row(1, OrderState.INTENT, order_id="second"))
    assert caught.value.code == "store.conflict"
    assert await journal.history("second") == ()
    assert not journal.failed


@pytest.mark.parametrize("step", [1, 2, 4])
async def test_a_writer_that_was_overtaken_is_refused(open_journal, step) -> None:
    journal = await open_journal()
    await journal.append(row(1, OrderState.INTENT))
    await journal.append(row(2, OrderState.PAY_SENT))
    with pytest.raises(StoreError) as caught:
        await journal.append(row(step, OrderState.CANCELLING))
    assert caught.value.code == "store.conflict"
    assert len(await journal.history(row(1, OrderState.INTENT).order_id)) == 2


async def test_nothing_follows_a_terminal_state(open_journal) -> None:
    journal = await open_journal()
    await journal.append(row(1, OrderState.INTENT))
    await journal.append(row(2, OrderState.CANCELLED))
    with pytest.raises(StoreError):
        await journal.append(row(3, OrderState.PAID))


async def test_an_act_is_open_until_it_ends(open_journal) -> None:
    journal = await open_journal()
    act_id = await journal.begin(ActKind.PRINT_DOCUMENT, "proof", "d" * 64)
    journal = await open_journal()
    assert await journal.open_acts() == (
        Act(act_id, ActKind.PRINT_DOCUMENT, "proof", "d" * 64),
    )
    await journal.end(act_id, "presented", {"sheets": 1})
    assert await journal.open_acts() == ()


async def test_the_first_ending_of_an_act_stands(open_journal) -> None:
    journal = await open_journal()
    act_id = await journal.begin(ActKind.SUBMIT_CASE, "filing", "S-1")
    await journal.end(act_id, "accepted")
    await journal.end(act_id, "failed")
    message = await journal.next_message()
    assert message is not None
    assert message.facts["outcome"] == "accepted"
    await journal.sent(message)
    assert await journal.next_message() is None


async def test_acts_of_two_starts_have_different_numbers(open_journal) -> None:
    made = set()
    for _ in range(3):
        journal = await open_journal()
        for _ in range(3):
            made.add(await journal.begin(ActKind.PRINT_RECEIPT, "water", "o1"))
    assert len(made) == 9


async def test_ending_an_unknown_act_is_an_error(open_journal) -> None:
    journal = await open_journal()
    with pytest.raises(StoreError):
        await journal.end("act-0-0", "presented")
    assert not journal.failed


async def test_an_ended_act_is_a_message_of_the_same_commit(open_journal) -> None:
    journal = await open_journal()
    act_id = await journal.begin(ActKind.PRINT_DOCUMENT, "proof", "digest")
    assert await journal.next_message() is None
    await journal.end(act_id, "presented", {"sheets": 2})
    journal = await open_journal()
    message = await journal.next_message()
    assert message is not None
    assert (message.topic, message.key) == ("act.ended", act_id)
    assert message.facts == {
        "act_id": act_id,
        "kind": "print.document",
        "matter": "proof",
        "reference": "digest",
        "outcome": "presented",
        "detail": {"sheets": 2},
    }


async def test_messages_keep_their_order_and_are_not_doubled(open_journal) -> None:
    journal = await open_journal()
    for key in ("a", "b", "a"):
        await journal.put("rating", key, {"level": 5})
    seen = []
    while message := await journal.next_message():
        seen.append(message.key)
        await journal.sent(message)
    assert seen == ["a", "b"]


async def test_every_start_counts_one_up(open_journal) -> None:
    first = (await open_journal()).boot
    assert [(await open_journal()).boot for _ in range(3)] == [
        first + 1,
        first + 2,
        first + 3,
    ]


@pytest.mark.parametrize("table", ["journal", "outbox"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET key = 'x'", "DELETE FROM {}"])
async def test_the_file_itself_refuses_to_forget(
    open_journal, path: Path, table: str, statement: str
) -> None:
    journal = await open_journal()
    await journal.put("rating", "a", {"level": 5})
    stranger = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        stranger.execute(statement.format(table))
    stranger.close()


async def test_the_chain_holds_and_names_its_head(open_journal) -> None:
    journal = await open_journal()
    await journal.append(row(1, OrderState.INTENT))
    assert await journal.verify() is None
    head = await journal.head()
    assert head is not None
    assert (head.kind, head.seq) == ("order", 3)


async def test_a_second_process_is_kept_out(
    open_journal, path: Path, clock, diary
) -> None:
    await open_journal()
    with pytest.raises(StoreError, match="another process"):
        await Journal.open(path, clock, diary)
