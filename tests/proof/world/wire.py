"""The product's own HTTP client, over a wire that ends in the simulated city.

Nothing is between but bytes: signed requests go in, signed answers by the contract
come out, or are lost, cut short, altered, or replaced by something on the way.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx

from kiosk.core.bills import Bill, PayMethod
from kiosk.core.errors import PlatformRefused
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt, JournalHead, OrderTruth, PaymentStart
from services.crypto.signature import (
    SignedAnswer,
    SignedRequest,
    sign_answer,
    sign_request,
)
from services.platform import transport
from services.platform.client import HttpGateway
from services.platform.sequence import BootSequence
from services.platform.settings import PlatformSettings
from tests.proof.world.city import Deal
from tests.proof.world.network import Lost, Network
from tests.proof.world.power import Power

if TYPE_CHECKING:
    from tests.proof.world.world import World

KEY = b"proof" * 8
TERMINAL = "A-0317"
_SETTINGS = PlatformSettings("http://127.0.0.1", TERMINAL, KEY)
_STATUS = {"order.unknown": 404}


def http_gateway(world: World, power: Power, boot: int) -> HttpGateway:
    """Make the product's client for one life of the machine."""
    wire = Wire(world, Network(power))
    return HttpGateway(_SETTINGS, world.clock, BootSequence(boot), world.log, wire)


class SeededSecrets:
    """``secrets`` for the client, so that a seed is always the same world."""

    def __init__(self, dice: random.Random) -> None:
        self.randbelow = dice.randrange
        self._dice = dice

    def token_hex(self, length: int) -> str:
        return self._dice.randbytes(length).hex()


@contextmanager
def seeded(dice: random.Random) -> Iterator[None]:
    """Let the client's chance come from the world's seed."""
    real: Any = transport
    kept = real.secrets
    real.secrets = SeededSecrets(dice)
    try:
        yield
    finally:
        real.secrets = kept


class Wire(httpx.AsyncBaseTransport):
    """What httpx sends through; ends in ``world.city``."""

    def __init__(self, world: World, network: Network) -> None:
        self._world = world
        self._network = network

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        self._check_signature(request, body)
        given = json.loads(body) if body else {}
        try:
            status, answer = 200, await self._serve(request, given)
        except PlatformRefused as refusal:
            status = _STATUS.get(refusal.reason, 409)
            answer = {
                "code": refusal.reason,
                "message": refusal.reason,
                "server_time": self._world.clock.now().isoformat(),
            }
        except Lost as lost:
            return self._lost(lost, request)
        return self._signed(request, status, answer)

    async def _serve(self, request: httpx.Request, given: dict[str, Any]) -> Any:
        """Find the operation of the contract and have it carried to the city."""
        path = [unquote(part) for part in request.url.path.strip("/").split("/")]
        city, carry = self._world.city, self._network.carry
        if len(path) < 2 or path[0] != "orders":
            if self._network.line_is_down():
                raise Lost("silent")
        if path == ["terminal", "journal-head"]:
            head = given["head"] and JournalHead(**given["head"])
            known = city.report_head(head)
            return {"known": asdict(known) if known else None}
        if path == ["orders"]:
            return {"orders": [self._open_order(d) for d in city.open_deals()]}
        order_id, verb = path[1], path[2] if len(path) > 2 else request.method
        match verb:
            case "PUT":
                await carry("put", order_id, self._bill(given))
            case "GET":
                await carry("query", order_id)
            case "pay":
                return self._start(order_id, await self._pay(order_id, given))
            case "card":
                await carry("report_card", order_id, _receipt(given["receipt"]))
            case _:
                await carry(verb, order_id)
        return self._order(city.deals.get(order_id) or Deal(order_id))

    async def _pay(self, order_id: str, given: dict[str, Any]) -> PaymentStart:
        carry, method = self._network.carry, given["method"]
        start: PaymentStart
        if method == "card":
            start = await carry("start_card", order_id)
        elif method == "code":
            start = await carry("pay_by_code", order_id, given["code"])
        else:
            start = await carry("start_qr", order_id, PayMethod(method))
        return start

    def _bill(self, given: dict[str, Any]) -> Bill:
        """The city knows its bills; the kiosk only names one of them."""
        key, amount = given["bill_key"], Fen(given["amount_fen"])
        return self._world.city.biller.named(key, given["bill_version"], amount)

    # -- answers ----------------------------------------------------------------

    def _start(self, order_id: str, start: PaymentStart) -> dict[str, object]:
        return {
            "order": self._order(self._world.city.deals[order_id]),
            "qr_payload": start.qr_payload,
            "refusal": start.refusal,
        }

    @staticmethod
    def _order(deal: Deal) -> dict[str, object]:
        truth: OrderTruth = deal.truth()
        return {
            "order_id": deal.order_id,
            "known": deal.bill is not None,
            "bill_key": deal.bill.bill_key if deal.bill else "",
            "amount_fen": int(deal.bill.amount) if deal.bill else 0,
            "method": deal.method,
            "payment": truth.payment.value,
            "posting": truth.posting.value,
            "channel": truth.channel,
            "payment_reference": truth.payment_reference,
            "paid_at": None,
            "refund_reference": "R-1" if deal.refunded else "",
            "biller_reference": truth.biller_reference,
            "reject_reason": truth.reject_reason,
        }

    def _open_order(self, deal: Deal) -> dict[str, object]:
        bill: dict[str, Any] = asdict(deal.bill) if deal.bill else {}
        rule = bill.pop("rule")
        bill["amount_fen"] = bill.pop("amount")
        if rule:
            rule = {
                "least_fen": rule["least"],
                "most_fen": rule["most"],
                "step_fen": rule["step"],
                "suggested_fen": rule["suggested"],
                "unit": rule["unit"],
                "unit_price_fen": rule["unit_price"],
            }
        return {
            "order_id": deal.order_id,
            "bill": {**bill, "rule": rule},
            "method": deal.method,
            "order": self._order(deal),
        }

    def _signed(
        self, request: httpx.Request, status: int, answer: object
    ) -> httpx.Response:
        body = json.dumps(answer).encode()
        stamp = str(int(self._world.clock.now().timestamp()))
        facts = SignedAnswer(
            status=status,
            target=request.url.raw_path.decode("ascii"),
            body=body,
            nonce=request.headers["X-Nonce"],
            timestamp=stamp,
        )
        headers = {"X-Timestamp": stamp, "X-Signature": sign_answer(KEY, facts)}
        return httpx.Response(status, headers=headers, content=body)

    def _lost(self, lost: Lost, request: httpx.Request) -> httpx.Response:
        """What a lost answer looks like to httpx: silence, noise or a stranger."""
        dice = self._world.dice
        if lost.how == "unsent":
            raise httpx.ConnectError("no way", request=request)
        if lost.how == "silent":
            error = dice.choice((httpx.ReadTimeout, httpx.RemoteProtocolError))
            raise error("no answer", request=request)
        if dice.random() < 0.3:
            return httpx.Response(502, content=b"<html>bad gateway</html>")
        answer = self._signed(request, 200, {"order_id": "X", "payment": "PAID"})
        if dice.random() < 0.5:
            return answer  # genuine, and not what was asked
        spoilt = bytearray(answer.content)
        spoilt[dice.randrange(len(spoilt))] ^= 1 << dice.randrange(8)
        return httpx.Response(200, headers=answer.headers, content=bytes(spoilt))

    def _check_signature(self, request: httpx.Request, body: bytes) -> None:
        facts = SignedRequest(
            method=request.method,
            target=request.url.raw_path.decode("ascii"),
            body=body,
            terminal=TERMINAL,
            sequence=request.headers["X-Sequence"],
            timestamp=request.headers["X-Timestamp"],
            nonce=request.headers["X-Nonce"],
        )
        if request.headers["X-Signature"] != sign_request(KEY, facts):
            self._world.found.add("a request was not signed with the terminal's key")


def _receipt(given: dict[str, Any] | None) -> CardReceipt | None:
    if given is None:
        return None
    amount = Fen(given["amount_fen"])
    return CardReceipt(given["number"], given["approved"], amount, given["trace"])
