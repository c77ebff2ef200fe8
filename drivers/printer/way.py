"""How a document gets to the printer: straight, or through a CUPS queue.

Both ways end at the same place: the printer itself is asked what came out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import anyio

from drivers.link.deadline import Deadline
from drivers.link.tap import WireTap
from drivers.printer.buffer import clear_jobs
from drivers.printer.client import IppClient
from drivers.printer.cups import QUEUE_ATTRIBUTES, CupsRun
from drivers.printer.delays import Delays
from drivers.printer.options import PrinterOptions
from drivers.printer.run import Noticed, PrintRun
from drivers.printer.submit import Handed, submit
from drivers.printer.tags import PrinterState
from kiosk.core.clock import Clock
from kiosk.core.driver import DriverSpec
from kiosk.core.media import PdfDocument


class Way(Protocol):
    """What the driver needs of either."""

    @property
    def printer(self) -> IppClient:
        """Asks the printer itself."""
        ...

    def run(
        self,
        name: str,
        document: PdfDocument,
        *,
        up_time: int | None,
        noticed: Noticed,
        on_sheet: Callable[[int], None] | None,
    ) -> PrintRun:
        """Make what follows the document called ``name``.

        Args:
            up_time: the printer's, in seconds, before the document is handed over.
        """
        ...

    async def hand_over(
        self, run: PrintRun, name: str, content: bytes, media: str, two_steps: bool
    ) -> Handed:
        """Hand the document over and tell the run its number."""
        ...

    async def clear(self) -> tuple[int, bool]:
        """Remove our jobs: how many there were, and whether all are gone."""
        ...

    async def obstacle(self) -> str:
        """Say why nothing gets through now, ``""`` when it does."""
        ...

    async def close(self) -> None:
        """Let every connection go."""
        ...


class Straight:
    """The printer is its own print server."""

    def __init__(
        self, printer: IppClient, user: str, delays: Delays, clock: Clock
    ) -> None:
        self._printer = printer
        self._user = user
        self._delays = delays
        self._clock = clock

    @property
    def printer(self) -> IppClient:
        return self._printer

    def run(
        self,
        name: str,
        document: PdfDocument,
        *,
        up_time: int | None,
        noticed: Noticed,
        on_sheet: Callable[[int], None] | None,
    ) -> PrintRun:
        return PrintRun(
            self._printer,
            self._delays,
            self._clock,
            name,
            document.pages,
            noticed=noticed,
            on_sheet=on_sheet,
        )

    async def hand_over(
        self, run: PrintRun, name: str, content: bytes, media: str, two_steps: bool
    ) -> Handed:
        handed = await submit(
            self._printer, self._delays, name, content, media, two_steps
        )
        run.taken(handed.job_id)
        return handed

    async def clear(self) -> tuple[int, bool]:
        return await clear_jobs(self._printer, self._user, self._delays, self._clock)

    async def obstacle(self) -> str:
        return ""

    async def close(self) -> None:
        await self._printer.close()


class ThroughCups:
    """A CUPS queue sends it on; the printer is asked beside it."""

    def __init__(
        self,
        queue: IppClient,
        printer: IppClient,
        user: str,
        delays: Delays,
        clock: Clock,
    ) -> None:
        self._queue = queue
        self._printer = printer
        self._user = user
        self._delays = delays
        self._clock = clock

    @property
    def printer(self) -> IppClient:
        return self._printer

    def run(
        self,
        name: str,
        document: PdfDocument,
        *,
        up_time: int | None,
        noticed: Noticed,
        on_sheet: Callable[[int], None] | None,
    ) -> PrintRun:
        return CupsRun(
            self._printer,
            self._queue,
            self._delays,
            self._clock,
            name,
            document.pages,
            up_time=up_time,
            noticed=noticed,
            on_sheet=on_sheet,
        )

    async def hand_over(
        self, run: PrintRun, name: str, content: bytes, media: str, two_steps: bool
    ) -> Handed:
        """Hand it to CUPS, which always takes a document in two steps."""
        handed = await submit(
            self._queue, self._delays, name, content, media, in_two_steps=True
        )
        run.taken(handed.job_id)
        return handed

    async def clear(self) -> tuple[int, bool]:
        """Clear CUPS first: it would send again what the printer has let go."""
        waiting, all_gone = await self._clear(self._queue)
        idle = await self._back_end_has_ended()
        inside, none_left = await self._clear(self._printer)
        # What CUPS had handed on is in both: the document counts once.
        return max(waiting, inside), all_gone and idle and none_left

    async def _clear(self, place: IppClient) -> tuple[int, bool]:
        return await clear_jobs(place, self._user, self._delays, self._clock)

    async def _back_end_has_ended(self) -> bool:
        """Wait: a back end that is told to stop may still finish a request."""
        limit = Deadline(self._clock, self._delays.confirm_s)
        while not limit.passed:
            queue = await self._queue.printer_attributes(QUEUE_ATTRIBUTES)
            if queue.integer("printer-state") != PrinterState.PROCESSING:
                return True
            await anyio.sleep(limit.at_most(self._delays.poll_s))
        return False

    async def obstacle(self) -> str:
        """Ask CUPS how its queue is.

        Raises:
            DeviceError: CUPS cannot be asked.
        """
        queue = await self._queue.printer_attributes(QUEUE_ATTRIBUTES)
        if queue.integer("printer-state") == PrinterState.STOPPED:
            return "the CUPS queue is stopped"
        if queue.flag("printer-is-accepting-jobs") is False:
            return "the CUPS queue takes no jobs"
        return ""

    async def close(self) -> None:
        await self._queue.close()
        await self._printer.close()


def way_to(
    spec: DriverSpec, options: PrinterOptions, delays: Delays, tap: WireTap
) -> Way:
    """Choose the way that the options ask for; nothing is opened.

    Raises:
        SettingsError: an address that is not ``ipp://``.
    """
    first = IppClient(spec.endpoint, options.user, delays, tap)
    if not options.through:
        return Straight(first, options.user, delays, spec.clock)
    printer = IppClient(options.device_uri, options.user, delays, tap)
    return ThroughCups(first, printer, options.user, delays, spec.clock)
