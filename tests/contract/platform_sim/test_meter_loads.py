"""Meter cards: bought on the account, written to the card, once."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest

from hardware_sim.platform.seed import load_seed
from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import (
    ORDER,
    OTHER,
    do,
    find,
    pay,
    put,
    settle,
    wish,
)

GAS = {
    "serial": "9990030000000031",
    "service": "gas",
    "account": "80031031",
    "purchases": 12,
    "units": 0,
}
UNLOADED = GAS | {"serial": "9990030000000049", "account": "80031049", "purchases": 4}
POWER = {
    "serial": "9990020000000058",
    "service": "power",
    "account": "5100230058",
    "purchases": 7,
    "units": 0,
}
BOUGHT_ON_A_PHONE = "RQ20261118093012000049"


async def card(terminal: Any, content: Any) -> Any:
    return await terminal.call("POST", "/bills/card", content)


async def load(terminal: Any, order: str = ORDER) -> Any:
    return await terminal.call("GET", f"/orders/{order}/load")


async def confirm(terminal: Any, purchase: int, order: str = ORDER) -> Any:
    return await terminal.call("PUT", f"/orders/{order}/load", {"purchase": purchase})


async def test_owner_of_a_meter_card_is_sent_to_the_card(terminal: Any) -> None:
    answer = await find(terminal, "80031031", "gas")
    assert answer.json()["code"] == "EQ0027"


async def test_card_shows_what_may_be_bought(terminal: Any) -> None:
    account = (await card(terminal, POWER)).json()
    rule = account["topup"]["rule"]
    assert (account["kind"], rule["unit"], rule["unit_price_fen"]) == ("card", "度", 52)
    assert rule["least_fen"] == 20 * 52
    assert rule["step_fen"] == 10 * 52
    assert rule["most_fen"] == 3000 * 52
    assert account["topup"]["account_key"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"account": "80039999"}, "EQ0006"),
        ({"service": "power"}, "EQ0006"),
        ({"serial": "9990030000000032"}, "EQ0006"),
        ({"account": "80031015"}, "EQ0006"),
        ({"purchases": 13}, "EQ0023"),
    ],
)
async def test_foreign_card_is_refused(
    terminal: Any, changed: dict[str, Any], code: str
) -> None:
    assert (await card(terminal, GAS | changed)).json()["code"] == code


async def test_purchase_becomes_a_load_once_it_is_posted(
    terminal: Any, platform: SimPlatform
) -> None:
    topup = (await card(terminal, GAS)).json()["topup"]
    await put(terminal, ORDER, wish(topup, 20 * 275))
    await pay(terminal)
    missing = await load(terminal)
    assert (missing.status_code, missing.json()["code"]) == (404, "load.none")
    await platform.verbs()["pay_shown_code"].call()
    await do(terminal, "post")
    bought = (await load(terminal)).json()
    assert (bought["purchase"], bought["units"], bought["unit"]) == (13, 2000, "立方米")
    assert (await load(terminal)).json() == bought
    await do(terminal, "post")
    account = (await card(terminal, GAS)).json()
    assert (account["unloaded"], account["topup"]) == ([bought], None)


async def test_token_is_made_by_the_biller_over_the_load(
    terminal: Any, platform: SimPlatform
) -> None:
    topup = (await card(terminal, GAS)).json()["topup"]
    await settle(terminal, platform, wish(topup, 5 * 275))
    token = base64.b64decode((await load(terminal)).json()["token"])
    firms = {row["kind"]: row for row in load_seed("billers")["billers"]}
    key = bytes.fromhex(firms["gas"]["key"])
    text = b"9990030000000031:13:500"
    assert "sm3" in hashlib.algorithms_available
    assert token == hmac.new(key, text, "sm3").digest()


async def test_nothing_more_is_sold_before_it_was_loaded(
    terminal: Any, platform: SimPlatform
) -> None:
    topup = (await card(terminal, GAS)).json()["topup"]
    await settle(terminal, platform, wish(topup))
    assert (await put(terminal, OTHER, wish(topup))).json()["code"] == "EQ0026"
    assert (await confirm(terminal, 12)).json()["code"] == "load.foreign"
    loaded = (await confirm(terminal, 13)).json()
    assert (await confirm(terminal, 13)).json() == loaded
    assert (await load(terminal)).json() == loaded
    account = (await card(terminal, GAS | {"purchases": 13, "units": 2000})).json()
    assert account["unloaded"] == []
    await settle(terminal, platform, wish(account["topup"]), OTHER)
    assert (await load(terminal, OTHER)).json()["purchase"] == 14


async def test_card_that_carries_the_purchase_confirms_it(terminal: Any) -> None:
    first = (await card(terminal, UNLOADED)).json()
    (waiting,) = first["unloaded"]
    assert (waiting["order_id"], waiting["purchase"]) == (BOUGHT_ON_A_PHONE, 5)
    seen = (await card(terminal, UNLOADED | {"purchases": 5})).json()
    assert seen["unloaded"] == []
    assert seen["topup"] is not None
    assert (await card(terminal, UNLOADED)).json()["unloaded"] == []


async def test_load_bought_elsewhere_is_fetched_at_any_terminal(
    terminal: Any, other_terminal: Any
) -> None:
    fetched = (await load(other_terminal, BOUGHT_ON_A_PHONE)).json()
    assert fetched["units"] == 2000
    assert (await confirm(terminal, 5, BOUGHT_ON_A_PHONE)).status_code == 200


async def test_power_is_sold_once_a_day(
    terminal: Any, platform: SimPlatform, clock: Any
) -> None:
    topup = (await card(terminal, POWER)).json()["topup"]
    await settle(terminal, platform, wish(topup, 30 * 52))
    await confirm(terminal, 8)
    topup = (await card(terminal, POWER | {"purchases": 8})).json()["topup"]
    assert (await put(terminal, OTHER, wish(topup))).json()["code"] == "EQ0014"
    clock.at += 24 * 3600
    assert (await put(terminal, OTHER, wish(topup))).status_code == 201


@pytest.mark.parametrize("units", [10, 25, 3010])
async def test_units_outside_the_rule_are_not_sold(terminal: Any, units: int) -> None:
    topup = (await card(terminal, POWER)).json()["topup"]
    answer = await put(terminal, ORDER, wish(topup, units * 52))
    assert answer.json()["code"] == "amount.notAllowed"


async def test_bill_that_is_no_topup_has_no_load(
    terminal: Any, platform: SimPlatform
) -> None:
    (bill,) = (await find(terminal)).json()["bills"]
    await settle(terminal, platform, wish(bill))
    assert (await load(terminal)).status_code == 404
    assert (await confirm(terminal, 1)).status_code == 404
