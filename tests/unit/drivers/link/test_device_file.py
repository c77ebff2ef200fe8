"""A character device as a pipe, played by a pty: see the module for what that leaves.

What only the kernel's usblp driver does (EBUSY, ENODEV, empty packets, EINVAL) is
played at the border of the operating system.
"""

from __future__ import annotations

import errno
import os
import select
import tty
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from drivers.link import device_file
from drivers.link.device_file import DeviceFileLink, path_of
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from kiosk.core.clock import SystemClock
from kiosk.core.errors import (
    DeviceBusy,
    DeviceFault,
    DeviceMissing,
    DeviceTimeout,
    SettingsError,
)


@dataclass
class Device:
    """A pty behind a stable path; the far end is a file descriptor."""

    path: Path
    far: int = -1
    near: int = -1

    def plug_in(self) -> None:
        self.far, self.near = os.openpty()
        tty.setraw(self.near)
        self.path.symlink_to(os.ttyname(self.near))

    def unplug(self) -> None:
        for end in (self.far, self.near):
            if end >= 0:
                os.close(end)
        self.far = self.near = -1
        self.path.unlink(missing_ok=True)

    @property
    def endpoint(self) -> str:
        return f"file:{self.path}"


@pytest.fixture
def device(tmp_path: Path) -> Iterator[Device]:
    device = Device(tmp_path / "lp0")
    device.plug_in()
    yield device
    device.unplug()


@pytest.fixture
async def link(device: Device) -> AsyncIterator[DeviceFileLink]:
    link = DeviceFileLink(device.endpoint, SystemClock())
    await link.open()
    yield link
    await link.close()


async def test_bytes_pass_both_ways_unchanged(
    device: Device, link: DeviceFileLink
) -> None:
    every_value = bytes(range(256))
    await link.write(every_value, timeout_s=1)
    assert os.read(device.far, 1024) == every_value
    os.write(device.far, every_value)
    heard = b""
    while len(heard) < 256:
        heard += await link.read(timeout_s=1)
    assert heard == every_value


async def test_reading_nothing_ends_in_time(link: DeviceFileLink) -> None:
    started = anyio.current_time()
    assert await link.read(timeout_s=0.15) == b""
    assert 0.14 <= anyio.current_time() - started < 0.6


async def test_a_cancelled_read_leaves_nobody_on_the_file(
    device: Device, link: DeviceFileLink
) -> None:
    with anyio.move_on_after(0.02):
        await link.read(timeout_s=60)
    os.write(device.far, b"next")
    assert await link.read(timeout_s=1) == b"next"


async def test_what_came_unasked_is_thrown_away(
    device: Device, link: DeviceFileLink
) -> None:
    os.write(device.far, b"stale")
    assert await link.drain() == 5
    assert await link.drain() == 0


async def test_a_printer_that_takes_nothing_is_a_time_out_with_a_count(
    link: DeviceFileLink,
) -> None:
    with pytest.raises(DeviceTimeout) as caught:
        await link.write(bytes(1_000_000), timeout_s=0.2)
    sent = caught.value.context["sent"]
    assert isinstance(sent, int)
    assert 0 < sent < 1_000_000


@pytest.mark.parametrize("use", ["read", "write"])
async def test_unplugged_is_noticed_and_found_again(
    device: Device, link: DeviceFileLink, use: str
) -> None:
    device.unplug()
    with pytest.raises(DeviceMissing):
        if use == "read":
            await link.read(timeout_s=1)
        else:
            await link.write(b"x", timeout_s=1)
    assert not link.is_open
    with pytest.raises(DeviceMissing):
        await link.open()
    device.plug_in()
    await link.open()
    await link.write(b"again", timeout_s=1)
    assert os.read(device.far, 16) == b"again"


async def test_a_loss_while_sending_counts_what_had_left(
    device: Device, link: DeviceFileLink
) -> None:
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await anyio.to_thread.run_sync(
                lambda: select.select([device.far], [], [], 5)
            )
            os.read(device.far, 65536)
            device.unplug()

        tasks.start_soon(pull)
        with pytest.raises(DeviceMissing) as caught:
            await link.write(bytes(200_000), timeout_s=5)
    assert 0 < int(str(caught.value.context["sent"])) < 200_000


async def test_a_file_in_use_is_busy(device: Device, link: DeviceFileLink) -> None:
    second = DeviceFileLink(device.endpoint, SystemClock())
    with pytest.raises(DeviceBusy):
        await second.open()


async def test_a_plain_file_of_that_name_is_no_printer(tmp_path: Path) -> None:
    (tmp_path / "lp0").write_bytes(b"somebody's slip")
    link = DeviceFileLink(f"file:{tmp_path / 'lp0'}", SystemClock())
    with pytest.raises(DeviceMissing, match="only a file"):
        await link.open()
    assert (tmp_path / "lp0").read_bytes() == b"somebody's slip"


async def test_opening_and_closing_twice_is_harmless(link: DeviceFileLink) -> None:
    await link.open()
    await link.close()
    await link.close()
    assert not link.is_open
    with pytest.raises(DeviceMissing):
        await link.read(timeout_s=0)


def fail_with(number: int) -> Callable[..., Any]:
    def call(*_: object) -> Any:
        raise OSError(number, os.strerror(number))

    return call


@pytest.mark.parametrize("number", [errno.ENODEV, errno.EIO])
async def test_what_usblp_says_of_an_unplugged_printer_is_a_loss(
    device: Device, link: DeviceFileLink, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    os.write(device.far, b"x")
    monkeypatch.setattr(device_file.os, "read", fail_with(number))
    with pytest.raises(DeviceMissing):
        await link.read(timeout_s=1)
    assert not link.is_open


async def test_a_printer_without_a_way_back_is_a_fault_with_words(
    device: Device, link: DeviceFileLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.write(device.far, b"x")
    monkeypatch.setattr(device_file.os, "read", fail_with(errno.EINVAL))
    with pytest.raises(DeviceFault, match="no way back"):
        await link.read(timeout_s=1)


async def test_an_empty_packet_is_no_loss(
    device: Device, link: DeviceFileLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.write(device.far, b"\x12")
    packets = [b"", b""]
    real = os.read

    def read(file: int, count: int) -> bytes:
        return packets.pop() if packets else real(file, count)

    monkeypatch.setattr(device_file.os, "read", read)
    assert await link.read(timeout_s=2) == b"\x12"
    assert packets == []


async def test_held_by_usblp_is_busy(
    device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = DeviceFileLink(device.endpoint, SystemClock())
    monkeypatch.setattr(device_file.os, "open", fail_with(errno.EBUSY))
    with pytest.raises(DeviceBusy):
        await link.open()


@pytest.mark.parametrize("endpoint", ["file:", "file:lp0", "lp:/dev/usb/lp0"])
def test_another_form_is_refused(endpoint: str) -> None:
    with pytest.raises(SettingsError):
        path_of(endpoint)


def test_the_endpoint_chooses_the_file() -> None:
    link = link_to("file:/dev/usb/lp0", SerialLine(), SystemClock())
    assert isinstance(link.pipe, DeviceFileLink)
    assert link.endpoint == "file:/dev/usb/lp0"
