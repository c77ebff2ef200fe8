"""One document at a time: ask, hand over, follow, account for the paper."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import anyio

from drivers.link.counters import Counters
from drivers.link.deadline import Deadline
from drivers.printer.contact import Contact
from drivers.printer.delays import Delays
from drivers.printer.options import PrinterOptions
from drivers.printer.run import Errand, PrintRun
from drivers.printer.submit import Handed
from drivers.printer.watch import PrinterWatch
from drivers.printer.way import Way
from kiosk.core.clock import Clock
from kiosk.core.device import (
    USABLE_STATES,
    Completion,
    CompletionCode,
    DeviceState,
)
from kiosk.core.errors import DeviceError, DeviceTimeout
from kiosk.core.media import PdfDocument, PrintOutcome, Settled
from kiosk.core.ports import EventLog

NOTHING: Final = PrintOutcome(Settled.NOT_PRINTED)


class Printing:
    """Prints documents over one way.

    Attributes:
        run: the document that is being printed, if there is one.
        leftovers: the printer may hold something of ours.
    """

    def __init__(
        self,
        way: Way,
        contact: Contact,
        watch: PrinterWatch,
        options: PrinterOptions,
        delays: Delays,
        counters: Counters,
        clock: Clock,
        log: EventLog,
    ) -> None:
        self._way = way
        self._contact = contact
        self._watch = watch
        self._options = options
        self._delays = delays
        self._counters = counters
        self._clock = clock
        self._log = log
        self.run: PrintRun | None = None
        # A kiosk that died may have left a certificate in the printer.
        self.leftovers = True

    def stop(self) -> None:
        """Withdraw the document that is being printed."""
        if self.run is not None:
            self.run.stop()

    async def print(
        self,
        name: str,
        document: PdfDocument,
        on_sheet: Callable[[int], None] | None,
        timeout_s: float,
    ) -> Completion[PrintOutcome]:
        """Print one document called ``name``, to its settled end."""
        deadline = Deadline(self._clock, timeout_s)
        refusal = await self._refusal()
        if refusal is not None:
            return replace(refusal, payload=NOTHING)
        up_time, noticed = self._contact.abilities.up_time, self._watch.notice
        errand = Errand(name, document.pages, up_time, noticed, on_sheet)
        self._watch.begin_printing()
        try:
            done = await self._see_to(errand, document.content, deadline)
        finally:
            self.run = None
            self._watch.end_printing()
        self._account(name, done)
        return done

    async def _see_to(
        self, errand: Errand, content: bytes, deadline: Deadline
    ) -> Completion[PrintOutcome]:
        """Print; a document that was lost on its way is handed over anew.

        Only when the printer is known to have none of it, and while there is time.
        """
        run = self.run = self._way.run(errand)
        done = await self._hand_over_and_follow(run, errand.name, content, deadline)
        limit = Deadline(self._clock, deadline.at_most(self._delays.gone_s))
        while _is_lost(done) and await self._free_again(run, limit):
            run = self.run = self._way.run(errand)
            done = await self._hand_over_and_follow(run, errand.name, content, deadline)
        self.leftovers = run.remains or not done.ok
        if _is_lost(done) and run.stopped:
            return replace(done, code=CompletionCode.CANCELED)
        return done

    async def _free_again(self, run: PrintRun, limit: Deadline) -> bool:
        """Wait for a printer with nothing of ours inside; False if none comes."""
        while not (run.stopped or limit.passed):
            await run.pause(limit)
            if (await self.clear()).ok:
                return not run.stopped
        return False

    async def _hand_over_and_follow(
        self, run: PrintRun, name: str, content: bytes, deadline: Deadline
    ) -> Completion[PrintOutcome]:
        # Until the run has ended by itself, the printer may hold our document.
        self.leftovers = True
        try:
            handed = await self._way.hand_over(
                run,
                name,
                content,
                self._options.media,
                self._contact.abilities.two_steps,
            )
            lost = handed.lost
            if handed.refusal is not None:
                done = await self._refused(run, handed, handed.refusal)
            else:
                done = await run.follow(deadline)
                lost = DeviceTimeout("no document came") if _is_lost(done) else None
            if lost is not None:
                # Also of a printer that has just let go of the empty job: what the
                # completion says of it is how it is, until it is asked again.
                self._watch.notice(lost)
            return done
        except anyio.get_cancelled_exc_class():
            with anyio.CancelScope(shield=True):
                await run.withdraw(CompletionCode.CANCELED)
            raise

    async def _refused(
        self, run: PrintRun, handed: Handed, refusal: Completion[None]
    ) -> Completion[PrintOutcome]:
        """Remove the empty job, if there is one, of a document that was refused."""
        outcome = NOTHING
        if run.unsettled:
            left = await run.withdraw(refusal.code)
            if handed.sent and left.payload is not None:
                outcome = left.payload
        return Completion(
            refusal.code, refusal.error_code, refusal.description, outcome
        )

    def _account(self, name: str, done: Completion[PrintOutcome]) -> None:
        """Note what became of the paper."""
        outcome = done.payload or PrintOutcome(Settled.UNKNOWN)
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

    async def _refusal(self) -> Completion[PrintOutcome] | None:
        """Ask the printer first; say why it should not be given a document now."""
        try:
            condition = await self._contact.ask()
        except DeviceError as error:
            return self._watch.failed(error)
        if condition.trouble:
            return Completion(CompletionCode.COMMAND_ERROR, condition.trouble)
        if condition.device_state is not DeviceState.ONLINE:
            state = condition.device_state.value
            return Completion(CompletionCode.DEVICE_NOT_READY, description=state)
        if not (self._contact.abilities.takes_pdf or self._options.through):
            words = "the printer does not take application/pdf"
            return Completion(CompletionCode.INVALID_DATA, description=words)
        if self.leftovers:
            cleared = await self.clear()
            if not cleared.ok:
                return Completion(cleared.code, description=cleared.description)
        return None

    async def clear(self) -> Completion[int]:
        """Remove every job of ours; the payload counts them."""
        try:
            removed, sure = await self._way.clear()
            if self._watch.status.state not in USABLE_STATES:
                await self._contact.ask()  # it answers again: see how it is now
        except DeviceError as error:
            return self._watch.failed(error)
        self.leftovers = not sure
        if removed:
            self._log("printer.buffer_cleared", jobs=removed, sure=sure)
        if not sure:
            words = "jobs do not go away"
            return Completion(CompletionCode.HARDWARE_ERROR, None, words, removed)
        return Completion(CompletionCode.SUCCESS, payload=removed)


def _is_lost(done: Completion[PrintOutcome]) -> bool:
    """Tell whether a document never got there."""
    return done.code is CompletionCode.CONNECTION_LOST and done.payload == NOTHING
