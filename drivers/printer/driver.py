"""A4 printer that speaks IPP by itself (RFC 8010, RFC 8011; IPP Everywhere).

Straight: ``endpoint = "ipp://host:port/ipp/print"``, the printer's own address. Where
a CUPS queue must lie between: ``endpoint = "ipp://localhost:631/printers/NAME"`` with
the options ``through = "cups"`` and ``device_uri`` = the printer's own address; CUPS
says ``completed`` when it has handed the bytes on, so the printer is asked itself.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Final

from drivers.link.counters import Counters
from drivers.link.health import HealthTest, check_health
from drivers.link.queue import CommandQueue
from drivers.link.tap import WireTap
from drivers.printer.contact import Contact
from drivers.printer.delays import Delays
from drivers.printer.explain import IppExplainer
from drivers.printer.options import PrinterOptions, printer_options
from drivers.printer.printing import NOTHING, Printing
from drivers.printer.selftest import TrayWatch, page_for_test
from drivers.printer.watch import PrinterWatch
from drivers.printer.way import way_to
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceStatus,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel, HealthReport
from kiosk.core.media import PdfDocument, PrintOutcome, Settled
from kiosk.core.wire import WireLine

_INTERFACES: Final = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "Printer": ("PrintNative", "ClearBuffer", "Reset"),
    }
)


def create(spec: DriverSpec) -> IppDocumentPrinter:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an unknown option, a number out of bounds, or an endpoint
            that is not ``ipp://``.
    """
    options = printer_options(spec)
    return IppDocumentPrinter(spec, options, Delays(refill_s=options.refill_s))


class IppDocumentPrinter:
    """``DocumentPrinter`` over IPP."""

    def __init__(
        self, spec: DriverSpec, options: PrinterOptions, delays: Delays
    ) -> None:
        self._clock = spec.clock
        self._options = options
        self._delays = delays
        self._counters = Counters()
        self._tap = WireTap(spec.clock)
        self._way = way_to(spec, options, delays, self._tap)
        self._endpoint = spec.endpoint
        self._watch = PrinterWatch(spec, self._counters)
        self._queue = CommandQueue(self._counters)
        info = DeviceInfo(spec.name, "printer", interfaces=_INTERFACES)
        self._contact = Contact(self._way, self._watch, info)
        self._printing = Printing(
            self._way,
            self._contact,
            self._watch,
            options,
            delays,
            self._counters,
            spec.clock,
            spec.log,
        )

    @property
    def info(self) -> DeviceInfo:
        """Identity; the model is known after the first contact."""
        return self._contact.info

    @property
    def status(self) -> DeviceStatus:
        """Last known status; never waits."""
        return self._watch.status

    def events(self) -> AsyncIterator[DeviceEvent]:
        """Listen from now on."""
        return self._watch.events.stream()

    async def open(self) -> Completion[None]:
        """Make contact and throw away what an earlier kiosk run left behind.

        A document that is being printed goes on: a technician may look meanwhile.
        """
        if self._printing.run is not None:
            return await self._contact.examine()
        return await self.reset()

    async def close(self) -> None:
        """Let the connection go."""
        await self._way.close()
        self._watch.closed()

    async def refresh_status(self) -> DeviceStatus:
        """Ask the printer, even while it prints; clear leftovers when it is idle."""
        try:
            await self._contact.ask()
            if self._printing.leftovers and not self._queue.busy:
                await self.clear_buffer()
        except DeviceError as error:
            self._watch.notice(error)
        return self.status

    async def cancel(self) -> None:
        """Withdraw the document that is being printed, or end what else runs."""
        if self._printing.run is not None:
            self._printing.stop()
        else:
            self._queue.cancel()

    async def reset(self) -> Completion[None]:
        """Withdraw what is printing, clear the buffer, and look at the printer."""
        self._printing.stop()
        cleared = await self.clear_buffer()
        if not cleared.ok:
            return Completion(cleared.code, cleared.error_code, cleared.description)
        return await self.examine()

    async def clear_buffer(self) -> Completion[int]:
        """Remove every job of ours and see it gone; the payload counts them."""
        return await self._queue.run(
            self._printing.clear,
            timeout_s=self._delays.confirm_s + self._delays.refill_s,
        )

    async def examine(self) -> Completion[None]:
        """Ask the printer how it is; a trouble that it names is the completion's."""
        return await self._queue.run(
            self._contact.examine, timeout_s=self._delays.confirm_s
        )

    def health_tests(self) -> tuple[HealthTest, ...]:
        """Internal: ask; external: a page of our own; interactive: the tray."""
        return (
            HealthTest("device", HealthLevel.INTERNAL, self.examine),
            HealthTest("printPage", HealthLevel.EXTERNAL, self._print_test_page),
            HealthTest("tray", HealthLevel.INTERACTIVE, self._watch_tray),
        )

    async def check_health(self, level: HealthLevel) -> HealthReport:
        return await check_health(self.info.name, level, self.health_tests())

    def statistics(self) -> Mapping[str, int]:
        """Return also ``documents`` and ``sheets``."""
        return {"documents": 0, "sheets": 0} | dict(self._counters.values())

    def diagnostics(self) -> Mapping[str, object]:
        """Return also what the printer says of toner, paper and its own counters."""
        return {
            "endpoint": self._endpoint,
            "settings": asdict(self._options),
            "model": self.info.model_name,
            "serialNumber": self.info.serial_number,
            "revision": self.info.revision_number,
            "state": self.status.state.value,
            "detail": dict(self.status.detail),
            "supplies": dict(self._contact.abilities.supplies),
            "statistics": dict(self.statistics()),
        }

    def trace(self) -> AsyncIterator[WireLine]:
        """Listen to the messages from now on, in words."""
        return self._tap.listen(IppExplainer)

    async def print_native(
        self,
        document: PdfDocument,
        *,
        on_sheet: Callable[[int], None] | None = None,
        timeout_s: float = 120.0,
    ) -> Completion[PrintOutcome]:
        """Print one-sided and follow the paper; see ``DocumentPrinter``."""
        name = f"kiosk24-{document.digest[:8]}-{secrets.token_hex(4)}"
        return await self._queue.run(
            lambda: self._printing.print(name, document, on_sheet, timeout_s),
            timeout_s=timeout_s + 4 * self._delays.confirm_s,
            ended=self._cut_off,
        )

    async def _print_test_page(self) -> Completion[PrintOutcome]:
        return await self.print_native(page_for_test())

    async def _watch_tray(self) -> Completion[None]:
        watch = TrayWatch(self._contact.ask, self._clock, self._delays)
        return await self._queue.run(
            watch.opened_and_closed,
            timeout_s=self._delays.person_s + self._delays.confirm_s,
        )

    def _cut_off(self, code: CompletionCode) -> Completion[PrintOutcome]:
        """Make the completion of a command that never had its turn, or overran.

        ``cancel`` cuts a command off only before its document is handed over.
        """
        begun = code not in (CompletionCode.DEVICE_NOT_READY, CompletionCode.CANCELED)
        outcome = PrintOutcome(Settled.UNKNOWN) if begun else NOTHING
        return Completion(code, payload=outcome)
