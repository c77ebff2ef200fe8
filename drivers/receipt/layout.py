"""Text in columns: a Chinese character takes two, everything else in ASCII one."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"[!-~]+| +|.", re.DOTALL)

_SAME_LOOK = {"\u00a5": "\uffe5", "\u00a0": " ", "\u2013": "-", "\u2022": "\u00b7"}
"""Characters that two-byte printers lack, and the one they have in its place."""


def clean(text: str) -> str:
    """Return the text without control characters: a name must not command a printer."""
    replaced = "".join(_SAME_LOOK.get(character, character) for character in text)
    return "".join(
        " " if unicodedata.category(character) in ("Cc", "Cs") else character
        for character in unicodedata.normalize("NFC", replaced)
    )


def columns(text: str) -> int:
    """Return the number of columns the text takes."""
    return sum(1 if character.isascii() else 2 for character in text)


def wrap(text: str, width: int) -> list[str]:
    """Break the text into lines of at most ``width`` columns.

    Words of ASCII stay whole where they fit on a line; an empty text is one line.
    """
    lines = [""]
    for piece in _WORD.findall(text):
        if columns(lines[-1]) + columns(piece) <= width:
            lines[-1] += piece
        elif piece.isspace():
            lines.append("")
        else:
            _append_long(lines, piece, width)
    return [line.rstrip() for line in lines]


def _append_long(lines: list[str], piece: str, width: int) -> None:
    if columns(piece) <= width:
        lines.append(piece)
        return
    for character in piece:
        if columns(lines[-1]) + columns(character) > width:
            lines.append("")
        lines[-1] += character


def row(label: str, value: str, width: int) -> list[str]:
    """Set the label left and the value right, on as few lines as they need."""
    gap = width - columns(label) - columns(value)
    if gap >= 1:
        return [label + " " * gap + value]
    lines = wrap(label, width)
    values = wrap(value, width)
    return lines + [" " * (width - columns(part)) + part for part in values]
