"""Fixtures of the system tests: everything is real, only some waits are shorter."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.system.hall import Hall


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    """Every device of one terminal, the platform and the network, to act on."""
    opened = await Hall.open(tmp_path / "hall")
    try:
        yield opened
    finally:
        await opened.rig.stop()
