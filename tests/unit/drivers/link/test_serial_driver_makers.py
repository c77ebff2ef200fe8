"""The drivers of serial kind as the composition root makes them."""

from __future__ import annotations

import tomllib
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from kiosk.core.clock import SystemClock
from kiosk.core.device import CompletionCode, DeviceState
from kiosk.core.driver import DriverSpec
from kiosk.core.errors import SettingsError

NAMES = (
    "idcard.sam",
    "scanner.gm65",
    "scanner.newland",
    "scanner.honeywell",
    "scanner.ssi",
    "receipt.escpos",
)


def made(name: str, endpoint: str, **options: object) -> Any:
    (point,) = entry_points(group="kiosk.drivers", name=name)
    spec = DriverSpec(
        name, endpoint, SystemClock(), lambda event, /, **facts: None, options
    )
    return point.load()(spec)


@pytest.mark.parametrize("name", NAMES)
async def test_making_a_driver_opens_nothing(name: str, tmp_path: Path) -> None:
    device = made(name, str(tmp_path / "not-there"))
    assert device.status.state is DeviceState.STARTING
    assert device.info.interfaces["Common"] == ("Status", "Capabilities", "Cancel")
    completion = await device.open()
    assert completion.code is CompletionCode.CONNECTION_LOST
    assert device.status.state is DeviceState.NO_DEVICE
    assert (await device.refresh_status()).state is DeviceState.NO_DEVICE
    assert not (await device.reset()).ok
    await device.cancel()
    await device.close()
    await device.close()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("options", [{"colour": "red"}, {"baudrate": 1234}])
def test_a_wrong_option_is_a_settings_error(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(SettingsError):
        made(name, "/dev/ttyS1", **options)


def test_a_rare_name_needs_a_font_that_is_there() -> None:
    with pytest.raises(SettingsError):
        made("receipt.escpos", "/dev/ttyS1", two_byte_only=True, font="/nowhere.ttc")


@pytest.mark.parametrize("name", NAMES)
def test_every_driver_says_what_it_is(name: str) -> None:
    (point,) = entry_points(group="kiosk.drivers", name=name)
    place = find_spec(point.module)
    assert place is not None and place.origin is not None
    path = Path(place.origin).with_name("manifest.toml")
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    assert manifest["entry_point"] == name
    assert manifest["tier"] in ("bronze", "silver", "gold", "platinum")
    assert manifest["limits"]
