"""The peers: a bare Kivy window with one label, and one with one button.

``bare.py label`` writes ``ready`` after its first frame and stays until it is ended;
``bare.py button COUNT`` taps the button and writes percentiles as JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import anyio

from screens import window
from tests.bench.panel import Frames, Panel, Taps, redraw_often, spread, tap_often

SIZE = (1080, 1920)


def _app(widget: Any) -> Any:
    from kivy.app import App

    class Bare(App):
        def build(self) -> Any:
            return widget

    return Bare(kv_file="")


async def label() -> None:
    """Show one label."""
    from kivy.uix.label import Label

    opened = window.opened()

    def ready(*_: Any) -> None:
        print("ready", flush=True)
        opened.unbind(on_flip=ready)

    opened.bind(on_flip=ready)
    await _app(Label(text="Hello")).async_run(async_lib="asyncio")


async def button(count: int) -> None:
    """Tap one button."""
    from kivy.uix.button import Button

    opened, frames, taps = window.opened(), Frames(), Taps()

    def flip(host: Any) -> bool:
        host.flip()
        frames.note()
        return True

    opened.bind(on_flip=flip)
    app = _app(Button(text="Hello"))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(_run, app)
        await anyio.sleep(1.0)
        middle = (SIZE[0] / 2, SIZE[1] / 2)
        await tap_often(Panel(SIZE), frames, lambda _: middle, count, taps)
        same = await redraw_often(frames, opened.canvas.ask_update, count // 4)
        app.stop()
    found = {
        "pressed": spread(taps.pressed),
        "answered": spread(taps.answered),
        "unchanged": spread(same),
    }
    print(json.dumps(found), flush=True)


async def _run(app: Any) -> None:
    await app.async_run(async_lib="asyncio")


if __name__ == "__main__":
    window.prepare(SIZE, fullscreen=False)
    if sys.argv[1] == "label":
        anyio.run(label)
    else:
        anyio.run(button, int(sys.argv[2]))
