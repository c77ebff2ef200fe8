"""Every device that settings may name has its port."""

from __future__ import annotations

from dataclasses import fields
from typing import get_args

from kiosk.app.settings import DeviceName
from kiosk.session.ports import Ports


def test_each_name_of_the_settings_is_a_port() -> None:
    ports = {field.name for field in fields(Ports)}
    assert {name.replace("-", "_") for name in get_args(DeviceName)} <= ports
