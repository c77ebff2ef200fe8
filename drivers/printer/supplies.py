"""What a printer says of its toner and paper, for diagnostics: pure.

``marker-levels`` (RFC 8011's successors, PWG 5100.9) are percent of ``marker-high-
levels``; ``printer-input-tray`` and ``printer-supply`` (PWG 5100.13 section 5.5) are
texts like ``type=toner;maxcapacity=100;level=74;`` in octets, of which only numbers
are taken. -1 to -3 stand for "other", "unknown" and "some" and are no level.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from drivers.printer.message import Group, Value

SUPPLY_ATTRIBUTES = (
    "marker-names",
    "marker-levels",
    "marker-types",
    "printer-input-tray",
    "printer-impressions-completed",
    "printer-media-sheets-completed",
    "printer-up-time",
)

_LEVEL = re.compile(r"\s*-?[0-9]{1,9}\s*")
_TONER = frozenset({"toner", "toner-cartridge", "ink", "ink-cartridge"})
_COUNTERS = ("printer-impressions-completed", "printer-media-sheets-completed")


def read_supplies(printer: Group) -> Mapping[str, object]:
    """Return what is told, ready for JSON; what is not told is left out.

    Keys: ``tonerPercent`` (the lowest cartridge), ``traySheets``, and the printer's
    own counters under their IPP names.
    """
    told: dict[str, object] = {}
    toner = _toner(printer)
    if toner is not None:
        told["tonerPercent"] = toner
    sheets = [_number(value, "level") for value in printer.values("printer-input-tray")]
    known = [each for each in sheets if each is not None and each >= 0]
    if known:
        told["traySheets"] = sum(known)
    for name in _COUNTERS:
        count = printer.integer(name)
        if count is not None:
            told[name] = count
    return told


def _toner(printer: Group) -> int | None:
    types = printer.texts("marker-types")
    levels = printer.integers("marker-levels")
    if len(types) != len(levels):
        types = ("toner",) * len(levels)
    found = [
        level
        for kind, level in zip(types, levels, strict=True)
        if kind in _TONER and 0 <= level <= 100
    ]
    return min(found, default=None)


def _number(value: Value, key: str) -> int | None:
    if not isinstance(value, bytes):
        return None
    for field in value.decode("utf-8", "replace").split(";"):
        name, _, text = field.partition("=")
        if name.strip() == key and _LEVEL.fullmatch(text):
            return int(text)
    return None
