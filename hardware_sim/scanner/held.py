"""A code held in front of a scanner's window, and what kind of code it is."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_CODE = 2048
"""Bytes of the largest QR code that the modules decode."""

KINDS = ("qrCode", "code128", "ean13", "pdf417", "dataMatrix")

AIM_MARKS = {
    "qrCode": b"]Q1",
    "code128": b"]C0",
    "ean13": b"]E0",
    "pdf417": b"]L2",
    "dataMatrix": b"]d1",
}
"""What a module puts before a code when AIM identifiers are on (ISO/IEC 15424)."""


@dataclass(slots=True)
class Held:
    """A code held in front of the window.

    Attributes:
        readable: False for a code that is torn or smeared: it is never decoded.
        delivered: the module has read it since it was held up.
    """

    text: str
    encoding: str = "utf-8"
    kind: str = "qrCode"
    readable: bool = True
    delivered: bool = False

    def code(self, encoding: str | None = None) -> bytes:
        """Return the bytes of the code; the module may convert its text."""
        return self.text.encode(encoding or self.encoding, "replace")


def kind_of(text: str) -> str:
    """Guess what a text is printed as: 13 digits with their check digit as EAN-13."""
    digits = text.isascii() and text.isdigit()
    if digits and len(text) == 13 and _ean_check(text[:12]) == text[12]:
        return "ean13"
    return "code128" if digits and len(text) <= 24 else "qrCode"


def _ean_check(twelve: str) -> str:
    odd, even = (sum(int(digit) for digit in twelve[start::2]) for start in (0, 1))
    return str(-(odd + 3 * even) % 10)
