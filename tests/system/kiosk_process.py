"""A kiosk in a process of its own, which tests talk to and kill.

``python kiosk_process.py SETTINGS LOG [window] [fault]`` runs the real ``Machine``
with a real window, offscreen, or (without ``window``) everything but the pixels.
Every view goes to standard output, pickled, base64, one a line. Lines of standard
input are what fingers do; each is answered by a line ``+`` (done) or ``-``::

    touch KEY     middle     type FIELD TEXT     sign

``fault`` lets the first act that fetches a record fail as a bug would.
"""

from __future__ import annotations

import base64
import os
import pickle
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import anyio
from anyio import to_thread

from kiosk.app.diary import open_diary
from kiosk.app.settings import load_settings
from kiosk.app.wiring import wired
from kiosk.core.views import View
from tests.system.bare import BareKiosk
from tests.system.haste import hurried, hurry
from tests.tour.citizen import Hands

SIZE = (540, 960)


def tell(view: View) -> None:
    """Write a view for the test to read."""
    line = base64.b64encode(pickle.dumps(view))
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


async def obey(hands: Hands) -> None:
    """Do what the lines say until there are no more."""
    while line := await to_thread.run_sync(sys.stdin.readline, abandon_on_cancel=True):
        done = await do(hands, line.rstrip("\n").split(" ", 2))
        sys.stdout.buffer.write(b"+\n" if done else b"-\n")
        sys.stdout.buffer.flush()


async def do(hands: Hands, words: list[str]) -> bool:
    """Let the fingers do one thing; return whether there was such a thing."""
    match words:
        case ["touch", key]:
            return await hands.touch(key)
        case ["middle"]:
            return await hands.touch_anywhere()
        case ["type", field, text]:
            return await hands.type(field, text)
        case ["sign"]:
            return await hands.sign()
    return False


async def without_window(kiosk: Any, log: Any) -> None:
    """Run everything but the pixels."""

    class Told(BareKiosk):
        def _show(self, view: View) -> None:
            super()._show(view)
            tell(view)

    bare = Told(kiosk, log)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bare.run)
        await obey(bare.hands)
        tasks.cancel_scope.cancel()


async def with_window(kiosk: Any, log: Any) -> None:
    """Run the machine as ``kiosk run`` does; touches are events of the window."""
    from kiosk.app.run import Machine
    from tests.system.window import WindowFingers

    class Told(Machine):
        def _show(self, view: View) -> None:
            super()._show(view)
            tell(view)

    machine = Told(kiosk, log, SIZE, fullscreen=False)
    stop = anyio.Event()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(machine.run, stop)
        await obey(WindowFingers(machine.host, SIZE))
        stop.set()


def break_once() -> None:
    """Let the act that fetches a record fail the first time, as a bug would."""
    from kiosk.flow import effects
    from kiosk.session import runner

    real = runner.ACTS[effects.FetchRecord]

    async def broken(stage: Any, effect: Any) -> None:
        runner.ACTS[effects.FetchRecord] = real
        secret = effect.person.name
        raise ZeroDivisionError(f"a fault of the programme about {secret}")

    runner.ACTS[effects.FetchRecord] = broken


async def main(settings: Path, log: Path, ways: list[str]) -> None:
    """Serve until standard input ends."""
    diary = open_diary(log)
    if "fault" in ways:
        break_once()
    run = with_window if "window" in ways else without_window
    with hurried():
        async with wired(hurry(load_settings(settings)), diary) as kiosk:
            await run(kiosk, diary)


if __name__ == "__main__":
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    os.environ["LIBGL_ALWAYS_SOFTWARE"] = "1"
    anyio.run(main, Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
