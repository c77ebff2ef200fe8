"""The settings file: checked whole, and what is wrong is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.app.drivers import known_drivers, make_driver
from kiosk.app.settings import DeviceSection, load_key, load_settings
from kiosk.core.clock import SystemClock
from kiosk.core.errors import SettingsError

GOOD = """
terminal = "A-0317"
site = "涪山市民中心"

[platform]
base_url = "https://platform.city.example"
key_file = "/etc/kiosk24/terminal.key"

[devices.idcard]
driver = "idcard.sam"
endpoint = "/dev/ttyS1"
options = { baudrate = 115200 }

[store]
directory = "/var/lib/kiosk24"

[window]
size = "1920x1080"
fullscreen = false

[patience]
idle_s = 60
"""


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "kiosk.toml"
    path.write_text(text, "utf-8")
    return path


def test_good_file_is_read(tmp_path: Path) -> None:
    settings = load_settings(_file(tmp_path, GOOD))
    assert settings.terminal == "A-0317"
    assert settings.window.pixels == (1920, 1080)
    assert settings.devices["idcard"].options == {"baudrate": 115200}
    assert settings.patience.idle_s == 60
    assert settings.patience.answer_s == 30


def test_what_may_be_left_out_has_a_value(tmp_path: Path) -> None:
    short = GOOD.partition("[devices.idcard]")[0] + '[store]\ndirectory = "/x"\n'
    settings = load_settings(_file(tmp_path, short))
    assert settings.devices == {}
    assert settings.window.pixels == (1080, 1920)


@pytest.mark.parametrize(
    ("good", "wrong", "named"),
    [
        ('terminal = "A-0317"', "", "terminal"),
        ('terminal = "A-0317"', 'terminal = ""', "terminal"),
        ('terminal = "A-0317"', f'terminal = "{"A" * 17}"', "terminal"),
        ('terminal = "A-0317"', 'terminal = "A-0317"\nterminl = "B"', "terminl"),
        ('base_url = "https://platform.city.example"', "", "platform.base_url"),
        ('key_file = "/etc/kiosk24/terminal.key"', "", "platform.key_file"),
        ("[devices.idcard]", "[devices.idcrd]", "devices.idcrd"),
        ('driver = "idcard.sam"', "", "devices.idcard.driver"),
        ('endpoint = "/dev/ttyS1"', "endpoint = 1", "devices.idcard.endpoint"),
        ("options = {", "option = {", "devices.idcard.option"),
        ('directory = "/var/lib/kiosk24"', "", "store.directory"),
        ('size = "1920x1080"', 'size = "large"', "window.size"),
        ("fullscreen = false", 'fullscreen = "perhaps"', "window.fullscreen"),
        ("idle_s = 60", "idle_s = 0", "patience.idle_s"),
        ("idle_s = 60", "idel_s = 60", "patience.idel_s"),
    ],
)
def test_wrong_field_is_named(tmp_path: Path, good, wrong, named) -> None:
    assert good in GOOD
    path = _file(tmp_path, GOOD.replace(good, wrong))
    with pytest.raises(SettingsError) as caught:
        load_settings(path)
    assert str(path) in str(caught.value)
    assert named in str(caught.value)


def test_file_that_is_not_there_or_no_toml(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load_settings(tmp_path / "none.toml")
    with pytest.raises(SettingsError, match=r"kiosk\.toml"):
        load_settings(_file(tmp_path, "terminal = "))
    path = tmp_path / "kiosk.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError, match=r"kiosk\.toml"):
        load_settings(path)


def test_key_is_read_when_nobody_else_can(tmp_path: Path) -> None:
    path = tmp_path / "terminal.key"
    path.write_text("00ff10\n")
    path.chmod(0o600)
    assert load_key(path) == b"\x00\xff\x10"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "terminal.key"
    path.write_text("00ff10\n")
    path.chmod(mode)
    with pytest.raises(SettingsError, match="others may read it"):
        load_key(path)


@pytest.mark.parametrize("text", ["not hexadecimal", "schlüssel", "0"])
def test_key_that_is_no_key_is_refused_and_not_quoted(tmp_path: Path, text) -> None:
    path = tmp_path / "terminal.key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(SettingsError) as caught:
        load_key(path)
    assert str(caught.value) == f"{path}: not hexadecimal"


def test_missing_key_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"terminal\.key"):
        load_key(tmp_path / "terminal.key")


def test_driver_that_is_not_installed_is_named_with_those_that_are() -> None:
    section = DeviceSection(driver="idcard.nosuch", endpoint="/dev/ttyS1")
    with pytest.raises(SettingsError) as caught:
        make_driver("idcard", section, SystemClock(), lambda event, **facts: None)
    assert "idcard.nosuch" in str(caught.value)
    for name in known_drivers():
        assert name in str(caught.value)


def test_known_drivers_are_made_without_touching_anything() -> None:
    section = DeviceSection(driver="idcard.sam", endpoint="/dev/does-not-exist")
    driver = make_driver("idcard", section, SystemClock(), lambda event, **facts: None)
    assert driver.info.name == "idcard"
