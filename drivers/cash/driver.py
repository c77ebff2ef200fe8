"""Banknote validator behind SSP: notes counted once, whatever happens to the cable.

The slot is open only while ``cash_in`` runs. Every poll's answer goes through one
ledger, also those of a status check: a credit is never read and forgotten.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from types import MappingProxyType

import anyio

from drivers.cash.explain import SspExplainer
from drivers.cash.ledger import Doubt, Ledger, Phase, Turn, fold
from drivers.cash.validator import PROTOCOL, Delays, Refused, Validator
from drivers.cash.words import Command, Event, Happening
from drivers.link.connection import Connection
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.events import EventFanout
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.link.status import StatusCell
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceFault, DeviceTimeout
from kiosk.core.money import Fen
from kiosk.core.peripherals import NOTHING, CashIn
from kiosk.core.ports import EventLog

_UNKNOWN = {
    "banknoteReader": "unknown",
    "intermediateStacker": "unknown",
    "cashBox": "unknown",
}
_SHORT_S = 45.0
"""Last resort; longer than a restart."""

_BLOCKED: dict[str, tuple[DeviceState, str, str]] = {
    "": (DeviceState.ONLINE, "ok", "ok"),
    "jammed": (DeviceState.HARDWARE_ERROR, "inoperable", "ok"),
    "full": (DeviceState.USER_ERROR, "ok", "full"),
    "removed": (DeviceState.USER_ERROR, "ok", "removed"),
    "fraud": (DeviceState.FRAUD_ATTEMPT, "ok", "ok"),
}
"""Device state, banknote reader and cash box by what blocks the validator."""

OnNote = Callable[[Fen], None]


@dataclass(frozen=True, slots=True)
class CashOptions:
    """Settings of the driver.

    Attributes:
        address: SSP address of the validator.
        currency: notes of any other are refused with the whole validator.
    """

    baudrate: int = 9600
    address: int = 0
    currency: str = "CNY"


class SspNoteAcceptor(QueuedDevice):
    """See ``kiosk.core.peripherals.NoteAcceptor``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: CashOptions,
        delays: Delays | None = None,
    ) -> None:
        self._clock = clock
        self._options = options
        self._delays = delays or Delays()
        self._validator = Validator(link, clock, self._delays, address=options.address)
        # Of what was before this process nothing is known.
        self._ledger = Ledger({}, stage="unknown")
        self._on_note: OnNote | None = None
        events = EventFanout(name)
        quiet = frozenset({"intermediateStacker"})
        status = StatusCell(name, log, events, _UNKNOWN, quiet=quiet)
        super().__init__(
            _info(name),
            status,
            events,
            Connection(link, status, _UNKNOWN, self._set_up),
            check=self._check,
            reset=self._reset,
            short_s=_SHORT_S,
            explainer=SspExplainer,
            settings=asdict(options),
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
            told = self._ledger.told
            return Completion(done.code, done.error_code, done.description, told)

        def cut_off(code: CompletionCode) -> Completion[CashIn]:
            return Completion(code, payload=self._ledger.told)

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
        if self._ledger.busy:
            return _error("cashUnitError", f"a note is {self._ledger.phase.value}")
        if self._ledger.block:
            return _error("cashUnitError", self._ledger.block)
        self._ledger = self._ledger.next()
        return Completion(CompletionCode.SUCCESS)

    async def _cash_in(
        self, most: Fen, on_note: OnNote | None, timeout_s: float
    ) -> Completion[None]:
        if self._ledger.stage != "active":
            return _error("noCashInActive", "begin with cash_in_start")
        channels = frozenset(
            channel for channel, value in self._ledger.values.items() if value <= most
        )
        if not channels or self._ledger.block:
            return _error("cashUnitError", self._ledger.block or "no note is so small")
        self._on_note = on_note
        self._ledger = replace(self._ledger, most=most)
        before = len(self._ledger.notes)
        try:
            completion = await self._take_one(channels, timeout_s)
        finally:
            with anyio.CancelScope(shield=True):
                await self._shut()
            self._on_note = None
        if len(self._ledger.notes) > before and self.status.usable:
            return Completion(CompletionCode.SUCCESS)
        return completion

    async def _take_one(
        self, channels: frozenset[int], timeout_s: float
    ) -> Completion[None]:
        """Open the slot and wait; once a note is accepted, see it into the box."""
        deadline = Deadline(self._clock, timeout_s)
        await self._validator.accept_channels(channels)
        await self._validator.ask(Command.ENABLE)
        while not deadline.passed:
            turns = await self._look()
            if Turn.COUNTED in turns:
                break
            if Turn.RETURNED in turns:
                reason = await self._validator.last_reject()
                self._counters.add("rejectedNotes")
                return _error("foreignItemsDetected", reason)
            if Turn.BLOCKED in turns:
                return _error("cashUnitError", self._blocked_by())
            if self._ledger.phase is Phase.NONE:
                await self._clock.sleep(deadline.at_most(self._delays.poll_s))
            else:
                await self._see_it_through()
        return Completion(CompletionCode.TIME_OUT, description="noItems")

    async def _see_it_through(self) -> None:
        """A pause in which nobody can leave a note between escrow and box."""
        with anyio.CancelScope(shield=self._ledger.phase is Phase.ACCEPTED):
            await self._clock.sleep(self._delays.poll_s)

    async def _shut(self) -> None:
        """Close the slot, and wait until no note is on its way; money is counted."""
        self._ledger = replace(self._ledger, most=NOTHING)
        if not self._connection.link.is_open:
            return  # what is to be said of that is said already
        try:
            await self._look()
            await self._finish_note()
            await self._validator.ask(Command.DISABLE)
        except DeviceError as error:
            self._connection.failed(error)

    async def _finish_note(self) -> None:
        """Return the note that nobody accepted, and see an accepted one into the box.

        Raises:
            DeviceError: the validator is gone, or the note stays where it is.
        """
        deadline = Deadline(self._clock, self._delays.settle_s)
        while self._ledger.busy and not self._ledger.block:
            if deadline.passed:
                raise DeviceFault(f"a note stays {self._ledger.phase.value}")
            await self._look()
            if self._ledger.busy:
                await self._clock.sleep(self._delays.poll_s)

    async def _end(self) -> Completion[None]:
        return await self._close_with("ok")

    async def _rollback(self) -> Completion[None]:
        return await self._close_with("rollback")

    async def _close_with(self, stage: str) -> Completion[None]:
        if self._ledger.stage != "active":
            return _error("noCashInActive", "there is no transaction")
        self._ledger = replace(self._ledger, most=NOTHING)
        await self._finish_note()
        await self._validator.ask(Command.DISABLE)
        self._ledger = replace(self._ledger, stage=stage)
        self._show()
        return await self._tell()

    async def _tell(self) -> Completion[None]:
        """What is told comes as the payload; a box that is gone is told with it."""
        if self._ledger.block:
            return _error("cashUnitError", self._ledger.block)
        return Completion(CompletionCode.SUCCESS)

    async def _look(self) -> frozenset[Turn]:
        """Poll once, and do what follows from it."""
        with anyio.CancelScope(shield=True):
            happenings = await self._heard()
            self._ledger = replace(self._ledger, block=_still_blocked(self._ledger))
            turns = self._take(happenings)
            if any(each.event is Event.SLAVE_RESET for each in happenings):
                await self._set_up()
            elif Turn.REJECT in turns:
                await self._reject()
        self._show()
        return turns

    async def _heard(self) -> tuple[Happening, ...]:
        """Return the answer to a poll that is still owed, and to a new one."""
        owed = await self._validator.unanswered()
        return owed + await self._validator.poll()

    async def _reject(self) -> None:
        try:
            await self._validator.ask(Command.REJECT)
        except Refused:
            # It is on its way back, or stacked, already: the next polls tell.
            self._counters.add("rejectTooLate")

    def _take(self, happenings: tuple[Happening, ...]) -> frozenset[Turn]:
        """Put events into the ledger; then tell of the notes that count now.

        First all, then the telling: a bug of whoever is told swallows no event.
        """
        turns: set[Turn] = set()
        count = len(self._ledger.notes)
        for happening in happenings:
            self._ledger, found = fold(self._ledger, happening)
            turns.update(found)
        for value in self._ledger.notes[count:]:
            self._counters.add("notes")
            self._counters.add("fen", value)
            if self._on_note is not None:
                self._on_note(value)
        return frozenset(turns)

    def _blocked_by(self) -> str:
        if self._ledger.block:
            return self._ledger.block
        if self._ledger.doubt is Doubt.RESET:
            return "the validator restarted"
        return "the validator told something that cannot be read"

    def _show(self) -> None:
        """Bring the status up to the ledger."""
        state, reader, box = _BLOCKED[self._ledger.block]
        inside = self._ledger.busy
        stacker = "notEmpty" if inside else "empty"
        self._status.update(
            state,
            self._ledger.block,
            banknoteReader=reader,
            cashBox=box,
            intermediateStacker=stacker,
        )

    async def _set_up(self) -> None:
        """Take over what was left unanswered, then begin anew."""
        self._take(await self._validator.unanswered())
        await self._validator.synchronise()
        told = await self._validator.set_up()
        if told.currency != self._options.currency or told.protocol < PROTOCOL:
            raise DeviceFault(
                f"{told.currency} and protocol {told.protocol}; "
                f"{self._options.currency} and {PROTOCOL} are needed"
            )
        values = {at: Fen(value) for at, value in enumerate(told.values, 1) if value}
        self._ledger = replace(self._ledger, values=MappingProxyType(values))
        serial = await self._validator.serial_number()
        self._info = replace(
            self._info, serial_number=serial, revision_number=told.firmware
        )
        await self._validator.ask(Command.DISABLE)

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            await self._look()
        except DeviceError as error:
            return self._connection.failed(error)
        if self._ledger.block:
            block = self._ledger.block
            return Completion(CompletionCode.HARDWARE_ERROR, description=block)
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        """Restart the validator, which clears its path, and wait for it."""
        try:
            await self._connection.ensure()
            await self._look()
            await self._validator.ask(Command.RESET)
            await self._wait_for_restart()
        except DeviceError as error:
            return self._connection.failed(error)
        return await self._check()

    async def _wait_for_restart(self) -> None:
        """Poll until the restart is told.

        Raises:
            DeviceError: it does not come back.
        """
        deadline = Deadline(self._clock, self._delays.restart_s)
        restarted = False
        while not restarted:
            if deadline.passed:
                raise DeviceTimeout("no restart was told")
            try:
                happenings = await self._heard()
            except DeviceTimeout:
                continue  # it is still starting; the deadline stands
            self._take(happenings)
            restarted = any(e.event is Event.SLAVE_RESET for e in happenings)
            await self._clock.sleep(self._delays.poll_s)
        await self._set_up()


def _still_blocked(ledger: Ledger) -> str:
    """A missing box is told once; every other block with each poll that has it."""
    return ledger.block if ledger.block == "removed" else ""


def _error(code: str, description: str) -> Completion[None]:
    return Completion(CompletionCode.COMMAND_ERROR, code, description)


def _info(name: str) -> DeviceInfo:
    commands = (
        "CashInStart",
        "CashIn",
        "CashInEnd",
        "CashInRollback",
        "GetCashInStatus",
    )
    return DeviceInfo(
        name,
        "cash",
        model_name="SSP banknote validator",
        interfaces=MappingProxyType(
            {
                "Common": ("Status", "Capabilities", "Cancel", "Reset"),
                "CashAcceptor": commands,
            }
        ),
    )


def create(spec: DriverSpec) -> SspNoteAcceptor:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(CashOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), ("9600", "38400", "115200"))
    in_range(spec.name, "address", options.address, 0, 0x7D)
    line = SerialLine(baudrate=options.baudrate, stopbits=2)
    link = link_to(spec.endpoint, line, spec.clock)
    return SspNoteAcceptor(spec.name, link, spec.clock, spec.log, options)
