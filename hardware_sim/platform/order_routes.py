"""Routes of the family orders."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from hardware_sim.platform import money_shapes
from hardware_sim.platform.web_parts import (
    JSON_ONLY,
    CityHere,
    OrderId,
    Terminal,
    made,
)

router = APIRouter()


@router.get("/orders")
async def list_open_orders(city: CityHere, terminal: Terminal) -> dict[str, Any]:
    """``listOpenOrders``."""
    return {"orders": city.orders.book.show_open(terminal)}


@router.put("/orders/{order_id}", dependencies=JSON_ONLY)
async def put_order(
    city: CityHere,
    terminal: Terminal,
    order_id: OrderId,
    body: money_shapes.OrderRequest,
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
    city: CityHere,
    terminal: Terminal,
    order_id: OrderId,
    body: money_shapes.PaymentRequest,
) -> dict[str, Any]:
    """``payOrder``."""
    code = body.code if isinstance(body, money_shapes.ScannedCode) else ""
    return city.orders.pay(terminal, order_id, body.method, code)


@router.put("/orders/{order_id}/card", dependencies=JSON_ONLY)
async def report_card(
    city: CityHere, terminal: Terminal, order_id: OrderId, body: money_shapes.CardReport
) -> dict[str, Any]:
    """``reportCard``."""
    receipt = None if body.receipt is None else body.receipt.model_dump()
    return city.orders.report_card(terminal, order_id, receipt)


@router.get("/orders/{order_id}/load")
async def fetch_load(city: CityHere, order_id: OrderId) -> dict[str, Any]:
    """``fetchLoad``."""
    return city.biller.loads.fetch(order_id)


@router.put("/orders/{order_id}/load", dependencies=JSON_ONLY)
async def confirm_load(
    city: CityHere, order_id: OrderId, body: money_shapes.LoadReport
) -> dict[str, Any]:
    """``confirmLoad``."""
    return city.biller.loads.confirm(order_id, body.purchase)


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
