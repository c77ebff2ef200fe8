"""The whole machine in this process, measured from inside; writes JSON.

Touch to frame on the home page and on a keyboard; then three matters by the robot
citizen, with the time that each act of the machine took, and memory before and after.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import anyio

from kiosk.app.diary import open_diary
from kiosk.app.run import Machine
from kiosk.app.settings import load_settings
from kiosk.app.wiring import wired
from kiosk.core.bodies import AttractBody, FaceBody, HomeBody, PayBody, WorkingBody
from kiosk.flow.events import CardRead, CardSeen
from kiosk.session import runner
from tests.bench.panel import Frames, Panel, Taps, redraw_often, spread, tap_often
from tests.bench.proc import memory
from tests.system.window import WindowFingers
from tests.tour.bench import BenchProcess
from tests.tour.citizen import Citizen, Wishes
from tests.tour.run import WISHES

SIZE = (1080, 1920)
MATTERS = (
    "social-insurance-contribution-proof",
    "water-payment",
    "cross-region-treatment-filing",
)
# Acts that wait for the citizen: their length says nothing about the machine.
_HUMAN = frozenset({"ReadCard", "WatchFace", "WatchPage", "ScanCode", "OpenOrder"})
LOOK_S = 0.02
MATTER_S = 60.0
ACT_AGAIN_AFTER_S = 1.0


@dataclass(slots=True)
class Effects:
    """Seconds of every act of the machine, by name."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def listen(self) -> None:
        """Put a watch beside each act."""
        for kind, act in list(runner.ACTS.items()):
            runner.ACTS[kind] = self._timed(kind.__name__, act)

    def _timed(self, name: str, act: Any) -> Any:
        async def timed(stage: Any, effect: Any) -> None:
            start = time.perf_counter()
            if name == "ReadCard":
                stage = _with_ear(stage, self.took["ReadCard (card seen → read)"])
            await act(stage, effect)
            if name not in _HUMAN:
                self.took[name].append(time.perf_counter() - start)

        return timed

    def rows(self) -> dict[str, float]:
        """Return the sum for each act in seconds, and forget them."""
        rows = {name: round(sum(each), 3) for name, each in self.took.items() if each}
        self.took.clear()
        return rows


def _with_ear(stage: Any, took: list[float]) -> Any:
    seen = 0.0
    tell = stage.emit

    def emit(event: Any) -> None:
        nonlocal seen
        if isinstance(event, CardSeen):
            seen = time.perf_counter()
        elif isinstance(event, CardRead) and seen:
            took.append(time.perf_counter() - seen)
        tell(event)

    return type(stage)(stage.ports, emit)


def _busy(body: Any) -> bool:
    """Tell whether the citizen waits for the machine on this page."""
    if isinstance(body, PayBody):
        return body.stage in ("starting", "checking", "paid", "cancelling")
    return isinstance(body, WorkingBody) or (isinstance(body, FaceBody) and body.busy)


async def _wait_for(machine: Machine, kind: type) -> None:
    deadline = anyio.current_time() + 30
    while machine.view is None or not isinstance(machine.view.body, kind):
        assert anyio.current_time() < deadline, f"no {kind.__name__}"
        await anyio.sleep(LOOK_S)
    await anyio.sleep(0.6)


async def _touches(machine: Machine, count: int) -> dict[str, Any]:
    frames, hands = Frames(), WindowFingers(machine.host, SIZE)
    machine.host.on_frame(frames.note)
    await _wait_for(machine, AttractBody)
    await hands.touch_anywhere()
    await _wait_for(machine, HomeBody)
    panel, found = Panel(SIZE), {}
    corners = [machine.host.locate("contrast")]
    found["home"] = await _tapped(panel, frames, corners, count)
    for key in ("matter:water-payment", "next"):
        if await hands.touch(key):
            await anyio.sleep(0.8)
    await hands.touch("key:1")
    await anyio.sleep(0.3)
    keys = [machine.host.locate(key) for key in ("key:1", "key:2", "key:5", "key:del")]
    # Three digits, three times deleted: the field is never full and never empty.
    rhythm = [keys[0], keys[1], keys[2], keys[3], keys[3], keys[3]]
    found["keyboard"] = await _tapped(panel, frames, rhythm, count)
    same = await redraw_often(frames, machine.host.request_frame, count // 4)
    found["keyboard"]["unchanged"] = spread(same)
    while not isinstance(machine.view and machine.view.body, AttractBody):
        for key in ("really-leave", "leave"):
            await hands.touch(key)
        await anyio.sleep(0.3)
    return found


async def _tapped(
    panel: Panel, frames: Frames, spots: list[Any], count: int
) -> dict[str, Any]:
    assert all(spots), "something to tap is not there"
    taps = Taps()
    await tap_often(panel, frames, lambda n: spots[n % len(spots)], count, taps)
    return {"pressed": spread(taps.pressed), "answered": spread(taps.answered)}


async def _matter(machine: Machine, bench: BenchProcess, key: str) -> dict[str, Any]:
    hands = WindowFingers(machine.host, SIZE)
    citizen = Citizen(hands, bench, WISHES.get(key) or Wishes(key))
    busy, before = 0.0, time.perf_counter()
    acted_on, acted_at = None, 0.0
    with anyio.move_on_after(MATTER_S):
        while not citizen.gone:
            await anyio.sleep(LOOK_S)
            now, view = time.perf_counter(), machine.view
            if view is None or _busy(view.body):
                of_matter = view is not None and view.progress is not None
                busy += (now - before) * of_matter
                before = now
                continue
            if view is not acted_on or now - acted_at > ACT_AGAIN_AFTER_S:
                acted = await citizen.act(view)
                acted_on, acted_at = (view if acted else None), now
            before = time.perf_counter()
    with suppress(RuntimeError):
        await bench.act("document-camera", "remove_page")
    done = citizen.gone and not citizen.trouble
    stuck = "" if done else type(machine.view and machine.view.body).__name__
    return {"finished": done, "machine_s": round(busy, 2), "stuck": stuck}


async def measure(count: int, place: Path) -> dict[str, Any]:
    """Measure everything; return it as JSON values."""
    found: dict[str, Any] = {}
    effects = Effects()
    effects.listen()
    log = open_diary(place / "kiosk.log")
    async with (
        BenchProcess(place) as bench,
        wired(load_settings(bench.settings), log) as kiosk,
    ):
        machine, stop = Machine(kiosk, log, SIZE, fullscreen=False), anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(machine.run, stop)
            await _wait_for(machine, AttractBody)
            found["renderer"] = _renderer()
            found["touch"] = await _touches(machine, count)
            found["memory_before"] = memory(os.getpid())
            found["matters"] = {}
            for key in MATTERS:
                effects.rows()
                result = await _matter(machine, bench, key)
                found["matters"][key] = result | {"effects_s": effects.rows()}
            found["memory_after"] = memory(os.getpid())
            stop.set()
    return found


def _renderer() -> str:
    from kivy.graphics.opengl import GL_RENDERER, glGetString

    return str(glGetString(GL_RENDERER).decode())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        print(json.dumps(anyio.run(measure, int(sys.argv[1]), Path(folder))))
