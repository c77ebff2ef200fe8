"""One command at a time, in order, each with an end."""

from __future__ import annotations

import anyio

from drivers.link.queue import CommandQueue
from kiosk.core.device import Completion, CompletionCode

OK: Completion[None] = Completion(CompletionCode.SUCCESS)


async def test_commands_run_one_at_a_time_in_order() -> None:
    queue = CommandQueue()
    steps: list[str] = []

    async def command(name: str) -> Completion[None]:
        steps.append(f"{name} begins")
        await anyio.lowlevel.checkpoint()
        steps.append(f"{name} ends")
        return OK

    async def give(name: str) -> None:
        await queue.run(lambda: command(name), timeout_s=5)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(give, "a")
        tasks.start_soon(give, "b")
    assert steps == ["a begins", "a ends", "b begins", "b ends"]
    assert not queue.busy


async def test_cancel_ends_the_running_command_only() -> None:
    queue = CommandQueue()
    results: list[CompletionCode] = []
    begun = anyio.Event()

    async def endless() -> Completion[None]:
        begun.set()
        await anyio.sleep_forever()
        return OK

    async def quick() -> Completion[None]:
        return OK

    async def first() -> None:
        results.append((await queue.run(endless, timeout_s=5)).code)

    async def second() -> None:
        await begun.wait()
        results.append((await queue.run(quick, timeout_s=5)).code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first)
        tasks.start_soon(second)
        await begun.wait()
        await anyio.wait_all_tasks_blocked()
        queue.cancel()
    assert results == [CompletionCode.CANCELED, CompletionCode.SUCCESS]


async def test_cancel_reaches_a_command_in_the_moment_before_it_begins() -> None:
    queue = CommandQueue()
    results: list[CompletionCode] = []

    async def endless() -> Completion[None]:
        await anyio.sleep_forever()
        return OK

    async def give() -> None:
        results.append((await queue.run(endless, timeout_s=5)).code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(give)
        while not queue.busy:
            await anyio.lowlevel.checkpoint()
        queue.cancel()
    assert results == [CompletionCode.CANCELED]


async def test_a_command_that_never_ends_is_ended() -> None:
    async def endless() -> Completion[None]:
        await anyio.sleep_forever()
        return OK

    completion = await CommandQueue().run(endless, timeout_s=0.02)
    assert completion.code is CompletionCode.TIME_OUT
    assert completion.description == "cut off after 0.02 s"


async def test_a_turn_that_never_comes_is_not_ready() -> None:
    queue = CommandQueue()
    begun = anyio.Event()

    async def endless() -> Completion[None]:
        begun.set()
        await anyio.sleep_forever()
        return OK

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: queue.run(endless, timeout_s=5))
        await begun.wait()
        completion = await queue.run(endless, timeout_s=0.02)
        queue.cancel()
    assert completion.code is CompletionCode.DEVICE_NOT_READY
    assert completion.description == "other commands kept it for 0.02 s"


async def test_what_is_shielded_is_finished_and_its_completion_stands() -> None:
    queue = CommandQueue()
    begun = anyio.Event()
    go_on = anyio.Event()
    codes: list[CompletionCode] = []

    async def irrevocable() -> Completion[None]:
        with anyio.CancelScope(shield=True):
            begun.set()
            await go_on.wait()
        return OK

    async def give() -> None:
        codes.append((await queue.run(irrevocable, timeout_s=5)).code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(give)
        await begun.wait()
        queue.cancel()
        go_on.set()
    assert codes == [CompletionCode.SUCCESS]


async def test_a_cut_off_command_may_name_its_own_ending() -> None:
    async def endless() -> Completion[str]:
        await anyio.sleep_forever()
        return Completion(CompletionCode.SUCCESS)

    completion = await CommandQueue().run(
        endless, timeout_s=0.02, ended=lambda code: Completion(code, payload="known")
    )
    assert completion.payload == "known"


async def test_clearing_ends_all_and_waits_until_things_are_put_away() -> None:
    queue = CommandQueue()
    put_away: list[str] = []
    codes: list[CompletionCode] = []
    begun = anyio.Event()

    async def careful() -> Completion[None]:
        begun.set()
        try:
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.lowlevel.checkpoint()
                put_away.append("light off")
        return OK

    async def give() -> None:
        codes.append((await queue.run(careful, timeout_s=5)).code)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(give)
        tasks.start_soon(give)
        await begun.wait()
        await queue.clear(timeout_s=2)
        assert put_away[:1] == ["light off"]
        assert not queue.busy
    assert codes == [CompletionCode.CANCELED] * 2
