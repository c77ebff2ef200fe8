"""receiptio, a printing program by strangers, judges the simulated printer.

Runs where ``receiptio`` (npm package, Apache-2.0) is on the path. It prints to port
9100 only and tells the printer's state by its exit code.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import pytest

from hardware_sim.receipt.simulator import SimReceipt, create

RECEIPTIO = shutil.which("receiptio")

pytestmark = pytest.mark.skipif(
    RECEIPTIO is None, reason="receiptio is not installed (npm install -g receiptio)"
)


@pytest.fixture
async def printer() -> AsyncIterator[SimReceipt]:
    sim = create(tcp_port=9100, speed_mm_s=50_000, cut_s=0)
    try:
        await sim.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        pytest.skip("port 9100 is taken by something else")
    yield sim
    await sim.stop()


async def verdict(*arguments: str) -> int:
    command = [str(RECEIPTIO), "-d", "127.0.0.1", "-p", "generic", *arguments]
    with anyio.fail_after(30):
        return (await anyio.run_process(command, check=False)).returncode


@pytest.mark.parametrize(
    ("verb", "arguments", "expected"),
    [
        ("heal", {}, 100),
        ("threshold_low", {}, 100),
        ("open_cover", {}, 101),
        ("run_out", {}, 102),
        ("fail", {"kind": "unrecoverable"}, 103),
        ("go_silent", {}, 104),
        ("disconnect", {}, 105),
    ],
)
async def test_the_referee_sees_the_state(printer, verb, arguments, expected) -> None:
    await printer.verbs()[verb].call(**arguments)
    assert await verdict("-q") == expected


async def test_the_referee_prints_a_receipt(printer, tmp_path: Path) -> None:
    source = tmp_path / "bill.receipt"
    source.write_text("^^^水费缴纳\n\n户号 | 3300218845\n金额 | 86.40\n", "utf-8")
    assert await verdict("-l", "zh-hans", "-c", "48", str(source)) == 0
    text = "\n".join(paper.text for paper in printer.papers())
    for word in ("水费缴纳", "3300218845", "86.40"):
        assert word in text
