"""The A4 driver through a real cupsd, whose back end prints to the simulated printer.

cupsd runs with a configuration of its own in a temporary directory, on a port of its
own; no queue of the system is touched. Its ``ipp`` back end is the stranger: it names
jobs, tries again and says ``completed`` as it likes.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import anyio
import pypdfium2
import pytest

from drivers.printer.client import IppClient
from drivers.printer.delays import Delays
from drivers.printer.driver import IppDocumentPrinter, PrinterOptions
from drivers.printer.message import Group
from drivers.printer.submit import submit
from hardware_sim.printer.mechanics import Pace
from hardware_sim.printer.simulator import SimPrinter, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import Completion, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.health import HealthLevel, HealthVerdict
from kiosk.core.media import PdfDocument, PrintOutcome

CUPSD = shutil.which("cupsd", path="/usr/sbin:/usr/bin")
BACK_END = Path("/usr/lib/cups/backend/ipp")

pytestmark = pytest.mark.skipif(
    CUPSD is None or not BACK_END.exists(),
    reason="cupsd with its ipp back end is needed (Debian package cups-daemon)",
)

QUICK = Delays(
    connect_s=1.5,
    answer_s=3.0,
    upload_s=5.0,
    poll_s=0.05,
    refill_s=0.6,
    gone_s=4.0,
    confirm_s=12.0,
)
FILES = """FileDevice No
ServerRoot {place}/root
RequestRoot {place}/spool
CacheDir {place}/cache
StateDir {place}/run
TempDir {place}/tmp
ErrorLog {place}/error.log
AccessLog {place}/access.log
PageLog {place}/page.log
SystemGroup root
Sandboxing relaxed
"""
DAEMON = """LogLevel debug
MaxLogSize 0
Listen 127.0.0.1:{port}
Browsing Off
DefaultAuthType None
WebInterface No
JobRetryInterval 1
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
JobPrivateAccess all
JobPrivateValues none
<Limit All>
Order allow,deny
Allow all
</Limit>
</Policy>
"""
QUEUE = """<DefaultPrinter A4>
Info A4
DeviceURI {uri}
State Idle
Accepting Yes
Shared No
JobSheets none none
ErrorPolicy retry-job
OpPolicy default
</DefaultPrinter>
"""


class Cups:
    """A print server of our own."""

    def __init__(self, place: Path, device_uri: str) -> None:
        for name in ("root", "spool", "cache", "run", "tmp"):
            (place / name).mkdir()
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = int(server.getsockname()[1])
        (place / "files.conf").write_text(FILES.format(place=place))
        (place / "cupsd.conf").write_text(DAEMON.format(port=self.port))
        (place / "root/printers.conf").write_text(QUEUE.format(uri=device_uri))
        self._place = place
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def queue(self) -> str:
        return f"ipp://127.0.0.1:{self.port}/printers/A4"

    def start(self) -> None:
        assert CUPSD is not None
        place = self._place
        command = [CUPSD, "-f", "-c", place / "cupsd.conf", "-s", place / "files.conf"]
        self._process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/none"},
        )

    def end(self, *, at_once: bool = False) -> None:
        process, self._process = self._process, None
        if process is not None:
            (process.kill if at_once else process.terminate)()
            process.wait(10)


@dataclass
class Office:
    """A kiosk's driver, a cupsd, and the printer behind it."""

    cups: Cups
    sim: SimPrinter
    printer: IppDocumentPrinter
    queue: IppClient
    sheets_told: list[int] = field(default_factory=list)

    async def do(self, verb: str, **arguments: object) -> Any:
        return await self.sim.verbs()[verb].call(**arguments)

    async def print(
        self, pages: int, timeout_s: float = 30
    ) -> Completion[PrintOutcome]:
        return await self.printer.print_native(
            document(pages), on_sheet=self.sheets_told.append, timeout_s=15
        )

    async def print_while(
        self, act: Callable[[], Awaitable[object]], pages: int
    ) -> Completion[PrintOutcome]:
        """Print, and do something when the first sheet is out."""
        done: list[Completion[PrintOutcome]] = []

        async def run() -> None:
            done.append(await self.print(pages))

        with anyio.fail_after(60):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(run)
                await self.when(lambda: self.sheets_told)
                await act()
        return done[0]

    async def when(self, condition: Callable[[], object]) -> None:
        with anyio.fail_after(20):
            while not condition():  # noqa: ASYNC110 - other processes
                await anyio.sleep(0.01)

    async def in_cups(self) -> tuple[Group, ...]:
        return await self.queue.open_jobs(("job-id", "job-state"))

    def in_printer(self) -> list[str]:
        ended = {"canceled", "aborted", "completed"}
        jobs = self.sim.state()["jobs"]
        return [job["name"] for job in jobs if job["state"] not in ended]

    def sheets(self) -> int:
        return len([sheet for sheet in self.sim.papers() if sheet.whole])


def document(pages: int) -> PdfDocument:
    pdf = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        pdf.new_page(595.28, 841.89)
    content = io.BytesIO()
    pdf.save(content)
    pdf.close()
    return PdfDocument("certificate", content.getvalue(), pages, "5a" * 32)


def outcome(done: Completion[PrintOutcome]) -> tuple[str, str, int]:
    assert done.payload is not None
    return done.trouble, done.payload.settled.value, done.payload.sheets


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def print_server() -> Iterator[Callable[[str], Cups]]:
    made: list[Cups] = []
    # Back ends run as a user of their own, who may not look into pytest's directories.
    with tempfile.TemporaryDirectory(prefix="kiosk24-cups-") as name:
        place = Path(name)
        place.chmod(0o755)

        def make(device_uri: str) -> Cups:
            made.append(Cups(place, device_uri))
            made[-1].start()
            return made[-1]

        yield make
        for cups in made:
            cups.end()


@pytest.fixture
async def office(
    tmp_path: Path, print_server: Callable[[str], Cups]
) -> AsyncIterator[Office]:
    pace = Pace(warm_up_s=0.0, sheet_s=0.25, boot_s=0.1)
    sim = create(directory=tmp_path / "sim", pace=pace)
    uri = await sim.start()
    cups = print_server(uri)

    def log(event: str, /, **facts: object) -> None: ...

    spec = DriverSpec("printer", cups.queue, SystemClock(), log)
    options = PrinterOptions(through="cups", device_uri=uri)
    printer = IppDocumentPrinter(spec, options, QUICK)
    queue = IppClient(cups.queue, "kiosk24", QUICK)
    with anyio.fail_after(10):
        while not (await printer.open()).ok:  # noqa: ASYNC110 - another process
            await anyio.sleep(0.05)
    yield Office(cups, sim, printer, queue)
    await queue.close()
    await printer.close()
    await sim.stop()


async def test_paper_is_what_the_printer_counts(office: Office) -> None:
    assert outcome(await office.print(2)) == ("success", "presented", 2)
    assert (office.sheets(), office.sheets_told[-1]) == (2, 2)
    assert office.printer.status.state is DeviceState.ONLINE


async def test_the_printer_s_own_counter_stands_in_the_diagnostics(
    office: Office,
) -> None:
    supplies = office.printer.diagnostics()["supplies"]
    assert isinstance(supplies, dict)
    assert supplies["traySheets"] == 200


async def test_paper_out_withdraws_from_cups_and_from_the_printer(
    office: Office,
) -> None:
    await office.do("run_out_after", sheets=1)
    assert outcome(await office.print(3)) == ("paperOut", "partly", 1)
    assert (await office.in_cups(), office.in_printer()) == ((), [])
    await office.do("load_paper")
    assert outcome(await office.print(1)) == ("success", "presented", 1)
    assert office.sheets() == 2


async def test_cancel_accounts_for_the_paper(office: Office) -> None:
    done = await office.print_while(office.printer.cancel, pages=8)
    trouble, settled, sheets = outcome(done)
    assert (trouble, settled) == ("canceled", "partly")
    assert sheets == office.sheets() < 8
    assert (await office.in_cups(), office.in_printer()) == ((), [])


async def test_power_cut_of_the_printer_is_unknown_and_never_tried_again(
    office: Office,
) -> None:
    done = await office.print_while(lambda: office.do("power_cut", seconds=0), pages=4)
    assert outcome(done)[1] == "unknown"
    await office.when(lambda: office.sim.state()["powered"])
    assert (await office.printer.reset()).ok
    assert await office.in_cups() == ()
    before = office.sheets()
    assert outcome(await office.print(1)) == ("success", "presented", 1)
    assert office.sheets() == before + 1


async def test_cups_dying_in_the_middle_does_not_hide_the_paper(
    office: Office,
) -> None:
    async def kill() -> None:
        await anyio.to_thread.run_sync(lambda: office.cups.end(at_once=True))

    done = await office.print_while(kill, pages=3)
    assert outcome(done) == ("success", "presented", 3)
    refused = await office.print(1)
    assert outcome(refused) == ("connectionLost", "notPrinted", 0)
    assert office.printer.status.state is DeviceState.NO_DEVICE


async def test_a_stopped_queue_is_given_nothing(office: Office) -> None:
    pause = 0x0010  # Pause-Printer, RFC 8011 section 4.2.7
    answer = await office.queue.ask(pause)  # type: ignore[arg-type]
    assert answer.succeeded
    assert outcome(await office.print(1)) == ("deviceNotReady", "notPrinted", 0)
    assert office.printer.status.state is DeviceState.OFFLINE
    report = await office.printer.check_health(HealthLevel.INTERNAL)
    assert "queue is stopped" in report.checks[0].detail


async def test_jobs_of_a_kiosk_that_died_are_cleared_in_both(office: Office) -> None:
    await office.do("run_out")
    content = document(1).content
    await submit(office.queue, QUICK, "kiosk24-left", content, "iso_a4_210x297mm", True)
    await office.when(lambda: office.in_printer())
    cleared = await office.printer.clear_buffer()
    assert (cleared.ok, cleared.payload) == (True, 1)
    assert (await office.in_cups(), office.in_printer()) == ((), [])


async def test_a_test_page_comes_out(office: Office) -> None:
    report = await office.printer.check_health(HealthLevel.EXTERNAL)
    assert report.verdict is HealthVerdict.PASS
    assert "Self-test page" in office.sim.papers()[0].text
