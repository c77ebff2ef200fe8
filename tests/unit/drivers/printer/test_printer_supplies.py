"""What printers say of toner and paper, also those that say it badly."""

from __future__ import annotations

import pytest

from drivers.printer.message import Attribute, Group
from drivers.printer.supplies import read_supplies
from drivers.printer.tags import GroupTag, ValueTag


def tray(*texts: bytes) -> Group:
    """Return a printer group that describes trays."""
    attribute = Attribute("printer-input-tray", ValueTag.OCTET_STRING, texts)
    return Group(GroupTag.PRINTER, (attribute,))


def test_sheets_of_all_trays_are_added_up() -> None:
    told = read_supplies(
        tray(b"type=a;level=120;status=0;", b"level=30;", b"level=-3;")
    )
    assert told == {"traySheets": 150}


@pytest.mark.parametrize(
    "text",
    [b"level=--5;", b"level=-;", b"level=;", b"level=" + b"9" * 5000, b"level=\xb2;"],
    ids=["two signs", "sign", "nothing", "endless", "no text"],
)
def test_a_level_that_is_none_is_left_out(text: bytes) -> None:
    assert read_supplies(tray(text)) == {}
