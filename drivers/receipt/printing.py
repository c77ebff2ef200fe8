"""From bytes to paper: send, wait for the proof, and say truthfully how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from drivers.link.deadline import Deadline
from drivers.receipt.printer import Delays, EscPosPrinter
from drivers.receipt.status_codec import PrinterStatus
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError, DeviceTimeout
from kiosk.core.media import PrintOutcome, Settled


class SettledPrinting:
    """Prints one receipt at a time and settles it.

    Args:
        look: asks the printer and records what it says.
        failed: records a lost printer.
        byte_s: seconds one byte takes on the wire.
        cut_off: bytes that feed and cut what hangs in the printer.
    """

    def __init__(
        self,
        printer: EscPosPrinter,
        clock: Clock,
        delays: Delays,
        look: Callable[[], Awaitable[PrinterStatus]],
        failed: Callable[[DeviceError], Completion[Any]],
        byte_s: float,
        cut_off: bytes,
    ) -> None:
        self._printer = printer
        self._clock = clock
        self._delays = delays
        self._look = look
        self._failed = failed
        self._byte_s = byte_s
        self._cut_off = cut_off
        self._remains = False

    async def refusal(self) -> Completion[PrintOutcome] | None:
        """Look before anything is sent; ``None`` when the printer is fit to print.

        Raises:
            DeviceError: the pipe is gone.
        """
        status = await self._look()
        if status.silent:
            return ended(CompletionCode.TIME_OUT, "no answer before printing")
        if status.trouble is not None:
            return refused(status.trouble, Settled.NOT_PRINTED)
        if status.is_offline:
            return ended(CompletionCode.DEVICE_NOT_READY, "offline without a cause")
        return None

    async def run(self, data: bytes, deadline: Deadline) -> Completion[PrintOutcome]:
        """Send, and find out what became of the paper. From here on it may exist."""
        if self._remains:
            data = self._cut_off + data
        self._remains = True
        work_s = len(data) * self._byte_s + self._delays.mechanics_s
        work = Deadline(self._clock, deadline.at_most(work_s))
        try:
            await self._printer.send(data, timeout_s=work.left_s)
        except DeviceTimeout as error:
            return await self._gave_up(_settled(error))
        except DeviceError as error:
            return self._lost(error, _settled(error))
        try:
            proof = await self._printer.proof(work)
        except DeviceError as error:
            return self._lost(error, Settled.UNKNOWN)
        if isinstance(proof, PrinterStatus):
            return await self._gave_up(Settled.UNKNOWN)
        return await self._proven()

    async def clear_away(self) -> None:
        """Have nothing left of a slip that failed: not in the buffer, not hanging out.

        What is in print hangs in the printer until the next cut; better now, while
        its owner may still be there, than with the next citizen's slip.

        Raises:
            DeviceError: the pipe is gone, or takes no bytes.
        """
        await self._printer.clear()
        status = await self._look()
        if not self._remains or status.silent or status.trouble is not None:
            return
        deadline = Deadline(self._clock, self._delays.mechanics_s)
        await self._printer.send(self._cut_off, timeout_s=deadline.left_s)
        proof = await self._printer.proof(deadline)
        self._remains = isinstance(proof, PrinterStatus)
        await self._look()

    async def _proven(self) -> Completion[PrintOutcome]:
        """Look once more: a proof holds if the printer is still there to be asked.

        A printer that loses its power pulls the line down, which reads as ``00``, the
        very byte of the proof; and the knife may jam behind it. All else that the
        printer says now is news, not doubt.
        """
        try:
            status = await self._look()
        except DeviceError as error:
            return self._lost(error, Settled.UNKNOWN)
        if status.silent:
            return ended(CompletionCode.TIME_OUT, "silent at the end", Settled.UNKNOWN)
        if status.trouble == "cutterError":
            return refused(status.trouble, Settled.UNKNOWN)
        self._remains = False
        return Completion(
            CompletionCode.SUCCESS, payload=PrintOutcome(Settled.PRESENTED, 1)
        )

    async def _gave_up(self, settled: Settled) -> Completion[PrintOutcome]:
        """No proof came: name the trouble, and leave nothing for the next citizen."""
        try:
            status = await self._look()
            await self.clear_away()
        except DeviceError as error:
            return self._lost(error, settled)
        if status.trouble is not None:
            return refused(status.trouble, settled)
        return ended(CompletionCode.TIME_OUT, "no proof of printing", settled)

    def _lost(self, error: DeviceError, settled: Settled) -> Completion[PrintOutcome]:
        failed = self._failed(error)
        return ended(failed.code, failed.description, settled)


def ended(
    code: CompletionCode,
    description: str = "",
    settled: Settled = Settled.NOT_PRINTED,
) -> Completion[PrintOutcome]:
    """Make a completion without an error code; by itself nothing was printed."""
    return Completion(code, description=description, payload=PrintOutcome(settled))


def refused(trouble: str, settled: Settled) -> Completion[PrintOutcome]:
    """Make a completion with the printer's own error code."""
    return Completion(
        CompletionCode.COMMAND_ERROR, trouble, payload=PrintOutcome(settled)
    )


def _settled(error: DeviceError) -> Settled:
    """Nothing printed is certain only when not one byte had left."""
    nothing_left = error.context.get("sent") == 0
    return Settled.NOT_PRINTED if nothing_left else Settled.UNKNOWN
