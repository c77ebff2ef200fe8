"""receiptio, a printing program by strangers, judges the simulated receipt printer.

``./dev test`` installs it (npm, pinned in ``tests/referees/receiptio``) where there is
npm; a ``receiptio`` on the path does as well. It prints to port 9100 only, tells the
printer's state by its exit code, and believes GS r and automatic status, not TCP.
"""

from __future__ import annotations

import errno
import fcntl
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest

from hardware_sim.receipt.simulator import SimReceipt, create

_INSTALLED = Path(__file__).parents[2] / ".state/referees/receiptio/node_modules/.bin"
RECEIPTIO = shutil.which("receiptio", path=_INSTALLED) or shutil.which("receiptio")

pytestmark = pytest.mark.skipif(
    RECEIPTIO is None, reason="receiptio is not installed: ./dev test does it with npm"
)

ONLINE, COVER, PAPER, ERROR, OFFLINE, GONE = range(100, 106)
BILL = "^^^水费缴纳\n\n户号 | 3300218845\n金额 | 86.40\n"
STATES = [
    ("heal", {}, ONLINE),
    ("threshold_low", {}, ONLINE),
    ("open_cover", {}, COVER),
    ("run_out", {}, PAPER),
    ("jam", {}, ERROR),
    ("fail", {"kind": "cutter"}, ERROR),
    ("fail", {"kind": "unrecoverable"}, ERROR),
    ("fail", {"kind": "headHot"}, ERROR),
    ("go_silent", {}, OFFLINE),
    ("disconnect", {}, GONE),
]


@pytest.fixture
def port_9100() -> Iterator[None]:
    """The one port that the referee knows, for one test at a time."""
    with Path(tempfile.gettempdir(), "kiosk24-port-9100.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
async def printer(port_9100: None) -> AsyncIterator[SimReceipt]:
    sim = create(tcp_port=9100, speed_mm_s=50_000, cut_s=0)
    try:
        await sim.start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        pytest.skip("port 9100 is taken by something else")
    yield sim
    await sim.stop()


@pytest.fixture
def bill(tmp_path: Path) -> str:
    source = tmp_path / "bill.receipt"
    source.write_text(BILL, "utf-8")
    return str(source)


async def verdict(*arguments: str) -> int:
    command = [str(RECEIPTIO), "-d", "127.0.0.1", "-p", "generic", *arguments]
    with anyio.fail_after(40):
        return (await anyio.run_process(command, check=False)).returncode


@pytest.mark.parametrize(("verb", "arguments", "expected"), STATES)
async def test_the_referee_sees_the_state(
    printer: SimReceipt, verb: str, arguments: dict[str, str], expected: int
) -> None:
    await printer.verbs()[verb].call(**arguments)
    assert await verdict("-q") == expected


@pytest.mark.parametrize(
    ("verb", "expected"),
    [("open_cover", COVER), ("run_out", PAPER), ("jam", ERROR)],
)
async def test_the_referee_is_not_told_that_it_printed(
    printer: SimReceipt, bill: str, verb: str, expected: int
) -> None:
    await printer.verbs()[verb].call()
    assert await verdict("-t", "2", "-l", "zh-hans", bill) == expected
    assert printer.papers() == ()


async def test_the_referee_prints_a_receipt(printer: SimReceipt, bill: str) -> None:
    assert await verdict("-l", "zh-hans", "-c", "48", bill) == 0
    text = "\n".join(paper.text for paper in printer.papers())
    for word in ("水费缴纳", "3300218845", "86.40"):
        assert word in text
