"""Family ``bills``: utility accounts and what they owe."""

from __future__ import annotations

from pydantic import Field

from kiosk.core.bills import Account, Bill
from kiosk.core.money import Fen
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import FenValue, WireModel, parsed, require_same


class _Bill(WireModel):
    bill_key: str
    version: str
    biller: str
    account_masked: str
    holder_masked: str
    address_masked: str
    period: str
    usage: str
    amount_fen: FenValue

    def bill(self) -> Bill:
        """Return the bill in the kiosk's own words."""
        return Bill(
            bill_key=self.bill_key,
            version=self.version,
            biller=self.biller,
            account_masked=self.account_masked,
            holder_masked=self.holder_masked,
            address_masked=self.address_masked,
            period=self.period,
            usage=self.usage,
            amount=Fen(self.amount_fen),
        )


class _Account(WireModel):
    account: str = Field(repr=False)
    biller_kind: str
    biller_name: str
    holder_masked: str
    account_masked: str
    address_masked: str
    bills: tuple[_Bill, ...]


class BillsFamily:
    """Operation ``findAccount``: a POST that changes nothing."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def find_account(self, biller_kind: str, account: str) -> Account:
        """Find a utility account and its unpaid bills, oldest first."""
        call = Call(
            "findAccount",
            "POST",
            path_of("bills", "find"),
            changes=False,
            body=json_body({"biller_kind": biller_kind, "account": account}),
            media_type="application/json",
        )
        answer = parsed(_Account, call, await self._transport.ask(call))
        require_same(call, account, answer.account)
        require_same(call, biller_kind, answer.biller_kind)
        return Account(
            account=answer.account,
            biller=answer.biller_kind,
            biller_name=answer.biller_name,
            holder_masked=answer.holder_masked,
            account_masked=answer.account_masked,
            address_masked=answer.address_masked,
            bills=tuple(bill.bill() for bill in answer.bills),
        )
