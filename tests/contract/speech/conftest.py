"""The machine's voice at one end of a socket, a loudspeaker at the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.contract.kit.subject import Stand
from tests.contract.speech.subject import stand as make_stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    """A voice with one recorded prompt."""
    async with make_stand(tmp_path) as stand:
        yield stand
