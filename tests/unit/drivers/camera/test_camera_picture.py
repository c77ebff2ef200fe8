"""Alive, frozen, black: judged from pictures alone."""

from __future__ import annotations

import numpy as np
import pytest

from drivers.camera.delays import Delays
from drivers.camera.driver import create
from drivers.camera.picture import PictureWatch, Verdict
from kiosk.core.clock import SystemClock
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError
from kiosk.core.media import Pixels

DELAYS = Delays(identical_s=4.0, black_s=2.0)
CHANCE = np.random.default_rng(7)


def _noisy(level: int, spread: int = 4) -> Pixels:
    return CHANCE.integers(level, level + spread, (48, 64, 3), dtype=np.uint8)


def test_changing_picture_is_good() -> None:
    watch = PictureWatch(DELAYS)
    assert [watch.judge(_noisy(90), at) for at in range(9)] == [Verdict.GOOD] * 9


def test_same_picture_for_long_is_frozen() -> None:
    watch, picture = PictureWatch(DELAYS), _noisy(90)
    verdicts = [watch.judge(picture, at) for at in (0.0, 2.0, 3.9, 4.0)]
    assert verdicts == [Verdict.GOOD] * 3 + [Verdict.FROZEN]
    assert watch.judge(_noisy(90), 5.0) is Verdict.GOOD


def test_covered_lens_is_black_after_a_while() -> None:
    watch = PictureWatch(DELAYS)
    verdicts = [watch.judge(_noisy(2), at) for at in (0.0, 1.9, 2.0)]
    assert verdicts == [Verdict.GOOD, Verdict.GOOD, Verdict.BLACK]
    assert watch.judge(_noisy(90), 3.0) is Verdict.GOOD


def test_night_with_a_lamp_is_not_black() -> None:
    watch = PictureWatch(DELAYS)
    for at in range(5):
        night = _noisy(2)
        night[:8, :24] = 220
        assert watch.judge(night, at) is Verdict.GOOD


def test_picture_beyond_all_cameras_is_refused() -> None:
    huge = np.broadcast_to(np.uint8(0), (5000, 5000, 3))
    assert PictureWatch(DELAYS).judge(huge, 0.0) is Verdict.TOO_LARGE


@pytest.mark.parametrize(
    ("endpoint", "options"),
    [
        ("", {}),
        ("video0", {}),
        ("file:///etc/passwd", {}),
        ("concat:a|b", {}),
        ("http://", {}),
        ("/dev/video0", {"fps": 3}),
        ("/dev/video0", {"width": -1}),
        ("/dev/video0", {"pictures_per_second": 0.0}),
    ],
)
def test_wrong_settings_are_refused(endpoint: str, options: dict[str, object]) -> None:
    def log(event: str, /, **facts: object) -> None: ...

    with pytest.raises(SettingsError):
        create(DriverSpec("camera", endpoint, SystemClock(), log, options))
