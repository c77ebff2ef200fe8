"""Errors carry a code, a retry and facts; nothing else decides by their class."""

from __future__ import annotations

import pytest

from kiosk.core.errors import (
    CitizenError,
    DeviceMissing,
    InputInvalid,
    KioskError,
    OutcomeUnknown,
    PlatformRefused,
    PlatformUnreachable,
    Retry,
    StoreError,
)


def test_error_without_a_detail_shows_its_code() -> None:
    assert str(PlatformUnreachable()) == "platform.unreachable"


def test_detail_is_for_the_log() -> None:
    assert str(StoreError("disk full")) == "disk full"


def test_code_of_one_error_does_not_change_its_class() -> None:
    conflict = StoreError(code="store.conflict")
    assert conflict.code == "store.conflict"
    assert StoreError().code == "store.error"


def test_device_error_names_its_device() -> None:
    missing = DeviceMissing("no such file", device="idcard")
    assert missing.device == "idcard"
    assert missing.retry is Retry.LATER


def test_refusal_keeps_the_platforms_own_code() -> None:
    refused = PlatformRefused("bill is paid", reason="EQ0006")
    assert (refused.reason, refused.retry) == ("EQ0006", Retry.NEVER)


def test_context_is_a_copy_that_cannot_be_changed() -> None:
    facts: dict[str, object] = {"file": "a.toml"}
    error = KioskError(context=facts)
    facts["file"] = "b.toml"
    assert error.context == {"file": "a.toml"}
    with pytest.raises(TypeError):
        error.context["file"] = "c.toml"  # type: ignore[index]


def test_citizen_can_try_again_at_once() -> None:
    assert InputInvalid().retry is Retry.NOW
    assert isinstance(InputInvalid(), CitizenError)


def test_unknown_outcome_is_not_the_same_as_unreachable() -> None:
    assert not isinstance(OutcomeUnknown(), PlatformUnreachable)
