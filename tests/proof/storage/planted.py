"""Storage bugs that are planted on purpose: a campaign that lets one live is blind."""

from __future__ import annotations

import os

VARIABLE = "KIOSK24_PLANTED"


def plant_from_environment() -> None:
    """Plant the bug that the parent asked for, in this process."""
    name = os.environ.get(VARIABLE, "")
    if name:
        raise ValueError(name)
