"""``kiosk device`` on a machine whose kiosk is stopped, with a real device on a pty."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.host.address import in_state
from drivers.host.server import DeviceHost
from hardware_sim.scanner.simulator import SimScanner, create
from kiosk.app.cli import EXIT_WRONG, main
from kiosk.app.control import Control
from kiosk.app.device_access import KioskServes, ask_for_devices
from kiosk.app.device_command import EXIT_FAILED, EXIT_NOT_NOW
from kiosk.app.drivers import make_drivers
from kiosk.app.host_lock import sole_host
from kiosk.app.settings import load_settings
from kiosk.core.clock import SystemClock

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


class _Books:
    """Orders and acts as a journal has them; both may be open."""

    def __init__(self) -> None:
        self.orders: tuple[Any, ...] = ()
        self.acts: tuple[Any, ...] = ()

    async def load_open_orders(self) -> tuple[Any, ...]:
        return self.orders

    async def open_acts(self) -> tuple[Any, ...]:
        return self.acts


Ask = Callable[[], Any]


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[tuple[Control, _Books, Ask]]:
    """A running kiosk's control socket, its books, and a technician who asks."""
    books: Any = _Books()
    nobody: Any = None
    control = Control(
        nobody, books, nobody, nobody, SystemClock(), lambda *_, **__: None
    )

    async def ask() -> Any:
        return await anyio.to_thread.run_sync(ask_for_devices, tmp_path)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(control.serve, tmp_path / "control.sock")
        with anyio.fail_after(5):
            while not (tmp_path / "control.sock").is_socket():  # noqa: ASYNC110
                await anyio.sleep(0.005)
        yield control, books, ask
        tasks.cancel_scope.cancel()


async def test_devices_are_handed_over_only_while_nobody_is_served(
    counter: tuple[Control, _Books, Ask],
) -> None:
    control, _, ask = counter
    with pytest.raises(KioskServes, match="at the screen"):
        await ask()
    control.ask_the_screen(lambda: "matter")
    with pytest.raises(KioskServes, match="matter"):
        await ask()
    control.ask_the_screen(lambda: "attract")
    assert await ask() is True


async def test_devices_stay_with_an_unsettled_payment_or_print(
    counter: tuple[Control, _Books, Ask],
) -> None:
    from kiosk.core.orders import OrderRow, OrderState
    from kiosk.core.ports import Act, ActKind

    control, books, ask = counter
    control.ask_the_screen(lambda: "attract")
    books.orders = ((OrderRow("o1", 1, OrderState.PAY_SENT, "lock"),),)
    with pytest.raises(KioskServes, match="payment is not settled"):
        await ask()
    books.orders = ((OrderRow("o1", 1, OrderState.SUSPENSE, "lock"),),)
    books.acts = (Act("a1", ActKind.PRINT_DOCUMENT, "proof", "digest"),)
    with pytest.raises(KioskServes, match=r"print\.document is not settled"):
        await ask()
    books.acts = ()
    assert await ask() is True


async def test_without_a_kiosk_nobody_has_to_be_asked(tmp_path: Path) -> None:
    assert await anyio.to_thread.run_sync(ask_for_devices, tmp_path) is False


async def test_a_refused_test_says_so_and_moves_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_place: Path, _request: Any, **_: Any) -> Any:
        return {"ok": False, "error": "somebody is at the screen (matter)"}

    monkeypatch.setattr("kiosk.app.device_access.ask_running", refuse)
    words = ("device", "test", "scanner", "--level", "external")
    code, out, err = await machine.kiosk(*words)
    assert (code, out) == (EXIT_NOT_NOW, "")
    assert err == "kiosk: not now: somebody is at the screen (matter)\n"
