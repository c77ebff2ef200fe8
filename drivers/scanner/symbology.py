"""Kinds of code: AIM identifiers (ISO/IEC 15424) to XFS4IoT's symbology names.

] | letter of the symbology | modifier | data ...
"""

from __future__ import annotations

import re

UNKNOWN = "unknown"

_MARK = re.compile(rb"\](?P<letter>[A-Za-z])(?P<modifier>[0-9A-Za-z])")
MARK_LENGTH = 3

_BY_LETTER = {
    b"A": "code39",
    b"B": "telepenAim",
    b"C": "code128",
    b"E": "ean13",
    b"F": "codabar",
    b"G": "code93",
    b"H": "code11",
    b"I": "itf",
    b"L": "pdf417",
    b"M": "msi",
    b"P": "plessey",
    b"Q": "qrCode",
    b"R": "std2Of5Iata",
    b"S": "std2Of5",
    b"U": "maxiCode",
    b"d": "dataMatrix",
    b"e": "rss",
    b"h": "hanXin",
    b"z": "aztec",
}
_BY_MARK = {b"C1": "ean128", b"E4": "ean8"}
"""Modifiers that name another symbology. UPC-A and UPC-E come as EAN-13, ``]E0``."""


def symbology_of(data: bytes) -> str | None:
    """Return the kind that a mark at the beginning names.

    ``"unknown"`` for a mark of another kind, ``None`` when there is no mark.
    """
    mark = _MARK.match(data)
    if mark is None:
        return None
    letter = mark["letter"]
    return _BY_MARK.get(letter + mark["modifier"], _BY_LETTER.get(letter, UNKNOWN))


_NEXT = re.compile(rb"\r\n?(?=\][" + b"".join(_BY_LETTER) + rb"][0-9A-Za-z])")
"""The tail of a code with the mark of another one behind it."""


def codes_in(data: bytes) -> list[bytes]:
    """Return the codes that stand one behind the other, each with its mark."""
    return _NEXT.split(data)


def has_mark(data: bytes) -> bool:
    """Return whether something like a mark stands anywhere in it."""
    return _MARK.search(data) is not None
