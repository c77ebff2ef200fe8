"""SM3 against published answers, and the check at start-up."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.core.errors import SettingsError
from services.crypto import sm3


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """What a test makes of ``hashlib`` is not kept for the next one."""
    sm3._blank.cache_clear()
    yield
    sm3._blank.cache_clear()


def test_start_up_check_passes_on_this_python() -> None:
    sm3.check_crypto()


def test_digest_of_nothing_is_known() -> None:
    assert sm3.sm3_hex(b"") == (
        "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"
    )


def test_a_python_without_sm3_is_a_settings_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_sm3(name: str, data: bytes = b"") -> Any:
        raise ValueError(f"unsupported hash type {name}")

    monkeypatch.setattr(hashlib, "new", without_sm3)
    with pytest.raises(SettingsError):
        sm3.check_crypto()


def test_a_python_without_hmac_sm3_is_a_settings_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def without_sm3(key: bytes, message: bytes, digest: str) -> Any:
        raise ValueError(f"unsupported hash type {digest}")

    monkeypatch.setattr(hmac, "new", without_sm3)
    with pytest.raises(SettingsError):
        sm3.check_crypto()


def test_a_python_with_a_wrong_sm3_is_a_settings_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = hashlib.new
    monkeypatch.setattr(hashlib, "new", lambda _: real("sha256"))
    with pytest.raises(SettingsError):
        sm3.check_crypto()


def test_a_python_with_a_wrong_hmac_is_a_settings_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = hmac.new
    monkeypatch.setattr(hmac, "new", lambda key, text, _: real(key, text, "sha256"))
    with pytest.raises(SettingsError):
        sm3.check_crypto()


def test_mac_comparison_takes_either_case() -> None:
    mac = sm3.hmac_sm3_hex(b"key", b"text")
    assert sm3.same_mac(mac, mac.upper())
    assert not sm3.same_mac(mac, mac[:-1] + ("0" if mac[-1] != "0" else "1"))
    assert not sm3.same_mac(mac, "")
