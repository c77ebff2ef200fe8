"""What a receipt printer is tested with: a short slip, and somebody at the cover."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

import anyio

from drivers.link.deadline import Deadline
from drivers.receipt.printer import Delays
from drivers.receipt.status_codec import PrinterStatus
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.errors import DeviceError
from kiosk.core.media import Align, Receipt, ReceiptLine

CHINESE_SAMPLE = bytes.fromhex("CBAE B5E7 C8BC C6F8 D3C0")
"""Characters with few and with many strokes, for the eye of a technician."""


def slip_for_test(now: datetime) -> Receipt:
    """Return a slip with everything that a receipt may have, and nobody's data."""
    return Receipt(
        "self-test",
        (
            ReceiptLine("Self-test", align=Align.CENTRE, bold=True),
            ReceiptLine(rule=True),
            ReceiptLine("UTC", value=f"{now:%Y-%m-%d %H:%M:%S}"),
            ReceiptLine("0123456789 ABCabc"),
            ReceiptLine(CHINESE_SAMPLE.decode("gb18030")),
        ),
    )


class CoverWatch:
    """Waits until somebody has opened the cover and closed it again.

    Args:
        look: asks the printer and records what it says.
    """

    def __init__(
        self,
        look: Callable[[], Awaitable[PrinterStatus]],
        clock: Clock,
        delays: Delays,
    ) -> None:
        self._look = look
        self._clock = clock
        self._delays = delays

    async def opened_and_closed(self) -> Completion[None]:
        """Return ``timeOut`` when nobody did.

        ``unsupportedCommand`` says that this printer does not tell its cover.
        """
        deadline = Deadline(self._clock, self._delays.person_s)
        was_open = False
        while not deadline.passed:
            try:
                status = await self._look()
            except DeviceError as error:
                return Completion(CompletionCode.CONNECTION_LOST, None, str(error))
            if status.silent:
                return Completion(CompletionCode.DEVICE_NOT_READY, None, "no answer")
            if status.cover_open is None:
                words = "the printer does not tell its cover"
                return Completion(CompletionCode.UNSUPPORTED_COMMAND, None, words)
            if was_open and not status.cover_open:
                return Completion(CompletionCode.SUCCESS)
            was_open = was_open or status.cover_open
            await anyio.sleep(deadline.at_most(self._delays.look_s))
        return Completion(CompletionCode.TIME_OUT)
