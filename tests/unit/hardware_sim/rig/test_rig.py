"""A rig: everything starts, the settings name it, the bundled scenarios fit it."""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
import stat
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from hardware_sim.__main__ import TITLES
from hardware_sim.alone import DEVICES, find_scenario
from hardware_sim.bench.bench import Bench
from hardware_sim.link.pcscd import why_no_pcscd
from hardware_sim.printer.mechanics import Pace
from hardware_sim.rig import Rig, RigOptions
from hardware_sim.scenarios.scenario import bundled_scenarios
from hardware_sim.settings import DRIVERS
from hardware_sim.smartcard import simulator as smartcard

FAST = RigOptions(printer_pace=Pace(0.0, 0.001, 0.0), with_bench=False)
PATIENCE_S = 30


@pytest.fixture
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    made = await Rig(tmp_path / "rig", options=FAST).start()
    yield made
    await made.stop()


def mode_and_key(path: Path) -> tuple[int, bytes]:
    return stat.S_IMODE(path.stat().st_mode), bytes.fromhex(path.read_text())


async def test_settings_name_every_endpoint_and_a_private_key(rig: Rig) -> None:
    settings = tomllib.loads(rig.settings.read_text())

    assert settings["terminal"] == "A-0317"
    assert set(settings["devices"]) == set(DRIVERS) - {"chip-card", "cash"}
    for name, table in settings["devices"].items():
        assert (table["driver"], table["endpoint"]) == (
            DRIVERS[name],
            rig.endpoints[name],
        )
    assert settings["devices"]["receipt"]["options"] == {"two_byte_only": True}
    assert settings["platform"]["base_url"] == rig.endpoints["network"]
    mode, key = mode_and_key(Path(settings["platform"]["key_file"]))
    assert (mode, len(key)) == (0o600, 32)
    assert settings["store"]["directory"] == str(rig.directory / "state")


async def test_verbs_reach_the_devices(rig: Rig) -> None:
    await rig.act("idcard", "insert", person="li-fang")
    assert rig.state("idcard")["card"] == "li-fang"
    with pytest.raises(LookupError):
        await rig.act("idcard", "explode")
    with pytest.raises(ValueError, match="one of"):
        await rig.act("idcard", "insert", person="nobody")


async def test_platform_answers_through_the_network_only_while_it_is_up(
    rig: Rig,
) -> None:
    async with httpx.AsyncClient(base_url=rig.endpoints["network"]) as client:
        assert (await client.get("/")).status_code >= 400
    await rig.act("network", "refuse")
    async with httpx.AsyncClient(base_url=rig.endpoints["network"]) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("/")


async def test_two_rigs_run_side_by_side(rig: Rig, tmp_path: Path) -> None:
    other = await Rig(tmp_path / "other", options=FAST).start()
    try:
        assert not set(rig.endpoints.values()) & set(other.endpoints.values())
        await other.act("printer", "run_out")
        assert rig.state("printer")["tray"] == 200
    finally:
        await other.stop()


async def test_key_stays_over_a_restart(tmp_path: Path) -> None:
    place = tmp_path / "rig"
    rig = await Rig(place, options=FAST).start()
    key = (place / "terminal.key").read_text()
    await rig.stop()
    await rig.stop()
    again = await Rig(place, options=FAST).start()
    await again.stop()
    assert (place / "terminal.key").read_text() == key


async def test_nothing_keeps_running_when_a_port_is_taken(tmp_path: Path) -> None:
    taken = await asyncio.start_server(lambda r, w: None, "127.0.0.1", 0)
    port = taken.sockets[0].getsockname()[1]
    rig = Rig(tmp_path / "rig", options=RigOptions(bench_port=port))
    with pytest.raises(OSError, match="in use"):
        await rig.start()
    assert rig.state("printer")["plugged"] is False
    taken.close()
    await taken.wait_closed()


async def test_bundled_scenarios_ask_for_what_the_rig_has(rig: Rig) -> None:
    assert find_scenario("printer-unplugged").title_en == "The printer is unplugged"
    everything = Bench([*rig.devices.values(), smartcard.create()])
    for step in [s for one in bundled_scenarios().values() for s in one.steps]:
        if step.wait_for is not None:
            assert step.wait_for.device in everything.devices
        if step.verb:
            verb = everything.verb(step.device, step.verb)
            known = {argument.name for argument in verb.arguments}
            assert set(step.arguments) <= known
            inspect.signature(verb.call).bind(**step.arguments)


async def test_every_verb_takes_the_arguments_it_declares(rig: Rig) -> None:
    for device in rig.devices.values():
        for verb in device.verbs().values():
            taken = set(inspect.signature(verb.call).parameters)
            assert {argument.name for argument in verb.arguments} <= taken, verb.name


async def started(*command: str) -> tuple[asyncio.subprocess.Process, str]:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hardware_sim", *command),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert child.stdout is not None
    async with asyncio.timeout(PATIENCE_S):
        line = (await child.stdout.readline()).decode().strip()
    return child, line


async def ended(child: asyncio.subprocess.Process, number: int) -> str:
    """Interrupt the child; return what else it wrote to its output."""
    os.kill(child.pid, number)
    async with asyncio.timeout(PATIENCE_S):
        rest, _ = await child.communicate()
    assert child.returncode == 0
    return rest.decode()


@pytest.mark.parametrize(
    ("name", "begins", "number"),
    [
        ("printer", "ipp://127.0.0.1:", signal.SIGINT),
        ("idcard", "/", signal.SIGTERM),
    ],
)
async def test_device_alone_prints_one_line_and_ends_when_interrupted(
    tmp_path: Path, name: str, begins: str, number: int
) -> None:
    child, line = await started(name, "--directory", str(tmp_path))
    assert line.startswith(begins)
    assert await ended(child, number) == ""


async def test_device_alone_serves_its_verbs(tmp_path: Path) -> None:
    command = ("face-camera", "--directory", str(tmp_path), "--verb-port", "0")
    child, _ = await started(*command)
    assert child.stderr is not None
    address = (await child.stderr.readline()).decode().split()[1]
    async with httpx.AsyncClient(base_url=address) as client:
        path = "/api/devices/face-camera/verbs/person"
        done = await client.post(path, json={"key": "zhou-qing"})
    assert done.json()["state"]["people"] == ["zhou-qing"]
    await ended(child, signal.SIGTERM)


async def test_rig_command_prints_every_endpoint_and_writes_the_settings(
    tmp_path: Path,
) -> None:
    settings = tmp_path / "kiosk.toml"
    place = tmp_path / "rig"
    child, first = await started(
        "rig", "--directory", str(place), "--settings", str(settings)
    )
    assert child.stdout is not None
    lines = [first]
    async with asyncio.timeout(PATIENCE_S):
        while not lines[-1].startswith("bench"):
            lines.append((await child.stdout.readline()).decode().strip())
    names = [line.split()[0] for line in lines]
    assert names == [
        *("idcard", "scanner", "face-camera", "document-camera", "printer"),
        *("receipt", "meter-card", "card-terminal", "keypad", "auxiliaries"),
        *("power", "speaker", *(() if why_no_pcscd() else ("chip-card",))),
        *("platform", "network", "settings", "bench"),
    ]
    assert tomllib.loads(settings.read_text())["terminal"] == "A-0317"
    await ended(child, signal.SIGINT)


def test_every_device_of_a_rig_can_be_started_alone() -> None:
    assert set(DRIVERS) | {"platform"} <= set(DEVICES)


def test_every_device_that_starts_alone_says_what_it_is() -> None:
    assert list(TITLES) == list(DEVICES)
    assert all(TITLES.values())
