"""The IPP driver against ippeveprinter, a printer by other hands.

``ippeveprinter`` (Debian package cups-ipp-utils) wants a D-Bus system bus even
when it announces nothing, so it is given one of its own. It never stops for paper:
only the happy path and the counter can be refereed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest

from drivers.printer.delays import Delays
from drivers.printer.driver import IppDocumentPrinter, PrinterOptions
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode
from kiosk.core.driver import DriverSpec
from kiosk.core.media import PdfDocument, PrintOutcome, Settled

PROGRAM = shutil.which("ippeveprinter", path="/usr/sbin:/usr/bin")
DBUS = shutil.which("dbus-daemon")

pytestmark = pytest.mark.skipif(
    PROGRAM is None or DBUS is None, reason="ippeveprinter and dbus-daemon needed"
)

BUS = """<!DOCTYPE busconfig
 PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow own="*"/><allow user="*"/><allow eavesdrop="true"/></policy></busconfig>
"""
COUNTING = """#!/bin/sh
echo "ATTR: job-impressions-completed=1" >&2
sleep 0.2
echo "ATTR: job-impressions-completed=2" >&2
"""
SILENT = "#!/bin/sh\nexit 0\n"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def start_peer(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Start the printer with a command that plays the engine; returns its address."""
    children: list[subprocess.Popen[bytes]] = []

    def start(script: str) -> str:
        command = tmp_path / "engine"
        command.write_text(script)
        command.chmod(0o755)
        config, bus = tmp_path / "bus.conf", tmp_path / "bus"
        config.write_text(BUS.format(path=bus))
        assert DBUS is not None
        assert PROGRAM is not None
        children.append(
            subprocess.Popen(
                [DBUS, f"--config-file={config}", "--nofork"], stderr=subprocess.DEVNULL
            )
        )
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}"}
        port = _free_port()
        arguments = ["-r", "off", "-p", str(port), "-d", str(tmp_path), "-c"]
        tail = [str(command), "-f", "application/pdf", "A4"]
        while not bus.exists() and children[0].poll() is None:
            time.sleep(0.01)
        children.append(
            subprocess.Popen(
                [PROGRAM, *arguments, *tail], env=environment, stderr=subprocess.DEVNULL
            )
        )
        return f"ipp://localhost:{port}/ipp/print"

    yield start
    for child in reversed(children):
        child.terminate()
        child.wait(5)


async def _contact(endpoint: str) -> IppDocumentPrinter:
    def log(event: str, /, **facts: object) -> None: ...

    spec = DriverSpec("printer", endpoint, SystemClock(), log)
    printer = IppDocumentPrinter(spec, PrinterOptions(), Delays(poll_s=0.05))
    with anyio.fail_after(10):
        while not (await printer.open()).ok:  # noqa: ASYNC110 - another process
            await anyio.sleep(0.05)
    return printer


PAPER = PdfDocument("x", b"%PDF-1.4\n%%EOF\n", pages=2, digest="7e" * 32)


async def test_stranger_that_counts_is_believed(
    start_peer: Callable[[str], str],
) -> None:
    printer = await _contact(start_peer(COUNTING))
    done = await printer.print_native(PAPER, timeout_s=10)
    await printer.close()
    assert done.code is CompletionCode.SUCCESS
    assert done.payload == PrintOutcome(Settled.PRESENTED, 2)


async def test_stranger_that_only_says_completed_is_not(
    start_peer: Callable[[str], str],
) -> None:
    printer = await _contact(start_peer(SILENT))
    done = await printer.print_native(PAPER, timeout_s=10)
    await printer.close()
    assert not done.ok
    assert done.payload is not None
    assert done.payload.settled is Settled.UNKNOWN
