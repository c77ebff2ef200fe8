"""A look at a device every so often, from ``open`` to ``close``.

For devices that say nothing by themselves: boards, power supplies, banknote readers.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Poller:
    """One background task; nothing that happens in a look ends it.

    Args:
        look: asks the device once and returns the seconds until the next look.
        sleep: the clock's.
        failed: told of a look that raised: what was known of the device is not known
            any more. Returns the seconds until the next look.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[float]],
        sleep: Callable[[float], Awaitable[None]],
        failed: Callable[[Exception], float],
    ) -> None:
        self._look = look
        self._sleep = sleep
        self._failed = failed
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """True between ``start`` and ``stop``."""
        return self._task is not None

    def start(self) -> None:
        """Begin to look; does nothing while it looks already."""
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End the looking; safe to call twice."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            try:
                pause_s = await self._look()
            except Exception as fault:  # noqa: BLE001  # a bug, or no thread to spare
                pause_s = self._failed(fault)
            await self._sleep(pause_s)
