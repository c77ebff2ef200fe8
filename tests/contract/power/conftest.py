"""The NUT driver at one end of a real socket, the simulated service at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.kit.subject import Stand
from tests.contract.power.subject import LIVE, supply_stand


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    """A supply that is looked at all the time."""
    async with supply_stand(LIVE) as stand:
        yield stand
