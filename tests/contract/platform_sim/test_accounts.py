"""Accounts of the billers: found by number, person and card; what may be paid."""

from __future__ import annotations

from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    ACCOUNT,
    ACCOUNTS,
    ORDER,
    OTHER,
    do,
    find,
    hand,
    put,
    settle,
    wish,
)

ABOUT_ACCOUNTS = {
    f"EQ00{code}"
    for code in ("04", "07", "08", "09", "10", "12", "13", "14", "15", "22", "23")
} | {"EQ0025", "EQ0026", "EQ0027"}


async def found(terminal: Any, account: str, kind: str) -> Any:
    answer = await find(terminal, account, kind)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def bound(terminal: Any, person: str, kind: str) -> list[Any]:
    token = await terminal.token(person)
    answer = await terminal.call(
        "POST", "/bills/bound", {"biller_kind": kind}, person=token
    )
    accounts: list[Any] = answer.json()["accounts"]
    return accounts


def test_every_code_about_an_account_has_one() -> None:
    seeded = {one.refusal for one in ACCOUNTS.all()} - {""}
    assert seeded == ABOUT_ACCOUNTS


@pytest.mark.parametrize(
    "number", [one.number for one in ACCOUNTS.all() if one.refusal]
)
async def test_refusal_of_an_account_is_handed_on(terminal: Any, number: str) -> None:
    account = ACCOUNTS.get(number)
    assert account is not None
    answer = await find(terminal, number, account.firm.kind)
    assert (answer.status_code, answer.json()["code"]) == (409, account.refusal)


@pytest.mark.parametrize(
    ("kind", "digits"),
    [
        ("water", {12}),
        ("power", {10}),
        ("gas", {8, 9, 10}),
        ("heat", {10}),
        ("fine", {16}),
    ],
)
def test_numbers_have_the_length_of_their_service(kind: str, digits: set[int]) -> None:
    lengths = {len(one.number) for one in ACCOUNTS.all() if one.firm.kind == kind}
    assert lengths
    assert lengths <= digits


@pytest.mark.parametrize(
    ("number", "masked"),
    [(ACCOUNT, "3300****1182"), ("5100230016", "510****016"), ("80031015", "80****15")],
)
async def test_at_least_four_digits_are_hidden(
    terminal: Any, number: str, masked: str
) -> None:
    account = ACCOUNTS.get(number)
    assert account is not None
    shown = await found(terminal, number, account.firm.kind)
    assert shown["account_masked"] == masked


async def test_keys_do_not_tell_the_account(terminal: Any) -> None:
    shown = await found(terminal, "330010021208", "water")
    bills = [*shown["bills"], shown["whole"]]
    assert len({bill["account_key"] for bill in bills}) == 1
    assert len({bill["bill_key"] for bill in bills}) == 3
    assert "330010021208" not in str(bills)


async def test_several_bills_are_settled_together_or_not_at_all(
    terminal: Any, platform: SimPlatform
) -> None:
    shown = await found(terminal, "5100230024", "power")
    whole = shown["whole"]
    assert whole["amount_fen"] == sum(bill["amount_fen"] for bill in shown["bills"])
    await settle(terminal, platform, wish(whole))
    after = await found(terminal, "5100230024", "power")
    assert (after["bills"], after["whole"]) == ([], None)
    assert (await put(terminal, OTHER, wish(whole))).json()["code"] == "bill.paid"


async def test_bills_together_change_when_one_is_paid(
    terminal: Any, platform: SimPlatform
) -> None:
    shown = await found(terminal, "5100230024", "power")
    await settle(terminal, platform, wish(shown["bills"][0]))
    stale = await put(terminal, OTHER, wish(shown["whole"]))
    assert stale.json()["code"] == "bill.changed"
    assert len((await found(terminal, "5100230024", "power"))["bills"]) == 2


async def test_gas_bills_are_paid_one_by_one(terminal: Any) -> None:
    shown = await found(terminal, "80031023", "gas")
    assert (len(shown["bills"]), shown["whole"]) == (2, None)


async def test_part_payment_lowers_the_bill(
    terminal: Any, platform: SimPlatform
) -> None:
    (bill,) = (await found(terminal, "6100450019", "heat"))["bills"]
    rule = bill["rule"]
    assert (rule["least_fen"], rule["most_fen"]) == (50000, 207360)
    assert rule["suggested_fen"] == [50000, 100000, 207360]
    for wrong in (49999, 50001, 207361):
        answer = await put(terminal, bill=wish(bill, wrong))
        assert answer.json()["code"] == "amount.notAllowed"
    await settle(terminal, platform, wish(bill, 100000))
    (rest,) = (await found(terminal, "6100450019", "heat"))["bills"]
    assert (rest["amount_fen"], rest["version"]) == (107360, "2")
    assert rest["bill_key"] == bill["bill_key"]
    stale = await put(terminal, OTHER, wish(bill, 50000))
    assert stale.json()["code"] == "bill.changed"
    await settle(terminal, platform, wish(rest), OTHER)
    assert (await found(terminal, "6100450019", "heat"))["bills"] == []


async def test_rest_below_the_least_is_paid_whole(
    terminal: Any, platform: SimPlatform
) -> None:
    (bill,) = (await found(terminal, "6100450019", "heat"))["bills"]
    await settle(terminal, platform, wish(bill, 200000))
    (rest,) = (await found(terminal, "6100450019", "heat"))["bills"]
    assert (rest["amount_fen"], rest["rule"]) == (7360, None)


async def test_money_goes_to_a_prepaid_account(
    terminal: Any, platform: SimPlatform
) -> None:
    shown = await found(terminal, "5100230032", "power")
    assert (shown["kind"], shown["balance_fen"]) == ("prepaid", 1355)
    await settle(terminal, platform, wish(shown["topup"], 20000))
    after = await found(terminal, "5100230032", "power")
    assert after["balance_fen"] == 21355
    assert after["topup"]["version"] != shown["topup"]["version"]
    await settle(terminal, platform, wish(after["topup"]), OTHER)


async def test_account_in_debt_shows_a_balance_below_zero(terminal: Any) -> None:
    shown = await found(terminal, "5100230040", "power")
    assert shown["balance_fen"] < 0


async def test_own_and_bound_accounts_are_listed_by_number(terminal: Any) -> None:
    mine = await bound(terminal, "zhang-weimin", "water")
    assert [one["account"] for one in mine] == [ACCOUNT, "330010021190"]
    assert await bound(terminal, "foreigner-2017", "water") == []
    (card,) = await bound(terminal, "ouyang-xiaoyu", "power")
    assert card["kind"] == "card"


async def test_bound_accounts_need_a_person(terminal: Any) -> None:
    answer = await terminal.call("POST", "/bills/bound", {"biller_kind": "water"})
    assert answer.status_code == 400


async def test_fine_is_paid_by_the_number_of_its_decision(
    terminal: Any, platform: SimPlatform
) -> None:
    (bill,) = (await found(terminal, "9990012600009714", "fine"))["bills"]
    assert (bill["service"], bill["amount_fen"]) == ("fine", 30800)
    await settle(terminal, platform, wish(bill))
    assert (await found(terminal, "9990012600009714", "fine"))["bills"] == []


async def fee(terminal: Any, matter: str, person: str = "", **answers: str) -> Any:
    token = await terminal.token(person) if person else ""
    return await terminal.call(
        "POST", f"/fees/{matter}", {"answers": answers}, person=token
    )


async def test_fee_is_fixed_or_computed(terminal: Any) -> None:
    fixed = (await fee(terminal, "id-card-reissue")).json()
    assert (fixed["amount_fen"], fixed["service"]) == (4000, "fee")
    computed = await fee(
        terminal, "vehicle-driver-fee-payment", kind="vehicle-licence", copies="2"
    )
    assert computed.json()["amount_fen"] == 3000


async def test_same_question_is_one_bill_until_it_is_paid(
    terminal: Any, platform: SimPlatform
) -> None:
    first = (await fee(terminal, "id-card-reissue")).json()
    assert (await fee(terminal, "id-card-reissue")).json() == first
    other = (await fee(terminal, "id-card-reissue", "li-fang")).json()
    assert other["bill_key"] != first["bill_key"]
    await settle(terminal, platform, wish(first))
    again = (await fee(terminal, "id-card-reissue")).json()
    assert again["bill_key"] != first["bill_key"]
    assert (await put(terminal, OTHER, wish(first))).json()["code"] == "bill.paid"


async def test_exempt_person_pays_nothing(terminal: Any) -> None:
    answer = await fee(terminal, "id-card-reissue", "zhou-qing")
    assert answer.json()["amount_fen"] == 0


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"kind": "spaceship"},
        {"kind": "driver-licence", "copies": "0"},
        {"kind": "driver-licence", "copies": "6"},
        {"kind": "driver-licence", "copies": "two"},
    ],
)
async def test_fee_that_does_not_follow_is_refused(
    terminal: Any, answers: dict[str, str]
) -> None:
    answer = await fee(terminal, "vehicle-driver-fee-payment", **answers)
    assert (answer.status_code, answer.json()["code"]) == (409, "fee.answers")


async def test_matter_without_fee(terminal: Any) -> None:
    answer = await fee(terminal, "water-payment")
    assert (answer.status_code, answer.json()["code"]) == (404, "fee.unknown")


async def test_two_live_orders_for_one_account_are_refused(
    terminal: Any, other_terminal: Any, platform: SimPlatform
) -> None:
    shown = await found(terminal, "5100230024", "power")
    await put(terminal, ORDER, wish(shown["bills"][0]))
    for bill in (*shown["bills"], shown["whole"]):
        answer = await put(other_terminal, OTHER, wish(bill))
        assert answer.json()["code"] == "EQ0024"
    await do(terminal, "cancel")
    assert (await put(other_terminal, OTHER, wish(shown["whole"]))).status_code == 201


async def test_counter_pays_an_account_of_the_bench(platform: SimPlatform) -> None:
    with pytest.raises(ValueError, match="no account"):
        await hand(platform, "pay_bill_elsewhere", account="1")
    paid = await hand(platform, "pay_bill_elsewhere", account="80031023")
    assert len(paid["paid"]) == 2
    with pytest.raises(ValueError, match="no open bill"):
        await hand(platform, "pay_bill_elsewhere", account="80031023")
