"""From the endpoint in the settings to the pipe that leads there."""

from __future__ import annotations

from drivers.link.device_file import SCHEME, DeviceFileLink
from drivers.link.pipe import Pipe
from drivers.link.serial import SerialLine, SerialLink
from drivers.link.tap import TappedLink, WireTap
from drivers.link.tcp import TcpLink
from kiosk.core.clock import Clock
from kiosk.core.driver import shown_endpoint
from kiosk.core.errors import SettingsError


def link_to(endpoint: str, line: SerialLine, clock: Clock) -> TappedLink:
    """Make the pipe for an endpoint; nothing is opened.

    Args:
        endpoint: ``tcp://host:port``, ``file:/dev/usb/lp0``, or the path of a serial
            device.
        line: used for a serial device only.

    Raises:
        SettingsError: the endpoint is of no kind known here.
    """
    return TappedLink(_pipe_to(endpoint, line, clock), WireTap(clock))


def _pipe_to(endpoint: str, line: SerialLine, clock: Clock) -> Pipe:
    if endpoint.startswith("tcp://"):
        return TcpLink(endpoint, clock)
    if endpoint.startswith(SCHEME):
        return DeviceFileLink(endpoint, clock)
    if "://" in endpoint or not endpoint:
        shown = shown_endpoint(endpoint)
        raise SettingsError(f"a path or tcp://host:port expected, not {shown!r}")
    return SerialLink(endpoint, line, clock)
