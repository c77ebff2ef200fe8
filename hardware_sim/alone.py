"""Runs a rig or one simulated device until somebody interrupts it."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from hardware_sim.asgi import WebServer
from hardware_sim.auxiliaries import simulator as auxiliaries
from hardware_sim.bench.api import create_app
from hardware_sim.bench.bench import Bench
from hardware_sim.bench.shows import Shows
from hardware_sim.camera import simulator as camera
from hardware_sim.cash import simulator as cash
from hardware_sim.idcard import simulator as idcard
from hardware_sim.keypad import simulator as keypad
from hardware_sim.link.device import SimDevice
from hardware_sim.metercard import simulator as metercard
from hardware_sim.payment import simulator as payment
from hardware_sim.platform import simulator as platform
from hardware_sim.power import simulator as power
from hardware_sim.printer import simulator as printer
from hardware_sim.receipt import simulator as receipt
from hardware_sim.rig import Rig, RigOptions
from hardware_sim.scanner import simulator as scanner
from hardware_sim.scenarios.player import DistantHands, ScenarioFailed, play
from hardware_sim.scenarios.scenario import (
    Scenario,
    ScenarioError,
    bundled_scenarios,
    read_scenario,
)
from hardware_sim.smartcard import simulator as smartcard
from hardware_sim.speech import simulator as speech

Maker = Callable[[Path, int], SimDevice]

DEVICES: dict[str, Maker] = {
    "idcard": lambda place, _: idcard.create(directory=place),
    "scanner": lambda place, _: scanner.create(directory=place),
    "scanner-newland": lambda place, _: scanner.create(place, family="newland"),
    "scanner-honeywell": lambda place, _: scanner.create(place, family="honeywell"),
    "scanner-ssi": lambda place, _: scanner.create(place, family="ssi"),
    "receipt": lambda place, _: receipt.create(directory=place),
    "receipt-usb": lambda place, _: receipt.create(directory=place, device_file=True),
    "meter-card": lambda place, _: metercard.create(directory=place),
    "chip-card": lambda place, port: smartcard.create(place, vpcd_port=port or None),
    "printer": lambda place, port: printer.create(directory=place, port=port),
    "face-camera": lambda _, port: camera.create("face", port=port),
    "document-camera": lambda _, port: camera.create("document", port=port),
    "face-camera-rtsp": lambda _, port: camera.create(
        "face", port=port, transport="rtsp"
    ),
    "document-camera-rtsp": lambda _, port: camera.create(
        "document", port=port, transport="rtsp"
    ),
    "card-terminal": lambda place, port: payment.create(
        directory=place, tcp_port=port or None
    ),
    "auxiliaries": lambda place, port: auxiliaries.create(
        directory=place, tcp_port=port or None
    ),
    "power": lambda _, port: power.create(port=port),
    "keypad": lambda place, _: keypad.create(directory=place),
    "speaker": lambda _, port: speech.create(port=port),
    "cash": lambda place, _: cash.create(directory=place),
    "platform": lambda place, port: platform.create(
        port=port, database=place / "city.db"
    ),
}
"""Devices that can be started alone: from a directory and a port (0 = free)."""


def say(line: str) -> None:
    """Print one line at once, also into a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def run_device(
    name: str, directory: Path | None, port: int, verb_port: int | None
) -> None:
    """Run one device: its endpoint is the only line of output.

    Raises:
        OSError: the port or path is taken.
    """
    place = directory or Path(tempfile.mkdtemp(prefix=f"sim-{name}-"))
    place.mkdir(parents=True, exist_ok=True)
    device = DEVICES[name](place, port)
    bench = Bench([device])
    web: WebServer | None = None
    try:
        endpoint = bench.endpoints[device.name] = await device.start()
        if verb_port is not None:
            web = WebServer(create_app(bench, Shows(bench)), port=verb_port)
            address = await web.start()
            sys.stderr.write(f"verbs {address}\n")
        with interruption() as interrupted:
            say(endpoint)
            await interrupted.wait()
    finally:
        if web is not None:
            await web.stop()
        await device.stop()


async def run_rig(
    directory: Path, settings: Path | None, options: RigOptions, *, brief: bool
) -> None:
    """Run a rig: one line per endpoint, then the bench and the settings file.

    Args:
        brief: print the bench's address only.

    Raises:
        OSError: a port or path is taken.
    """
    rig = Rig(directory, settings, options)
    await rig.start()
    try:
        with interruption() as interrupted:
            for line in [rig.bench_address] if brief else _addresses(rig):
                say(line)
            await interrupted.wait()
    finally:
        await rig.stop()


def _addresses(rig: Rig) -> list[str]:
    places = {
        **rig.endpoints,
        "settings": str(rig.settings),
        "bench": rig.bench_address,
    }
    return [f"{name:16} {place}" for name, place in places.items()]


@contextmanager
def interruption() -> Iterator[asyncio.Event]:
    """Give an event that SIGINT and SIGTERM set, from now on."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    try:
        yield told
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def run_scenario(name: str, bench: str) -> int:
    """Play a scenario file, or a bundled one by name; return an exit code."""
    try:
        scenario = find_scenario(name)
        async with httpx.AsyncClient(base_url=bench) as client:
            await play(scenario, DistantHands(client), say)
    except (ScenarioError, ScenarioFailed, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def find_scenario(name: str) -> Scenario:
    """Return a bundled scenario, else read the file of that name.

    Raises:
        ScenarioError: the file is no scenario.
        OSError: there is no such file.
    """
    return bundled_scenarios().get(name) or read_scenario(Path(name))
