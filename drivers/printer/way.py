"""How a document gets to the printer: straight, or through a CUPS queue.

Both ways end at the same place: the printer itself is asked what came out.
"""

from __future__ import annotations

import anyio

from drivers.link.deadline import Deadline
from drivers.link.tap import WireTap
from drivers.printer.buffer import clear_jobs
from drivers.printer.client import IppClient
from drivers.printer.cups import QUEUE_ATTRIBUTES, CupsRun
from drivers.printer.delays import Delays
from drivers.printer.options import PrinterOptions
from drivers.printer.run import Errand, PrintRun
from drivers.printer.submit import Handed, submit
from drivers.printer.tags import PrinterState
from kiosk.core.clock import Clock
from kiosk.core.driver import DriverSpec


class Way:
    """Straight: the printer is its own print server."""

    def __init__(
        self, printer: IppClient, user: str, delays: Delays, clock: Clock
    ) -> None:
        self._printer = printer
        self._user = user
        self._delays = delays
        self._clock = clock

    @property
    def printer(self) -> IppClient:
        """Asks the printer itself."""
        return self._printer

    def run(self, errand: Errand) -> PrintRun:
        """Make what follows the document."""
        return PrintRun(self._printer, self._delays, self._clock, errand)

    async def hand_over(
        self, run: PrintRun, name: str, content: bytes, media: str, two_steps: bool
    ) -> Handed:
        """Hand the document over and tell the run its number."""
        return await self._submit(self._printer, run, name, content, media, two_steps)

    async def clear(self) -> tuple[int, bool]:
        """Remove our jobs: how many there were, and whether all are gone.

        Raises:
            DeviceError: they cannot be asked for.
        """
        return await self._clear(self._printer)

    async def obstacle(self) -> str:
        """Say why nothing gets through now, ``""`` when it does.

        Raises:
            DeviceError: what stands between cannot be asked.
        """
        return ""

    async def close(self) -> None:
        """Let every connection go."""
        await self._printer.close()

    async def _submit(
        self,
        place: IppClient,
        run: PrintRun,
        name: str,
        content: bytes,
        media: str,
        two_steps: bool,
    ) -> Handed:
        handed = await submit(place, self._delays, name, content, media, two_steps)
        run.taken(handed.job_id)
        run.unanswered = handed.unanswered
        return handed

    async def _clear(self, place: IppClient) -> tuple[int, bool]:
        return await clear_jobs(place, self._user, self._delays, self._clock)


class ThroughCups(Way):
    """A CUPS queue sends it on; the printer is asked beside it."""

    def __init__(
        self,
        queue: IppClient,
        printer: IppClient,
        user: str,
        delays: Delays,
        clock: Clock,
    ) -> None:
        super().__init__(printer, user, delays, clock)
        self._queue = queue

    def run(self, errand: Errand) -> PrintRun:
        return CupsRun(self._printer, self._queue, self._delays, self._clock, errand)

    async def hand_over(
        self, run: PrintRun, name: str, content: bytes, media: str, two_steps: bool
    ) -> Handed:
        """Hand it to CUPS, which always takes a document in two steps."""
        return await self._submit(self._queue, run, name, content, media, True)

    async def clear(self) -> tuple[int, bool]:
        """Clear CUPS first: it would send again what the printer has let go."""
        waiting, all_gone = await self._clear(self._queue)
        idle = await self._back_end_has_ended()
        inside, none_left = await self._clear(self._printer)
        # What CUPS had handed on is in both: the document counts once.
        return max(waiting, inside), all_gone and idle and none_left

    async def _back_end_has_ended(self) -> bool:
        """Wait: a back end that is told to stop may still finish a request."""
        limit = Deadline(self._clock, self._delays.confirm_s)
        for pause_s in limit.looks(self._delays.poll_s):
            queue = await self._queue.printer_attributes(QUEUE_ATTRIBUTES)
            if queue.integer("printer-state") != PrinterState.PROCESSING:
                return True
            await anyio.sleep(pause_s)
        return False

    async def obstacle(self) -> str:
        """Ask CUPS how its queue is."""
        queue = await self._queue.printer_attributes(QUEUE_ATTRIBUTES)
        if queue.integer("printer-state") == PrinterState.STOPPED:
            return "the CUPS queue is stopped"
        if queue.flag("printer-is-accepting-jobs") is False:
            return "the CUPS queue takes no jobs"
        return ""

    async def close(self) -> None:
        await self._queue.close()
        await super().close()


def way_to(
    spec: DriverSpec, options: PrinterOptions, delays: Delays, tap: WireTap
) -> Way:
    """Choose the way that the options ask for; nothing is opened.

    Raises:
        SettingsError: an address that is not ``ipp://``.
    """
    first = IppClient(spec.endpoint, options.user, delays, tap)
    if not options.through:
        return Way(first, options.user, delays, spec.clock)
    printer = IppClient(options.device_uri, options.user, delays, tap)
    return ThroughCups(first, printer, options.user, delays, spec.clock)
