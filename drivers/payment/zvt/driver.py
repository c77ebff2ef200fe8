"""Bank-card terminal that speaks ZVT, over a serial line or TCP.

What is sent to move money is sent once, and its end is waited for under a shield: a
command that is cancelled tells the terminal to stop and then believes the terminal.
A completion that says "no money moved" is only given when the terminal said so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from types import MappingProxyType

import anyio

from drivers.link.deadline import Deadline
from drivers.link.endpoint import link_to
from drivers.link.health import HealthTest
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.pipe import Link
from drivers.link.queued import QueuedDevice
from drivers.link.serial import SerialLine
from drivers.payment.attempt import Outcome
from drivers.payment.zvt import messages, verdict
from drivers.payment.zvt.channel import Channel, Delays
from drivers.payment.zvt.condition import UNKNOWN, Condition
from drivers.payment.zvt.dialogue import Dialogue, Refused, TerminalBusy
from drivers.payment.zvt.explain import ZvtExplainer
from drivers.payment.zvt.messages import StatusInformation
from drivers.payment.zvt.options import ZvtOptions
from drivers.payment.zvt.registration import Registration
from drivers.payment.zvt.transactions import Transactions
from kiosk.core.clock import Clock
from kiosk.core.device import Completion, CompletionCode, DeviceInfo
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceError
from kiosk.core.health import HealthLevel
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.ports import EventLog

_INTERFACES = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "ExtPayment": ("Authorise", "Query", "Reverse", "Reset"),
    }
)


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
        self._options = options
        self._delays = delays or Delays()
        serial = not link.endpoint.startswith("tcp://")
        self._channel = Channel(link, clock, self._delays, serial=serial)
        self._dialogue = Dialogue(self._channel, clock, self._delays)
        self._registration = Registration(self._channel, self._dialogue, options)
        info = DeviceInfo(
            name, "payment", model_name="ZVT terminal", interfaces=_INTERFACES
        )
        super().__init__(
            *parts_of(info, link, log, UNKNOWN, self._register),
            check=self._check,
            reset=self._reset,
            # A reset that was told "busy" to the last still asks three things.
            short_s=3 * self._delays.short_s + self._delays.abort_s,
            explainer=partial(ZvtExplainer, serial=serial),
            settings=options.shown(),
        )
        self._condition = Condition(self._status)
        self._transactions = Transactions(
            self._queue,
            self._connection,
            self._condition,
            self._dialogue,
            self._registration,
            self._delays,
            partial(log, "payment.doubtful", device=name),
        )

    async def authorise(
        self,
        amount: Fen,
        *,
        on_prompt: Callable[[str], None] | None = None,
        timeout_s: float = 180.0,
    ) -> Outcome:
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
        paid = await self._transactions.move_money(request, judge, on_prompt, timeout_s)
        self._counters.add("payments", int(paid.ok))
        return paid

    async def reverse(self, receipt_number: int, *, timeout_s: float = 60.0) -> Outcome:
        """Undo an authorisation; the payload is the reversal's own receipt."""
        request = messages.reversal(self._options.password, receipt_number)
        judge = partial(verdict.judge_reversal, convert=self._as_receipt)
        undone = await self._transactions.move_money(request, judge, None, timeout_s)
        self._counters.add("reversals", int(undone.ok))
        return undone

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Outcome:
        request = messages.repeat_receipt(self._options.password)
        judge = partial(verdict.judge_last, convert=self._as_receipt)
        return await self._transactions.ask_last(request, judge, timeout_s)

    def health_tests(self) -> Sequence[HealthTest]:
        """Internal: ask; external: have it tell its newest transaction again.

        There is no interactive test: a card at the terminal means money.
        """
        return (
            HealthTest("device", HealthLevel.INTERNAL, self.open),
            HealthTest("newestReceipt", HealthLevel.EXTERNAL, self.last_receipt),
        )

    def statistics(self) -> Mapping[str, int]:
        """Return also ``payments``, ``reversals`` and ``damagedFrames``."""
        own = {"payments": 0, "reversals": 0, "damagedFrames": self._channel.damaged}
        return own | dict(super().statistics())

    def diagnostics(self) -> Mapping[str, object]:
        """Return also ``terminalId``."""
        return {**super().diagnostics(), "terminalId": self._registration.terminal_id}

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
            "terminalId": self._registration.terminal_id,
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

    async def _check(self) -> Completion[None]:
        try:
            await self._connection.ensure()
            request = messages.status_enquiry(self._options.password)
            ending = await self._registration.known(lambda: self._dialogue.ask(request))
        except TerminalBusy:
            self._condition.busy()
            return Completion(CompletionCode.SUCCESS)
        except DeviceError as error:
            return self._connection.failed(error)
        self._condition.told(messages.read_state(ending.data))
        return self._condition.completion()

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
            self._condition.busy()
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
            self._condition.busy()
        await self._dialogue.break_off()
        await self._register()

    async def _register(self) -> None:
        self._condition.forget()
        await self._registration.register()

    def _as_receipt(self, status: StatusInformation) -> CardReceipt:
        offset = timedelta(hours=self._options.utc_offset_h)
        return status.as_receipt(self._clock.now(), offset)


def create(spec: DriverSpec) -> ZvtTerminal:
    """Make the driver; nothing is opened.

    Raises:
        SettingsError: an option that is not known, or of no use.
    """
    options = typed_options(ZvtOptions, spec)
    options.check(spec.name)
    line = SerialLine(baudrate=options.baudrate, stopbits=2)
    link = link_to(spec.endpoint, line, spec.clock)
    return ZvtTerminal(spec.name, link, spec.clock, spec.log, options)
