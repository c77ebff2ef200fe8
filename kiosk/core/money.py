"""Money is an integer number of fen. There is no float anywhere near it."""

from __future__ import annotations

from typing import NewType

from kiosk.core.errors import InputInvalid

Fen = NewType("Fen", int)
"""One hundredth of a yuan (CNY)."""


def yuan_text(amount: Fen) -> str:
    """Write an amount the way a citizen reads it: ``8640`` becomes ``86.40``."""
    sign = "-" if amount < 0 else ""
    yuan, fen = divmod(abs(amount), 100)
    return f"{sign}{yuan}.{fen:02d}"


def parse_yuan(text: str) -> Fen:
    """Read an amount typed by a person: digits, at most two after the point.

    Raises:
        InputInvalid: the text is not such an amount.
    """
    whole, _, fraction = text.strip().partition(".")
    digits = whole + fraction
    if not (digits.isascii() and digits.isdigit()) or len(fraction) > 2 or not whole:
        raise InputInvalid("not an amount of yuan")
    return Fen(int(whole) * 100 + int(fraction.ljust(2, "0")))
