"""One desk with an honest platform, on virtual time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from kiosk.core.bills import Bill
from tests.proof.world import loop
from tests.unit.services.payments.hall import Hall
from tests.unit.services.payments.play import BILL


@pytest.fixture
def virtually() -> Callable[[Coroutine[Any, Any, None]], None]:
    """Run a coroutine on virtual time."""
    return loop.virtually


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
def bill() -> Bill:
    return BILL
