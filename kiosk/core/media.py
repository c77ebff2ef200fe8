"""What passes between devices, documents and people: frames, codes, paper."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]
"""Height x width x 3, blue-green-red, as OpenCV has it."""


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One picture of a camera.

    Attributes:
        taken_at: monotonic seconds of arrival.
        number: counts the frames of this camera since it was opened.
    """

    pixels: Pixels = field(repr=False)
    taken_at: float
    number: int

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Barcode:
    """One decoded code. The data may be worth money, so it is not in ``repr``."""

    data: bytes = field(repr=False)
    symbology: str = "unknown"

    @property
    def text(self) -> str:
        """The data as text: UTF-8, else GB18030, else Latin-1."""
        for encoding in ("utf-8", "gb18030"):
            try:
                return self.data.decode(encoding)
            except UnicodeDecodeError:
                continue
        return self.data.decode("latin-1")


class Align(StrEnum):
    """Where a receipt line stands."""

    LEFT = "left"
    CENTRE = "centre"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """One thing on a receipt, top to bottom.

    Exactly one of the three is meant: ``text`` (with ``value`` set it is a row,
    label left and value right), ``qr`` (a square code of that text), ``rule`` (a
    line across).
    """

    text: str = ""
    value: str | None = None
    align: Align = Align.LEFT
    large: bool = False
    bold: bool = False
    qr: str | None = None
    rule: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """A slip for the receipt printer.

    Attributes:
        reference: number that links the paper to the journal (order, case).
    """

    reference: str
    lines: tuple[ReceiptLine, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """A finished document for the A4 printer.

    Attributes:
        name: job name without personal data.
        digest: SM3 of the bytes, 64 hex digits.
    """

    name: str
    content: bytes = field(repr=False)
    pages: int
    digest: str


class Settled(StrEnum):
    """What is known of a sheet after printing."""

    PRESENTED = "presented"
    """The printer's own counter says that every sheet came out."""
    NOT_PRINTED = "notPrinted"
    """Nothing came out, and nothing will: the job is gone from the printer."""
    PARTLY = "partly"
    """Some sheets came out; the rest will not."""
    UNKNOWN = "unknown"
    """Cannot be told from here: ask a person to look."""


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """How printing ended.

    Attributes:
        sheets: sheets that are known to have come out.
    """

    settled: Settled
    sheets: int = 0


@dataclass(frozen=True, slots=True)
class PrintedSheets:
    """Progress while printing."""

    done: int
    total: int
    at: datetime | None = None
