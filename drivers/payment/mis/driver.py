"""Card terminal behind a vendor's MIS library (the practice of Chinese acquirers).

``endpoint`` is the path of the vendor's library, the option ``layout`` that of a TOML
file that describes its texts (``drivers.payment.mis.layout``). The library is loaded
in a child process: its crash, hang or garbage makes an outcome unknown, costs the
child, and touches nothing else. Its query transaction tells the outcome later.

No vendor's library was at hand: the seam is proved with one of our own making.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import asdict
from datetime import timedelta
from functools import partial
from pathlib import Path
from types import MappingProxyType

from drivers.link.counters import Counters
from drivers.link.events import EventFanout
from drivers.link.health import HealthTest, check_health
from drivers.link.options import typed_options
from drivers.link.queue import CommandQueue
from drivers.link.status import StatusCell
from drivers.link.tap import WireTap
from drivers.payment.attempt import Outcome
from drivers.payment.mis import verdict
from drivers.payment.mis.explain import MisExplainer
from drivers.payment.mis.layout import Layout, load_layout
from drivers.payment.mis.options import MisOptions
from drivers.payment.mis.process import Delays, LibraryProcess
from drivers.payment.mis.transactions import Transactions
from kiosk.core.clock import Clock
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import (
    DeviceError,
    DeviceMissing,
    SettingsError,
)
from kiosk.core.health import HealthLevel, HealthReport
from kiosk.core.money import Fen
from kiosk.core.ports import EventLog
from kiosk.core.wire import WireLine


class MisTerminal:
    """Card terminal; see ``kiosk.core.ports.CardTerminal``."""

    def __init__(
        self,
        name: str,
        library: Path,
        layout: Layout,
        clock: Clock,
        log: EventLog,
        options: MisOptions,
        delays: Delays | None = None,
    ) -> None:
        self._layout = layout
        self._delays = delays or Delays()
        self._process = LibraryProcess(library, layout.library, clock, self._delays)
        self._events = EventFanout(name)
        self._status = StatusCell(name, log, self._events, {"terminal": "unknown"})
        self._counters = Counters()
        self._tap = WireTap(clock)
        self._library = library
        self._options = options
        self._queue = CommandQueue(self._counters)
        self._transactions = Transactions(
            name,
            self._process,
            layout,
            self._queue,
            self._status,
            self._counters,
            self._tap,
            clock,
            log,
            self._delays,
            self._ready,
            timedelta(hours=options.utc_offset_h),
        )
        interfaces = {
            "Common": ("Status", "Capabilities", "Cancel"),
            "ExtPayment": ("Authorise", "Query", "Reverse", "Reset"),
        }
        self._info = DeviceInfo(
            name,
            "payment",
            model_name=f"MIS library {library.name}",
            interfaces=MappingProxyType(interfaces),
        )

    @property
    def info(self) -> DeviceInfo:
        return self._info

    @property
    def status(self) -> DeviceStatus:
        return self._status.value

    async def open(self) -> Completion[None]:
        return await self._queue.run(self._ready, timeout_s=self._delays.start_s)

    async def close(self) -> None:
        await self._queue.clear(timeout_s=self._delays.abort_s + self._delays.end_s)
        await self._process.end()
        self._status.update(DeviceState.OFFLINE, "closed", terminal="unknown")

    async def refresh_status(self) -> DeviceStatus:
        if not self._queue.busy:
            await self.open()
        return self.status

    async def cancel(self) -> None:
        self._queue.cancel()

    async def reset(self) -> Completion[None]:
        return await self._queue.run(self._reset, timeout_s=self._delays.start_s)

    def events(self) -> AsyncIterator[DeviceEvent]:
        return self._events.stream()

    def health_tests(self) -> tuple[HealthTest, ...]:
        """Internal: load the library; external: have it tell the newest transaction.

        There is no interactive test: a card at the terminal means money.
        """
        return (
            HealthTest("library", HealthLevel.INTERNAL, self.open),
            HealthTest("newestReceipt", HealthLevel.EXTERNAL, self.last_receipt),
        )

    async def check_health(self, level: HealthLevel) -> HealthReport:
        return await check_health(self._info.name, level, self.health_tests())

    def statistics(self) -> Mapping[str, int]:
        """Return also ``payments`` and ``reversals``; ``connected`` counts starts."""
        return {"payments": 0, "reversals": 0} | dict(self._counters.values())

    def diagnostics(self) -> Mapping[str, object]:
        return {
            "endpoint": str(self._library),
            "settings": asdict(self._options),
            "model": self.info.model_name,
            "running": self._process.running,
            "state": self.status.state.value,
            "detail": dict(self.status.detail),
            "statistics": dict(self.statistics()),
        }

    def trace(self) -> AsyncIterator[WireLine]:
        """Listen to questions and answers from now on, in words."""
        return self._tap.listen(partial(MisExplainer, self._layout))

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
        request = self._transactions.request(
            self._layout.transaction.sale, amount=str(amount)
        )
        judge = partial(verdict.judge_payment, amount=amount)
        if on_prompt is not None:
            on_prompt("insertCard")
        paid = await self._transactions.move_money(request, judge, timeout_s)
        self._counters.add("payments", int(paid.ok))
        return paid

    async def reverse(self, receipt_number: int, *, timeout_s: float = 60.0) -> Outcome:
        """Undo an authorisation; the payload is the reversal's own receipt."""
        word = self._layout.transaction.reversal
        request = self._transactions.request(word, receipt=str(receipt_number))
        undone = await self._transactions.move_money(
            request, verdict.judge_reversal, timeout_s
        )
        self._counters.add("reversals", int(undone.ok))
        return undone

    async def last_receipt(self, *, timeout_s: float = 20.0) -> Outcome:
        return await self._transactions.last_receipt(timeout_s)

    async def _ready(self) -> Completion[None]:
        """Have a child with the library in it."""
        had_one = self._process.running
        try:
            await self._process.start()
        except DeviceMissing as error:
            self._status.update(DeviceState.NO_DEVICE, str(error), terminal="unknown")
            return Completion(CompletionCode.CONNECTION_LOST, description=str(error))
        except DeviceError as error:
            self._status.update(DeviceState.OFFLINE, str(error), terminal="unknown")
            return Completion(CompletionCode.DEVICE_NOT_READY, description=str(error))
        self._counters.add("connected", int(not had_one))
        self._status.update(DeviceState.ONLINE, terminal="online")
        return Completion(CompletionCode.SUCCESS)

    async def _reset(self) -> Completion[None]:
        await self._process.end()
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
    layout = load_layout(Path(options.layout))
    library = Path(spec.endpoint)
    return MisTerminal(spec.name, library, layout, spec.clock, spec.log, options)
