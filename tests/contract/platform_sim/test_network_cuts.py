"""The network between kiosk and platform: cut, refused, lossy, slow."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import anyio
import httpx
import pytest

from hardware_sim.platform.network import SimNetwork, create
from hardware_sim.platform.simulator import SimPlatform
from tests.contract.platform_sim.till import BILL

ORDER = "A0317-0001-00000001-7"
PATIENCE = httpx.Timeout(1.5)


@pytest.fixture
async def network(platform: SimPlatform) -> AsyncIterator[SimNetwork]:
    proxy = create(upstream_port=platform.port)
    await proxy.start()
    yield proxy
    await proxy.stop()


@pytest.fixture
async def client(network: SimNetwork) -> AsyncIterator[httpx.AsyncClient]:
    """Takes the place of the direct way: every terminal goes through the proxy."""
    address = await network.start()
    async with httpx.AsyncClient(
        base_url=address, timeout=PATIENCE, verify=False
    ) as one:
        yield one


async def put(terminal: Any) -> Any:
    return await terminal.call("PUT", f"/orders/{ORDER}", BILL)


def known(platform: SimPlatform) -> bool:
    return bool(platform.state()["orders"])


async def until(true: Callable[[], bool]) -> None:
    for _ in range(1000):
        if true():
            return
        await anyio.sleep(0.01)
    pytest.fail("it did not happen within 10 s")


async def test_traffic_passes(terminal: Any, network: SimNetwork) -> None:
    assert (await put(terminal)).status_code == 201
    assert (await put(terminal)).status_code == 200
    assert network.state()["link"] == "up"


async def test_cut_cable_lets_nobody_connect(
    terminal: Any, network: SimNetwork, platform: SimPlatform
) -> None:
    await network.verbs()["cut"].call()
    with pytest.raises(httpx.ConnectTimeout):
        await put(terminal)
    assert not known(platform)
    await network.verbs()["restore"].call()
    assert (await put(terminal)).status_code == 201


async def test_cut_silences_an_open_connection_and_delivers_late(
    terminal: Any, network: SimNetwork, platform: SimPlatform
) -> None:
    await terminal.call("GET", "/terminal/profile")
    await network.cut()
    with pytest.raises(httpx.ReadTimeout):
        await put(terminal)
    assert not known(platform)
    await network.restore()
    await until(lambda: known(platform))


async def test_refused_connection_says_so_at_once(
    terminal: Any, network: SimNetwork
) -> None:
    await terminal.call("GET", "/terminal/profile")
    await network.verbs()["refuse"].call()
    with pytest.raises((httpx.ConnectError, httpx.ReadError, httpx.WriteError)):
        await put(terminal)
    with pytest.raises(httpx.ConnectError):
        await put(terminal)
    await network.restore()
    assert (await put(terminal)).status_code == 201


async def test_lost_answer_means_that_the_platform_has_acted(
    terminal: Any, network: SimNetwork, platform: SimPlatform
) -> None:
    await network.verbs()["lose_answers"].call(count="1")
    with pytest.raises(httpx.RemoteProtocolError):
        await put(terminal)
    assert known(platform)
    assert (await put(terminal)).status_code == 200


async def test_lost_request_means_that_it_has_not(
    terminal: Any, network: SimNetwork, platform: SimPlatform
) -> None:
    await network.verbs()["lose_requests"].call(count=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await put(terminal)
    assert not known(platform)
    assert (await put(terminal)).status_code == 201


async def test_slow_network_answers_late(terminal: Any, network: SimNetwork) -> None:
    await network.verbs()["slow"].call(milliseconds=100)
    began = time.monotonic()
    assert (await put(terminal)).status_code == 201
    assert time.monotonic() - began >= 0.2
    await network.verbs()["slow"].call(milliseconds=3000)
    with pytest.raises(httpx.ReadTimeout):
        await put(terminal)


async def test_port_stays_the_same_over_cut_and_restart(network: SimNetwork) -> None:
    address = await network.start()
    await network.cut()
    await network.restore()
    assert await network.start() == address
    await network.stop()
    await network.stop()
    assert await network.start() == address


async def test_platform_that_is_down_breaks_the_connection(
    terminal: Any, platform: SimPlatform
) -> None:
    await platform.stop()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await put(terminal)
