"""Data fields of ZVT APDUs: bitmaps (BMP), packed digits, TLV containers.

A bitmap is one tag byte and its data: of a fixed length, of a length written in front
as digits (``Fx Fy`` = 10x+y), or, for tag 06, a TLV container. Lengths as in the
specification's "Summary of utilised BMPs". Card data that nobody here needs is passed
over, and a card number is masked, before anything leaves this module.
"""

from __future__ import annotations

import re
from typing import Final

AMOUNT: Final = 0x04
TLV: Final = 0x06
TRACE: Final = 0x0B
TIME: Final = 0x0C
DATE: Final = 0x0D
STATUS_BYTE: Final = 0x19
CARD_NUMBER: Final = 0x22
RESULT: Final = 0x27
TERMINAL_ID: Final = 0x29
ORIGINAL_TRACE: Final = 0x37
AUTHORISATION: Final = 0x3B
CURRENCY: Final = 0x49
RECEIPT: Final = 0x87
CARD_TYPE: Final = 0x8A
CARD_NAME: Final = 0x8B

_DIGITS_2, _DIGITS_3, _TLV = -2, -3, 0
_LENGTHS: dict[int, int] = {
    **dict.fromkeys((0x01, 0x02, 0x03, 0x05, 0x19, 0x27, 0x8A, 0x8C, 0xA0), 1),
    **dict.fromkeys((0xD0, 0xD2, 0xD3, 0xE0, 0xE9, 0xEA, 0xF0), 1),
    **dict.fromkeys((0xF9, 0xFA, 0xFB, 0xFC, 0xFD), 1),
    **dict.fromkeys((0x0D, 0x0E, 0x17, 0x3A, 0x49, 0x87), 2),
    **dict.fromkeys((0x0B, 0x0C, 0x37, 0x3D, 0x88, 0xAA), 3),
    **dict.fromkeys((0x29,), 4),
    **dict.fromkeys((0xBA,), 5),
    **dict.fromkeys((0x04,), 6),
    **dict.fromkeys((0x3B, 0xEB), 8),
    **dict.fromkeys((0x2A,), 15),
    **dict.fromkeys((0x22, 0x23, 0x2D, 0x8B, 0xA7, 0xD1), _DIGITS_2),
    **dict.fromkeys((*range(0xE1, 0xE9), *range(0xF1, 0xF9)), _DIGITS_2),
    **dict.fromkeys((0x24, 0x2E, 0x3C, 0x60, 0x9A, 0xAF), _DIGITS_3),
    TLV: _TLV,
}
_SECRET = frozenset({0x0E, 0x23, 0x24, 0x2D, 0x2E, 0x3A, 0xA7, 0xAF, 0xD1})
"""Expiry date, tracks, chip data, verification value, PIN data: never kept."""

_CLEAR_HEAD, _CLEAR_TAIL, _SHORTEST_PAN = 6, 4, 12
_LONG_NUMBER = re.compile(r"\d(?:[ ]?\d){11,}")


def read_fields(data: bytes) -> dict[int, bytes]:
    """Return the data of every bitmap by tag, up to the first that is not understood.

    A card number comes out as ASCII, masked; secret card data does not come out.
    """
    fields: dict[int, bytes] = {}
    at = 0
    while at < len(data):
        tag = data[at]
        span = _span(tag, data, at + 1)
        if span is None:
            break
        start, end = span
        if tag == CARD_NUMBER:
            fields[tag] = mask_card_number(data[start:end]).encode()
        elif tag not in _SECRET:
            fields[tag] = data[start:end]
        at = end
    return fields


def field(tag: int, data: bytes) -> bytes:
    """Return one bitmap of fixed length.

    Raises:
        ValueError: the tag is not known, or has another length.
    """
    if _LENGTHS.get(tag) != len(data):
        raise ValueError(f"BMP {tag:02X} does not take {len(data)} bytes")
    return bytes([tag]) + data


def digits(value: int, count: int) -> bytes:
    """Return a number as packed digits of ``count`` bytes.

    Raises:
        ValueError: it has more digits than fit, or is negative.
    """
    text = f"{value:0{2 * count}d}"
    if value < 0 or len(text) > 2 * count:
        raise ValueError(f"{value} does not fit into {2 * count} digits")
    return bytes.fromhex(text)


def number(data: bytes | None) -> int | None:
    """Return packed digits as a number; ``None`` when they are none."""
    text = "" if data is None else data.hex()
    return int(text) if text.isdecimal() else None


def mask_card_number(packed: bytes) -> str:
    """Return a packed card number with at most six first and four last digits.

    E stands for a digit that the terminal has masked already, F fills up.
    """
    text = packed.hex().rstrip("f").replace("e", "*")
    shown = "".join(each if each.isdecimal() else "*" for each in text)
    if len(shown) < _SHORTEST_PAN:
        head = 0
    else:
        head = min(_CLEAR_HEAD, len(shown) - _CLEAR_TAIL)
    tail = shown[-_CLEAR_TAIL:] if len(shown) > _CLEAR_TAIL else "*" * len(shown)
    return shown[:head] + "*" * (len(shown) - head - len(tail)) + tail


def mask_text(text: str) -> str:
    """Hide every run of twelve or more digits in printed text."""
    return _LONG_NUMBER.sub(lambda found: "*" * len(found.group()), text)


def read_tlv(data: bytes) -> list[tuple[int, bytes]]:
    """Return the objects of a container in order, up to the first broken one."""
    objects: list[tuple[int, bytes]] = []
    at = 0
    while at < len(data):
        tag_end = at + 1
        if data[at] & 0x1F == 0x1F:
            while tag_end < len(data) and data[tag_end] & 0x80:
                tag_end += 1
            tag_end += 1
        span = _tlv_span(data, tag_end)
        if span is None:
            break
        start, end = span
        objects.append((int.from_bytes(data[at:tag_end], "big"), data[start:end]))
        at = end
    return objects


def _span(tag: int, data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the data of a bitmap begins and ends; ``None`` if it does not."""
    length = _LENGTHS.get(tag)
    if length is None:
        return None
    if length == _TLV:
        return _tlv_span(data, at)
    if tag == ORIGINAL_TRACE and data[at : at + 1] >= b"\xf0":
        length = _DIGITS_3  # written so by some terminals, instead of three digits
    if length < 0:
        places = data[at : at - length]
        if len(places) < -length or any(each & 0x0F > 9 for each in places):
            return None
        at -= length
        length = int("".join(str(each & 0x0F) for each in places))
    end = at + length
    return (at, end) if end <= len(data) else None


def _tlv_span(data: bytes, at: int) -> tuple[int, int] | None:
    if at >= len(data):
        return None
    length, start = data[at], at + 1
    if length & 0x80:
        count = length & 0x7F
        start += count
        if count not in (1, 2) or start > len(data):
            return None
        length = int.from_bytes(data[at + 1 : start], "big")
    end = start + length
    return (start, end) if end <= len(data) else None
