"""A4 printer that speaks IPP by itself (RFC 8010, RFC 8011; IPP Everywhere).

The address must be the printer's own: a print server says ``completed`` when it
has handed the bytes on. Settings: ``endpoint = "ipp://host:port/ipp/print"``.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import anyio

from drivers.link.deadline import Deadline
from drivers.link.options import in_range, typed_options
from drivers.link.queue import CommandQueue
from drivers.printer.buffer import clear_jobs
from drivers.printer.client import IppClient
from drivers.printer.condition import (
    PRINTER_ATTRIBUTES,
    Condition,
    read_condition,
)
from drivers.printer.delays import Delays
from drivers.printer.identity import Abilities, read_abilities
from drivers.printer.run import PrintRun
from drivers.printer.submit import Handed, submit
from drivers.printer.watch import PrinterWatch
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
from kiosk.core.errors import DeviceError, DeviceProtocolError
from kiosk.core.media import PdfDocument, PrintOutcome, Settled

_INTERFACES: Final = MappingProxyType(
    {
        "Common": ("Status", "Cancel"),
        "Printer": ("PrintNative", "ClearBuffer", "Reset"),
    }
)
_NOTHING: Final = PrintOutcome(Settled.NOT_PRINTED)


@dataclass(frozen=True, slots=True)
class PrinterOptions:
    """Settings of an IPP printer.

    Attributes:
        user: owner of our jobs at the printer. Kiosks that share a printer need
            different ones, or one would clear the other's jobs.
        media: PWG 5101.1 name of the paper in the tray.
        refill_s: how long a job may wait for hands before it is withdrawn.
    """

    user: str = "kiosk24"
    media: str = "iso_a4_210x297mm"
    refill_s: float = 20.0


def create(spec: DriverSpec) -> IppDocumentPrinter:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an unknown option, a number out of bounds, or an endpoint
            that is not ``ipp://``.
    """
    options = typed_options(PrinterOptions, spec)
    in_range(spec.name, "refill_s", options.refill_s, 0.0, 600.0)
    return IppDocumentPrinter(spec, options, Delays(refill_s=options.refill_s))


class IppDocumentPrinter:
    """``DocumentPrinter`` over IPP."""

    def __init__(
        self, spec: DriverSpec, options: PrinterOptions, delays: Delays
    ) -> None:
        self._clock = spec.clock
        self._log = spec.log
        self._options = options
        self._delays = delays
        self._client = IppClient(spec.endpoint, options.user, delays)
        self._watch = PrinterWatch(spec)
        self._queue = CommandQueue()
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
        await self._client.close()
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

    async def print_native(
        self,
        document: PdfDocument,
        *,
        on_sheet: Callable[[int], None] | None = None,
        timeout_s: float = 120.0,
    ) -> Completion[PrintOutcome]:
        """Print one-sided and follow the paper; see ``DocumentPrinter``."""
        name = f"kiosk24-{document.digest[:8]}-{secrets.token_hex(4)}"
        run = PrintRun(
            self._client,
            self._delays,
            self._clock,
            name,
            document.pages,
            noticed=self._watch.notice,
            on_sheet=on_sheet,
        )
        return await self._queue.run(
            lambda: self._print(run, name, document.content, timeout_s),
            timeout_s=timeout_s + 4 * self._delays.confirm_s,
            ended=self._cut_off,
        )

    async def _print(
        self, run: PrintRun, name: str, content: bytes, timeout_s: float
    ) -> Completion[PrintOutcome]:
        deadline = Deadline(self._clock, timeout_s)
        refusal = await self._refusal()
        if refusal is not None:
            return replace(refusal, payload=_NOTHING)
        self._run = run
        self._watch.begin_printing()
        try:
            done = await self._hand_over_and_follow(run, name, content, deadline)
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
            handed = await submit(
                self._client,
                self._delays,
                name,
                content,
                self._options.media,
                self._abilities.two_steps,
            )
            run.job_id = handed.job_id
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
        if handed.job_id is not None:
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
        if not self._abilities.takes_pdf:
            words = "the printer does not take application/pdf"
            return Completion(CompletionCode.INVALID_DATA, description=words)
        if self._leftovers:
            cleared = await self._clear()
            if not cleared.ok:
                return Completion(cleared.code, description=cleared.description)
        return None

    async def _clear(self) -> Completion[int]:
        try:
            removed, sure = await clear_jobs(
                self._client, self._options.user, self._delays, self._clock
            )
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
        try:
            printer = await self._client.printer_attributes(PRINTER_ATTRIBUTES)
        except DeviceProtocolError:
            # One spoilt answer is no broken printer.
            printer = await self._client.printer_attributes(PRINTER_ATTRIBUTES)
        self._abilities = read_abilities(printer)
        self._info = self._abilities.name_in(self._info)
        condition = read_condition(printer)
        self._watch.notice(condition)
        return condition

    def _cut_off(self, code: CompletionCode) -> Completion[PrintOutcome]:
        """Make the completion of a command that never had its turn, or overran."""
        never = code is CompletionCode.DEVICE_NOT_READY
        outcome = _NOTHING if never else PrintOutcome(Settled.UNKNOWN)
        return Completion(code, payload=outcome)
