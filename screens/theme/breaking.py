"""Breaks text into lines the way Chinese and English are set.

Chinese breaks between any two characters, except that closing marks never begin
a line and opening marks never end one; Latin words and numbers stay whole unless
one alone is wider than the line.
"""

from __future__ import annotations

from collections.abc import Callable

_CLOSING = frozenset(
    ",.;:!?)]}%\u2103\u2026\u00b7\u2019\u201d\u3001\u3002\u3009\u300b\u300d\u300f"
    "\u3011\u3015\uff01\uff05\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3d\uff5d"
)
"""Marks that close or end something, half and full width."""
_OPENING = frozenset(
    "([{\u00a5\u2018\u201c\u3008\u300a\u300c\u300e\u3010\u3014\uff08\uff3b\uff5b\uffe5"
)
"""Marks that open something, half and full width."""

Width = Callable[[str], float]


def pieces(text: str) -> list[str]:
    """Split one paragraph into parts that may not be broken inside."""
    parts: list[str] = []
    for char in text:
        if parts and _joins(parts[-1], char):
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _joins(before: str, char: str) -> bool:
    last = before[-1]
    if char == " ":
        return True
    if last == " ":
        return False
    if char in _CLOSING or last in _OPENING:
        return True
    return _latin(last) and _latin(char)


def _latin(char: str) -> bool:
    return ord(char) < 0x2E80 and not char.isspace()


def break_lines(text: str, room: float, width: Width) -> tuple[str, ...]:
    """Break a text into lines no wider than ``room`` pixels.

    The last line is not left with a single character where the one before can
    spare some.
    """
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines.extend(_broken(pieces(paragraph), room, width))
    return tuple(lines) or ("",)


def _broken(parts: list[str], room: float, width: Width) -> list[str]:
    lines: list[list[str]] = [[]]
    used = 0.0
    for part in parts:
        for bit in _cut(part, room, width):
            wide = width(bit)
            if lines[-1] and used + width(bit.rstrip()) > room:
                lines.append([])
                used = 0.0
            lines[-1].append(bit)
            used += wide
    if len(lines) > 1 and len("".join(lines[-1]).strip()) <= 2 and len(lines[-2]) > 4:
        lines[-1].insert(0, lines[-2].pop())
        if width("".join(lines[-1])) > room:
            lines[-2].append(lines[-1].pop(0))
    return ["".join(line).rstrip() for line in lines]


def _cut(part: str, room: float, width: Width) -> list[str]:
    """Cut a part that is alone wider than the line."""
    if width(part.rstrip()) <= room:
        return [part]
    bits = [""]
    for char in part:
        if bits[-1] and width(bits[-1] + char) > room:
            bits.append("")
        bits[-1] += char
    return bits
