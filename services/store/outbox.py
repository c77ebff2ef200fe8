"""Messages that the platform is to get, sooner or later and at least once.

A message is written in the transaction of the state change that it tells of. The
sender deletes nothing; it advances a cursor once the platform has answered. The
platform tells repeats by topic and key.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import anyio

from kiosk.core.clock import Clock
from kiosk.core.errors import KioskError, PlatformError, Retry
from kiosk.core.ports import EventLog

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
IDLE_S = 2.0


@dataclass(frozen=True, slots=True)
class Message:
    """One message: ``number`` orders them, topic and key name it for ever."""

    number: int
    topic: str
    key: str
    facts: Mapping[str, object] = field(repr=False)


class OutboxStore(Protocol):
    """Where messages wait; ``services.store.journal.Journal`` is one."""

    async def next_message(self) -> Message | None:
        """Return the oldest message that was not sent."""
        ...

    async def sent(self, message: Message) -> None:
        """Advance the cursor past a message."""
        ...


Send = Callable[[Message], Awaitable[None]]


class OutboxSender:
    """Send messages in their order for as long as the kiosk lives.

    Args:
        send: hands one message over; raises ``PlatformError`` when it could not.
            A refusal that cannot change (``retry`` is ``never``) ends the message.
        dice: numbers from 0 to 1 that spread the pauses of many machines.
    """

    def __init__(
        self,
        store: OutboxStore,
        send: Send,
        clock: Clock,
        log: EventLog,
        dice: Callable[[], float],
    ) -> None:
        self._store = store
        self._send = send
        self._clock = clock
        self._log = log
        self._dice = dice
        self._wake = anyio.Event()

    def nudge(self) -> None:
        """Look for a new message now."""
        self._wake.set()

    async def run(self) -> None:
        """Send until cancelled.

        Raises:
            StoreError: the journal cannot be read or written.
        """
        failures = 0
        while True:
            message = await self._store.next_message()
            if message is None:
                await self._idle()
            elif await self._hand_over(message):
                await self._store.sent(message)
                failures = 0
            else:
                pause = min(FIRST_PAUSE_S * 2**failures, LONGEST_PAUSE_S)
                failures = min(failures + 1, 16)
                await self._clock.sleep(pause * (0.5 + 0.5 * self._dice()))

    async def _hand_over(self, message: Message) -> bool:
        """Return True when the message needs no further attempt."""
        try:
            await self._send(message)
        except PlatformError as error:
            final = error.retry is Retry.NEVER
            self._report(message, error, final=final)
            return final
        return True

    async def _idle(self) -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(self._nap)
            await self._wake.wait()
            group.cancel_scope.cancel()
        self._wake = anyio.Event()

    async def _nap(self) -> None:
        await self._clock.sleep(IDLE_S)
        self._wake.set()

    def _report(self, message: Message, error: KioskError, *, final: bool) -> None:
        self._log(
            "outbox.refused" if final else "outbox.unsent",
            topic=message.topic,
            key=message.key,
            code=error.code,
        )
