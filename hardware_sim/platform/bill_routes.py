"""Routes of the families bills, payments and reconciliation."""

from __future__ import annotations

from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.convertors import StringConvertor, register_url_convertor

from hardware_sim.platform import money_shapes, shapes
from hardware_sim.platform.web_parts import (
    JSON_ONLY,
    ActId,
    CityHere,
    DayInPath,
    MatterInPath,
    OrderId,
    Person,
    PersonIfGiven,
    Terminal,
)


class OrderConvertor(StringConvertor):
    """A path member that is an order number, so that ``search`` is none."""

    regex = shapes.ORDER_ID.strip("^$")


register_url_convertor("order", OrderConvertor())
router = APIRouter()


@router.post("/bills/find", dependencies=JSON_ONLY)
async def find_account(
    city: CityHere, body: money_shapes.AccountQuery
) -> dict[str, Any]:
    """``findAccount``."""
    return city.biller.find(body.biller_kind, body.account)


@router.post("/bills/bound", dependencies=JSON_ONLY)
async def find_accounts(
    city: CityHere, person: Person, body: money_shapes.BoundQuery
) -> dict[str, Any]:
    """``findAccounts``."""
    return {"accounts": city.biller.find_bound(body.biller_kind, person.key)}


@router.post("/bills/card", dependencies=JSON_ONLY)
async def find_card_account(
    city: CityHere, body: money_shapes.CardQuery
) -> dict[str, Any]:
    """``findCardAccount``."""
    return city.biller.find_card(body.model_dump())


@router.post("/fees/{matter}", dependencies=JSON_ONLY)
async def fetch_fee(
    city: CityHere,
    terminal: Terminal,
    matter: MatterInPath,
    person: PersonIfGiven,
    body: money_shapes.FeeQuery,
) -> dict[str, Any]:
    """``fetchFee``."""
    key = "" if person is None else person.key
    return city.fees.fetch(terminal, matter, body.answers, key)


@router.post("/payments/search", dependencies=JSON_ONLY)
async def list_payments(
    city: CityHere, person: Person, body: money_shapes.AccountQuery
) -> dict[str, Any]:
    """``listPayments``."""
    found = city.payments.search(body.biller_kind, body.account, person)
    return {"payments": found}


@router.get("/payments/{order_id:order}")
async def find_payment(city: CityHere, order_id: OrderId) -> dict[str, Any]:
    """``findPayment``."""
    return city.payments.find(order_id)


@router.put("/payments/{order_id}/copies/{act_id}")
async def count_copy(
    city: CityHere, terminal: Terminal, order_id: OrderId, act_id: ActId
) -> dict[str, Any]:
    """``countCopy``."""
    return city.payments.count_copy(order_id, terminal, act_id)


@router.put("/payments/{order_id}/invoice")
async def fetch_invoice(
    city: CityHere, person: PersonIfGiven, order_id: OrderId
) -> dict[str, Any]:
    """``fetchInvoice``."""
    return city.payments.invoice(order_id, person)


@router.get("/reconciliation/{day}")
async def fetch_day(
    city: CityHere, terminal: Terminal, day: DayInPath
) -> dict[str, Any]:
    """``fetchDay``."""
    return city.day_files.fetch(terminal, date.fromisoformat(day))
