"""Cameras: pictures of anything before the decoders, anything as a JPEG for RTP."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from drivers.camera.codes.decoder import nearest_to_middle
from drivers.camera.delays import Delays
from drivers.camera.picture import PictureWatch, Verdict
from hardware_sim.camera.rtp import PIECE, NotSendable, Packer, scan_of

_WIDTH = 24
_SMALL = (48, 24)


def decoder(data: bytes) -> None:
    """A picture of noise holds no code, or one with something in it."""
    seen = nearest_to_middle(_picture(data))
    if seen is not None:
        assert seen.barcode.data
        assert seen.by in ("zbar", "zxing")


def verdicts(data: bytes) -> None:
    """Whatever a picture shows, the second look at it is no surprise."""
    watch = PictureWatch(Delays(), least=(_WIDTH, 1))
    picture = _picture(data)
    assert watch.judge(picture, 0.0) is Verdict.GOOD
    assert watch.judge(picture, 1.0) is Verdict.GOOD
    assert watch.judge(picture, 9.0) in (Verdict.FROZEN, Verdict.BLACK, Verdict.BLANK)


def packets(data: bytes) -> None:
    """A JPEG that is sent is sent whole, its last packet marked; or it is refused."""
    try:
        scan = scan_of(data)
    except NotSendable:
        return
    made = Packer(1).packets(data, 0.0)
    head = 12 + 8
    pieces = [one[head + (132 if at == 0 else 0) :] for at, one in enumerate(made)]
    assert b"".join(pieces) == scan.data
    assert all(len(piece) <= PIECE for piece in pieces)
    assert [bool(one[1] & 0x80) for one in made[:-1]] == [False] * (len(made) - 1)


def _picture(data: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    room = np.zeros((*_SMALL, 3), dtype=np.uint8)
    flat = np.frombuffer(data, dtype=np.uint8)[: room.size]
    room.reshape(-1)[: flat.size] = flat
    return room


TARGETS: dict[str, Callable[[bytes], None]] = {
    "camera.decoder": decoder,
    "camera.verdicts": verdicts,
    "camera.packets": packets,
}
