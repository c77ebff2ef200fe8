"""BER-TLV, as chip cards write it (ISO/IEC 8825-1, EMV book 3 annex B).

Strict: what does not add up is refused, because a card that is pulled or dirty may
answer anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kiosk.core.errors import DeviceProtocolError

_DEEPEST = 8
_MOST = 512


class CardDataError(DeviceProtocolError):
    """What the card holds is not in order; the message holds nothing personal."""

    code = "device.card_data"


def parse(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield tag and value of each object, one level deep; 00 and FF are filler.

    Raises:
        CardDataError: lengths that do not add up.
    """
    at = 0
    while at < len(data):
        if data[at] in (0x00, 0xFF):
            at += 1
            continue
        tag, at = _tag(data, at)
        size, at = _size(data, at)
        if at + size > len(data):
            raise CardDataError("an object that is longer than what came")
        yield tag, data[at : at + size]
        at += size


def walk(data: bytes, _depth: int = 0) -> Iterator[tuple[int, bytes]]:
    """Yield every object, those inside others after the one that holds them.

    Raises:
        CardDataError: lengths that do not add up, or too many layers.
    """
    if _depth > _DEEPEST:
        raise CardDataError("objects inside objects without end")
    for tag, value in parse(data):
        yield tag, value
        if _constructed(tag):
            yield from walk(value, _depth + 1)


def find(data: bytes, wanted: int) -> bytes | None:
    """Return the first value of a tag at any depth.

    Raises:
        CardDataError: lengths that do not add up.
    """
    found = [value for tag, value in walk(data) if tag == wanted]
    return found[0] if found else None


def parse_list(data: bytes) -> Sequence[tuple[int, int]]:
    """Read a data object list: tags and lengths, without values (PDOL).

    Raises:
        CardDataError: it ends in the middle, or wants too much.
    """
    at = 0
    wanted: list[tuple[int, int]] = []
    while at < len(data):
        tag, at = _tag(data, at)
        if at >= len(data):
            raise CardDataError("a list that ends in the middle")
        wanted.append((tag, data[at]))
        at += 1
    if sum(size for _tag_, size in wanted) > _MOST:
        raise CardDataError("a list that wants too much")
    return wanted


def _tag(data: bytes, at: int) -> tuple[int, int]:
    """A tag ends with the first byte without its highest bit, after the first."""
    start = at
    at += 1
    if data[start] & 0x1F == 0x1F:
        while at < len(data) and data[at] & 0x80:
            at += 1
        at += 1
    if at > len(data) or at - start > 4:
        raise CardDataError("a tag without an end")
    return int.from_bytes(data[start:at], "big"), at


def _size(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data):
        raise CardDataError("an object without a length")
    first = data[at]
    if first < 0x80:
        return first, at + 1
    count = first & 0x7F
    if not 1 <= count <= 2 or at + 1 + count > len(data):
        raise CardDataError("a length that is none")
    return int.from_bytes(data[at + 1 : at + 1 + count], "big"), at + 1 + count


def _constructed(tag: int) -> bool:
    first = tag
    while first > 0xFF:
        first >>= 8
    return bool(first & 0x20)
