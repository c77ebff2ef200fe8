"""Loading of bought credit to a meter card (圈存): a part of the family ``orders``."""

from __future__ import annotations

from kiosk.core.bills import CardLoad
from services.platform.bill_shapes import LoadShape
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import parsed, require_same


class LoadsFamily:
    """Operations ``fetchLoad`` and ``confirmLoad``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def fetch_load(self, order_id: str) -> CardLoad:
        """Fetch what a settled top-up entitles to."""
        path = path_of("orders", order_id, "load")
        call = Call("fetchLoad", "GET", path, changes=False)
        found = parsed(LoadShape, call, await self._transport.ask(call))
        require_same(call, order_id, found.order_id)
        return found.load()

    async def confirm_load(self, order_id: str, purchase: int) -> None:
        """Tell that a card was written; the answer must be about this purchase."""
        call = Call(
            "confirmLoad",
            "PUT",
            path_of("orders", order_id, "load"),
            changes=True,
            body=json_body({"purchase": purchase}),
            media_type="application/json",
        )
        found = parsed(LoadShape, call, await self._transport.ask(call))
        require_same(call, order_id, found.order_id)
        require_same(call, purchase, found.purchase)
