"""A stranger's referee: CUPS' own ipptool suites against the simulated printer."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.pwg_raster import read_raster
from hardware_sim.printer.simulator import SimPrinter, create

SUITES = Path("/usr/share/cups/ipptool")
SUITE_TIMEOUT_S = 100

pytestmark = pytest.mark.skipif(
    shutil.which("ipptool") is None, reason="Debian package cups-ipp-utils is missing"
)

EVERYWHERE_FAILS = {
    "PWG 5100.14 section 5.1/5.2 - Required Operations and Attributes": [
        "overrides-supported",
        "overrides-supported",
        "page-ranges-supported",
    ],
}
"""What our printer does not claim: it prints whole documents, no pages of them."""

PIXELS = {"black-1": (3, 1), "sgray-8": (18, 8), "srgb-8": (19, 24)}
"""Sample directories that our printer's raster types cover: colour space, bits."""


@pytest.fixture
async def printer(tmp_path: Path) -> AsyncIterator[SimPrinter]:
    """A printer that needs milliseconds where a real one needs seconds."""
    made = create(directory=tmp_path / "printer", pace=Pace(0.0, 0.01, 0.0))
    yield made
    await made.stop()


@pytest.fixture
def suite_directory(tmp_path: Path) -> Path:
    """The suites beside documents of the names that they ask for."""
    place = tmp_path / "suite"
    place.mkdir()
    for suite in ("ipp-1.1.test", "ipp-2.0.test", "ipp-everywhere.test"):
        shutil.copy(SUITES / suite, place)
    first, *others = [_page(number) for number in range(1, 5)]
    first.save(place / "document-a4.pdf", save_all=True, append_images=others)
    colour = Image.linear_gradient("L").convert("RGB")
    colour.save(place / "color.jpg")
    colour.convert("L").save(place / "gray.jpg")
    for name in re.findall(r"FILE (pwg-raster\S+)", _text(place)):
        _write_raster(place / name)
    return place


def _text(place: Path) -> str:
    return (place / "ipp-everywhere.test").read_text()


def _page(number: int) -> Image.Image:
    page = Image.new("RGB", (595, 842), "white")
    ImageDraw.Draw(page).text((60, 60), f"page {number}", fill="black")
    return page


def _write_raster(path: Path) -> None:
    """Write two small pages of the kind that the directories name (PWG 5102.4)."""
    found = re.search(r"samples-(\d+)dpi/([^/]+)/", path.as_posix())
    assert found is not None
    space, bits = PIXELS.get(found[2], (19, 24))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raster(int(found[1]), space, bits, pages=2))


def raster(dpi: int, space: int, bits: int, *, pages: int = 1) -> bytes:
    """Return pages of 16 x 8 dots: four lines dark, four lines light."""
    line_bytes = 16 * bits // 8
    fields = {276: dpi, 280: dpi, 372: 16, 376: 8, 388: bits, 392: line_bytes}
    head = bytearray(1796)
    head[:9] = b"PwgRaster"
    for at, value in {**fields, 400: space}.items():
        head[at : at + 4] = value.to_bytes(4, "big")
    unit = max(1, bits // 8)
    ink, paper = (b"\xff", b"\x00") if space == 3 else (b"\x00", b"\xff")
    run = bytes([line_bytes // unit - 1])
    dark = b"\x03" + run + ink * unit
    literal = bytes([257 - line_bytes // unit])
    light = b"\x02" + literal + paper * line_bytes + b"\x00\x80"
    return b"RaS2" + (bytes(head) + dark + light) * pages


async def _run(
    printer: SimPrinter, place: Path, version: str, suite: str, *more: str
) -> tuple[int | None, str]:
    uri = str(await printer.start())
    child = await asyncio.create_subprocess_exec(
        *("ipptool", "-V", version, *more, "-f", "document-a4.pdf", uri, suite),
        cwd=place,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(SUITE_TIMEOUT_S):
        out, _ = await child.communicate()
    return child.returncode, out.decode(errors="replace")


@pytest.mark.parametrize(
    ("version", "suite"), [("1.1", "ipp-1.1.test"), ("2.0", "ipp-2.0.test")]
)
async def test_every_test_of_the_suite_passes(
    printer: SimPrinter, suite_directory: Path, version: str, suite: str
) -> None:
    code, report = await _run(printer, suite_directory, version, suite, "-t")
    assert "FAIL" not in report, report
    assert report.count("[PASS]") > 20, report
    assert code == 0, report


async def test_ipp_everywhere_fails_where_our_printer_claims_nothing(
    printer: SimPrinter, suite_directory: Path
) -> None:
    _, report = await _run(
        printer, suite_directory, "2.0", "ipp-everywhere.test", "-tI"
    )
    failed: dict[str, list[str]] = {}
    name = ""
    for line in report.splitlines():
        if verdict := re.match(r"\s{4}(\S.*?)\s+\[(PASS|FAIL|SKIP)\]", line):
            name = verdict[1]
            if verdict[2] == "FAIL":
                failed[name] = []
        elif missed := re.match(r"\s+EXPECTED: (\S+)", line):
            failed[name].append(missed[1])
    assert failed == EVERYWHERE_FAILS, report
    assert report.count("[PASS]") > 60, report
    assert "Print color.jpg-4x6 @ 600dpi, sgray-8" in report, report


@pytest.mark.parametrize(("space", "bits"), PIXELS.values())
def test_raster_is_drawn_dark_above_and_light_below(space: int, bits: int) -> None:
    first, _ = read_raster(raster(150, space, bits, pages=2))
    gray = first.picture.convert("L")
    assert [gray.getpixel((3, y)) for y in (0, 3, 4, 7)] == [0, 0, 255, 255]
    assert first.inches == (16 / 150, 8 / 150)
