"""What the kiosk believes of the printer: status, thresholds, lost and found."""

from __future__ import annotations

from typing import Any, Final

from drivers.link.counters import Counters
from drivers.link.events import EventFanout
from drivers.link.status import StatusCell
from drivers.printer.condition import UNREACHABLE, Condition
from kiosk.core.device import Completion, CompletionCode, DeviceState, DeviceStatus
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import DeviceBusy, DeviceError, DeviceMissing, DeviceTimeout

_THRESHOLDS: Final = (
    ("paper.upper", "PaperThresholdEvent"),
    ("toner", "TonerThresholdEvent"),
)


class PrinterWatch:
    """Keeps the status and tells listeners of changes.

    Attributes:
        printing: True while a document is on its way.
        events: to every listener.
    """

    def __init__(self, spec: DriverSpec, counters: Counters) -> None:
        self._counters = counters
        self._reached = False
        self.events = EventFanout(spec.name)
        self._status = StatusCell(spec.name, spec.log, self.events, UNREACHABLE)
        self._printing = False

    @property
    def status(self) -> DeviceStatus:
        """Last known status."""
        return self._status.value

    def begin_printing(self) -> None:
        """A document goes to the printer: ``online`` becomes ``deviceBusy``."""
        self._printing = True
        self._status.update(DeviceState.BUSY)

    def end_printing(self) -> None:
        """Nothing is printing any more."""
        self._printing = False
        if self.status.state is DeviceState.BUSY:
            self._status.update(DeviceState.ONLINE)

    def closed(self) -> None:
        """The driver has let go of the printer."""
        self._status.update(DeviceState.OFFLINE, "closed", **UNREACHABLE)

    def notice(self, seen: Condition | DeviceError) -> None:
        """Take over what the printer says, or why it could not be asked."""
        before = self.status.detail
        self._count(seen)
        if isinstance(seen, Condition):
            state = seen.device_state
            if state is DeviceState.ONLINE and self._printing:
                state = DeviceState.BUSY
            reasons = " ".join(sorted(seen.errors | seen.remarks))
            self._status.update(state, reasons, **seen.detail)
        else:
            self._status.update(_state_after(seen), str(seen), **UNREACHABLE)
        for key, event in _THRESHOLDS:
            level = self.status.detail[key]
            if level not in (before[key], "unknown"):
                self.events.emit(event, **{key: level})

    def _count(self, seen: Condition | DeviceError) -> None:
        reached = not isinstance(seen, DeviceMissing)
        if reached is not self._reached:
            self._counters.add("connected" if reached else "lost")
            self._reached = reached

    def failed(self, error: DeviceError) -> Completion[Any]:
        """Record why the printer could not be asked, and make a completion of it."""
        self.notice(error)
        code = CompletionCode.HARDWARE_ERROR
        if isinstance(error, DeviceMissing):
            code = CompletionCode.CONNECTION_LOST
        elif isinstance(error, DeviceTimeout | DeviceBusy):
            code = CompletionCode.DEVICE_NOT_READY
        return Completion(code, description=str(error))


def _state_after(error: DeviceError) -> DeviceState:
    if isinstance(error, DeviceMissing):
        return DeviceState.NO_DEVICE
    if isinstance(error, DeviceTimeout | DeviceBusy):
        return DeviceState.OFFLINE
    return DeviceState.HARDWARE_ERROR
