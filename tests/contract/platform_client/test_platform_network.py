"""What the client says when the network between it and the platform is in trouble."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from hardware_sim.platform.network import SimNetwork
from hardware_sim.platform.network import create as create_network
from hardware_sim.platform.simulator import SimPlatform
from kiosk.core.errors import OutcomeUnknown, PlatformUnreachable
from kiosk.core.orders import PaymentTruth, PostingTruth
from services.platform.client import HttpGateway

ORDER = "A0317-0001-00000001-7"


@pytest.fixture
async def network(platform: SimPlatform, url: str) -> AsyncIterator[SimNetwork]:
    assert url
    cable = create_network(upstream_port=platform.port)
    await cable.start()
    yield cable
    await cable.stop()


@pytest.fixture
async def client(
    network: SimNetwork, connect: Callable[..., HttpGateway]
) -> AsyncIterator[HttpGateway]:
    made = connect(f"http://{network.host}:{network.port}")
    yield made
    await made.aclose()


async def _paid_order(client: HttpGateway, platform: SimPlatform) -> None:
    account = await client.find_account("water", "330010021182")
    await client.put_order(ORDER, account.bills[0])
    await client.start_qr(ORDER)
    await platform.verbs()["pay_shown_code"].call(order_id=ORDER)


@pytest.mark.parametrize("trouble", ["cut", "refuse"])
async def test_no_connection_means_that_nothing_was_sent(
    network: SimNetwork, client: HttpGateway, trouble: str
) -> None:
    await network.verbs()[trouble].call()
    with pytest.raises(PlatformUnreachable):
        await client.post_order(ORDER)
    with pytest.raises(PlatformUnreachable):
        await client.fetch_profile()
    await network.restore()
    assert (await client.fetch_profile()).terminal == "A-0317"


async def test_lost_answer_is_unknown_and_the_query_tells_the_truth(
    network: SimNetwork, client: HttpGateway, platform: SimPlatform
) -> None:
    await _paid_order(client, platform)
    await network.lose_answers(1)
    with pytest.raises(OutcomeUnknown):
        await client.post_order(ORDER)
    assert (await client.query_order(ORDER)).posting is PostingTruth.POSTED


async def test_lost_request_is_unknown_and_repeating_it_is_harmless(
    network: SimNetwork, client: HttpGateway, platform: SimPlatform
) -> None:
    await _paid_order(client, platform)
    await network.lose_requests(1)
    with pytest.raises(OutcomeUnknown):
        await client.post_order(ORDER)
    truth = await client.query_order(ORDER)
    assert (truth.payment, truth.posting) == (PaymentTruth.PAID, PostingTruth.NONE)
    assert (await client.post_order(ORDER)).posting is PostingTruth.POSTED


async def test_cable_pulled_from_an_open_connection_is_unknown(
    network: SimNetwork, client: HttpGateway, platform: SimPlatform
) -> None:
    await _paid_order(client, platform)
    await network.cut()
    with pytest.raises(OutcomeUnknown):
        await client.post_order(ORDER)
    await network.restore()
    assert (await client.query_order(ORDER)).payment is PaymentTruth.PAID
    assert (await client.post_order(ORDER)).posting is PostingTruth.POSTED


@pytest.mark.parametrize("lost", ["lose_answers", "lose_requests"])
async def test_read_survives_one_broken_connection(
    network: SimNetwork, client: HttpGateway, lost: str
) -> None:
    await network.verbs()[lost].call(count=1)
    assert (await client.fetch_profile()).terminal == "A-0317"


async def test_network_slower_than_our_patience(
    network: SimNetwork, client: HttpGateway
) -> None:
    await client.fetch_profile()
    await network.slow(3000)
    with pytest.raises(OutcomeUnknown):
        await client.rate("VISIT-9", "water-payment", 5)
    await network.slow(0)
