"""Runs the screens on an event loop of their own and prints what it cost, as JSON.

Started by a test in a process of its own: Kivy allows one application a process.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import anyio
import numpy as np

BEGAN = time.perf_counter()
sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[2])]

import rig  # noqa: E402
import samples  # noqa: E402

from kiosk.core.media import Frame  # noqa: E402
from screens.host import ScreenHost  # noqa: E402
from screens.run import run  # noqa: E402


async def main() -> None:
    cameras, drawn = rig.Cameras(), []
    host = ScreenHost(
        rig.PoTranslator(), cameras, print, size=(1080, 1920), fullscreen=False
    )
    seen = anyio.Event()

    def on_frame() -> None:
        drawn.append(time.perf_counter())
        seen.set()

    host.on_frame(on_frame)
    host.show(samples.every_view()["attract"])
    stop, report = anyio.Event(), {}

    async def watch() -> None:
        nonlocal seen
        with anyio.fail_after(30):
            await seen.wait()
            report["first_frame_s"] = drawn[0] - BEGAN
            await anyio.sleep(1.0)
            count, cpu, at = len(drawn), time.process_time(), time.perf_counter()
            await anyio.sleep(2.0)
            report["idle_frames"] = len(drawn) - count
            spent = time.process_time() - cpu
            report["idle_cpu"] = spent / (time.perf_counter() - at)
            seen = anyio.Event()
            host.request_frame()
            await seen.wait()
            report["live_hz"] = await live()
        stop.set()

    async def live() -> float:
        """Return frames a second while the camera gives a new picture every 20 ms."""
        host.show(samples.every_view()["face"])
        await anyio.sleep(0.3)
        count, at = len(drawn), time.perf_counter()
        for number in range(50):
            pixels = np.full((480, 640, 3), number, dtype=np.uint8)
            cameras.frames["face"] = Frame(pixels, 0.0, number)
            await anyio.sleep(0.02)
        return (len(drawn) - count) / (time.perf_counter() - at)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(watch)
        await run(host, stop)
    print(json.dumps(report))


if __name__ == "__main__":
    anyio.run(main)
