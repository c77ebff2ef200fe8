"""A device behind a cable that says nothing by itself: it is looked at every so often.

Supplies and boards: what they would report has to be asked for, between commands too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import anyio

from drivers.link.parts import Parts
from drivers.link.poller import Poller
from drivers.link.queued import Act, QueuedDevice
from drivers.link.tap import RawExplainer
from kiosk.core.device import Completion, DeviceState
from kiosk.core.errors import DeviceError, DeviceFault, DeviceMissing
from kiosk.core.wire import WireExplainer


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often is looked.

    Attributes:
        sleep: the clock's.
        poll_s: seconds from one look to the next.
        missing_s: the same while the device is not there, or does not answer.
    """

    sleep: Callable[[float], Awaitable[None]]
    poll_s: float
    missing_s: float


class PolledDevice(QueuedDevice):
    """A ``QueuedDevice`` that is looked at from ``open`` to ``close``.

    Whoever talks to the device holds ``_turn`` meanwhile.

    Args:
        parts: from ``drivers.link.parts.parts_of``.
        look: asks the device once and updates the status; raises ``DeviceError``.
    """

    def __init__(
        self,
        parts: Parts,
        look: Callable[[], Awaitable[None]],
        rhythm: Rhythm,
        *,
        check: Act,
        reset: Act,
        short_s: float,
        explainer: Callable[[], WireExplainer] = RawExplainer,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(
            *parts,
            check=check,
            reset=reset,
            short_s=short_s,
            explainer=explainer,
            settings=settings,
        )
        self._turn = anyio.Lock()
        self._ask = look
        self._rhythm = rhythm
        self._poller = Poller(self._look, rhythm.sleep, self._look_failed)

    async def open(self) -> Completion[None]:
        self._poller.start()
        return await super().open()

    async def close(self) -> None:
        await self._poller.stop()
        await super().close()

    async def _look(self) -> float:
        """Look once; the pause until the next time is what comes back."""
        try:
            async with self._turn:
                await self._ask()
        except DeviceError as error:
            gone = self.status.state is DeviceState.NO_DEVICE
            if not (gone and isinstance(error, DeviceMissing)):
                self._connection.failed(error)
            return self._rhythm.missing_s
        return self._rhythm.poll_s

    def _look_failed(self, fault: Exception) -> float:
        """Say that nothing is known now; the pause until the next look comes back."""
        self._connection.failed(DeviceFault(f"{type(fault).__name__} while looking"))
        return self._rhythm.missing_s
