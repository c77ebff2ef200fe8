"""A4 printer that speaks IPP by itself (RFC 8010, RFC 8011; IPP Everywhere).

Straight: ``endpoint = "ipp://host:port/ipp/print"``, the printer's own address. Where
a CUPS queue must lie between: ``endpoint = "ipp://localhost:631/printers/NAME"`` with
the options ``through = "cups"`` and ``device_uri`` = the printer's own address; CUPS
says ``completed`` when it has handed the bytes on, so the printer is asked itself.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Final

import anyio

from drivers.link.counters import Counters
from drivers.link.deadline import Deadline
from drivers.link.health import HealthTest, check_health
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.queue import CommandQueue
from drivers.link.tap import WireTap
from drivers.printer.client import IppClient
from drivers.printer.condition import (
    PRINTER_ATTRIBUTES,
    Condition,
    read_condition,
)
from drivers.printer.delays import Delays
from drivers.printer.explain import IppExplainer
from drivers.printer.identity import Abilities, read_abilities
from drivers.printer.run import PrintRun
from drivers.printer.selftest import TrayWatch, page_for_test
from drivers.printer.submit import Handed
from drivers.printer.supplies import SUPPLY_ATTRIBUTES
from drivers.printer.watch import PrinterWatch
from drivers.printer.way import Straight, ThroughCups, Way
from kiosk.core.device import (
    USABLE_STATES,
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceProtocolError, SettingsError
from kiosk.core.health import HealthLevel, HealthReport
from kiosk.core.media import PdfDocument, PrintOutcome, Settled
from kiosk.core.wire import WireLine

_INTERFACES: Final = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "Printer": ("PrintNative", "ClearBuffer", "Reset"),
    }
)
_WAYS = ("", "cups")
_NOTHING: Final = PrintOutcome(Settled.NOT_PRINTED)


@dataclass(frozen=True, slots=True)
class PrinterOptions:
    """Settings of an IPP printer.

    Attributes:
        user: owner of our jobs at the printer. Kiosks that share a printer need
            different ones, or one would clear the other's jobs.
        media: PWG 5101.1 name of the paper in the tray.
        refill_s: how long a job may wait for hands before it is withdrawn.
        through: ``cups`` when the endpoint is a CUPS queue, ``""`` for the printer.
        device_uri: with ``cups``, the printer's own ``ipp://`` address.
    """

    user: str = "kiosk24"
    media: str = "iso_a4_210x297mm"
    refill_s: float = 20.0
    through: str = ""
    device_uri: str = ""


def create(spec: DriverSpec) -> IppDocumentPrinter:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an unknown option, a number out of bounds, or an endpoint
            that is not ``ipp://``.
    """
    options = typed_options(PrinterOptions, spec)
    in_range(spec.name, "refill_s", options.refill_s, 0.0, 600.0)
    one_of(spec.name, "through", options.through, _WAYS)
    if bool(options.through) is not bool(options.device_uri):
        raise SettingsError(f"{spec.name}: through and device_uri belong together")
    return IppDocumentPrinter(spec, options, Delays(refill_s=options.refill_s))


def _way(
    spec: DriverSpec, options: PrinterOptions, delays: Delays, tap: WireTap
) -> Way:
    first = IppClient(spec.endpoint, options.user, delays, tap)
    if not options.through:
        return Straight(first, options.user, delays, spec.clock)
    printer = IppClient(options.device_uri, options.user, delays, tap)
    return ThroughCups(first, printer, options.user, delays, spec.clock)


class IppDocumentPrinter:
    """``DocumentPrinter`` over IPP."""

    def __init__(
        self, spec: DriverSpec, options: PrinterOptions, delays: Delays
    ) -> None:
        self._clock = spec.clock
        self._log = spec.log
        self._options = options
        self._delays = delays
        self._counters = Counters()
        self._tap = WireTap(spec.clock)
        self._way = _way(spec, options, delays, self._tap)
        self._endpoint = spec.endpoint
        self._watch = PrinterWatch(spec, self._counters)
        self._queue = CommandQueue(self._counters)
        self._abilities = Abilities()
        self._run: PrintRun | None = None
        # A kiosk that died may have left a certificate in the printer.
        self._leftovers = True
        self._info = DeviceInfo(spec.name, "printer", interfaces=_INTERFACES)

    @property
    def info(self) -> DeviceInfo:
        """Identity; the model is known after the first contact."""
        return self._info

    @property
    def status(self) -> DeviceStatus:
        """Last known status; never waits."""
        return self._watch.status

    def events(self) -> AsyncIterator[DeviceEvent]:
        """Listen from now on."""
        return self._watch.events.stream()

    async def open(self) -> Completion[None]:
        """Make contact and throw away what an earlier kiosk run left behind."""
        return await self.reset()

    async def close(self) -> None:
        """Let the connection go."""
        await self._way.close()
        self._watch.closed()

    async def refresh_status(self) -> DeviceStatus:
        """Ask the printer, even while it prints; clear leftovers when it is idle."""
        try:
            await self._contact()
            if self._leftovers and not self._queue.busy:
                await self.clear_buffer()
        except DeviceError as error:
            self._watch.notice(error)
        return self.status

    async def cancel(self) -> None:
        """Withdraw the document that is being printed."""
        if self._run is not None:
            self._run.stop()

    async def reset(self) -> Completion[None]:
        """Withdraw what is printing, clear the buffer, and look at the printer."""
        await self.cancel()
        cleared = await self.clear_buffer()
        if not cleared.ok:
            return Completion(cleared.code, cleared.error_code, cleared.description)
        status = await self.refresh_status()
        if status.state in USABLE_STATES:
            return Completion(CompletionCode.SUCCESS)
        return Completion(
            CompletionCode.DEVICE_NOT_READY, description=status.state.value
        )

    async def clear_buffer(self) -> Completion[int]:
        """Remove every job of ours and see it gone; the payload counts them."""
        return await self._queue.run(
            self._clear, timeout_s=self._delays.confirm_s + self._delays.refill_s
        )

    async def examine(self) -> Completion[None]:
        """Ask the printer how it is; a trouble that it names is the completion's."""
        return await self._queue.run(self._examine, timeout_s=self._delays.confirm_s)

    async def check_health(self, level: HealthLevel) -> HealthReport:
        """Internal: ask; external: a page of our own; interactive: the tray."""
        tests = (
            HealthTest("device", HealthLevel.INTERNAL, self.examine),
            HealthTest("printPage", HealthLevel.EXTERNAL, self._print_test_page),
            HealthTest("tray", HealthLevel.INTERACTIVE, self._watch_tray),
        )
        return await check_health(self._info.name, level, tests)

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
            "supplies": dict(self._abilities.supplies),
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
            lambda: self._print(name, document, on_sheet, timeout_s),
            timeout_s=timeout_s + 4 * self._delays.confirm_s,
            ended=self._cut_off,
        )

    async def _print(
        self,
        name: str,
        document: PdfDocument,
        on_sheet: Callable[[int], None] | None,
        timeout_s: float,
    ) -> Completion[PrintOutcome]:
        deadline = Deadline(self._clock, timeout_s)
        refusal = await self._refusal()
        if refusal is not None:
            return replace(refusal, payload=_NOTHING)
        run = self._run = self._way.run(
            name,
            document,
            up_time=self._abilities.up_time,
            noticed=self._watch.notice,
            on_sheet=on_sheet,
        )
        self._watch.begin_printing()
        try:
            done = await self._hand_over_and_follow(
                run, name, document.content, deadline
            )
        finally:
            self._run = None
            self._watch.end_printing()
        self._account(name, done)
        return done

    async def _hand_over_and_follow(
        self, run: PrintRun, name: str, content: bytes, deadline: Deadline
    ) -> Completion[PrintOutcome]:
        # Until the run has ended by itself, the printer may hold our document.
        self._leftovers = True
        try:
            handed = await self._way.hand_over(
                run, name, content, self._options.media, self._abilities.two_steps
            )
            if handed.refusal is not None:
                return await self._refused(run, handed, handed.refusal)
            return await run.follow(deadline)
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await run.withdraw(CompletionCode.CANCELED)
            raise

    async def _refused(
        self, run: PrintRun, handed: Handed, refusal: Completion[None]
    ) -> Completion[PrintOutcome]:
        """Remove the empty job, if there is one, of a document that was refused."""
        outcome = _NOTHING
        if run.unsettled:
            left = await run.withdraw(refusal.code)
            if handed.sent and left.payload is not None:
                outcome = left.payload
        return Completion(
            refusal.code, refusal.error_code, refusal.description, outcome
        )

    def _account(self, name: str, done: Completion[PrintOutcome]) -> None:
        """Note what became of the paper; only a sure ending leaves nothing behind."""
        outcome = done.payload or PrintOutcome(Settled.UNKNOWN)
        self._leftovers = not done.ok
        self._counters.add("documents")
        self._counters.add("sheets", outcome.sheets)
        if outcome.sheets:
            self._watch.events.emit("MediaPresentedEvent", sheets=outcome.sheets)
        self._log(
            "printer.job_ended",
            job=name,
            code=done.code.value,
            error=done.error_code or "",
            settled=outcome.settled.value,
            sheets=outcome.sheets,
        )

    async def _examine(self) -> Completion[None]:
        try:
            condition = await self._contact()
        except DeviceError as error:
            return self._watch.failed(error)
        if condition.trouble:
            return Completion(CompletionCode.COMMAND_ERROR, condition.trouble)
        if self.status.state not in USABLE_STATES:
            words = await self._way.obstacle() or self.status.state.value
            return Completion(CompletionCode.DEVICE_NOT_READY, None, words)
        return Completion(CompletionCode.SUCCESS)

    async def _print_test_page(self) -> Completion[PrintOutcome]:
        return await self.print_native(page_for_test())

    async def _watch_tray(self) -> Completion[None]:
        watch = TrayWatch(self._contact, self._clock, self._delays)
        return await self._queue.run(
            watch.opened_and_closed,
            timeout_s=self._delays.person_s + self._delays.confirm_s,
        )

    async def _refusal(self) -> Completion[PrintOutcome] | None:
        """Ask the printer first; say why it should not be given a document now."""
        try:
            condition = await self._contact()
        except DeviceError as error:
            return self._watch.failed(error)
        if condition.trouble:
            return Completion(CompletionCode.COMMAND_ERROR, condition.trouble)
        if condition.device_state is not DeviceState.ONLINE:
            state = condition.device_state.value
            return Completion(CompletionCode.DEVICE_NOT_READY, description=state)
        if not (self._abilities.takes_pdf or self._options.through):
            words = "the printer does not take application/pdf"
            return Completion(CompletionCode.INVALID_DATA, description=words)
        if self._leftovers:
            cleared = await self._clear()
            if not cleared.ok:
                return Completion(cleared.code, description=cleared.description)
        return None

    async def _clear(self) -> Completion[int]:
        try:
            removed, sure = await self._way.clear()
        except DeviceError as error:
            return self._watch.failed(error)
        self._leftovers = not sure
        if removed:
            self._log("printer.buffer_cleared", jobs=removed, sure=sure)
        if not sure:
            words = "jobs do not go away"
            return Completion(CompletionCode.HARDWARE_ERROR, None, words, removed)
        return Completion(CompletionCode.SUCCESS, payload=removed)

    async def _contact(self) -> Condition:
        wanted = (*PRINTER_ATTRIBUTES, *SUPPLY_ATTRIBUTES)
        try:
            printer = await self._way.printer.printer_attributes(wanted)
        except DeviceProtocolError:
            # One spoilt answer is no broken printer.
            printer = await self._way.printer.printer_attributes(wanted)
        self._abilities = read_abilities(printer)
        self._info = self._abilities.name_in(self._info)
        condition = read_condition(printer)
        if await self._way.obstacle():
            condition = replace(condition, accepting=False)
        self._watch.notice(condition)
        return condition

    def _cut_off(self, code: CompletionCode) -> Completion[PrintOutcome]:
        """Make the completion of a command that never had its turn, or overran."""
        never = code is CompletionCode.DEVICE_NOT_READY
        outcome = _NOTHING if never else PrintOutcome(Settled.UNKNOWN)
        return Completion(code, payload=outcome)
