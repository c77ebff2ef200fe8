"""Fixtures of the system tests: everything is real, only some waits are shorter."""

from __future__ import annotations

import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.system.hall import Hall
from tests.system.haste import HOST_MODE


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


HOSTED = frozenset(
    (
        *("test_card_terminal", "test_device_host", "test_good_days"),
        *("test_identity_troubles", "test_killed", "test_meter_cards"),
        *("test_paper_troubles", "test_vendor_mode"),
    )
)
"""Where devices matter, drivers run as on a machine: in the device host. The others
save its start."""

INSIDE = frozenset(
    # A host whose kiosk is gone cancels at the terminal: nothing would be approved.
    {"test_killed_while_the_terminal_has_the_card_and_the_bank_approves"}
)


@pytest.fixture(autouse=True)
def host_mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say where drivers run in this test, unless the caller said so for all."""
    if HOST_MODE not in os.environ:
        hosted = request.path.stem in HOSTED and request.node.name not in INSIDE
        monkeypatch.setenv(HOST_MODE, "process" if hosted else "inside")


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Every device of one terminal, the platform and the network, to act on."""
    opened = await Hall.open(tmp_path / "hall")
    try:
        yield opened
    finally:
        await opened.rig.stop()
