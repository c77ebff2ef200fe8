"""Accounts, fees and loads: what is asked and what becomes of the answer."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.core.bills import AmountRule, MeterCard, PayMethod
from kiosk.core.errors import PlatformProtocolError, PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.people import Person
from services.platform.client import HttpGateway

pytestmark = pytest.mark.usefixtures("both_sides_keep_the_contract")

WATER = "330010021182"
CARD = MeterCard(
    serial="04A1B2C3D4E5F6",
    service="gas",
    account="330020031457",
    purchases=17,
    units=0,
)
LOAD_ORDER = "A0317-0007-00000012-4"


def _spoilt(answer: Any, path: str, value: Any) -> Any:
    """Replace one value: ``bills.0.service``."""
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    node = answer
    for step in way:
        node = node[step]
    node[last] = value
    return answer


async def test_account_is_asked_for_in_the_body(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    far_end.says(200, contract.answers("findAccount"))
    account = await gateway.find_account("water", WATER)
    (bill,) = account.bills
    assert (bill.amount, bill.version, bill.service) == (Fen(8640), "1", "water")
    assert bill.account_key
    assert bill.rule is None
    assert set(bill.methods) == set(PayMethod)
    assert (account.kind, account.balance, account.topup) == ("postpaid", None, None)
    assert WATER not in str(far_end.requests[0].url)
    assert WATER not in repr(account)


async def test_bill_whose_amount_is_chosen_keeps_its_rule(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("findCardAccount")
    far_end.says(200, answer)
    account = await gateway.find_card_account(CARD)
    assert account.topup is not None
    assert account.topup.rule == AmountRule(
        least=Fen(285),
        most=Fen(28500),
        step=Fen(285),
        suggested=(Fen(2850), Fen(5700), Fen(14250)),
        unit="立方米",
        unit_price=Fen(285),
    )
    assert account.topup.methods == (PayMethod.QR, PayMethod.CODE, PayMethod.CARD)
    assert json.loads(far_end.requests[0].content)["purchases"] == 17


async def test_unloaded_credit_of_a_card_comes_with_its_token(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    far_end.says(200, contract.answers("findCardAccount"))
    (load,) = (await gateway.find_card_account(CARD)).unloaded
    assert (load.order_id, load.purchase, load.units) == (LOAD_ORDER, 18, 2000)
    assert load.token == bytes.fromhex("deadbeef" * 4)
    assert "token" not in repr(load)


async def test_prepaid_account_may_owe(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("findAccount") | {"kind": "prepaid", "balance_fen": -310}
    far_end.says(200, answer)
    assert (await gateway.find_account("water", WATER)).balance == -310


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("account", "330010021183"),
        ("biller_kind", "gas"),
        ("service", "gas"),
        ("bills.0.service", "power"),
    ],
)
async def test_account_that_was_not_asked_for_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any, path: str, value: str
) -> None:
    far_end.says(200, _spoilt(contract.answers("findAccount"), path, value))
    with pytest.raises(PlatformProtocolError):
        await gateway.find_account("water", WATER)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("kind", "postpaid"),
        ("kind", "prepaid"),
        ("account", "330020031458"),
        ("biller_kind", "water"),
        ("unloaded.0.serial", "04A1B2C3D4E5F7"),
        ("topup.rule", None),
        ("topup.amount_fen", 5701),
        ("topup.rule.least_fen", 30000),
        ("topup.rule.suggested_fen", [2851]),
    ],
)
async def test_card_account_that_contradicts_the_card_or_itself_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any, path: str, value: Any
) -> None:
    far_end.says(200, _spoilt(contract.answers("findCardAccount"), path, value))
    with pytest.raises(PlatformProtocolError):
        await gateway.find_card_account(CARD)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("bills.0.amount_fen", 86.4),
        ("bills.0.amount_fen", "8640"),
        ("bills.0.amount_fen", -1),
        ("bills.0.amount_fen", 10_000_000_001),
        ("bills.0.methods", []),
        ("bills.0.methods", ["qr", "qr"]),
        ("bills.0.bill_key", ""),
        ("bills.0.period", "November"),
        ("balance_fen", 1.5),
        ("bills", None),
    ],
)
async def test_account_that_breaks_the_contract_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any, path: str, value: Any
) -> None:
    far_end.misspeaks(200, _spoilt(contract.answers("findAccount"), path, value))
    with pytest.raises(PlatformProtocolError) as caught:
        await gateway.find_account("water", WATER)
    assert path.split(".")[0] in str(caught.value.context["fields"])


@pytest.mark.parametrize(
    ("path", "value"),
    [("bills.0.methods.1", "palm"), ("kind", "shared"), ("service", "internet")],
)
async def test_word_of_a_newer_platform_is_named_by_its_place_not_its_value(
    gateway: HttpGateway, far_end: Any, contract: Any, path: str, value: str
) -> None:
    far_end.misspeaks(200, _spoilt(contract.answers("findAccount"), path, value))
    with pytest.raises(PlatformProtocolError) as caught:
        await gateway.find_account("water", WATER)
    assert "a word that this version does not know" in str(caught.value)
    assert path in str(caught.value)
    assert value not in str(caught.value)


async def test_account_without_a_card_that_could_be_loaded_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("findCardAccount") | {"kind": "prepaid", "unloaded": []}
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.find_card_account(CARD)
    answer |= {"unloaded": contract.answers("findCardAccount")["unloaded"]}
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.find_account("gas", CARD.account)


async def test_persons_accounts_are_listed_with_their_token(
    gateway: HttpGateway, far_end: Any, contract: Any, person: Person
) -> None:
    answer = contract.answers("findAccounts")
    far_end.says(200, answer)
    (account,) = await gateway.find_accounts("water", person)
    assert account.account == WATER
    far_end.says(200, {"accounts": []})
    assert await gateway.find_accounts("water", person) == ()
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.find_accounts("gas", person)


async def test_fee_is_computed_from_answers_with_or_without_a_person(
    gateway: HttpGateway, far_end: Any, contract: Any, person: Person
) -> None:
    answer = contract.answers("fetchFee")
    far_end.says(200, answer)
    bill = await gateway.fetch_fee("id-card-reissue", {"kind": "lost"}, None)
    assert (bill.service, bill.amount, bill.account_key) == ("fee", Fen(4000), "")
    assert "X-Person-Token" not in far_end.requests[0].headers
    far_end.says(200, answer | {"amount_fen": 0})
    bill = await gateway.fetch_fee("id-card-reissue", {}, person)
    assert bill.amount == 0
    assert far_end.requests[1].headers["X-Person-Token"] == person.token
    far_end.says(200, answer | {"service": "water"})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_fee("id-card-reissue", {}, None)


@pytest.mark.parametrize(
    ("status", "code"), [(404, "fee.unknown"), (409, "fee.answers")]
)
async def test_matter_without_fee_is_a_refusal_with_its_reason(
    gateway: HttpGateway, far_end: Any, status: int, code: str
) -> None:
    far_end.refuses(status, code)
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_fee("id-card-reissue", {}, None)
    assert caught.value.reason == code


async def test_load_is_fetched_and_confirmed(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("fetchLoad")
    far_end.says(200, answer)
    load = await gateway.fetch_load(LOAD_ORDER)
    assert (load.serial, load.amount, load.unit) == (CARD.serial, Fen(5700), "立方米")
    assert len(load.token) == 16
    far_end.says(200, answer)
    await gateway.confirm_load(LOAD_ORDER, 18)
    assert json.loads(far_end.requests[1].content) == {"purchase": 18}


async def test_load_of_another_order_or_purchase_is_refused(
    gateway: HttpGateway, far_end: Any, contract: Any
) -> None:
    answer = contract.answers("fetchLoad")
    far_end.says(200, answer | {"order_id": "A0317-0007-00000013-6"})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_load(LOAD_ORDER)
    far_end.says(200, answer)
    with pytest.raises(PlatformProtocolError):
        await gateway.confirm_load(LOAD_ORDER, 19)
    far_end.says(200, answer | {"order_id": "A0317-0007-00000013-6"})
    with pytest.raises(PlatformProtocolError):
        await gateway.confirm_load(LOAD_ORDER, 18)


@pytest.mark.parametrize("token", ["", "3q2+7", "3q2+7w=", "3q2-7w==", " 3q2"])
async def test_token_that_is_no_base64_never_reaches_a_card(
    gateway: HttpGateway, far_end: Any, contract: Any, token: str
) -> None:
    far_end.misspeaks(200, contract.answers("fetchLoad") | {"token": token})
    with pytest.raises(PlatformProtocolError):
        await gateway.fetch_load(LOAD_ORDER)


async def test_top_up_that_is_not_posted_has_no_load(
    gateway: HttpGateway, far_end: Any
) -> None:
    far_end.refuses(404, "load.none")
    with pytest.raises(PlatformRefused) as caught:
        await gateway.fetch_load(LOAD_ORDER)
    assert caught.value.reason == "load.none"
