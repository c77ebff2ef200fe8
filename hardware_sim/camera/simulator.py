"""The two cameras of a terminal as simulated devices.

Both are network cameras with a Motion JPEG stream; a camera on USB shows the same
pictures to OpenCV.
"""

from __future__ import annotations

from typing import Literal

from hardware_sim.camera.device import TRANSPORTS, SimCamera
from hardware_sim.camera.document import SimDocumentCamera
from hardware_sim.camera.face import SimFaceCamera
from hardware_sim.link.arguments import one_of

Kind = Literal["face", "document"]
FRAMES_PER_SECOND = {"face": 10.0, "document": 8.0}

__all__ = ["SimCamera", "create"]


def create(
    kind: Kind = "face",
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    frames_per_second: float | None = None,
    transport: str = "http",
    password: str = "",
) -> SimCamera:
    """Make a camera; nothing listens before ``start``.

    Args:
        kind: ``face`` or ``document``.
        port: 0 for a free one.
        frames_per_second: default 10 for faces, 8 for documents.
        transport: ``http`` (Motion JPEG) or ``rtsp``.
        password: of the RTSP user ``admin``; ``""`` lets everybody in.

    Raises:
        ValueError: no such transport.
    """
    transport = one_of(transport, "transport", TRANSPORTS)
    pace = frames_per_second or FRAMES_PER_SECOND[kind]
    made = SimFaceCamera if kind == "face" else SimDocumentCamera
    return made(host, port, pace, transport, password)
