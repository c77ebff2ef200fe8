"""People as their documents describe them, and how to show them masked.

Number check: GB 11643-1999 (ISO 7064 MOD 11-2). Personal data never appears in
``repr``, so it cannot slip into a log by accident.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_CHARACTERS = "10X98765432"


class DocumentKind(StrEnum):
    """The four documents that a resident ID card module reads."""

    RESIDENT = "resident"
    HK_MACAO_TAIWAN_RESIDENCE = "hkMacaoTaiwanResidence"
    FOREIGN_PERMANENT_2017 = "foreignPermanent2017"
    FOREIGN_PERMANENT_2023 = "foreignPermanent2023"


class Sex(StrEnum):
    """Code of the chip: 1, 2, 0, 9 (GB/T 2261.1)."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True, repr=False)
class IdDocument:
    """What the chip of an identity document says.

    Attributes:
        ethnicity: Chinese name of the ethnic group (GB/T 3304), ``""`` where the
            document has none.
        valid_to: last day of validity, ``None`` for 长期.
        photo: the chip's picture block as it came (1024 bytes, WLT), or ``None``.
        portrait: the picture as PNG, 102 x 126, where a vendor's library decodes the
            block; ``None`` where there is none, or it failed.
        fingerprints: up to two blocks of 512 bytes as they came (GA 1012), not
            understood here; ``None`` when they were not asked for.
        module_id: number of the reader's security module, or ``""``.
    """

    kind: DocumentKind
    name: str
    sex: Sex
    ethnicity: str
    birth_date: date | None
    address: str
    number: str
    issuer: str
    valid_from: date | None
    valid_to: date | None
    english_name: str = ""
    photo: bytes | None = field(default=None)
    module_id: str = ""
    portrait: bytes | None = field(default=None)
    fingerprints: bytes | None = field(default=None)

    def __repr__(self) -> str:
        return f"IdDocument(kind={self.kind.value!r}, <redacted>)"


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """A citizen whom the platform has verified in this visit.

    Attributes:
        token: the platform's handle for this person, valid for this visit only.
        assurance: how sure the platform is: ``card``, ``card+face``.
    """

    name: str
    number: str
    token: str
    assurance: str
    document: IdDocument | None = None

    def __repr__(self) -> str:
        return f"Person(assurance={self.assurance!r}, <redacted>)"


def number_check_character(first_seventeen: str) -> str:
    """Return the 18th character of a citizen number.

    Args:
        first_seventeen: 17 ASCII digits.

    Raises:
        ValueError: other characters or another length.
    """
    if len(first_seventeen) != 17 or not (
        first_seventeen.isascii() and first_seventeen.isdigit()
    ):
        raise ValueError("17 digits expected")
    total = sum(
        int(digit) * weight
        for digit, weight in zip(first_seventeen, _WEIGHTS, strict=True)
    )
    return _CHECK_CHARACTERS[total % 11]


def is_citizen_number(text: str) -> bool:
    """Tell whether the text has the form, date and check of a citizen number."""
    if len(text) != 18 or not (text[:17].isascii() and text[:17].isdigit()):
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return number_check_character(text[:17]) == text[17].upper()


def masked_name(name: str) -> str:
    """Hide a name the way receipts do: 李芳 → 李*, 欧阳小雨 → 欧**雨."""
    if len(name) <= 1:
        return name
    if len(name) == 2:
        return name[0] + "*"
    return name[0] + "*" * (len(name) - 2) + name[-1]


def masked_number(number: str, head: int = 4, tail: int = 4) -> str:
    """Hide the middle of a number: ``3300 **** 1182``."""
    if len(number) <= head + tail:
        return "*" * len(number)
    return f"{number[:head]} **** {number[-tail:]}"
