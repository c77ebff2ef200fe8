"""The window on a shared event loop: quick to show, quiet when nothing happens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.screens

SCRIPT = Path(__file__).with_name("alone.py")


def test_idle_screen_draws_nothing_and_live_picture_is_paced() -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=SCRIPT.parents[2],
        env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])},
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout.splitlines()[-1])
    assert report["idle_frames"] == 0
    assert report["idle_cpu"] < 0.10
    assert report["first_frame_s"] < 10
    assert 2 <= report["live_hz"] <= 16
