"""One command at a time, in order, each with an end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

from kiosk.core.device import Completion, CompletionCode

Payload = TypeVar("Payload")


class CommandQueue:
    """The turnstile in front of a device."""

    def __init__(self) -> None:
        self._turn = anyio.Lock()
        self._running: anyio.CancelScope | None = None

    @property
    def busy(self) -> bool:
        """True while a command runs."""
        return self._turn.locked()

    def cancel(self) -> None:
        """End the running command; those that wait behind it keep their place."""
        if self._running is not None:
            self._running.cancel()

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
            when the turn never came.
        """
        try:
            with anyio.fail_after(timeout_s):
                await self._turn.acquire()
        except TimeoutError:
            return ended(CompletionCode.DEVICE_NOT_READY)
        try:
            return await self._run_now(body, timeout_s, ended)
        finally:
            self._running = None
            self._turn.release()

    async def _run_now(
        self,
        body: Callable[[], Awaitable[Completion[Payload]]],
        timeout_s: float,
        ended: Callable[[CompletionCode], Completion[Payload]],
    ) -> Completion[Payload]:
        with (
            anyio.CancelScope() as self._running,
            anyio.move_on_after(timeout_s) as limit,
        ):
            return await body()
        if limit.cancelled_caught:
            return ended(CompletionCode.TIME_OUT)
        return ended(CompletionCode.CANCELED)
