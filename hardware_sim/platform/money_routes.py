"""Routes of the families bills and orders."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from hardware_sim.platform import shapes
from hardware_sim.platform.web_parts import (
    JSON_ONLY,
    CityHere,
    OrderId,
    Terminal,
    made,
)

router = APIRouter()


@router.post("/bills/find", dependencies=JSON_ONLY)
async def find_account(city: CityHere, body: shapes.AccountQuery) -> dict[str, Any]:
    """``findAccount``."""
    return city.biller.find(body.biller_kind, body.account)


@router.put("/orders/{order_id}", dependencies=JSON_ONLY)
async def put_order(
    city: CityHere, terminal: Terminal, order_id: OrderId, body: shapes.OrderRequest
) -> JSONResponse:
    """``putOrder``."""
    return made(
        *city.orders.put(
            terminal, order_id, body.bill_key, body.bill_version, body.amount_fen
        )
    )


@router.get("/orders/{order_id}")
async def query_order(
    city: CityHere, terminal: Terminal, order_id: OrderId
) -> dict[str, Any]:
    """``queryOrder``."""
    return city.orders.query(terminal, order_id)


@router.post("/orders/{order_id}/pay", dependencies=JSON_ONLY)
async def pay_order(
    city: CityHere, terminal: Terminal, order_id: OrderId, body: shapes.PaymentRequest
) -> dict[str, Any]:
    """``payOrder``."""
    if isinstance(body, shapes.ShowCode):
        return city.orders.show_qr(terminal, order_id)
    return city.orders.pay_by_code(terminal, order_id, body.code)


@router.post("/orders/{order_id}/cancel")
async def cancel_order(
    city: CityHere, terminal: Terminal, order_id: OrderId
) -> dict[str, Any]:
    """``cancelOrder``."""
    return city.orders.cancel(terminal, order_id)


@router.post("/orders/{order_id}/post")
async def post_order(
    city: CityHere, terminal: Terminal, order_id: OrderId
) -> dict[str, Any]:
    """``postOrder``."""
    return city.orders.post(terminal, order_id)


@router.post("/orders/{order_id}/void")
async def void_posting(
    city: CityHere, terminal: Terminal, order_id: OrderId
) -> dict[str, Any]:
    """``voidPosting``."""
    return city.orders.void(terminal, order_id)
