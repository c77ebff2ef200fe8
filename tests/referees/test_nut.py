"""Network UPS Tools itself: its server read by our driver, its client reading us."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import anyio.to_thread
import pytest

from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.power.client import Delays
from drivers.power.driver import NutPowerSupply, PowerOptions
from hardware_sim.power.simulator import create
from kiosk.core.clock import SystemClock

DUMMY, UPSD = Path("/lib/nut/dummy-ups"), Path("/lib/nut/upsd")
UPSC = shutil.which("upsc")

pytestmark = pytest.mark.skipif(
    not (DUMMY.exists() and UPSD.exists() and UPSC),
    reason="nut-server and nut-client are not installed",
)

CONFIG = """maxretry = 3
[kiosk]
  driver = dummy-ups
  port = kiosk.dev
  mode = dummy-once
  desc = "Supply of the referee"
"""


@contextmanager
def running(program: Path, place: Path, *arguments: str) -> Iterator[None]:
    """Run one of NUT's programmes in a folder of its own, and end it."""
    places = {"NUT_CONFPATH": str(place), "NUT_STATEPATH": str(place)}
    with (place / f"{program.name}.log").open("wb") as log:
        process = subprocess.Popen(
            [program, *arguments],
            cwd=place,
            env=os.environ | places,
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


async def until(true: Callable[[], bool]) -> None:
    """Wait for what another programme does; it looks every two seconds itself."""
    with anyio.fail_after(20):
        while not true():  # noqa: ASYNC110
            await anyio.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _say(place: Path, *lines: str) -> None:
    fresh = place / "new.dev"
    fresh.write_text("\n".join(lines) + "\n")
    fresh.replace(place / "kiosk.dev")


@pytest.fixture
async def upsd(tmp_path: Path) -> AsyncIterator[int]:
    """The real service with its own dummy supply; yields its port."""
    user = os.environ.get("USER") or "root"
    port = _free_port()
    (tmp_path / "ups.conf").write_text(CONFIG)
    (tmp_path / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {port}\n")
    (tmp_path / "upsd.users").touch(mode=0o600)
    _say(tmp_path, "ups.status: OL CHRG", "battery.charge: 80", "battery.runtime: 900")
    with running(DUMMY, tmp_path, "-a", "kiosk", "-u", user, "-D"):
        await until((tmp_path / "dummy-ups-kiosk").exists)
        with running(UPSD, tmp_path, "-u", user, "-D"):
            await until(lambda: _listens(port))
            yield port


async def test_our_driver_reads_the_real_upsd(upsd: int, tmp_path: Path) -> None:
    clock = SystemClock()
    supply = NutPowerSupply(
        "power",
        link_to(f"tcp://127.0.0.1:{upsd}", SerialLine(), clock),
        clock,
        lambda event, /, **facts: None,
        PowerOptions(),
        Delays(poll_s=0.1, missing_s=0.1),
    )
    await supply.open()
    await until(lambda: supply.status.detail["charge"] == 80)
    assert dict(supply.status.detail) == {
        "powerInStatus": "powering",
        "batteryStatus": "operational",
        "batteryChargingStatus": "charging",
        "runtime_s": 900,
        "charge": 80,
        "extOutput": "ok",
    }
    _say(tmp_path, "ups.status: OB DISCHRG LB", "battery.charge: 9")
    await until(lambda: supply.status.detail["powerInStatus"] == "noPower")
    assert supply.status.detail["batteryStatus"] == "critical"
    await supply.close()


async def _upsc(*arguments: str) -> subprocess.CompletedProcess[str]:
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(UPSC), *arguments],
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )

    return await anyio.to_thread.run_sync(run)


async def test_nuts_own_client_reads_our_simulator() -> None:
    sim = create()
    endpoint = await sim.start()
    place = endpoint.removeprefix("tcp://")
    try:
        assert (await _upsc("-l", place)).stdout.split() == ["kiosk"]
        status = await _upsc(f"kiosk@{place}", "ups.status")
        assert (status.returncode, status.stdout) == (0, "OL\n")
        everything = await _upsc(f"kiosk@{place}")
        assert 'device.model: Line "Keeper" 1000' in everything.stdout
        await sim.verbs()["cut_mains"].call()
        await sim.verbs()["set_charge"].call(percent=10)
        status = await _upsc(f"kiosk@{place}", "ups.status")
        assert status.stdout == "OB DISCHRG LB\n"
        await sim.verbs()["lose_supply"].call(kind="DATA-STALE")
        stale = await _upsc(f"kiosk@{place}", "ups.status")
        assert stale.returncode != 0
        assert "Data stale" in stale.stderr
    finally:
        await sim.stop()
