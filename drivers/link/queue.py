"""One command at a time, in order, each with an end."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

import anyio

from drivers.link.counters import Counters
from kiosk.core.device import Completion, CompletionCode

Payload = TypeVar("Payload")


class CommandQueue:
    """The turnstile in front of a device; it counts how commands end."""

    def __init__(self, counters: Counters | None = None) -> None:
        self._counters = counters or Counters()
        self._turn = anyio.Lock()
        self._line: deque[anyio.CancelScope] = deque()

    @property
    def busy(self) -> bool:
        """True while a command runs or waits for its turn."""
        return bool(self._line)

    def cancel(self) -> None:
        """End the running command; those that wait behind it keep their place."""
        if self._line:
            self._line[0].cancel()

    async def clear(self, *, timeout_s: float) -> None:
        """End every command, and wait until the last has put its things away."""
        for scope in self._line:
            scope.cancel()
        if await self._take_turn(timeout_s):
            self._turn.release()

    async def run(
        self,
        body: Callable[[], Awaitable[Completion[Payload]]],
        *,
        timeout_s: float,
        ended: Callable[[CompletionCode], Completion[Payload]] = Completion,
    ) -> Completion[Payload]:
        """Run one command when its turn comes.

        What the body must not leave half done it does under a shielded scope of its
        own; its completion then stands, even if the command was cancelled meanwhile.

        Args:
            timeout_s: longest wait for the turn, and longest run after that. A body
                has its own, shorter limits; this one is the last resort.
            ended: makes the completion of a command that was cut off.

        Returns:
            The body's completion; ``canceled``, ``timeOut``, or ``deviceNotReady``
            when the turn never came. The last two say how long was waited.
        """
        completion = await self._run(body, timeout_s, ended)
        self._counters.completed(completion)
        return completion

    async def _run(
        self,
        body: Callable[[], Awaitable[Completion[Payload]]],
        timeout_s: float,
        ended: Callable[[CompletionCode], Completion[Payload]],
    ) -> Completion[Payload]:
        scope = anyio.CancelScope()
        self._line.append(scope)
        try:
            if not await self._take_turn(timeout_s):
                words = f"other commands kept it for {timeout_s:g} s"
                return _told(ended(CompletionCode.DEVICE_NOT_READY), words)
            try:
                return await _run_now(body, scope, timeout_s, ended)
            finally:
                self._turn.release()
        finally:
            self._line.remove(scope)

    async def _take_turn(self, timeout_s: float) -> bool:
        with anyio.move_on_after(timeout_s) as limit:
            await self._turn.acquire()
        return not limit.cancelled_caught


async def _run_now(
    body: Callable[[], Awaitable[Completion[Payload]]],
    scope: anyio.CancelScope,
    timeout_s: float,
    ended: Callable[[CompletionCode], Completion[Payload]],
) -> Completion[Payload]:
    with scope, anyio.move_on_after(timeout_s) as limit:
        return await body()
    if limit.cancelled_caught:
        words = f"cut off after {timeout_s:g} s"
        return _told(ended(CompletionCode.TIME_OUT), words)
    return ended(CompletionCode.CANCELED)


def _told(completion: Completion[Payload], words: str) -> Completion[Payload]:
    """Say why, unless whoever made the completion has said it."""
    if completion.description:
        return completion
    return replace(completion, description=words)
