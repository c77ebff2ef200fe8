"""One finger on an X display: real pointer events, made by ``xdotool``.

``xdotool`` speaks the X Test extension: the server treats what it sends as coming
from a pointing device, so a kiosk's window cannot tell it from a touch screen in
mouse emulation.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Sequence

from hardware_sim.screen.eye import NoDisplay

Point = tuple[int, int]

STEP_S = 0.01
"""Pause between two points of a stroke: a finger is seen some 100 times a second."""

_PATIENCE_S = 5.0
_SETTLE_S = 0.05


class Finger:
    """Presses, moves and lifts; one gesture at a time."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._one_at_a_time = asyncio.Lock()

    async def touch(self, at: Point, hold_s: float) -> None:
        """Press one point and lift again.

        Raises:
            NoDisplay: the display does not answer.
            ValueError: ``xdotool`` is not installed or fails.
        """
        await self._gesture([*_move(at), *_PRESS, "sleep", str(hold_s), *_LIFT], hold_s)

    async def draw(self, points: Sequence[Point]) -> None:
        """Press at the first point, move along the others, lift at the last.

        Raises:
            NoDisplay: the display does not answer.
            ValueError: ``xdotool`` is not installed or fails.
        """
        words = [*_move(points[0]), *_PRESS]
        for point in points[1:]:
            words += ["sleep", str(STEP_S), *_move(point)]
        words += ["sleep", str(_SETTLE_S), *_LIFT]
        await self._gesture(words, len(points) * STEP_S)

    async def _gesture(self, words: Sequence[str], takes_s: float) -> None:
        async with self._one_at_a_time:
            process = await self._start(words)
            try:
                # Many sleeps of 10 ms take longer than their sum on a busy machine.
                async with asyncio.timeout(_PATIENCE_S + 3 * takes_s):
                    _, said = await process.communicate()
            except TimeoutError as error:
                raise NoDisplay(f"display {self.display} does not react") from error
            finally:
                await _end(process)
        if process.returncode:
            self._explain(said.decode(errors="replace").strip())

    async def _start(self, words: Sequence[str]) -> asyncio.subprocess.Process:
        try:
            return await asyncio.create_subprocess_exec(
                "xdotool",
                *words,
                env={**os.environ, "DISPLAY": self.display},
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
        except FileNotFoundError as error:
            raise ValueError("the program xdotool is not installed") from error

    def _explain(self, said: str) -> None:
        if "open display" in said:
            raise NoDisplay(
                f"display {self.display} does not answer; is its X server running?"
            )
        raise ValueError(f"xdotool: {said or 'failed'}")


_PRESS = ("mousedown", "1")
_LIFT = ("mouseup", "1")


def _move(to: Point) -> tuple[str, str, str]:
    return "mousemove", str(to[0]), str(to[1])


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave no child behind, however the gesture ended."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
