"""Which screen shows which body: one entry per class, loaded when first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from kiosk.core import views
from screens.shell.home import HomeScreen

SCREENS: Mapping[type, Callable[[], Any]] = MappingProxyType(
    {
        views.HomeBody: HomeScreen,
    }
)


def screen_for(kind: type) -> Any:
    """Make the screen of a body class.

    Raises:
        KeyError: if there is none, which a test makes impossible.
    """
    return SCREENS[kind]()
