"""The pty cable, seen from pyserial."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import serial

from hardware_sim.link.device import WireLog
from hardware_sim.link.pty import PtyCable
from hardware_sim.link.verbs import link_verbs

ALL_BYTES = bytes(range(256))


class Echo:
    """A device that answers every byte with itself."""

    def __init__(self, directory: Path, **options: object) -> None:
        self.wire = WireLog()
        self.heard = b""
        self.cable = PtyCable(
            "echo", self.wire, self.hear, directory=directory, **options
        )
        self.verbs = link_verbs(self.cable)

    def hear(self, data: bytes) -> None:
        self.heard += data
        self.cable.send(data, "echo")


def present(path: str) -> bool:
    return Path(path).exists()


@pytest.fixture
async def echo(tmp_path: Path) -> AsyncIterator[Echo]:
    device = Echo(tmp_path, baudrate=115200)
    await device.cable.start()
    yield device
    await device.cable.stop()


async def test_every_byte_value_passes_both_ways(echo, connect) -> None:
    client = connect(echo.cable.endpoint)
    assert await client.ask(ALL_BYTES, 256) == ALL_BYTES


async def test_the_device_survives_the_kiosk_closing(echo, connect) -> None:
    first = connect(echo.cable.endpoint)
    assert await first.ask(b"one", 3) == b"one"
    first.port.close()
    second = connect(echo.cable.endpoint)
    assert await second.ask(b"two", 3) == b"two"


async def test_bytes_take_the_time_of_the_wire(tmp_path, connect) -> None:
    device = Echo(tmp_path, baudrate=9600)
    await device.cable.start()
    client = connect(device.cable.endpoint, 9600)
    began = time.monotonic()
    assert await client.ask(bytes(96), 96) == bytes(96)
    took = time.monotonic() - began
    await device.cable.stop()
    assert took >= 0.1, "96 bytes at 9600 baud take 0.1 s"


async def test_disconnect_kills_the_port_and_reconnect_brings_the_path_back(
    echo, connect
) -> None:
    client = connect(echo.cable.endpoint)
    assert await client.ask(b"a", 1) == b"a"
    await echo.verbs["disconnect"].call()
    assert not present(echo.cable.endpoint)
    with pytest.raises((serial.SerialException, OSError)):
        await client.ask(b"b", 1, 1.0)
    with pytest.raises(serial.SerialException):
        connect(echo.cable.endpoint)
    await echo.verbs["reconnect"].call()
    assert await connect(echo.cable.endpoint).ask(b"c", 1) == b"c"


async def test_silence_then_heal(echo, connect) -> None:
    client = connect(echo.cable.endpoint)
    await echo.verbs["go_silent"].call()
    assert await client.ask(b"a", 1, 0.1) == b""
    assert echo.heard == b"a"
    await echo.verbs["heal"].call()
    assert await client.ask(b"b", 1) == b"b"


async def test_heal_also_plugs_the_cable_in(echo) -> None:
    await echo.verbs["disconnect"].call()
    await echo.verbs["heal"].call()
    assert echo.cable.connected


async def test_the_wire_log_tells_what_really_crossed(
    echo, connect, eventually
) -> None:
    client = connect(echo.cable.endpoint)
    await echo.verbs["answer_garbage"].call(mode="cut", answers="1")
    assert await client.ask(b"abcd", 2) == b"ab"
    await eventually(lambda: any(e.direction == "out" for e in echo.wire.entries))
    out = [entry for entry in echo.wire.entries if entry.direction == "out"]
    assert out[-1].data == b"ab"
    assert "spoilt" in out[-1].meaning


async def test_a_wrong_speed_garbles_a_strict_line(tmp_path, connect) -> None:
    device = Echo(tmp_path, baudrate=115200, strict_speed=True)
    await device.cable.start()
    client = connect(device.cable.endpoint, 9600)
    await client.write(b"hello")
    await client.read(5)
    client.port.baudrate = 115200
    device.heard, garbled = b"", device.heard
    assert await client.ask(b"hello", 5) == b"hello"
    await device.cable.stop()
    assert garbled != b"hello"
    notes = [entry.meaning for entry in device.wire.entries]
    assert "kiosk speaks 9600 baud, device 115200" in notes


async def test_bad_arguments_are_refused_with_a_sentence(echo) -> None:
    with pytest.raises(ValueError, match="a number is needed"):
        await echo.verbs["answer_late"].call(ms="soon")
    with pytest.raises(ValueError, match="one of"):
        await echo.verbs["answer_garbage"].call(mode="loud")


async def test_a_file_in_the_way_is_not_overwritten(tmp_path) -> None:
    (tmp_path / "echo").write_text("mine")
    with pytest.raises(FileExistsError):
        await Echo(tmp_path).cable.start()
    assert (tmp_path / "echo").read_text() == "mine"


async def test_stopping_twice_leaves_nothing_behind() -> None:
    wire = WireLog()
    cable = PtyCable("lonely", wire, lambda data: None)
    path = await cable.start()
    assert present(path)
    await cable.stop()
    await cable.stop()
    assert not present(path)
    assert not present(path.rsplit("/", 1)[0])
