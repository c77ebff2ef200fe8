"""Settings of a camera."""

from __future__ import annotations

from dataclasses import dataclass

from drivers.link.options import in_range


@dataclass(frozen=True, slots=True)
class CameraOptions:
    """Settings of a camera.

    Attributes:
        width, height: size asked of a V4L2 device, 0 = as it likes.
        least_width, least_height: a smaller picture is of no use: cameras fall back to
            one when the cable is bad. 0 = whatever comes.
        mirror: swap left and right, for people who look at themselves.
        pictures_per_second: more are received, but not decoded.
    """

    width: int = 0
    height: int = 0
    least_width: int = 0
    least_height: int = 0
    mirror: bool = False
    pictures_per_second: float = 12.0

    def check(self, device: str) -> None:
        """Refuse values of no use.

        Raises:
            SettingsError: with the bounds.
        """
        for name in ("width", "height", "least_width", "least_height"):
            in_range(device, name, getattr(self, name), 0, 4208)
        in_range(device, "pictures_per_second", self.pictures_per_second, 1, 60)
