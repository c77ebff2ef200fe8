"""Looking again and again: nothing that happens in one look ends the looking."""

from __future__ import annotations

import anyio
import anyio.lowlevel

from drivers.link.poller import Poller


async def test_a_look_that_fails_is_told_and_the_next_one_comes() -> None:
    looks, told, pauses = 0, [], []
    enough = anyio.Event()

    async def look() -> float:
        nonlocal looks
        looks += 1
        if looks == 2:
            raise RuntimeError("can't start new thread")
        return 0.5

    def failed(fault: Exception) -> float:
        told.append(str(fault))
        return 9.0

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            enough.set()
        await anyio.lowlevel.checkpoint()

    poller = Poller(look, sleep, failed)
    poller.start()
    poller.start()
    with anyio.fail_after(5):
        await enough.wait()
    await poller.stop()
    await poller.stop()
    assert told == ["can't start new thread"]
    assert pauses[:3] == [0.5, 9.0, 0.5]
    assert not poller.running
