"""The two cameras of a terminal as simulated devices.

Both are network cameras with a Motion JPEG stream; a camera on USB shows the same
pictures to OpenCV.
"""

from __future__ import annotations

from typing import Literal

from hardware_sim.camera.device import SimCamera
from hardware_sim.camera.document import SimDocumentCamera
from hardware_sim.camera.face import SimFaceCamera

Kind = Literal["face", "document"]
FRAMES_PER_SECOND = {"face": 10.0, "document": 8.0}

__all__ = ["SimCamera", "create"]


def create(
    kind: Kind = "face",
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    frames_per_second: float | None = None,
) -> SimCamera:
    """Make a camera; nothing listens before ``start``.

    Args:
        kind: ``face`` or ``document``.
        port: 0 for a free one.
        frames_per_second: default 10 for faces, 8 for documents.
    """
    pace = frames_per_second or FRAMES_PER_SECOND[kind]
    made = SimFaceCamera if kind == "face" else SimDocumentCamera
    return made(host, port, pace)
