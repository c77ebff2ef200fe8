"""Banknote validator behind SSP: notes counted once, whatever happens to the cable.

The slot is open only while ``cash_in`` runs; what becomes of a note is ``intake``'s.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from functools import partial

import anyio

from drivers.cash.booking import Booking
from drivers.cash.explain import SspExplainer
from drivers.cash.intake import Intake, OnNote
from drivers.cash.ledger import Turn
from drivers.cash.options import CashOptions
from drivers.cash.slot import Slot, refused
from drivers.cash.standing import UNKNOWN, device_info, standing
from drivers.cash.validator import Delays, Validator
from drivers.cash.words import Command
from drivers.link.endpoint import link_to
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.money import Fen
from kiosk.core.peripherals import NOTHING, CashIn

_SHORT_S = 45.0
"""Last resort; longer than a restart."""


class SspNoteAcceptor(QueuedDevice):
    """See ``kiosk.core.peripherals.NoteAcceptor``."""

    def __init__(
        self,
        spec: DriverSpec,
        link: Link,
        options: CashOptions,
        delays: Delays | None = None,
    ) -> None:
        name = spec.name
        self._clock = spec.clock
        self._delays = delays or Delays()
        quiet = frozenset({"intermediateStacker"})
        info = device_info(name)
        super().__init__(
            *parts_of(info, link, spec.log, UNKNOWN, self._set_up, quiet=quiet),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=SspExplainer,
            settings=asdict(options),
        )
        self._validator = Validator(
            link, spec.clock, self._delays, address=options.address
        )
        self._intake = Intake(
            self._validator,
            Booking(name, spec.notes, spec.log, self._counters, self._delays.book_s),
            spec.clock,
            self._delays,
            self._counters,
            options.currency,
        )

    async def cash_in_start(self, *, timeout_s: float = 10.0) -> Completion[None]:
        return await self._queue.run(
            partial(self._guarded, self._start), timeout_s=timeout_s + _SHORT_S
        )

    async def cash_in(
        self,
        most: Fen,
        *,
        on_note: OnNote | None = None,
        timeout_s: float = 60.0,
    ) -> Completion[CashIn]:
        return await self._run(
            partial(self._cash_in, most, on_note, timeout_s), timeout_s
        )

    async def cash_in_end(self, *, timeout_s: float = 10.0) -> Completion[CashIn]:
        return await self._run(self._end, timeout_s)

    async def cash_in_rollback(self, *, timeout_s: float = 10.0) -> Completion[CashIn]:
        return await self._run(self._rollback, timeout_s)

    async def get_cash_in_status(self) -> Completion[CashIn]:
        return await self._run(self._tell, 0.0)

    async def _run(
        self, act: Callable[[], Awaitable[Completion[None]]], timeout_s: float
    ) -> Completion[CashIn]:
        """Run a command whose completion always has the transaction with it."""

        async def told() -> Completion[CashIn]:
            done = await self._guarded(act)
            told = self._intake.ledger.told
            return Completion(done.code, done.error_code, done.description, told)

        def cut_off(code: CompletionCode) -> Completion[CashIn]:
            return Completion(code, payload=self._intake.ledger.told)

        return await self._queue.run(
            told, timeout_s=timeout_s + _SHORT_S, ended=cut_off
        )

    async def _guarded(
        self, act: Callable[[], Awaitable[Completion[None]]]
    ) -> Completion[None]:
        """Have a validator that knows where we are, and do something with it."""
        try:
            await self._connection.ensure()
            await self._look()
            return await act()
        except DeviceError as error:
            return self._connection.failed(error)

    async def _start(self) -> Completion[None]:
        intake = self._intake
        if not intake.is_safe:
            why = "a note could be lost: no book, or nothing to compare it with"
            return Completion(CompletionCode.UNSUPPORTED_COMMAND, description=why)
        if intake.ledger.busy:
            return refused("cashUnitError", f"a note is {intake.ledger.phase.value}")
        if intake.block or not await intake.compare(begins=True):
            return refused("cashUnitError", intake.why_blocked)
        intake.ledger = intake.ledger.next()
        return Completion(CompletionCode.SUCCESS)

    async def _cash_in(
        self, most: Fen, on_note: OnNote | None, timeout_s: float
    ) -> Completion[None]:
        intake = self._intake
        if intake.ledger.stage != "active":
            return refused("noCashInActive", "begin with cash_in_start")
        channels = frozenset(
            channel for channel, value in intake.ledger.values.items() if value <= most
        )
        if not channels or intake.block:
            why = intake.why_blocked if intake.block else "no note is so small"
            return refused("cashUnitError", why)
        intake.on_note = on_note
        intake.ledger = replace(intake.ledger, most=most)
        before = len(intake.ledger.notes)
        slot = Slot(intake, self._validator, self._clock, self._delays, self._look)
        try:
            completion = await slot.take_one(channels, timeout_s)
        finally:
            with anyio.CancelScope(shield=True):
                await self._shut(slot)
            intake.on_note = None
        return self._outcome(completion, counted=len(intake.ledger.notes) > before)

    def _outcome(
        self, completion: Completion[None], *, counted: bool
    ) -> Completion[None]:
        """Return what is true now that the slot is shut again."""
        if not self._connection.link.is_open:
            return completion
        if completion.trouble == "foreignItemsDetected":
            self._counters.add("rejectedNotes")
        if counted and self.status.usable:
            return Completion(CompletionCode.SUCCESS)
        if completion.code is not CompletionCode.TIME_OUT:
            return completion
        if counted:
            return refused("cashUnitError", self._intake.why_blocked)
        if self._intake.ledger.busy:
            phase = self._intake.ledger.phase.value
            return refused("cashUnitError", f"a note stays {phase}")
        return completion

    async def _shut(self, slot: Slot) -> None:
        self._intake.ledger = replace(self._intake.ledger, most=NOTHING)
        if not self._connection.link.is_open:
            return  # what is to be said of that is said already
        try:
            await slot.shut()
        except DeviceError as error:
            self._connection.failed(error)

    async def _end(self) -> Completion[None]:
        return await self._close_with("ok")

    async def _rollback(self) -> Completion[None]:
        return await self._close_with("rollback")

    async def _close_with(self, stage: str) -> Completion[None]:
        intake = self._intake
        if intake.ledger.stage != "active":
            return refused("noCashInActive", "there is no transaction")
        intake.ledger = replace(intake.ledger, most=NOTHING)
        await intake.finish_note()
        await self._validator.ask(Command.DISABLE)
        await intake.compare()
        intake.ledger = replace(intake.ledger, stage=stage)
        self._show()
        return await self._tell()

    async def _tell(self) -> Completion[None]:
        """What is told comes as the payload; a box that is gone is told with it."""
        if self._intake.block:
            return refused("cashUnitError", self._intake.why_blocked)
        return Completion(CompletionCode.SUCCESS)

    async def _look(self) -> frozenset[Turn]:
        turns = await self._intake.look()
        self._show()
        return turns

    def _show(self) -> None:
        """Bring the status up to the ledger."""
        intake = self._intake
        state, detail = standing(intake.block, intake.ledger)
        why = intake.why_blocked if intake.block else ""
        self._status.update(state, why, **detail)

    async def _set_up(self) -> None:
        await self._intake.set_up()
        told = self._intake.told
        self._info = replace(
            self._info,
            serial_number=self._intake.serial,
            revision_number="" if told is None else told.firmware,
        )

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            await self._look()
        except DeviceError as error:
            return self._connection.failed(error)
        if self._intake.block:
            why = self._intake.why_blocked
            return Completion(CompletionCode.HARDWARE_ERROR, description=why)
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        """Restart the validator, which clears its path, and wait for it."""
        try:
            await self._connection.ensure()
            await self._look()
            await self._validator.ask(Command.RESET)
            await self._intake.wait_for_restart()
        except DeviceError as error:
            return self._connection.failed(error)
        return await self._check()


def create(spec: DriverSpec) -> SspNoteAcceptor:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(CashOptions, spec)
    options.check(spec.name)
    line = SerialLine(baudrate=options.baudrate, stopbits=2)
    link = link_to(spec.endpoint, line, spec.clock)
    return SspNoteAcceptor(spec, link, options)
