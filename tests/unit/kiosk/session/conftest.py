"""The catalogue and words that are shipped, and terminals made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.core.matter import Catalogue
from kiosk.core.words import Translator
from kiosk.locale.translator import load_translator
from services.catalogue.loader import load_catalogue
from tests.flows.citizens import EVERYTHING, MACHINE
from tests.flows.script import FlowTest


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def words() -> Translator:
    return load_translator()


@pytest.fixture
def visit(catalogue: Catalogue, words: Translator) -> Callable[..., FlowTest]:
    """Return a maker of terminals, ``without`` naming what is broken."""

    def make(*, without: tuple[str, ...] = ()) -> FlowTest:
        available = EVERYTHING - frozenset(without)
        return FlowTest(catalogue, words, replace(MACHINE, available=available))

    return make
