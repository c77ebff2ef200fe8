"""``[host]`` of the settings file: where drivers run, and who else may use devices."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.app.host import tcp_address
from kiosk.app.settings import Settings, load_settings, load_token
from kiosk.core.errors import SettingsError

PLAIN = """
terminal = "A-0317"
[platform]
base_url = "https://platform.city.example"
key_file = "/etc/kiosk24/terminal.key"
[store]
directory = "/var/lib/kiosk24"
"""


def _read(tmp_path: Path, host: str = "") -> Settings:
    path = tmp_path / "kiosk.toml"
    path.write_text(f"{PLAIN}\n{host}", "utf-8")
    return load_settings(path)


def test_drivers_run_apart_unless_the_settings_say_otherwise(tmp_path: Path) -> None:
    assert _read(tmp_path).host.mode == "process"
    assert _read(tmp_path, '[host]\nmode = "inside"').host.mode == "inside"
    assert tcp_address(_read(tmp_path)) is None


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('mode = "elsewhere"', "host.mode"),
        ("port = 5846", "port and token_file go together"),
        ('token_file = "/x"', "port and token_file go together"),
        ('port = 80\ntoken_file = "/x"', "host.port"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, lines: str, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        _read(tmp_path, f"[host]\n{lines}")


def test_loopback_has_the_port_and_the_token(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("0123456789abcdef\n")
    token.chmod(0o600)
    settings = _read(tmp_path, f'[host]\nport = 5846\ntoken_file = "{token}"')
    address = tcp_address(settings)
    assert address is not None
    assert address.uri("idcard") == "ws://127.0.0.1:5846/xfs4iot/v1.0/idcard"
    assert address.headers == {"Authorization": "Bearer 0123456789abcdef"}
    assert "0123456789" not in repr(address)


@pytest.mark.parametrize(
    ("content", "mode", "says"),
    [
        (b"0123456789abcdef", 0o644, "others may read it"),
        (b"short", 0o600, "shorter than 16"),
        ("十六个字符以上的中文口令放在这里".encode(), 0o600, "not plain text"),
    ],
)
def test_a_bad_token_file_is_refused(
    tmp_path: Path, content: bytes, mode: int, says: str
) -> None:
    path = tmp_path / "token"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(SettingsError, match=says):
        load_token(path)
