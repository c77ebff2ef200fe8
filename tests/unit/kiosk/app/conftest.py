"""What several tests of this folder stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kiosk.core.bodies import AttractBody
from tests.unit.kiosk.app.vendor_stand import Kiosk, listening


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    """A kiosk that waits for citizens."""
    made = Kiosk(tmp_path)
    async with listening(made) as tasks:
        tasks.start_soon(made.session.run)
        await made.shows(AttractBody)
        yield made
