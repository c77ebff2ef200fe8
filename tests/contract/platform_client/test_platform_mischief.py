"""Money operations on a line that loses, delays, doubles, spoils and forges.

Each operation is tried with each trouble, then repeated as its owner would; afterwards
the platform's own files must hold its effect once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from hardware_sim.platform.simulator import SimPlatform
from kiosk.core.bills import Bill, MeterCard, PayMethod
from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformProtocolError,
    PlatformRefused,
    PlatformUnreachable,
)
from kiosk.core.money import Fen
from kiosk.core.orders import (
    CardReceipt,
    JournalHead,
    OrderTruth,
    PaymentTruth,
    PostingTruth,
)
from services.platform.client import HttpGateway

ORDER = "A0317-0001-00000001-7"
CITY = timezone(timedelta(hours=8))
APPROVED = CardReceipt(
    number=231, approved=True, amount=Fen(8640), trace=104, authorisation="917284"
)
GAS_CARD = MeterCard("9990030000000031", "gas", "80031031", 12, 0)
HEAD = JournalHead(1, 7, "a" * 64)
Settle = Callable[..., Awaitable[OrderTruth]]

EXPECTED: dict[str, type[Exception] | None] = {
    "lostRequest": OutcomeUnknown,
    "lostAnswer": OutcomeUnknown,
    "lateRequest": OutcomeUnknown,
    "doubled": None,
    "doubledAstray": OutcomeUnknown,
    "spoilt": PlatformProtocolError,
    "cutShort": PlatformProtocolError,
    "forged": PlatformProtocolError,
    "older": PlatformProtocolError,
}


@dataclass
class Scene:
    """A client on the bad line, and a bill."""

    client: HttpGateway
    settle: Settle
    bill: Bill

    async def lines(self) -> list[tuple[str, int]]:
        """Return the movements of money in today's files."""
        day = (await self.client.fetch_day(datetime.now(CITY).date())).payments
        return [(line.kind, line.amount) for line in day if line.order_id == ORDER]


class PutOrder:
    async def prepare(self, scene: Scene) -> None:
        """Nothing has to be there."""

    async def ask(self, scene: Scene) -> Any:
        return await scene.client.put_order(ORDER, scene.bill)

    async def check(self, scene: Scene) -> None:
        (order,) = await scene.client.open_orders()
        assert (order.order_id, order.bill) == (ORDER, scene.bill)


class StartEcny(PutOrder):
    async def prepare(self, scene: Scene) -> None:
        await scene.client.put_order(ORDER, scene.bill)

    async def ask(self, scene: Scene) -> Any:
        return (await scene.client.start_qr(ORDER, PayMethod.ECNY)).qr_payload

    async def check(self, scene: Scene) -> None:
        await super().check(scene)
        (order,) = await scene.client.open_orders()
        assert order.method == "ecny"
        assert await scene.lines() == []


class StartCard(StartEcny):
    async def ask(self, scene: Scene) -> Any:
        return (await scene.client.start_card(ORDER)).truth.payment

    async def check(self, scene: Scene) -> None:
        (order,) = await scene.client.open_orders()
        assert order.method == "card"
        assert order.truth.payment is PaymentTruth.PENDING


class ReportApproval(StartCard):
    async def prepare(self, scene: Scene) -> None:
        await super().prepare(scene)
        await scene.client.start_card(ORDER)

    async def ask(self, scene: Scene) -> Any:
        return (await scene.client.report_card(ORDER, APPROVED)).payment

    async def check(self, scene: Scene) -> None:
        assert await scene.lines() == [("pay", 8640)]
        assert (await scene.client.query_order(ORDER)).payment is PaymentTruth.PAID


class ReportNothing(ReportApproval):
    async def ask(self, scene: Scene) -> Any:
        return (await scene.client.report_card(ORDER, None)).payment

    async def check(self, scene: Scene) -> None:
        assert await scene.lines() == []
        assert (await scene.client.query_order(ORDER)).payment is PaymentTruth.NONE


class GiveBack(ReportApproval):
    async def prepare(self, scene: Scene) -> None:
        await super().prepare(scene)
        await scene.client.report_card(ORDER, APPROVED)

    async def ask(self, scene: Scene) -> Any:
        return (await scene.client.cancel_order(ORDER)).payment

    async def check(self, scene: Scene) -> None:
        assert sorted(await scene.lines()) == [("pay", 8640), ("refund", 8640)]


class CountCopy:
    async def prepare(self, scene: Scene) -> None:
        await scene.settle(scene.client, ORDER, scene.bill)

    async def ask(self, scene: Scene) -> Any:
        return await scene.client.count_copy(ORDER, "P-1")

    async def check(self, scene: Scene) -> None:
        assert (await scene.client.find_payment(ORDER)).copies == 1


class FetchInvoice(CountCopy):
    async def ask(self, scene: Scene) -> Any:
        return (await scene.client.fetch_invoice(ORDER, None)).number

    async def check(self, scene: Scene) -> None:
        assert (await scene.client.find_payment(ORDER)).invoiced


class ConfirmLoad:
    async def prepare(self, scene: Scene) -> None:
        account = await scene.client.find_card_account(GAS_CARD)
        assert account.topup is not None
        truth = await scene.settle(scene.client, ORDER, account.topup)
        assert truth.posting is PostingTruth.POSTED

    async def ask(self, scene: Scene) -> Any:
        return await scene.client.confirm_load(ORDER, 13)

    async def check(self, scene: Scene) -> None:
        assert (await scene.client.find_card_account(GAS_CARD)).unloaded == ()


class ReportHead:
    async def prepare(self, scene: Scene) -> None:
        await scene.client.report_head(replace(HEAD, seq=3))

    async def ask(self, scene: Scene) -> Any:
        await scene.client.report_head(HEAD)

    async def check(self, scene: Scene) -> None:
        assert await scene.client.report_head(None) == HEAD


OPERATIONS = [
    PutOrder,
    StartEcny,
    StartCard,
    ReportApproval,
    ReportNothing,
    GiveBack,
    CountCopy,
    FetchInvoice,
    ConfirmLoad,
    ReportHead,
]


@pytest.fixture
async def scene(troubled: HttpGateway, settle: Settle) -> Scene:
    account = await troubled.find_account("water", "330010021182")
    return Scene(troubled, settle, account.bills[0])


@pytest.mark.parametrize("trouble", EXPECTED)
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_effect_is_there_once_whatever_the_line_did(
    scene: Scene, mischief: Any, operation: type[Any], trouble: str
) -> None:
    errand = operation()
    await errand.prepare(scene)
    expected = EXPECTED[trouble]
    mischief.next = trouble
    told: Any = None
    if expected is None:
        told = await errand.ask(scene)
    else:
        with pytest.raises(expected) as caught:
            await errand.ask(scene)
        assert type(caught.value) is expected
    again = await errand.ask(scene)
    assert expected is not None or again == told
    for status in await mischief.arrive():
        assert status in (200, 201)
    await errand.check(scene)


@pytest.mark.parametrize("trouble", ["lostRequest", "lostAnswer"])
async def test_reads_of_the_new_families_survive_one_broken_exchange(
    scene: Scene, mischief: Any, trouble: str
) -> None:
    await scene.settle(scene.client, ORDER, scene.bill)
    today = datetime.now(CITY).date()
    asked: tuple[Callable[[], Awaitable[Any]], ...] = (
        lambda: scene.client.open_orders(),
        lambda: scene.client.find_payment(ORDER),
        lambda: scene.client.fetch_day(today),
        lambda: scene.client.find_card_account(GAS_CARD),
        lambda: scene.client.fetch_fee("id-card-reissue", {}, None),
        lambda: scene.client.report_head(None),
    )
    for ask in asked:
        calm = await ask()
        mischief.next = trouble
        assert await ask() == calm


async def test_approval_that_arrives_after_the_order_was_ended_is_given_back(
    scene: Scene, mischief: Any
) -> None:
    errand = ReportApproval()
    await errand.prepare(scene)
    mischief.next = "lateRequest"
    with pytest.raises(OutcomeUnknown):
        await errand.ask(scene)
    assert (await scene.client.cancel_order(ORDER)).payment is PaymentTruth.CLOSED
    assert await mischief.arrive() == [200]
    truth = await scene.client.query_order(ORDER)
    assert truth.payment is PaymentTruth.REFUNDED
    assert sorted(await scene.lines()) == [("pay", 8640), ("refund", 8640)]


async def test_announcement_that_arrives_after_its_tombstone_is_refused(
    scene: Scene, mischief: Any
) -> None:
    mischief.next = "lateRequest"
    with pytest.raises(OutcomeUnknown):
        await scene.client.put_order(ORDER, scene.bill)
    assert (await scene.client.cancel_order(ORDER)).payment is PaymentTruth.CLOSED
    assert await mischief.arrive() == [409]
    with pytest.raises(PlatformRefused):
        await scene.client.put_order(ORDER, scene.bill)
    assert await scene.client.open_orders() == ()


async def test_reservation_that_arrives_after_the_end_reserves_nothing(
    scene: Scene, mischief: Any
) -> None:
    await scene.client.put_order(ORDER, scene.bill)
    mischief.next = "lateRequest"
    with pytest.raises(OutcomeUnknown):
        await scene.client.start_card(ORDER)
    await scene.client.cancel_order(ORDER)
    assert await mischief.arrive() == [200]
    assert (await scene.client.query_order(ORDER)).payment is PaymentTruth.CLOSED


async def test_busy_platform_has_done_nothing_for_a_card(
    scene: Scene, platform: SimPlatform
) -> None:
    errand = ReportApproval()
    await errand.prepare(scene)
    await platform.verbs()["be_busy"].call(times=1)
    with pytest.raises(PlatformUnreachable):
        await errand.ask(scene)
    assert await scene.lines() == []
    await errand.ask(scene)
    await errand.check(scene)
