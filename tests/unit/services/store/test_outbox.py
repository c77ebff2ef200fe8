"""The sender: in order, at least once, never given up for want of a network."""

from __future__ import annotations

import anyio
import pytest

from kiosk.core.errors import (
    OutcomeUnknown,
    PlatformError,
    PlatformRefused,
    PlatformUnreachable,
)
from services.store.outbox import Message, OutboxSender


class FakePlatform:
    """Takes messages, after it has failed as often as it was told to."""

    def __init__(self, *failures: PlatformError) -> None:
        self._failures = list(failures)
        self.got: list[str] = []

    async def take(self, message: Message) -> None:
        await anyio.lowlevel.checkpoint()
        if self._failures:
            raise self._failures.pop(0)
        self.got.append(message.key)


async def drain(journal, platform, clock, diary, keys: str) -> None:
    for key in keys:
        await journal.put("rating", key, {"level": 4})
    sender = OutboxSender(journal, platform.take, clock, diary, lambda: 1.0)
    async with anyio.create_task_group() as group:
        group.start_soon(sender.run)
        with anyio.fail_after(10):
            while await journal.next_message() is not None:
                await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()


async def test_messages_arrive_in_order(open_journal, clock, diary) -> None:
    platform = FakePlatform()
    await drain(await open_journal(), platform, clock, diary, "abc")
    assert platform.got == ["a", "b", "c"]


@pytest.mark.parametrize("failure", [PlatformUnreachable, OutcomeUnknown])
async def test_a_silent_platform_is_asked_again_with_pauses(
    open_journal, clock, diary, failure
) -> None:
    platform = FakePlatform(*[failure()] * 10)
    await drain(await open_journal(), platform, clock, diary, "ab")
    assert platform.got == ["a", "b"]
    assert clock.slept[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]


async def test_a_refusal_for_good_does_not_stop_the_rest(
    open_journal, clock, diary
) -> None:
    platform = FakePlatform(PlatformRefused(reason="rating.done"))
    await drain(await open_journal(), platform, clock, diary, "ab")
    assert platform.got == ["b"]
    assert "outbox.refused" in diary.names()


async def test_sent_messages_are_not_sent_again_after_a_restart(
    open_journal, clock, diary
) -> None:
    platform = FakePlatform()
    await drain(await open_journal(), platform, clock, diary, "ab")
    await drain(await open_journal(), platform, clock, diary, "c")
    assert platform.got == ["a", "b", "c"]


async def test_a_nudge_sends_at_once(open_journal, clock, diary) -> None:
    journal = await open_journal()
    platform = FakePlatform()
    asleep = anyio.Event()

    async def sleep(_seconds: float) -> None:
        asleep.set()
        await anyio.sleep_forever()

    clock.sleep = sleep
    sender = OutboxSender(journal, platform.take, clock, diary, lambda: 1.0)
    async with anyio.create_task_group() as group:
        group.start_soon(sender.run)
        with anyio.fail_after(10):
            await asleep.wait()
            await journal.put("rating", "a", {"level": 1})
            sender.nudge()
            while not platform.got:
                await anyio.lowlevel.checkpoint()
        group.cancel_scope.cancel()
