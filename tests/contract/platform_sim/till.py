"""What tests about money share: one terminal at the till, hands on the bench."""

from __future__ import annotations

from typing import Any

from hardware_sim.platform.accounts import UTILITIES, Accounts
from hardware_sim.platform.seed import load_seed
from hardware_sim.platform.simulator import SimPlatform

ACCOUNTS = Accounts(
    load_seed("billers"), {service: load_seed(service) for service in UTILITIES}
)
ACCOUNT = "330010021182"
ORDER = "A0317-0001-00000001-7"
OTHER = "A0317-0001-00000002-5"


def wish_for(number: str, position: int = 0) -> dict[str, Any]:
    """Return what a terminal announces to pay a seeded bill in full."""
    account = ACCOUNTS.get(number)
    assert account is not None
    return {
        "bill_key": account.bill_key(position),
        "bill_version": "1",
        "amount_fen": account.seed["bills"][position]["amount_fen"],
    }


def wish(bill: Any, amount: int | None = None) -> dict[str, Any]:
    """Return what a terminal announces to pay a bill that it was shown."""
    return {
        "bill_key": bill["bill_key"],
        "bill_version": bill["version"],
        "amount_fen": bill["amount_fen"] if amount is None else amount,
    }


BILL = wish_for(ACCOUNT)


async def find(terminal: Any, account: str = ACCOUNT, kind: str = "water") -> Any:
    query = {"biller_kind": kind, "account": account}
    return await terminal.call("POST", "/bills/find", query)


async def put(terminal: Any, order: str = ORDER, bill: Any = BILL) -> Any:
    return await terminal.call("PUT", f"/orders/{order}", bill)


async def pay(
    terminal: Any, order: str = ORDER, code: str = "", method: str = "qr"
) -> Any:
    wanted = {"method": "code", "code": code} if code else {"method": method}
    return await terminal.call("POST", f"/orders/{order}/pay", wanted)


async def do(terminal: Any, step: str, order: str = ORDER) -> Any:
    return await terminal.call("POST", f"/orders/{order}/{step}")


async def report_card(terminal: Any, receipt: Any, order: str = ORDER) -> Any:
    return await terminal.call("PUT", f"/orders/{order}/card", {"receipt": receipt})


async def query(terminal: Any, order: str = ORDER) -> Any:
    return (await terminal.call("GET", f"/orders/{order}")).json()


async def hand(platform: SimPlatform, verb: str, **arguments: Any) -> Any:
    return await platform.verbs()[verb].call(**arguments)


def truth(order: Any) -> tuple[str, str]:
    return order["payment"], order["posting"]


async def settle(
    terminal: Any, platform: SimPlatform, bill: Any, order: str = ORDER
) -> Any:
    """Announce, pay by shown code and post; return the order."""
    answer = await put(terminal, order, bill)
    assert answer.status_code == 201, answer.text
    await pay(terminal, order)
    await hand(platform, "pay_shown_code", order_id=order)
    posted = (await do(terminal, "post", order)).json()
    assert truth(posted) == ("PAID", "POSTED"), posted
    return posted
