"""What every simulated device on a cable does alike: starts, stops, shows itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.cable import Cable
from hardware_sim.link.device import JsonValue, Verb, WireLog
from hardware_sim.link.hands import verbs_of
from hardware_sim.link.pty import PtyCable
from hardware_sim.link.tcp import TcpCable
from hardware_sim.link.verbs import link_verbs
from hardware_sim.link.worker import Worker


class CabledDevice(ABC):
    """One cable, and the tasks that run while it is plugged in.

    Args:
        wire: the log that the cable writes.
        workers: what the device does by itself.
    """

    def __init__(self, wire: WireLog, cable: Cable, *workers: Worker) -> None:
        self.wire = wire
        self._cable = cable
        self._workers = workers

    async def start(self) -> str:
        """Begin to answer; return the path of the port, or ``tcp://127.0.0.1:port``.

        Raises:
            OSError: the place is taken.
        """
        for worker in self._workers:
            worker.start()
        return await self._cable.start()

    async def stop(self) -> None:
        """Stop answering; safe to call twice. Raises what a task died of."""
        try:
            for worker in self._workers:
                await worker.stop()
        finally:
            await self._cable.stop()

    def state(self) -> dict[str, JsonValue]:
        """Return cable, device and armed faults as they are now."""
        return {
            "connected": self._cable.connected,
            "endpoint": self._cable.endpoint,
            **self._seen(),
            "faults": self._cable.faults.names(),
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do to the device, and to its cable."""
        return verbs_of(self) | link_verbs(self._cable, self._mend)

    async def _mend(self) -> None:
        """Put right what ``heal`` has to in the device itself: nothing, as a rule."""
        return

    @abstractmethod
    def _seen(self) -> Mapping[str, JsonValue]:
        """Return what of this device can be seen."""


class SerialDevice(CabledDevice):
    """A device on a serial line, or on TCP when a port is named.

    Args:
        directory: where ``<directory>/<name>`` appears; a temporary one if ``None``.
        tcp_port: listen on the loopback instead, 0 = any free port.
        strict_speed: garbage while the kiosk has set another speed.
        line: what the path in the directory is.
    """

    name: str

    def __init__(
        self,
        *workers: Worker,
        directory: Path | str | None,
        baudrate: int,
        tcp_port: int | None = None,
        strict_speed: bool = False,
        line: type[PtyCable] = PtyCable,
    ) -> None:
        wire = WireLog()
        cable: Cable
        if tcp_port is not None:
            cable = TcpCable(wire, self._receive, port=tcp_port)
        else:
            cable = line(
                self.name,
                wire,
                self._receive,
                directory=None if directory is None else Path(directory),
                baudrate=baudrate,
                strict_speed=strict_speed,
            )
        super().__init__(wire, cable, *workers)

    @abstractmethod
    def _receive(self, data: bytes) -> None:
        """Take what came over the cable."""
