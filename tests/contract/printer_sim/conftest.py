"""A printer simulator that works fast, and documents made on the spot."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.simulator import SimPrinter, create

A4_AT_72 = (595, 842)


def _page(number: int) -> Image.Image:
    page = Image.new("RGB", A4_AT_72, "white")
    ImageDraw.Draw(page).text((60, 60), f"page {number}", fill="black")
    return page


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., bytes]:
    """Return a function that writes a PDF of so many pages and gives its bytes."""

    def make(pages: int, name: str = "document.pdf") -> bytes:
        path = tmp_path / name
        first, *others = [_page(n + 1) for n in range(pages)]
        first.save(path, save_all=True, append_images=others, resolution=72)
        return path.read_bytes()

    return make


@pytest.fixture
async def printer(tmp_path: Path) -> AsyncIterator[SimPrinter]:
    """A printer that needs milliseconds where a real one needs seconds."""
    made = create(directory=tmp_path / "printer", pace=Pace(0.0, 0.01, 0.0))
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Return a function that waits for a condition, at most 20 s."""

    async def wait(condition: Callable[[], bool]) -> None:
        for _ in range(4000):
            if condition():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("the condition never came true")

    return wait
