"""Family ``bills``: accounts, what they owe, what may be bought, and fees.

All of it may be asked again: what the platform takes note of on the way (a card's
purchases, the bill of a fee) is the same however often it is told.
"""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.core.bills import Account, Bill, MeterCard
from kiosk.core.people import Person
from services.platform.bill_shapes import AccountShape, BillShape
from services.platform.exchange import Call, json_body, path_of
from services.platform.transport import Transport
from services.platform.wire import WireModel, parsed, require, require_same


class _AccountList(WireModel):
    accounts: tuple[AccountShape, ...]


class BillsFamily:
    """``findAccount``, ``findAccounts``, ``findCardAccount`` and ``fetchFee``."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def find_account(self, biller_kind: str, account: str) -> Account:
        """Find an account by its number, or by the number of a notice."""
        body = {"biller_kind": biller_kind, "account": account}
        call = _question("findAccount", path_of("bills", "find"), body)
        found = parsed(AccountShape, call, await self._transport.ask(call))
        require_same(call, account, found.account)
        _require_of_kind(call, biller_kind, found)
        return found.account_found()

    async def find_accounts(
        self, biller_kind: str, person: Person
    ) -> tuple[Account, ...]:
        """Find the accounts in a person's name or bound to them."""
        call = _question(
            "findAccounts",
            path_of("bills", "bound"),
            {"biller_kind": biller_kind},
            person,
        )
        answer = parsed(_AccountList, call, await self._transport.ask(call))
        for found in answer.accounts:
            _require_of_kind(call, biller_kind, found)
        return tuple(found.account_found() for found in answer.accounts)

    async def find_card_account(self, card: MeterCard) -> Account:
        """Find the account of a meter card; loads for another card are refused."""
        body = {
            "serial": card.serial,
            "service": card.service,
            "account": card.account,
            "purchases": card.purchases,
            "units": card.units,
        }
        call = _question("findCardAccount", path_of("bills", "card"), body)
        found = parsed(AccountShape, call, await self._transport.ask(call))
        require_same(call, card.account, found.account)
        require_same(call, "card", found.kind)
        _require_of_kind(call, card.service, found)
        for load in found.unloaded:
            require_same(call, card.serial, load.serial)
        return found.account_found()

    async def fetch_fee(
        self, matter: str, answers: Mapping[str, str], person: Person | None
    ) -> Bill:
        """Ask what a matter costs."""
        call = _question(
            "fetchFee", path_of("fees", matter), {"answers": dict(answers)}, person
        )
        found = parsed(BillShape, call, await self._transport.ask(call))
        require_same(call, "fee", found.service)
        return found.bill()


def _question(
    operation: str, path: str, body: object, person: Person | None = None
) -> Call:
    return Call(
        operation,
        "POST",
        path,
        changes=False,
        body=json_body(body),
        media_type="application/json",
        person_token=person.token if person else "",
    )


def _require_of_kind(call: Call, biller_kind: str, found: AccountShape) -> None:
    require_same(call, biller_kind, found.biller_kind)
    offers = [*found.bills, found.whole, found.topup]
    services = {found.service, *(offer.service for offer in offers if offer)}
    require(call, services == {biller_kind}, "every bill is of the account's service")
