"""What every device behind a cable does alike: one command at a time, one status.

A driver derives from ``QueuedDevice`` and adds the commands of its class; how its
device is checked and reset it says with two coroutines.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from drivers.link.connection import Connection
from drivers.link.events import EventFanout
from drivers.link.health import HealthTest, check_health
from drivers.link.queue import CommandQueue
from drivers.link.status import StatusCell
from drivers.link.tap import RawExplainer
from kiosk.core.device import Completion, DeviceEvent, DeviceInfo, DeviceStatus
from kiosk.core.health import HealthLevel, HealthReport
from kiosk.core.wire import WireExplainer, WireLine

Act = Callable[[], Awaitable[Completion[None]]]


class QueuedDevice:
    """The part of ``kiosk.core.device.Device`` that is the same for all of them.

    Args:
        check: opens the connection if need be and asks the device how it is.
        reset: brings the device back to ``online``, its media accounted for.
        short_s: time-out of both, in seconds.
        explainer: makes one who puts this device's bytes into words.
        settings: the driver's own, for diagnostics; nothing secret.
    """

    def __init__(
        self,
        info: DeviceInfo,
        status: StatusCell,
        events: EventFanout,
        connection: Connection,
        *,
        check: Act,
        reset: Act,
        short_s: float,
        explainer: Callable[[], WireExplainer] = RawExplainer,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        self._info = info
        self._status = status
        self._events = events
        self._connection = connection
        self._check_device = check
        self._reset_device = reset
        self._short_s = short_s
        self._explainer = explainer
        self._settings = dict(settings or {})
        self._counters = connection.counters
        self._queue = CommandQueue(self._counters)

    @property
    def info(self) -> DeviceInfo:
        return self._info

    @property
    def status(self) -> DeviceStatus:
        return self._status.value

    async def open(self) -> Completion[None]:
        return await self._queue.run(self._check_device, timeout_s=self._short_s)

    async def close(self) -> None:
        await self._queue.clear(timeout_s=self._short_s)
        await self._connection.close()

    async def refresh_status(self) -> DeviceStatus:
        if not self._queue.busy:
            await self._queue.run(self._check_device, timeout_s=self._short_s)
        return self.status

    async def cancel(self) -> None:
        self._queue.cancel()

    async def reset(self) -> Completion[None]:
        return await self._queue.run(self._reset_device, timeout_s=self._short_s)

    def events(self) -> AsyncIterator[DeviceEvent]:
        return self._events.stream()

    def health_tests(self) -> Sequence[HealthTest]:
        """Return the tests of this kind of device, by level; a driver adds its own."""
        return (HealthTest("device", HealthLevel.INTERNAL, self.open),)

    async def check_health(self, level: HealthLevel) -> HealthReport:
        return await check_health(self._info.name, level, self.health_tests())

    def statistics(self) -> Mapping[str, int]:
        return self._counters.values()

    def diagnostics(self) -> Mapping[str, object]:
        return {
            "endpoint": self._connection.link.endpoint,
            "settings": self._settings,
            "model": self.info.model_name,
            "serialNumber": self.info.serial_number,
            "revision": self.info.revision_number,
            "state": self.status.state.value,
            "detail": dict(self.status.detail),
            "statistics": dict(self.statistics()),
        }

    def trace(self) -> AsyncIterator[WireLine]:
        return self._connection.link.tap.listen(self._explainer)
