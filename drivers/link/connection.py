"""A device's pipe together with what is known of it: found, lost, found again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from drivers.link.counters import Counters
from drivers.link.pipe import Lifeline
from drivers.link.status import StatusCell
from kiosk.core.device import Completion, CompletionCode, DeviceState
from kiosk.core.errors import (
    DeviceBusy,
    DeviceError,
    DeviceMissing,
    DeviceTimeout,
)


class Connection:
    """Opens the pipe when it is needed and says truthfully when it cannot.

    Args:
        unknown: the class status of a device that cannot be asked.
        set_up: what the device must be told after each new connection, and after it
            had stopped answering (it may have lost its power meanwhile).
    """

    def __init__(
        self,
        link: Lifeline,
        status: StatusCell,
        unknown: Mapping[str, object],
        set_up: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._link = link
        self._status = status
        self._set_up = set_up
        self._unknown = unknown
        self._ready = False
        self.counters = Counters()

    @property
    def link(self) -> Lifeline:
        """The pipe itself."""
        return self._link

    async def ensure(self) -> None:
        """Have a pipe that works: find out about a loss, reopen, set the device up.

        Raises:
            DeviceError: there is no connection now.
        """
        if self._link.is_open:
            try:
                await self._link.drain()
            except DeviceMissing as error:
                self.failed(error)
        if not self._link.is_open:
            self._ready = False
            await self._link.open()
            self.counters.add("connected")
        if not self._ready:
            if self._set_up is not None:
                await self._set_up()
            self._ready = True

    async def close(self) -> None:
        """Let the pipe go."""
        self._ready = False
        await self._link.close()
        self._status.update(DeviceState.OFFLINE, "closed")

    def failed(self, error: DeviceError) -> Completion[Any]:
        """Record what the error says of the device, and make a completion of it.

        ``deviceNotReady`` is also XFS4IoT's word for a device that is silent:
        ``timeOut`` stays free for the person who did nothing.
        """
        if isinstance(error, DeviceMissing):
            code, state = CompletionCode.CONNECTION_LOST, DeviceState.NO_DEVICE
            self.counters.add("lost")
        elif isinstance(error, DeviceBusy | DeviceTimeout):
            code, state = CompletionCode.DEVICE_NOT_READY, DeviceState.OFFLINE
        else:
            code, state = CompletionCode.HARDWARE_ERROR, DeviceState.HARDWARE_ERROR
        self._ready = False
        self._status.update(state, str(error), **self._unknown)
        return Completion(code, description=str(error))
