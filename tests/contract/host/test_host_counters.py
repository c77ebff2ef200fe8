"""Counters of a hosted device never run backwards because its host died."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from drivers.host.totals import Totals
from tests.contract.host.bench import Bench, Raw, soon


async def again(bench: Bench, device: Any) -> None:
    """Have another host, and know what it has counted."""
    await bench.stop()
    await soon(lambda: not device.status.usable)
    await bench.start()
    await soon(lambda: device.status.usable)
    await device.refresh_status()


async def test_they_go_on_when_the_host_is_started_again(bench: Bench) -> None:
    power = await bench.device("power")
    await power.reset()
    await power.reset()
    await power.refresh_status()
    assert power.statistics() == {"commands": 2}
    await again(bench, power)
    assert power.statistics() == {"commands": 2}
    await power.reset()
    await power.refresh_status()
    assert power.statistics() == {"commands": 3}
    await again(bench, power)
    assert power.statistics() == {"commands": 3}


async def test_a_connection_that_is_made_anew_counts_nothing_twice(
    bench: Bench,
) -> None:
    power = await bench.device("power")
    await power.reset()
    await power.refresh_status()
    power._line._out._socket.transport.abort()
    await soon(lambda: not power.status.usable)
    await soon(lambda: power.status.usable)
    await power.refresh_status()
    assert power.statistics() == {"commands": 1}


async def test_a_foreign_client_is_told_when_they_began_anew(bench: Bench) -> None:
    async def epoch() -> str:
        async with bench.raw("power") as socket:
            answer = await Raw(socket).ask("Common.ExtStatistics")
        return str(answer["extEpoch"])

    first = await epoch()
    assert await epoch() == first
    await bench.stop()
    await bench.start()
    assert await epoch() not in ("", first)


def test_a_figure_that_is_set_back_while_the_host_lives_begins_anew() -> None:
    totals = Totals()
    totals.take_over("a", {"paperMm": 500, "paperMmSinceReplenish": 500})
    totals.take_over("b", {"paperMm": 100, "paperMmSinceReplenish": 100})
    assert totals.values() == {"paperMm": 600, "paperMmSinceReplenish": 600}
    totals.take_over("b", {"paperMm": 130, "paperMmSinceReplenish": 0})
    assert totals.values() == {"paperMm": 630, "paperMmSinceReplenish": 0}
    totals.take_over("c", {"paperMm": 10, "paperMmSinceReplenish": 10})
    assert totals.values() == {"paperMm": 640, "paperMmSinceReplenish": 10}


LIVES = st.lists(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.integers(0, 9)),
        min_size=1,
        max_size=4,
    ),
    max_size=5,
)


@given(LIVES)
def test_counters_that_only_grow_are_added_up_exactly(
    lives: list[list[dict[str, int]]],
) -> None:
    totals, sums, last = Totals(), dict[str, int](), dict[str, int]()
    for number, life in enumerate(lives):
        counted = dict[str, int]()
        for growth in life:
            for name, by in growth.items():
                counted[name] = counted.get(name, 0) + by
                sums[name] = sums.get(name, 0) + by
            totals.take_over(str(number), counted)
            shown = dict(totals.values())
            assert shown == sums
            assert all(shown[name] >= value for name, value in last.items())
            last = shown
