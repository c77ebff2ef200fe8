"""Bank-card terminal that speaks ZVT, over a serial line or TCP.

What is sent to move money is sent once, and its end is waited for under a shield: a
command that is cancelled tells the terminal to stop and then believes the terminal.
A completion that says "no money moved" is only given when the terminal said so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.connection import Connection
from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.events import EventFanout
from drivers.link.health import HealthTest
from drivers.link.options import in_range, one_of, typed_options
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.link.status import StatusCell
from drivers.payment.attempt import Attempt, busy, outcome_unknown, turn_never_came
from drivers.payment.zvt import messages, verdict
from drivers.payment.zvt.channel import Channel, Delays
from drivers.payment.zvt.dialogue import Dialogue, Ending, Refused, TerminalBusy
from drivers.payment.zvt.explain import ZvtExplainer
from drivers.payment.zvt.frame import Apdu
from drivers.payment.zvt.messages import StatusInformation
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError, DeviceTimeout, SettingsError
from kiosk.core.health import HealthLevel
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.ports import EventLog

_UNKNOWN = {"terminal": "unknown", "statusCode": "unknown"}
_READY = f"{messages.READY:02X}"
_BAUDRATES = ("9600", "19200", "38400", "57600", "115200")


@dataclass(frozen=True, slots=True)
class ZvtOptions:
    """Settings of the driver.

    Attributes:
        password: six digits, set in the terminal.
        currency: ISO 4217 number, 156 is CNY; 0 leaves it out.
        utc_offset_h: the terminal's clock against UTC.
    """

    baudrate: int = 9600
    password: str = field(default="000000", repr=False)
    currency: int = 156
    utc_offset_h: int = 8

    @property
    def currency_sent(self) -> int | None:
        """The currency, ``None`` when it is left out."""
        return self.currency or None


def _shown(options: ZvtOptions) -> dict[str, object]:
    """Return the settings without the password."""
    settings = asdict(options)
    del settings["password"]
    return settings


class ZvtTerminal(QueuedDevice):
    """Card terminal; see ``kiosk.core.ports.CardTerminal``."""

    def __init__(
        self,
        name: str,
        link: Link,
        clock: Clock,
        log: EventLog,
        options: ZvtOptions,
        delays: Delays | None = None,
    ) -> None:
        self._clock = clock
        self._log = log
        self._options = options
        self._delays = delays or Delays()
        serial = not link.endpoint.startswith("tcp://")
        self._channel = Channel(link, clock, self._delays, serial=serial)
        self._dialogue = Dialogue(self._channel, clock, self._delays)
        self._terminal_id = ""
        events = EventFanout(name)
        status = StatusCell(name, log, events, _UNKNOWN)
        interfaces = {
            "Common": ("Status", "Capabilities", "Cancel"),
            "ExtPayment": ("Authorise", "Query", "Reverse", "Reset"),
        }
        super().__init__(
            DeviceInfo(
                name,
                "payment",
                model_name="ZVT terminal",
                interfaces=MappingProxyType(interfaces),
            ),
            status,
            events,
            Connection(link, status, _UNKNOWN, self._register),
            check=self._check,
            reset=self._reset,
            short_s=self._delays.short_s + self._delays.abort_s,
            explainer=partial(ZvtExplainer, serial=serial),
            settings=_shown(options),
        )

    async def authorise(
        self,
        amount: Fen,
        *,
        on_prompt: Callable[[str], None] | None = None,
        timeout_s: float = 180.0,
    ) -> Completion[CardReceipt]:
        """Take money. Raises ``ValueError`` for less than one fen."""
        if amount <= 0:
            raise ValueError(f"{amount} fen cannot be paid")
        currency = self._options.currency_sent
        request = messages.authorisation(amount, currency)
        judge = partial(
            verdict.judge_payment,
            amount=amount,
            currency=currency,
            convert=self._as_receipt,
        )
        paid = await self._move_money(request, judge, on_prompt, timeout_s)
        self._counters.add("payments", int(paid.ok))
        return paid

    async def reverse(
        self, receipt_number: int, *, timeout_s: float = 60.0
    ) -> Completion[CardReceipt]:
        """Undo an authorisation; the payload is the reversal's own receipt."""
        request = messages.reversal(self._options.password, receipt_number)
        judge = partial(verdict.judge_reversal, convert=self._as_receipt)
        undone = await self._move_money(request, judge, None, timeout_s)
        self._counters.add("reversals", int(undone.ok))
        return undone

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Completion[CardReceipt]:
        return await self._queue.run(
            partial(self._last_receipt, timeout_s),
            timeout_s=timeout_s + self._delays.answer_s,
            ended=turn_never_came,
        )

    async def examine(self) -> Completion[None]:
        """Ask the terminal how it is; a status code that is not "ready" fails."""
        return await self._queue.run(self._examine, timeout_s=self._short_s)

    def health_tests(self) -> Sequence[HealthTest]:
        """Internal: ask; external: have it tell its newest transaction again.

        There is no interactive test: a card at the terminal means money.
        """
        return (
            HealthTest("device", HealthLevel.INTERNAL, self.examine),
            HealthTest("newestReceipt", HealthLevel.EXTERNAL, self.last_receipt),
        )

    def statistics(self) -> Mapping[str, int]:
        """Return also ``payments``, ``reversals`` and ``damagedFrames``."""
        own = {"payments": 0, "reversals": 0, "damagedFrames": self._channel.damaged}
        return own | dict(super().statistics())

    def diagnostics(self) -> Mapping[str, object]:
        """Return also ``terminalId``."""
        return {**super().diagnostics(), "terminalId": self._terminal_id}

    async def diagnose(self) -> Completion[Mapping[str, object]]:
        """Ask the terminal how it is; for the technician's page, nothing personal.

        Keys: ``terminalId``, ``statusCode`` (00 ready), ``damagedFrames`` since the
        start, ``slip``: what it had printed during its last transaction.
        """
        slip = tuple(self._dialogue.slip)
        completion = await self._queue.run(
            self._check, timeout_s=self._delays.short_s + self._delays.answer_s
        )
        facts = {
            "terminalId": self._terminal_id,
            "statusCode": self.status.detail["statusCode"],
            "damagedFrames": self._channel.damaged,
            "slip": slip,
        }
        return Completion(
            completion.code,
            completion.error_code,
            completion.description,
            MappingProxyType(facts),
        )

    async def _move_money(
        self,
        request: Apdu,
        judge: Callable[[Ending], Completion[CardReceipt]],
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Completion[CardReceipt]:
        attempt = Attempt()
        body = partial(self._attempt, attempt, request, judge, on_prompt, timeout_s)
        return await self._queue.run(
            body,
            timeout_s=timeout_s + self._delays.abort_s + 2 * self._delays.short_s,
            ended=attempt.cut_off,
        )

    async def _attempt(
        self,
        attempt: Attempt,
        request: Apdu,
        judge: Callable[[Ending], Completion[CardReceipt]],
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Completion[CardReceipt]:
        try:
            await self._connection.ensure()
        except TerminalBusy:
            self._status.update(DeviceState.BUSY, terminal="busy")
            return busy()
        except DeviceError as error:
            self._connection.failed(error)
            return Completion(CompletionCode.DEVICE_NOT_READY, description=str(error))
        self._status.update(DeviceState.BUSY, terminal="busy")
        return await attempt.settle(
            partial(self._settled, attempt, request, judge, on_prompt, timeout_s)
        )

    async def _settled(
        self,
        attempt: Attempt,
        request: Apdu,
        judge: Callable[[Ending], Completion[CardReceipt]],
        on_prompt: Callable[[str], None] | None,
        timeout_s: float,
    ) -> Completion[CardReceipt]:
        try:
            ending = await self._known(
                lambda: self._dialogue.move_money(
                    request,
                    timeout_s=timeout_s,
                    stop=lambda: attempt.stop,
                    prompt=on_prompt or (lambda _: None),
                )
            )
        except TerminalBusy:
            return busy()
        except Refused as refusal:
            self._status.update(DeviceState.ONLINE, terminal="online")
            return verdict.refused(refusal.result)
        except DeviceError as error:
            return await self._lost(error)
        self._status.update(DeviceState.ONLINE, terminal="online")
        completion = judge(ending)
        if completion.error_code == "outcomeUnknown":
            receipt = ending.status.receipt if ending.status else None
            self._doubtful(completion.description, receipt)
        return completion

    async def _lost(self, error: DeviceError) -> Completion[CardReceipt]:
        """Leave a terminal that went silent in the middle, telling it to stop."""
        if isinstance(error, DeviceTimeout):
            try:
                await self._dialogue.break_off()
            except DeviceError as later:
                error = later
        completion: Completion[CardReceipt] = self._connection.failed(error)
        # A fresh pipe holds no late answer that could be taken for another one.
        await self._connection.link.close()
        self._doubtful(str(error), None)
        if completion.code is CompletionCode.DEVICE_NOT_READY:
            return Completion(CompletionCode.TIME_OUT, description=str(error))
        if completion.code is CompletionCode.CONNECTION_LOST:
            return completion
        return outcome_unknown(str(error))

    async def _last_receipt(self, timeout_s: float) -> Completion[CardReceipt]:
        try:
            await self._connection.ensure()
            request = messages.repeat_receipt(self._options.password)
            ending = await self._known(
                lambda: self._dialogue.ask(request, timeout_s=timeout_s)
            )
        except TerminalBusy:
            self._status.update(DeviceState.BUSY, terminal="busy")
            return busy()
        except Refused as refusal:
            return outcome_unknown(str(refusal))
        except DeviceError as error:
            completion: Completion[CardReceipt] = self._connection.failed(error)
            await self._connection.link.close()
            return completion
        self._status.update(DeviceState.ONLINE, terminal="online")
        return verdict.judge_last(ending, self._as_receipt)

    async def _examine(self) -> Completion[None]:
        completion = await self._check()
        code = self.status.detail["statusCode"]
        if not completion.ok or code in ("unknown", _READY):
            return completion
        words = f"terminal status {code}"
        return Completion(CompletionCode.DEVICE_NOT_READY, description=words)

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            request = messages.status_enquiry(self._options.password)
            ending = await self._known(lambda: self._dialogue.ask(request))
        except TerminalBusy:
            self._status.update(DeviceState.BUSY, terminal="busy")
            return Completion(CompletionCode.SUCCESS)
        except DeviceError as error:
            return self._connection.failed(error)
        code = messages.read_state(ending.data)
        word = "unknown" if code is None else f"{code:02X}"
        self._status.update(DeviceState.ONLINE, terminal="online", statusCode=word)
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        """Stop what runs in the terminal, then register again.

        A transaction that is past its abort is waited for, as long as one that was
        told to stop.
        """
        deadline = Deadline(self._clock, self._delays.abort_s)
        while True:
            try:
                await self._begin_again()
            except (TerminalBusy, Refused) as error:
                # A refusal may be the late answer to the abort before it.
                if deadline.passed:
                    return self._connection.failed(error)
            except DeviceError as error:
                return self._connection.failed(error)
            else:
                return await self._check()
            self._status.update(DeviceState.BUSY, terminal="busy")
            await anyio.sleep(deadline.at_most(self._delays.again_s))

    async def _begin_again(self) -> None:
        """Break off and register.

        Raises:
            TerminalBusy: it works on something that it does not break off.
            DeviceError: it cannot be reached, or refuses.
        """
        try:
            await self._connection.ensure()
        except TerminalBusy:
            self._status.update(DeviceState.BUSY, terminal="busy")
        await self._dialogue.break_off()
        await self._register()

    async def _known(self, lead: Callable[[], Awaitable[Ending]]) -> Ending:
        """Lead a command; once more when the terminal has forgotten who we are.

        It does with its power, which a serial line does not notice. 84 6B means that
        nothing was begun.
        """
        try:
            return await lead()
        except Refused as refusal:
            if refusal.result != messages.NOT_REGISTERED:
                raise
        await self._register()
        return await lead()

    async def _register(self) -> None:
        """Register, which the terminal forgets with its power.

        Raises:
            TerminalBusy: it works on something that outlived the connection.
            DeviceError: it cannot be reached, or refuses.
        """
        self._channel.forget()
        request = messages.registration(
            self._options.password, self._options.currency_sent
        )
        ending = await self._dialogue.ask(request)
        status = messages.read_status_information(ending.data)
        self._terminal_id = status.terminal_id or self._terminal_id

    def _as_receipt(self, status: StatusInformation) -> CardReceipt:
        offset = timedelta(hours=self._options.utc_offset_h)
        return status.as_receipt(self._clock.now(), offset)

    def _doubtful(self, why: str, receipt: int | None) -> None:
        self._log("payment.doubtful", device=self.info.name, why=why, receipt=receipt)


def create(spec: DriverSpec) -> ZvtTerminal:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(ZvtOptions, spec)
    one_of(spec.name, "baudrate", str(options.baudrate), _BAUDRATES)
    in_range(spec.name, "currency", options.currency, 0, 999)
    in_range(spec.name, "utc_offset_h", options.utc_offset_h, -12, 14)
    if len(options.password) != 6 or not options.password.isdecimal():
        raise SettingsError(f"{spec.name}: password must be six digits")
    line = SerialLine(baudrate=options.baudrate, stopbits=2)
    link = link_to(spec.endpoint, line, spec.clock)
    return ZvtTerminal(spec.name, link, spec.clock, spec.log, options)
