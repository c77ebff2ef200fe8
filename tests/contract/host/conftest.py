"""A device host at one end of a real socket, its client at the other."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.contract.host.bench import Bench


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    """One device of every kind, served; nobody is connected yet."""
    made = Bench(tmp_path)
    await made.start()
    try:
        yield made
    finally:
        await made.aclose()
