"""A command at a shell is stopped: by Ctrl-C, by a lost terminal, by ``kill``.

``asyncio`` alone cancels its task once for Ctrl-C, and for nothing else. What that task
waits in may swallow it; and a signal that comes after Python's last look and before the
loop's wait is not noticed until something else happens, a minute later perhaps. A
technician's command that does not hear keeps the machine from citizens. So the loop
itself listens here (its wait ends with any signal), and cancels until all is put away.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import anyio

STOPS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
BY_SIGNAL: Final = 128
"""Exit codes of commands that were stopped begin here, as shells have it."""


def run_until_stopped(act: Callable[[], Awaitable[int]], stopped: int) -> int:
    """Run a command until it ends, or is stopped and has put its things away.

    A second signal ends the process at once. What the caller ignores is ignored: a
    shell's background job does not hear the Ctrl-C of another one.

    Args:
        stopped: exit code after Ctrl-C.

    Returns:
        its own exit code, ``stopped``, or 128 and the number of another signal.
    """
    try:
        return anyio.run(_stoppable, act, stopped)
    except KeyboardInterrupt:  # before the loop listened
        return stopped


async def _stoppable(act: Callable[[], Awaitable[int]], stopped: int) -> int:
    heard = 0
    scope = anyio.CancelScope()

    def stop(number: int) -> None:
        nonlocal heard
        heard = number
        scope.cancel()

    with _listening(stop), scope:
        return await act()
    return stopped if heard == signal.SIGINT else BY_SIGNAL + heard


@contextmanager
def _listening(stop: Callable[[int], None]) -> Iterator[None]:
    """Call ``stop`` once, with the first signal; the next has its usual effect."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's
        return
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in STOPS}
    known = [each for each, how in before.items() if how is not signal.SIG_IGN]

    def heard(number: int) -> None:
        for each in known:
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        stop(number)

    for each in known:
        loop.add_signal_handler(each, heard, each)
    try:
        yield
    finally:
        for each in known:
            loop.remove_signal_handler(each)
            signal.signal(each, before[each])
