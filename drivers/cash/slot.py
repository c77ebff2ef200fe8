"""The slot: opened for one note, and shut when that note is in the box or back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio

from drivers.cash.intake import Intake
from drivers.cash.ledger import Phase, Turn
from drivers.cash.validator import Delays, Validator
from drivers.cash.words import Command
from drivers.link.deadline import Deadline
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode


class Slot:
    """Opened once, for one ``cash_in``.

    Args:
        look: polls once, and shows what follows from it.
    """

    def __init__(
        self,
        intake: Intake,
        validator: Validator,
        clock: Clock,
        delays: Delays,
        look: Callable[[], Awaitable[frozenset[Turn]]],
    ) -> None:
        self._intake = intake
        self._validator = validator
        self._clock = clock
        self._delays = delays
        self._look = look

    async def take_one(
        self, channels: frozenset[int], timeout_s: float
    ) -> Completion[None]:
        """Open it and wait; once a note is accepted, see it into the box.

        Raises:
            DeviceError: the validator does not answer.
        """
        deadline = Deadline(self._clock, timeout_s)
        await self._validator.accept_channels(channels)
        await self._validator.ask(Command.ENABLE)
        for pause_s in deadline.looks(self._delays.poll_s):
            turns = await self._look()
            if Turn.COUNTED in turns:
                break
            if Turn.RETURNED in turns:
                reason = await self._validator.last_reject()
                return refused("foreignItemsDetected", reason)
            if Turn.BLOCKED in turns:
                return refused("cashUnitError", self._intake.why_blocked)
            if self._intake.ledger.phase is Phase.NONE:
                await self._clock.sleep(pause_s)
            else:
                await self._see_it_through()
        return Completion(CompletionCode.TIME_OUT, description="noItems")

    async def shut(self) -> None:
        """Shut it, and wait until no note is on its way; money is counted.

        Raises:
            DeviceError: the validator is gone, or a note stays where it is.
        """
        await self._look()
        await self._intake.finish_note()
        await self._validator.ask(Command.DISABLE)

    async def _see_it_through(self) -> None:
        """A pause in which nobody can leave a note between escrow and box."""
        accepted = self._intake.ledger.phase is Phase.ACCEPTED
        with anyio.CancelScope(shield=accepted):
            await self._clock.sleep(self._delays.poll_s)


def refused(code: str, description: str) -> Completion[None]:
    """Return a command's own error."""
    return Completion(CompletionCode.COMMAND_ERROR, code, description)
