"""A camera as barcode reader, against codes before the simulated lens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from drivers.camera.codes import driver
from drivers.camera.codes.driver import CodesCamera, CodesOptions
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.health import HealthLevel, HealthVerdict
from tests.contract.camera.conftest import QUICK

PAYMENT_CODE = "134567890123456789"


@pytest.fixture
async def reader(bench: Any) -> AsyncIterator[CodesCamera]:
    spec = DriverSpec("scanner", bench.endpoint, SystemClock(), bench.log)
    options = CodesOptions(pictures_per_second=30.0, same_code_s=0.6)
    camera = CodesCamera(spec, options, QUICK)
    yield camera
    await camera.close()


@pytest.mark.parametrize("bench", ["face", "document", "face rtsp"], indirect=True)
async def test_a_payment_code_on_a_phone_is_read(bench, reader) -> None:
    await bench.do("present", code=PAYMENT_CODE)
    completion = await reader.read(timeout_s=5)
    assert completion.ok, completion
    assert completion.payload.text == PAYMENT_CODE
    assert completion.payload.symbology == "qrCode"
    assert reader.latest() is None
    assert PAYMENT_CODE not in repr((completion, bench.diary))


@pytest.mark.parametrize("bench", ["document"], indirect=True)
@pytest.mark.parametrize(
    ("code", "kind"),
    [("6901234567892", "ean13"), (PAYMENT_CODE, "code128"), ("K24-2026", "code128")],
)
async def test_bars_are_read(bench, reader, code, kind) -> None:
    await bench.do("present", code=code, kind=kind)
    completion = await reader.read(timeout_s=5)
    assert (completion.payload.text, completion.payload.symbology) == (code, kind)


@pytest.mark.parametrize("bench", ["document"], indirect=True)
@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
async def test_chinese_comes_as_the_bytes_that_the_code_holds(
    bench, reader, encoding
) -> None:
    text = "涪山区水务 户号1001"
    await bench.do("present", code=text, encoding=encoding)
    completion = await reader.read(timeout_s=5)
    assert completion.payload.data == text.encode(encoding)
    assert completion.payload.text == text


@pytest.mark.parametrize("bench", ["face"], indirect=True)
async def test_nothing_held_up_is_a_time_out_with_the_camera_off(
    bench, reader, eventually
) -> None:
    completion = await reader.read(timeout_s=0.5)
    assert completion.code is CompletionCode.TIME_OUT
    assert reader.status.detail["scanner"] == "off"
    await eventually(lambda: bench.sim.state()["viewers"] == 0)


@pytest.mark.parametrize("bench", ["face"], indirect=True)
async def test_a_code_held_up_later_is_waited_for(bench, reader, eventually) -> None:
    async with anyio.create_task_group() as tasks:

        async def show() -> None:
            await eventually(lambda: reader.status.detail.get("scanner") == "on")
            await bench.do("present", code=PAYMENT_CODE)

        tasks.start_soon(show)
        completion = await reader.read(timeout_s=8)
    assert completion.payload.text == PAYMENT_CODE


@pytest.mark.parametrize("bench", ["face"], indirect=True)
async def test_cancel_lets_the_camera_go(bench, reader, eventually) -> None:
    async with anyio.create_task_group() as tasks:

        async def stop() -> None:
            await eventually(lambda: reader.status.detail.get("scanner") == "on")
            await reader.cancel()

        tasks.start_soon(stop)
        completion = await reader.read(timeout_s=10)
    assert completion.code is CompletionCode.CANCELED
    await eventually(lambda: bench.sim.state()["viewers"] == 0)


@pytest.mark.parametrize("bench", ["document"], indirect=True)
async def test_the_same_code_at_once_again_is_one_showing(bench, reader) -> None:
    await bench.do("present", code=PAYMENT_CODE)
    assert (await reader.read(timeout_s=5)).ok
    again = await reader.read(timeout_s=0.3)
    assert again.code is CompletionCode.TIME_OUT


@pytest.mark.parametrize("bench", ["face"], indirect=True)
async def test_unplugged_while_waiting(bench, reader, eventually) -> None:
    async with anyio.create_task_group() as tasks:

        async def pull() -> None:
            await eventually(lambda: reader.status.detail.get("scanner") == "on")
            await bench.do("disconnect")

        tasks.start_soon(pull)
        completion = await reader.read(timeout_s=10)
    assert not completion.ok
    assert not reader.status.usable
    await bench.do("heal")
    assert (await reader.reset()).ok
    assert reader.status.state is DeviceState.ONLINE


@pytest.mark.parametrize("bench", ["document"], indirect=True)
async def test_every_test_passes_with_a_code_held_up(bench, reader) -> None:
    await bench.do("present", code=PAYMENT_CODE)
    report = await reader.check_health(HealthLevel.INTERACTIVE)
    assert report.verdict is HealthVerdict.PASS, report
    assert [check.name for check in report.checks] == ["device", "stream", "code"]


@pytest.mark.parametrize("bench", ["face"], indirect=True)
async def test_a_code_in_a_frozen_picture_is_somebody_elses(bench, reader) -> None:
    await bench.do("present", code=PAYMENT_CODE)
    await bench.do("freeze", mode="repeat")
    completion = await reader.read(timeout_s=4)
    assert completion.error_code == "pictureFrozen"
    assert completion.payload is None


@pytest.mark.parametrize("bench", ["face"], indirect=True)
async def test_a_machine_without_zbar_says_what_is_missing(
    bench, reader, monkeypatch, eventually
) -> None:
    def absent() -> None:
        raise ImportError("Unable to find zbar shared library")

    monkeypatch.setattr(driver, "load_decoders", absent)
    completion = await reader.read(timeout_s=5)
    assert completion.code is CompletionCode.SOFTWARE_ERROR
    assert completion.description == "Unable to find zbar shared library"
    assert reader.status.detail["scanner"] == "inop"
    await eventually(lambda: bench.sim.state()["viewers"] == 0)
