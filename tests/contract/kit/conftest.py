"""One hall for each module of the kit: stands are opened once and used again."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.kit.hall import Hall
from tests.contract.kit.job import Job


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def hall(
    anyio_backend: str,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Hall]:
    hall = Hall(tmp_path_factory.mktemp, _chosen(request))
    yield hall
    await hall.shut()


def _chosen(request: pytest.FixtureRequest) -> list[Job]:
    """Return the jobs of this module that were asked for, in their order."""
    found = []
    for item in request.session.items:
        if isinstance(item, pytest.Function) and item.module is request.module:
            if (spec := getattr(item, "callspec", None)) and "job" in spec.params:
                found.append(spec.params["job"])
    return found
