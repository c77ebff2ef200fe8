"""Devices whose drivers run elsewhere; to the kiosk they are like any other.

When the host is lost, running commands complete at once as ``connectionLost``, with
the payload that their port promises, and the status is ``offline`` until it is back.
A command that was never sent is ``deviceNotReady``: nothing can have happened.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final
from weakref import WeakSet

from drivers.host.address import HostAddress
from drivers.host.coding import coded_arguments, read_completion, read_told
from drivers.host.contract import COMMON, TIMEOUT, Command
from drivers.host.event_form import hear_event
from drivers.host.faults import where
from drivers.host.known import Known, differences
from drivers.host.line import Delays, HostLine, Request
from drivers.host.message import LONGEST_TIMEOUT_MS, Refused, TooLarge
from drivers.host.shape import WrongValue
from drivers.host.status_form import StatusForm, section_of
from drivers.host.table import capability_of
from drivers.host.watch import HostedTrace
from drivers.link.events import EventFanout
from kiosk.core.clock import Clock
from kiosk.core.device import (
    Completion,
    CompletionCode,
    DeviceEvent,
    DeviceInfo,
    DeviceState,
    DeviceStatus,
)
from kiosk.core.health import HealthCheck, HealthLevel, HealthReport, HealthVerdict
from kiosk.core.ports import EventLog
from kiosk.core.wire import WireLine

_BY_METHOD = {row.method_name: row for row in COMMON}
_GONE = "the device host is gone"
_REFUSALS: Final[Mapping[str, CompletionCode]] = {
    Refused.TOO_MANY: CompletionCode.DEVICE_NOT_READY
}


class HostedDevice:
    """What every device of a host has: see ``kiosk.core.device.Device``.

    The commands of its class come from ``drivers.host.table``.
    """

    def __init__(
        self,
        name: str,
        address: HostAddress,
        clock: Clock,
        log: EventLog,
        delays: Delays | None = None,
    ) -> None:
        kind = capability_of(name)
        self._kind = kind.name
        self._clock = clock
        self._log = log
        form = StatusForm(section_of(kind.interface), name)
        self._known = Known(DeviceInfo(name, kind.name), form, address.uri(name))
        self._events = EventFanout(name)
        self._traces: WeakSet[HostedTrace] = WeakSet()
        self._running: dict[int, Request] = {}
        self._line = HostLine(
            name,
            address,
            delays or Delays(),
            up=self._found,
            down=self._lost,
            heard=self._heard,
            fault=self._fault,
        )

    @property
    def info(self) -> DeviceInfo:
        return self._known.info

    @property
    def status(self) -> DeviceStatus:
        return self._known.status

    async def open(self) -> Completion[None]:
        self._line.reopen()
        return await self._call(_BY_METHOD["open"], (), {})

    async def close(self) -> None:
        await self._line.close()

    async def refresh_status(self) -> DeviceStatus:
        if await self._line.ready():
            await self._ask_status("Common.ExtRefreshStatus")
            await self._ask_figures()
        return self.status

    async def cancel(self) -> None:
        for request in self._running.values():
            numbers = {"requestIds": [request.number]}
            await self._line.begin("Common.Cancel", numbers).done.wait()
            return

    def events(self) -> AsyncIterator[DeviceEvent]:
        return self._events.stream()

    async def check_health(self, level: HealthLevel) -> HealthReport:
        completion = await self._call(_BY_METHOD["check_health"], (level,), {})
        if completion.payload is not None:
            return completion.payload  # type: ignore[no-any-return]  # by the table
        what = f"{completion.trouble} {completion.description}".strip()
        check = HealthCheck("host", HealthVerdict.FAIL, what)
        return HealthReport(self.info.name, level, (check,))

    def statistics(self) -> Mapping[str, int]:
        return self._known.statistics

    def diagnostics(self) -> Mapping[str, object]:
        return self._known.diagnostics

    def trace(self) -> AsyncIterator[WireLine]:
        self._line.start()
        trace = HostedTrace(self._line, self._clock)
        self._traces.add(trace)
        if self._line.connected:
            trace.begin()
        return trace

    # -- commands --------------------------------------------------------------------

    async def _call(
        self, row: Command, positional: tuple[Any, ...], named: Mapping[str, Any]
    ) -> Completion[Any]:
        """Send a command and wait for its end.

        Whoever is cancelled while waiting cancels the command, and goes when the
        device has put its things away.
        """
        bound = row.signature.bind(*positional, **named)
        bound.apply_defaults()
        if not await self._line.ready():
            return Completion(CompletionCode.DEVICE_NOT_READY, None, _GONE, row.unsent)
        try:
            request = self._line.begin(
                row.name,
                coded_arguments(row, bound.arguments),
                _milliseconds(bound.arguments),
                partial(self._tell, row, bound.arguments),
            )
        except TooLarge as error:
            return Completion(CompletionCode.INVALID_DATA, None, str(error), row.unsent)
        if row.queued:
            self._running[request.number] = request
        try:
            await request.done.wait()
        finally:
            await self._line.end(request)
            self._running.pop(request.number, None)
        return _outcome(row, request)

    def _tell(
        self,
        row: Command,
        arguments: Mapping[str, Any],
        event: str,
        payload: Mapping[str, Any],
    ) -> None:
        """Call the callback whose event it is; a bug in it ends no command."""
        for told in row.told:
            callback: Callable[[Any], None] | None = arguments.get(told.argument)
            if told.event != event or callback is None:
                continue
            with suppress(WrongValue):  # nothing was told
                value = read_told(row, told, payload)
                try:
                    callback(value)
                except Exception as fault:  # noqa: BLE001  # the kiosk's own; told
                    self._fault(told.argument, fault)

    def _fault(self, what: str, fault: Exception) -> None:
        """Write where a bug on this side happened; never what it says."""
        self._log(
            "host.fault",
            device=self.info.name,
            command=what,
            fault=type(fault).__name__,
            at=where(fault),
        )

    # -- what the host says ----------------------------------------------------------

    async def _found(self) -> None:
        """Take over what the host knows, before anybody uses the connection."""
        self._known.new_connection()
        answer = await self._line.ask("Common.Capabilities")
        if answer is not None:
            self._known.take_info(answer)
        before = self.status
        await self._ask_status("Common.Status")
        changed = differences(before, self.status)
        if changed:
            self._events.emit("StatusChangedEvent", **changed)
        await self._ask_figures()
        for trace in list(self._traces):
            trace.begin()

    def _lost(self) -> None:
        """The host is gone: nothing is known of the device."""
        for trace in list(self._traces):
            trace.note(_GONE)
        before = self.status
        if before.state is DeviceState.OFFLINE:
            return
        self._known.lose()
        changed = differences(before, self.status)
        if not self._line.closed:
            self._log(
                "device.status_changed",
                device=self.info.name,
                before=before.state.value,
                state=self.status.state.value,
                changed=changed,
                why=_GONE,
            )
        self._events.emit("StatusChangedEvent", **changed)

    async def _ask_status(self, name: str) -> None:
        answer = await self._line.ask(name)
        if answer is not None:
            self._known.take_status(answer)

    async def _ask_figures(self) -> None:
        statistics = await self._line.ask("Common.ExtStatistics")
        diagnostics = await self._line.ask("Common.ExtDiagnostics")
        if statistics is not None:
            self._known.take_statistics(statistics)
        if diagnostics is not None:
            self._known.take_diagnostics(diagnostics)

    def _heard(self, name: str, payload: Mapping[str, Any]) -> None:
        event = name.partition(".")[2]
        if event == "StatusChangedEvent":
            self._known.take_status(payload)
            payload = dict(payload.get("extChanged") or {})
        else:
            event, payload = hear_event(self._kind, event, payload)
        self._events.emit(event, **payload)


def _milliseconds(arguments: Mapping[str, float]) -> int:
    """Return the header's ``timeout``; 0 says that the command has its own."""
    if TIMEOUT not in arguments:
        return 0
    return min(max(1, round(arguments[TIMEOUT] * 1000)), LONGEST_TIMEOUT_MS)


def _outcome(row: Command, request: Request) -> Completion[Any]:
    """Return how a command ended by what the host said of it."""
    if request.refused:  # then it was never begun
        code = _REFUSALS.get(request.refused, CompletionCode.INTERNAL_ERROR)
        return Completion(code, None, request.refused, row.unsent)
    if request.answer is None:
        return Completion(CompletionCode.CONNECTION_LOST, None, _GONE, row.lost)
    try:
        return read_completion(row, request.answer)
    except WrongValue as error:
        return Completion(CompletionCode.INTERNAL_ERROR, None, str(error), row.lost)
