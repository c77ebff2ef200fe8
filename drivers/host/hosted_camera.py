"""A hosted camera: commands by the socket, pictures by shared memory."""

from __future__ import annotations

from typing import Any

from drivers.host.hosted import HostedDevice
from drivers.host.pictures import PictureMemory
from drivers.host.table import CAPABILITIES
from kiosk.core.device import Completion
from kiosk.core.media import Frame

_ROWS = {row.method_name: row for row in CAPABILITIES["camera"].commands}


class HostedCamera(HostedDevice):
    """A camera whose pictures come through ``PictureMemory``.

    Without such memory ``latest`` has nothing to show.
    """

    pictures: PictureMemory | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._wanted = False

    async def start(self) -> Completion[None]:
        self._wanted = True
        completion = await self._call(_ROWS["start"], (), {})
        if not completion.ok:
            self._wanted = False
        return completion

    async def stop(self) -> None:
        self._wanted = False
        await self._call(_ROWS["stop"], (), {})
        if self.pictures is not None:
            self.pictures.wipe()

    def latest(self) -> Frame | None:
        if self.pictures is None or not (self._wanted and self._line.connected):
            return None
        return self.pictures.latest()

    def _lost(self) -> None:
        if self.pictures is not None:
            self.pictures.wipe()
        super()._lost()

    async def _found(self) -> None:
        """Look again, if somebody wants to see."""
        await super()._found()
        if self._wanted:
            self._line.begin("ExtLiveView.Start", {})
