"""The ZVT driver as the composition root makes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from drivers.payment.zvt.driver import ZvtTerminal, create
from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError


def made(endpoint: str, **options: object) -> ZvtTerminal:
    spec = DriverSpec(
        "payment", endpoint, SystemClock(), lambda *_, **__: None, options
    )
    return create(spec)


async def test_making_the_driver_opens_nothing(tmp_path: Path) -> None:
    device = made(str(tmp_path / "not-there"))
    assert device.status.state is DeviceState.STARTING
    assert device.info.interfaces["ExtPayment"][0] == "Authorise"
    completion = await device.open()
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert device.status.state is DeviceState.NO_DEVICE
    assert not (await device.reset()).ok
    await device.cancel()
    await device.close()
    await device.close()


@pytest.mark.parametrize(
    "options",
    [
        {"colour": "red"},
        {"baudrate": 1234},
        {"password": "12345"},
        {"password": "12345a"},
        {"currency": 1000},
        {"utc_offset_h": 15},
    ],
)
def test_a_wrong_option_is_a_settings_error(options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        made("/dev/ttyS1", **options)


def test_the_password_is_not_shown() -> None:
    device = made("/dev/ttyS1", password="314159")
    assert "314159" not in repr(device._options)
