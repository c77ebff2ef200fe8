"""A stranger's referee: CUPS' own ipptool suites against the simulated printer."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from hardware_sim.printer.simulator import SimPrinter

SUITES = Path("/usr/share/cups/ipptool")
SUITE_TIMEOUT_S = 100

pytestmark = pytest.mark.skipif(
    shutil.which("ipptool") is None, reason="Debian package cups-ipp-utils is missing"
)


@pytest.fixture
def suite_directory(tmp_path: Path, make_pdf: Callable[..., bytes]) -> Path:
    """The suites beside documents of the names that they ask for."""
    for suite in ("ipp-1.1.test", "ipp-2.0.test"):
        shutil.copy(SUITES / suite, tmp_path)
    make_pdf(4, "document-a4.pdf")
    colour = Image.linear_gradient("L").convert("RGB")
    colour.save(tmp_path / "color.jpg")
    colour.convert("L").save(tmp_path / "gray.jpg")
    return tmp_path


@pytest.mark.parametrize(
    ("version", "suite"), [("1.1", "ipp-1.1.test"), ("2.0", "ipp-2.0.test")]
)
async def test_every_test_of_the_suite_passes(
    printer: SimPrinter, suite_directory: Path, version: str, suite: str
) -> None:
    uri = str(await printer.start())
    child = await asyncio.create_subprocess_exec(
        *("ipptool", "-V", version, "-t", "-f", "document-a4.pdf", uri, suite),
        cwd=suite_directory,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(SUITE_TIMEOUT_S):
        out, _ = await child.communicate()

    report = out.decode(errors="replace")
    assert "FAIL" not in report, report
    assert report.count("[PASS]") > 20, report
    assert child.returncode == 0, report
