"""The printer on USB, as the kernel shows it: a character device, here a pty.

A pty has no ``usblp`` driver behind it: the paths come and go and unplugging reads as
EIO, as with the real one, but not EBUSY, ENODEV, or packets without data.
"""

from __future__ import annotations

from hardware_sim.link.pty import PtyCable

FULL_SPEED = 8_000_000
"""Bits a second that a USB full-speed printer takes, as the pty's pace."""


class DeviceFileCable(PtyCable):
    """A pty that is named ``file:PATH`` and knows no serial speed."""

    @property
    def endpoint(self) -> str:
        """Place for the kiosk's settings, the same before and after a reconnect."""
        return f"file:{self._path()}"

    def _same_speed(self) -> bool:
        return True
