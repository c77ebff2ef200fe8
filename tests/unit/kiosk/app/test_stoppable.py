"""Commands that are stopped: by Ctrl-C, by a lost terminal, by ``kill``, twice."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable, Iterator

import anyio
import anyio.lowlevel
import pytest

from kiosk.app.stoppable import STOPS, run_until_stopped

CTRL_C = 130
PATIENCE_S = 10.0
Act = Callable[[], Awaitable[int]]


@pytest.fixture(autouse=True)
def as_at_a_terminal() -> Iterator[None]:
    """Let each signal end this process, as a shell does; and put that back."""
    before = {each: signal.getsignal(each) for each in STOPS}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for each in STOPS[1:]:
        signal.signal(each, signal.SIG_DFL)
    yield
    for number, how in before.items():
        signal.signal(number, how)


def stop(number: signal.Signals) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, CTRL_C), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_stopped_command_puts_its_things_away(
    number: signal.Signals, code: int
) -> None:
    away = []

    async def act() -> int:
        try:
            stop(number)
            with anyio.fail_after(PATIENCE_S):
                await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.lowlevel.checkpoint()
                away.append(number)
        return 0

    assert run_until_stopped(act, CTRL_C) == code
    assert away == [number]


def test_a_stop_that_something_swallows_comes_again() -> None:
    async def act() -> int:
        with anyio.fail_after(PATIENCE_S):
            stop(signal.SIGINT)
            try:
                await anyio.sleep_forever()
            except anyio.get_cancelled_exc_class():
                pass  # as libraries do now and then
            await anyio.sleep_forever()
        return 0

    assert run_until_stopped(act, CTRL_C) == CTRL_C


def test_a_second_ctrl_c_is_nobody_s_to_wait_for() -> None:
    then = []

    async def act() -> int:
        stop(signal.SIGINT)
        try:
            await anyio.sleep_forever()
        finally:
            then.extend(signal.getsignal(each) for each in STOPS)
        return 0

    assert run_until_stopped(act, CTRL_C) == CTRL_C
    assert then == [signal.SIG_DFL] * len(STOPS)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_a_background_job_does_not_hear_ends_no_command() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    async def act() -> int:
        stop(signal.SIGINT)
        await anyio.lowlevel.checkpoint()
        return 7

    assert run_until_stopped(act, CTRL_C) == 7
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_a_command_that_was_done_when_it_was_stopped_keeps_its_word() -> None:
    async def act() -> int:
        stop(signal.SIGTERM)
        return 7

    assert run_until_stopped(act, CTRL_C) == 7


async def test_in_a_thread_signals_are_somebody_else_s() -> None:
    async def act() -> int:
        return 7

    assert await anyio.to_thread.run_sync(run_until_stopped, act, CTRL_C) == 7
