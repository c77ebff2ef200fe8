"""What the composition root refuses before anything is opened."""

from __future__ import annotations

import pytest

from kiosk.app.wiring import check_templates
from kiosk.core.errors import CatalogueError
from services.catalogue.loader import load_catalogue
from services.documents.maker import TypstDocumentMaker


def test_every_template_of_the_catalogue_is_there() -> None:
    check_templates(load_catalogue(), TypstDocumentMaker().names())


def test_a_template_that_is_not_there_stops_the_start() -> None:
    with pytest.raises(CatalogueError, match="no template"):
        check_templates(load_catalogue(), frozenset())
