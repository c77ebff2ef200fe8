"""``kiosk device`` on a machine whose kiosk is stopped, with a real device on a pty."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.host.address import in_state
from drivers.host.server import DeviceHost
from hardware_sim.cash.simulator import create as create_validator
from hardware_sim.scanner.simulator import SimScanner, create
from kiosk.app.cli import EXIT_WRONG, main
from kiosk.app.control import SOCKET_NAME, Control
from kiosk.app.device_access import said
from kiosk.app.device_command import EXIT_FAILED, EXIT_NOT_NOW
from kiosk.app.drivers import make_drivers
from kiosk.app.host_lock import sole_host
from kiosk.app.settings import load_settings
from kiosk.core.clock import SystemClock
from kiosk.core.device import DeviceState, DeviceStatus
from kiosk.core.orders import OrderRow, OrderState
from services.store.journal import Journal

SETTINGS = """
terminal = "A-0317"

[platform]
base_url = "https://platform.city.example"
key_file = "/etc/kiosk24/terminal.key"

[devices.scanner]
driver = "scanner.gm65"
endpoint = "{endpoint}"

[store]
directory = "{place}/state"
"""


@dataclass
class Machine:
    """A settings file and the scanner that it names."""

    settings: Path
    sim: SimScanner
    capsys: pytest.CaptureFixture[str]

    async def kiosk(self, *words: str) -> tuple[int, str, str]:
        """Run a command as a process would; return its code and what it printed."""
        arguments = [*words, "--settings", str(self.settings)]
        code = await anyio.to_thread.run_sync(main, arguments)
        shown = self.capsys.readouterr()
        return code, shown.out, shown.err


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Machine]:
    sim = create(directory=tmp_path)
    endpoint = await sim.start()
    path = tmp_path / "kiosk.toml"
    path.write_text(SETTINGS.format(endpoint=endpoint, place=tmp_path), "utf-8")
    yield Machine(path, sim, capsys)
    await sim.stop()


async def test_list_names_devices_without_opening_them(machine: Machine) -> None:
    await machine.sim.stop()
    code, out, _ = await machine.kiosk("device", "list", "--json")
    assert code == 0
    row = json.loads(out)
    assert (row["device"], row["capability"]) == ("scanner", "scanner")
    assert row["driver"] == "scanner.gm65"


async def test_list_does_not_show_the_password_of_a_network_camera(
    machine: Machine,
) -> None:
    text = machine.settings.read_text("utf-8")
    camera = """
[devices.face-camera]
driver = "camera.opencv"
endpoint = "rtsp://admin:top@secret@10.0.0.7:554/live"
"""
    machine.settings.write_text(text + camera, "utf-8")
    for words in (("device", "list"), ("device", "list", "--json")):
        code, out, _ = await machine.kiosk(*words)
        assert code == 0
        assert "rtsp://***@10.0.0.7:554/live" in out
        assert "admin" not in out
        assert "secret" not in out


async def test_status_is_what_the_device_says(machine: Machine) -> None:
    for words in (("device",), ("device", "status"), ("device", "status", "scanner")):
        code, out, _ = await machine.kiosk(*words)
        assert (code, out) == (0, "ok   scanner          online scanner=off\n")


def test_what_a_device_does_not_have_is_not_said() -> None:
    detail = {"keys": "ok", "autoBeepMode": None, "charge": 0}
    assert said(DeviceStatus(DeviceState.ONLINE, detail)) == "online keys=ok charge=0"


async def test_status_of_a_missing_device_is_bad(machine: Machine) -> None:
    await machine.sim.stop()
    code, out, _ = await machine.kiosk("device", "status", "--json")
    assert code == EXIT_FAILED
    (row,) = json.loads(out)
    assert (row["what"], row["good"]) == ("scanner", False)


async def test_a_test_prints_every_check(machine: Machine) -> None:
    code, out, _ = await machine.kiosk("device", "test", "scanner")
    assert code == 0
    assert out.startswith("ok   scanner          device")


async def test_a_test_that_fails_exits_with_one(machine: Machine) -> None:
    await machine.sim.stop()
    code, out, _ = await machine.kiosk("device", "test", "--json")
    assert code == EXIT_FAILED
    report = json.loads(out)
    assert report["verdict"] == "fail"
    assert report["checks"][0]["name"] == "device"


async def test_watch_and_trace_tell_what_happens(machine: Machine) -> None:
    code, out, _ = await machine.kiosk("device", "watch", "--seconds", "0.3", "--json")
    first = json.loads(out.splitlines()[0])
    assert (code, first["device"], first["state"]) == (0, "scanner", "online")
    code, out, _ = await machine.kiosk("device", "trace", "--seconds", "0.3")
    directions = {line.split()[2] for line in out.splitlines()}
    assert code == 0
    assert directions >= {"->", "<-"}


async def test_an_unknown_device_is_one_line(machine: Machine) -> None:
    code, out, err = await machine.kiosk("device", "status", "printer")
    assert (code, out) == (EXIT_WRONG, "")
    assert err == "kiosk: no device 'printer' in the settings (scanner)\n"


async def test_devices_that_another_process_holds_are_not_opened_twice(
    machine: Machine,
) -> None:
    settings = load_settings(machine.settings)
    async with sole_host(settings.store.directory):
        code, _, err = await machine.kiosk("device", "status")
    assert code == EXIT_WRONG
    assert "another device host" in err


async def test_beside_a_host_the_command_goes_through_it(machine: Machine) -> None:
    settings = load_settings(machine.settings)
    devices = make_drivers(settings.devices, SystemClock(), lambda *_, **__: None)
    host = DeviceHost(devices, lambda *_, **__: None)
    place = settings.store.directory
    async with sole_host(place), host.serving(in_state(place)):
        await host.open()
        before = devices["scanner"].statistics()["commands"]
        code, out, _ = await machine.kiosk("device", "test", "scanner", "--json")
        assert (code, json.loads(out)["verdict"]) == (0, "pass")
        assert devices["scanner"].statistics()["commands"] > before
        code, out, _ = await machine.kiosk("device", "trace", "--seconds", "0.3")
        assert "->" in out
    await host.close()


@asynccontextmanager
async def kiosk_that_starts(machine: Machine) -> AsyncIterator[None]:
    """A kiosk whose control socket is open, and whose session does not run yet."""
    nobody: Any = None
    place = load_settings(machine.settings).store.directory
    place.mkdir(parents=True)
    clock = SystemClock()
    control = Control(nobody, nobody, nobody, nobody, clock, lambda *_, **__: None)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(control.serve, place / SOCKET_NAME)
        with anyio.fail_after(5):
            while not (place / SOCKET_NAME).is_socket():  # noqa: ASYNC110
                await anyio.sleep(0.005)
        yield
        tasks.cancel_scope.cancel()


@pytest.mark.parametrize(
    "words",
    [
        ("device", "test", "scanner", "--level", "external"),
        ("device", "reset", "scanner"),
        ("device", "reset", "scanner", "--json"),
    ],
)
async def test_what_is_refused_says_so_and_moves_nothing(
    machine: Machine, words: tuple[str, ...]
) -> None:
    async with kiosk_that_starts(machine):
        code, out, err = await machine.kiosk(*words)
    assert (code, out) == (EXIT_NOT_NOW, "")
    assert err == "kiosk: not now: the kiosk is starting\n"
    assert {each.direction for each in machine.sim.wire.entries} == {"note"}


async def test_list_says_who_has_the_machine(machine: Machine) -> None:
    async with kiosk_that_starts(machine):
        code, out, _ = await machine.kiosk("device", "list", "--json")
        assert (code, json.loads(out)["vendor_mode"]) == (0, "inactive")
        _, out, _ = await machine.kiosk("device", "list")
        assert "vendor mode" not in out, "nobody has it"
    _, out, _ = await machine.kiosk("device", "list", "--json")
    assert json.loads(out)["vendor_mode"] is None, "no kiosk is running"


# -- reset --------------------------------------------------------------------------


async def test_reset_brings_a_device_back(machine: Machine) -> None:
    code, out, err = await machine.kiosk("device", "reset", "scanner")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "ok   scanner          reset",
        "ok   scanner          device           online scanner=off",
    ]


async def test_reset_of_a_missing_device_is_bad(machine: Machine) -> None:
    await machine.sim.stop()
    code, out, _ = await machine.kiosk("device", "reset", "scanner", "--json")
    told = json.loads(out)
    assert (code, told["device"], told["verdict"]) == (EXIT_FAILED, "scanner", "fail")
    assert [each["name"] for each in told["checks"]] == ["reset", "device"]


async def test_reset_of_an_unknown_device_asks_nobody(machine: Machine) -> None:
    async with kiosk_that_starts(machine):
        code, _, err = await machine.kiosk("device", "reset", "printer")
    assert (code, err) == (
        EXIT_WRONG,
        "kiosk: no device 'printer' in the settings (scanner)\n",
    )


@pytest.fixture
async def validator(machine: Machine, tmp_path: Path) -> AsyncIterator[Machine]:
    """The same machine with a banknote validator."""
    sim = create_validator(directory=tmp_path, boot_s=0.3)
    endpoint = await sim.start()
    section = f'[devices.cash]\ndriver = "cash.ssp"\nendpoint = "{endpoint}"\n'
    text = machine.settings.read_text("utf-8")
    machine.settings.write_text(f"{text}\n{section}", "utf-8")
    yield machine
    await sim.stop()


async def test_money_is_reset_only_when_every_payment_is_settled(
    validator: Machine,
) -> None:
    place = load_settings(validator.settings).store.directory
    place.mkdir(parents=True)
    journal = await Journal.open(
        place / "journal.db", SystemClock(), lambda *_, **__: None, "A-0317"
    )
    await journal.append(OrderRow("o1", 1, OrderState.INTENT, "lock"))
    words = ("device", "reset", "cash")
    code, out, err = await validator.kiosk(*words)
    assert (code, out) == (EXIT_NOT_NOW, "")
    assert err == "kiosk: not now: a payment is not settled (o1)\n"
    code, _, err = await validator.kiosk("device", "reset", "scanner")
    assert (code, err) == (0, ""), "what holds no money is reset all the same"
    await journal.append(OrderRow("o1", 2, OrderState.CANCELLED, "lock"))
    await journal.aclose()
    code, out, err = await validator.kiosk(*words)
    assert (code, err) == (0, "")
    assert "restarted the validator" in out.splitlines()[0]


async def test_money_is_not_reset_beside_a_journal_that_cannot_be_read(
    validator: Machine,
) -> None:
    place = load_settings(validator.settings).store.directory
    place.mkdir(parents=True)
    (place / "journal.db").write_bytes(b"no journal at all, for certain" * 99)
    code, _, err = await validator.kiosk("device", "reset", "cash")
    assert code == EXIT_NOT_NOW
    assert "the journal cannot be read" in err
