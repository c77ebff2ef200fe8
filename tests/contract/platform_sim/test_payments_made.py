"""Payments made: history, copies of receipts, electronic invoices."""

from __future__ import annotations

from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    ACCOUNT,
    BILL,
    ORDER,
    put,
    settle,
    wish_for,
)

ON_TERMINAL = "A0317-9Z02-00000088-0"
ON_A_PHONE = "WX20250611081544310182"
TOO_OLD = "B0021-9Z01-00000012-T"
FINE = "A0317-9Z02-00000064-F"
YEAR_S = 365 * 24 * 3600


async def history(
    terminal: Any, person: str, account: str = ACCOUNT, kind: str = "water"
) -> Any:
    token = await terminal.token(person)
    query = {"biller_kind": kind, "account": account}
    return await terminal.call("POST", "/payments/search", query, person=token)


async def payment(terminal: Any, order: str) -> Any:
    return await terminal.call("GET", f"/payments/{order}")


async def copy(terminal: Any, act: str, order: str = ON_TERMINAL) -> Any:
    return await terminal.call("PUT", f"/payments/{order}/copies/{act}")


async def invoice(terminal: Any, order: str = ON_TERMINAL, person: str = "") -> Any:
    token = await terminal.token(person) if person else ""
    return await terminal.call("PUT", f"/payments/{order}/invoice", person=token)


async def test_history_of_24_months_newest_first(
    terminal: Any, platform: SimPlatform
) -> None:
    await settle(terminal, platform, BILL)
    payments = (await history(terminal, "li-fang")).json()["payments"]
    times = [one["paid_at"] for one in payments]
    assert times == sorted(times, reverse=True)
    assert payments[0]["order_id"] == ORDER
    assert TOO_OLD not in [one["order_id"] for one in payments]
    assert {one["method"] for one in payments} == {"qr", "code", "app", "counter"}
    assert "李芳" not in str(payments)
    assert ACCOUNT not in str(payments)


async def test_bound_person_sees_it_and_nobody_else(terminal: Any) -> None:
    assert (await history(terminal, "zhang-weimin")).status_code == 200
    foreign = await history(terminal, "zhou-qing")
    assert (foreign.status_code, foreign.json()["code"]) == (409, "account.notYours")
    unknown = await history(terminal, "li-fang", "330010029999")
    assert unknown.json()["code"] == "EQ0006"


async def test_history_grows_old(terminal: Any, clock: Any) -> None:
    before = (await history(terminal, "li-fang")).json()["payments"]
    clock.at += YEAR_S
    after = (await history(terminal, "li-fang")).json()["payments"]
    assert 0 < len(after) < len(before)


async def test_new_payment_is_found_by_its_slip(
    terminal: Any, other_terminal: Any, platform: SimPlatform
) -> None:
    await put(terminal)
    unsettled = await payment(terminal, ORDER)
    assert (unsettled.status_code, unsettled.json()["code"]) == (404, "payment.unknown")
    posted = await settle(
        terminal, platform, wish_for("80031015"), "A0317-0001-00000002-5"
    )
    found = (await payment(other_terminal, posted["order_id"])).json()
    assert found["bill"]["amount_fen"] == 5775
    assert found["biller_reference"] == posted["biller_reference"]
    assert found["payment_reference"] == posted["payment_reference"]
    assert (found["copies"], found["reprintable"], found["invoiced"]) == (
        0,
        True,
        False,
    )


async def test_copies_are_counted_once_for_each_act(
    terminal: Any, other_terminal: Any
) -> None:
    assert (await copy(terminal, "P-1")).json()["copy"] == 1
    assert (await copy(terminal, "P-1")).json()["copy"] == 1
    assert (await copy(other_terminal, "P-1")).json()["copy"] == 2
    assert (await copy(terminal, "P-2")).json()["copy"] == 3
    assert (await payment(terminal, ON_TERMINAL)).json()["copies"] == 3


@pytest.mark.parametrize("order", [ON_A_PHONE, TOO_OLD])
async def test_no_copy_of_what_is_too_old_or_not_from_a_terminal(
    terminal: Any, order: str
) -> None:
    assert (await payment(terminal, order)).json()["reprintable"] is False
    refused = await copy(terminal, "P-1", order)
    assert (refused.status_code, refused.json()["code"]) == (409, "payment.tooOld")


async def test_no_copy_of_an_unknown_payment(terminal: Any) -> None:
    assert (await copy(terminal, "P-1", ORDER)).status_code == 404
    assert (await invoice(terminal, ORDER)).status_code == 404


async def test_one_invoice_for_one_payment(terminal: Any, clock: Any) -> None:
    first = (await invoice(terminal)).json()
    assert len(first["number"]) == 20
    assert first["url"].startswith("https://invoice.fushan.example/")
    assert (first["amount_fen"], first["seller"]) == (9000, "涪山自来水公司")
    clock.at += 3600
    assert (await invoice(terminal, person="li-fang")).json() == first
    assert (await payment(terminal, ON_TERMINAL)).json()["invoiced"] is True
    other = (await invoice(terminal, ON_A_PHONE)).json()
    assert other["number"] != first["number"]


async def test_invoice_of_somebody_else_and_of_a_fine(terminal: Any) -> None:
    foreign = await invoice(terminal, person="zhou-qing")
    assert foreign.json()["code"] == "account.notYours"
    assert (await invoice(terminal, FINE)).json()["code"] == "invoice.notIssued"
