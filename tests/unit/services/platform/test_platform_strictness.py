"""What the contract refuses, the client refuses: examples, spoilt at every place."""

from __future__ import annotations

import copy
from collections.abc import Awaitable, Callable, Iterator
from datetime import date
from typing import Any

import httpx
import pytest
from jsonschema import ValidationError

from kiosk.core.bills import Bill, MeterCard
from kiosk.core.errors import PlatformProtocolError
from kiosk.core.money import Fen
from kiosk.core.people import Person
from services.platform.client import HttpGateway

ORDER = "A0317-0007-00000001-5"
LOAD_ORDER = "A0317-0007-00000012-4"
WATER = "330010021182"
CARD = MeterCard("04A1B2C3D4E5F6", "gas", "330020031457", 17, 0)
BILL = Bill("W-5d02f7c9a6be3180", "1", "", "", "", "", "2026-10", "", Fen(8640))
PERSON = Person("李芳", "999001195803121225", "0123456789abcdef" * 2, "card+face")
DAY = date(2026, 11, 20)

Ask = Callable[[HttpGateway], Awaitable[Any]]
READS: dict[str, Ask] = {
    "findAccount": lambda client: client.find_account("water", WATER),
    "findAccounts": lambda client: client.find_accounts("water", PERSON),
    "findCardAccount": lambda client: client.find_card_account(CARD),
    "fetchFee": lambda client: client.fetch_fee("id-card-reissue", {}, None),
    "fetchLoad": lambda client: client.fetch_load(LOAD_ORDER),
    "listPayments": lambda client: client.list_payments("water", WATER, PERSON),
    "findPayment": lambda client: client.find_payment(ORDER),
    "listOpenOrders": lambda client: client.open_orders(),
    "fetchDay": lambda client: client.fetch_day(DAY),
    "reportHead": lambda client: client.report_head(None),
}
WRITES: dict[str, Ask] = {
    "payOrder": lambda client: client.start_qr(ORDER),
    "confirmLoad": lambda client: client.confirm_load(LOAD_ORDER, 18),
    "countCopy": lambda client: client.count_copy(ORDER, "P-000041"),
    "fetchInvoice": lambda client: client.fetch_invoice(ORDER, None),
}
WRONG: tuple[Any, ...] = (
    None,
    True,
    "",
    "?!",
    "x" * 400,
    "9" * 21,
    "wechat2" * 9,
    -1,
    0,
    1.5,
    10**17,
    [],
    {},
)
"""Values that are wrong nearly everywhere."""


def _places(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each member; of a list, to its first item alone."""
    if isinstance(node, dict):
        for name, child in node.items():
            yield (*way, name)
            yield from _places(child, (*way, name))
    elif isinstance(node, list) and node:
        yield (*way, 0)
        yield from _places(node[0], (*way, 0))


def _spoilt(example: Any) -> Iterator[tuple[tuple[Any, ...], Any, Any]]:
    """Yield place, wrong value and the spoilt answer; missing members too."""
    for way in _places(example):
        for wrong in WRONG:
            answer = copy.deepcopy(example)
            _parent(answer, way)[way[-1]] = wrong
            yield way, wrong, answer
        answer = copy.deepcopy(example)
        del _parent(answer, way)[way[-1]]
        yield way, "missing", answer


def _parent(node: Any, way: tuple[Any, ...]) -> Any:
    for step in way[:-1]:
        node = node[step]
    return node


@pytest.mark.parametrize("operation_id", [*READS, *WRITES])
async def test_what_the_contract_refuses_the_client_refuses(
    gateway: HttpGateway, far_end: Any, contract: Any, operation_id: str
) -> None:
    ask = (READS | WRITES)[operation_id]
    example = contract.answers(operation_id)
    schema = contract.schema(operation_id)
    far_end.says(200, example)
    await ask(gateway)
    refused = 0
    for way, wrong, answer in _spoilt(example):
        try:
            contract.check(schema, answer)
        except ValidationError:
            refused += 1
            far_end.says(200, answer)
            try:
                await ask(gateway)
            except PlatformProtocolError:
                continue
            pytest.fail(f"{operation_id} takes {way} = {wrong!r}")
    assert refused > len(list(_places(example)))


@pytest.mark.parametrize("operation_id", READS)
async def test_read_is_made_once_more_and_a_write_is_not(
    gateway: HttpGateway, far_end: Any, contract: Any, operation_id: str
) -> None:
    far_end.breaks(httpx.ReadError("broken"))
    far_end.says(200, contract.answers(operation_id))
    await READS[operation_id](gateway)
    assert len(far_end.requests) == 2
