"""Hands and eyes on a virtual screen: a real X server, real pointer events."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path
from types import TracebackType

from PIL import Image, ImageGrab


class VirtualScreen:
    """An Xvfb of one size, on a display number that it finds itself."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self._server: subprocess.Popen[bytes] | None = None
        self.display = ""

    def __enter__(self) -> VirtualScreen:
        reading, writing = os.pipe()
        width, height = self.size
        self._server = subprocess.Popen(
            [
                "Xvfb",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                f"{width}x{height}x24",
                "-nolisten",
                "tcp",
            ],
            pass_fds=[writing],
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        self.display = f":{number}"
        os.environ["DISPLAY"] = self.display
        os.environ.pop("SDL_VIDEODRIVER", None)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait()

    def picture(self) -> Image.Image:
        """Return what is on the screen now."""
        return ImageGrab.grab(xdisplay=self.display)

    def save(self, path: Path) -> None:
        """Keep what is on the screen now as PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.picture().save(path)


async def _xdotool(*words: str) -> None:
    process = await asyncio.create_subprocess_exec("xdotool", *words)
    if await process.wait():
        raise RuntimeError(f"xdotool {' '.join(words)} failed")


async def tap(at: tuple[float, float]) -> None:
    """Touch one point of the screen: pointer there, press, release."""
    x, y = (str(round(value)) for value in at)
    await _xdotool("mousemove", x, y, "mousedown", "1")
    await asyncio.sleep(0.03)
    await _xdotool("mouseup", "1")


async def draw(points: list[tuple[float, float]]) -> None:
    """Draw one stroke: press at the first point, move along, release at the last."""
    (x, y), *rest = [(str(round(px)), str(round(py))) for px, py in points]
    await _xdotool("mousemove", x, y, "mousedown", "1")
    words: list[str] = []
    for px, py in rest:
        words += ["mousemove", px, py, "sleep", "0.01"]
    await _xdotool(*words)
    await _xdotool("mouseup", "1")
