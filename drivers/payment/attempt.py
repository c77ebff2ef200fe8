"""A command that moves money, whatever protocol carries it.

Once bytes may have left, only the terminal knows the outcome: the command runs on
under a shield, is asked to stop where somebody cancelled it, and what the terminal
says last is its completion.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import anyio
import anyio.lowlevel

from kiosk.core.device import Completion, CompletionCode
from kiosk.core.orders import CardReceipt

Outcome = Completion[CardReceipt]


def outcome_unknown(why: str) -> Outcome:
    """Return the completion that says: ask ``last_receipt``."""
    return Completion(CompletionCode.COMMAND_ERROR, "outcomeUnknown", why)


def busy(why: str = "") -> Outcome:
    """Return the completion of a terminal that does something else."""
    return Completion(CompletionCode.COMMAND_ERROR, "terminalBusy", why)


def turn_never_came(code: CompletionCode) -> Outcome:
    """Judge a question that waited behind a transaction until its time was over."""
    if code is CompletionCode.DEVICE_NOT_READY:
        return busy("a transaction is running")
    return Completion(code)


@dataclass(slots=True)
class Attempt:
    """One such command, as far as it has come.

    Attributes:
        sent: bytes may have left: from here on only the terminal knows.
        stop: somebody wants it to end.
    """

    sent: bool = False
    stop: bool = False
    completion: Outcome | None = None

    def cut_off(self, code: CompletionCode) -> Outcome:
        """Return the completion of a command that the queue has ended."""
        if self.completion is not None:
            return self.completion
        if self.sent:
            return outcome_unknown("cut off")
        if code is CompletionCode.CANCELED:
            return Completion(code, description="before it was begun")
        return Completion(CompletionCode.DEVICE_NOT_READY, description="no turn")

    async def settle(self, act: Callable[[], Awaitable[Outcome]]) -> Outcome:
        """Send and wait for the end, whoever goes away meanwhile.

        Args:
            act: looks at ``stop`` again and again, and always comes to an end.
        """
        await anyio.lowlevel.checkpoint()  # a cancel that came before ends it here
        self.sent = True
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._notice_cancel)
            with anyio.CancelScope(shield=True):
                completion = await act()
                self.completion = completion
            tasks.cancel_scope.cancel()
        return completion

    async def _notice_cancel(self) -> None:
        try:
            await anyio.sleep_forever()
        finally:
            self.stop = True
