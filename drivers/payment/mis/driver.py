"""Card terminal behind a vendor's MIS library (the practice of Chinese acquirers).

``endpoint`` is the path of the vendor's library, the option ``layout`` that of a TOML
file that describes its texts (``drivers.payment.mis.layout``). The library is loaded
in a child process: its crash, hang or garbage makes an outcome unknown, costs the
child, and touches nothing else. Its query transaction tells the outcome later.

No vendor's library was at hand: the seam is proved with one of our own making.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from drivers.link.health import HealthTest
from drivers.link.options import typed_options
from drivers.link.parts import parts_of
from drivers.link.queued import QueuedDevice
from drivers.payment.attempt import Attempt, Outcome, outcome_unknown, turn_never_came
from drivers.payment.mis import verdict
from drivers.payment.mis.explain import MisExplainer
from drivers.payment.mis.layout import load_layout
from drivers.payment.mis.lines import Answer
from drivers.payment.mis.newest import Newest
from drivers.payment.mis.options import MisOptions
from drivers.payment.mis.process import Delays, LibraryProcess
from drivers.payment.mis.verdict import Reading
from kiosk.core.device import Completion, CompletionCode, DeviceInfo, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import (
    DeviceError,
    DeviceProtocolError,
    DeviceTimeout,
    SettingsError,
)
from kiosk.core.health import HealthLevel
from kiosk.core.money import Fen

_UNKNOWN = {"terminal": "unknown"}
_INTERFACES = MappingProxyType(
    {
        "Common": ("Status", "Capabilities", "Cancel"),
        "ExtPayment": ("Authorise", "Query", "Reverse", "Reset"),
    }
)
_Ask = Callable[[], Awaitable[Answer]]
_Judge = Callable[[Reading], Outcome]
"""Says what an answer means for the money."""


class MisTerminal(QueuedDevice):
    """Card terminal; see ``kiosk.core.ports.CardTerminal``.

    Raises:
        SettingsError: the layout file is wrong.
    """

    def __init__(self, spec: DriverSpec, options: MisOptions, delays: Delays) -> None:
        self._layout = load_layout(Path(options.layout))
        self._offset = timedelta(hours=options.utc_offset_h)
        self._clock = spec.clock
        self._delays = delays
        self._process = LibraryProcess(
            Path(spec.endpoint), self._layout.library, spec.clock, delays
        )
        self._newest = Newest(spec.clock, delays.settle_s)
        self._log_doubt = partial(
            spec.log, "payment.doubtful", device=spec.name, receipt=None
        )
        model = f"MIS library {Path(spec.endpoint).name}"
        info = DeviceInfo(
            spec.name, "payment", model_name=model, interfaces=_INTERFACES
        )
        super().__init__(
            *parts_of(info, self._process, spec.log, _UNKNOWN),
            check=self._ready,
            reset=self._reset,
            short_s=delays.start_s,
            explainer=partial(MisExplainer, self._layout),
            settings=asdict(options),
        )

    async def close(self) -> None:
        """Wait for a transaction that runs: it is told to stop, not torn."""
        await self._queue.clear(timeout_s=self._delays.abort_s + self._delays.end_s)
        self._status.update(DeviceState.OFFLINE, "closed", **_UNKNOWN)
        await super().close()

    def health_tests(self) -> Sequence[HealthTest]:
        """Internal: load the library; external: have it tell the newest transaction.

        There is no interactive test: a card at the terminal means money.
        """
        return (
            HealthTest("library", HealthLevel.INTERNAL, self.open),
            HealthTest("newestReceipt", HealthLevel.EXTERNAL, self.last_receipt),
        )

    def statistics(self) -> Mapping[str, int]:
        """Return also ``payments`` and ``reversals``; ``connected`` counts starts."""
        return {"payments": 0, "reversals": 0, **super().statistics()}

    def diagnostics(self) -> Mapping[str, object]:
        """Return also ``running``: there is a child with the library in it."""
        return {**super().diagnostics(), "running": self._process.is_open}

    async def authorise(
        self,
        amount: Fen,
        *,
        on_prompt: Callable[[str], None] | None = None,
        timeout_s: float = 180.0,
    ) -> Outcome:
        """Take money. Raises ``ValueError`` for less than one fen, or too much.

        A MIS library shows its own prompts on the terminal: the only one told here is
        ``insertCard``, at the beginning.
        """
        if amount <= 0:
            raise ValueError(f"{amount} fen cannot be paid")
        request = self._request(self._layout.transaction.sale, amount=str(amount))
        judge = partial(verdict.judge_payment, amount=amount)
        if on_prompt is not None:
            on_prompt("insertCard")
        paid = await self._move_money(request, judge, timeout_s)
        self._counters.add("payments", int(paid.ok))
        return paid

    async def reverse(self, receipt_number: int, *, timeout_s: float = 60.0) -> Outcome:
        """Undo an authorisation; the payload is the reversal's own receipt."""
        word = self._layout.transaction.reversal
        request = self._request(word, receipt=str(receipt_number))
        undone = await self._move_money(request, verdict.judge_reversal, timeout_s)
        self._counters.add("reversals", int(undone.ok))
        return undone

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Outcome:
        return await self._queue.run(
            partial(self._last_receipt, timeout_s),
            timeout_s=timeout_s + self._delays.start_s + self._delays.end_s,
            ended=turn_never_came,
        )

    async def _move_money(
        self, request: bytes, judge: _Judge, timeout_s: float
    ) -> Outcome:
        """Run one in its turn; after ``timeout_s`` the library is told to stop."""
        attempt = Attempt()
        ask = partial(
            self._process.ask, request, timeout_s=timeout_s, stop=lambda: attempt.stop
        )
        waits_s = self._delays.start_s + self._delays.abort_s + self._delays.end_s
        return await self._queue.run(
            partial(self._attempt, attempt, partial(self._settled, ask, judge)),
            timeout_s=timeout_s + waits_s,
            ended=attempt.cut_off,
        )

    async def _attempt(
        self, attempt: Attempt, act: Callable[[], Awaitable[Outcome]]
    ) -> Outcome:
        ready = await self._ready()
        if not ready.ok:
            why = ready.description
            return Completion(CompletionCode.DEVICE_NOT_READY, description=why)
        self._status.update(DeviceState.BUSY, terminal="busy")
        return await attempt.settle(act)

    async def _settled(self, ask: _Ask, judge: _Judge) -> Outcome:
        try:
            completion = judge(self._reading(await ask()))
        except DeviceProtocolError as error:
            completion = outcome_unknown(str(error))
        except DeviceError as error:
            self._newest.abandoned()
            return self._lost(error)
        self._status.update(DeviceState.ONLINE, terminal="online")
        self._newest.ended(completion)
        if completion.error_code == "outcomeUnknown":
            self._log_doubt(why=completion.description)
        return completion

    async def _last_receipt(self, timeout_s: float) -> Outcome:
        ready = await self._ready()
        if not ready.ok:
            return Completion(ready.code, description=ready.description)
        request = self._request(self._layout.transaction.query)
        try:
            answer = await self._process.ask(request, timeout_s=timeout_s)
            told = verdict.judge_last(self._reading(answer))
        except DeviceProtocolError as error:
            return outcome_unknown(str(error))
        except DeviceError as error:
            return self._lost(error)
        return self._newest.told(told)

    def _lost(self, error: DeviceError) -> Outcome:
        """Judge a child that crashed or hung: it is gone, the outcome is unknown."""
        self._status.update(DeviceState.OFFLINE, str(error), **_UNKNOWN)
        self._counters.add("lost")
        self._log_doubt(why=str(error))
        if isinstance(error, DeviceTimeout):
            return Completion(CompletionCode.TIME_OUT, description=str(error))
        return Completion(CompletionCode.CONNECTION_LOST, description=str(error))

    def _request(self, transaction: str, **values: str) -> bytes:
        """Return a question of now; raises ``ValueError`` for a value too wide."""
        now = self._clock.now() + self._offset
        moment = {"date": f"{now:%Y%m%d}", "time": f"{now:%H%M%S}"}
        return self._layout.write({"transaction": transaction, **moment, **values})

    def _reading(self, answer: Answer) -> Reading:
        return Reading(self._layout, answer, self._offset)

    async def _ready(self) -> Completion[None]:
        """Have a child with the library in it."""
        try:
            await self._connection.ensure()
        except DeviceError as error:
            return self._connection.failed(error)
        self._status.update(DeviceState.ONLINE, terminal="online")
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        await self._process.close()
        return await self._ready()


def create(spec: DriverSpec) -> MisTerminal:
    """Make the driver; nothing is loaded.

    Raises:
        SettingsError: an option is wrong, or the layout file is.
    """
    options = typed_options(MisOptions, spec)
    options.check(spec.name)
    if "://" in spec.endpoint or not spec.endpoint:
        raise SettingsError(f"{spec.name}: endpoint is the path of the library")
    return MisTerminal(spec, options, Delays())
