"""Choose the cable of a simulated serial device: pty, or tcp when a port is named."""

from __future__ import annotations

from pathlib import Path

from hardware_sim.link.cable import Cable, Receive
from hardware_sim.link.device import WireLog
from hardware_sim.link.pty import PtyCable
from hardware_sim.link.tcp import TcpCable


def create_cable(
    name: str,
    wire: WireLog,
    receive: Receive,
    *,
    directory: Path | str | None,
    baudrate: int,
    tcp_port: int | None = None,
    strict_speed: bool = False,
) -> Cable:
    """Return a pty cable, or a tcp one when a port is given (0 = any free)."""
    if tcp_port is not None:
        return TcpCable(wire, receive, port=tcp_port)
    return PtyCable(
        name,
        wire,
        receive,
        directory=None if directory is None else Path(directory),
        baudrate=baudrate,
        strict_speed=strict_speed,
    )
