"""The SSP driver at one end of a real pty, the simulated validator at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.cash.subject import PaperBook, till
from tests.contract.kit.subject import Stand


@pytest.fixture
def book() -> PaperBook:
    """A book without rows."""
    return PaperBook()


@pytest.fixture
async def stand(tmp_path: Path, book: PaperBook) -> AsyncIterator[Stand]:
    """A validator with an empty box."""
    async with till(tmp_path, book) as stand:
        yield stand
