"""Bytes of the Internet Printing Protocol (RFC 8010 section 3).

    message    +-----------+------------------+---------------+
               | version   | operation or     | request-id    |
               | 02 00     | status, u16      | u32           |
               +-----------+------------------+---------------+
               | 01 operation attributes ...                  |
               | 02 job attributes ...      (0 to n groups)   |
               | 03 end of attributes                         |
               +----------------------------------------------+
               | document, up to the end of the HTTP body     |
               +----------------------------------------------+

    attribute  | value tag | name length u16 | name | value length u16 | value |
    next value | value tag | 00 00           |      | value length u16 | value |

All numbers are big-endian; delimiters are below 0x10, value tags from 0x10 on.
Decoding never looks outside the bytes it was given, takes at most ``MAX_BYTES``,
and turns everything it cannot read into ``DeviceProtocolError``. Collections (0x34
to 0x37, RFC 8010 section 3.1.6) are read over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from drivers.printer.message import (
    Attribute,
    Collection,
    Group,
    Message,
    Range,
    Resolution,
    Value,
)
from drivers.printer.tags import GroupTag, ValueTag
from kiosk.core.errors import DeviceProtocolError

MAX_BYTES = 1 << 20
"""A full Get-Printer-Attributes answer has about 60 kB; a megabyte is not one."""

MAX_NESTING = 16
"""Collections in collections; media-col-database needs three."""

_FIRST_VALUE_TAG = 0x10
_OUT_OF_BAND = range(0x10, 0x20)
_INTEGERS = (ValueTag.INTEGER, ValueTag.ENUM)
_CHARACTERS = range(0x40, 0x60)
_WITH_LANGUAGE = (ValueTag.TEXT_WITH_LANGUAGE, ValueTag.NAME_WITH_LANGUAGE)


def encode(message: Message) -> bytes:
    """Return the bytes of a message.

    Raises:
        ValueError: a value that has no encoding here; a bug of the caller.
    """
    parts = [struct.pack(">BBHI", *message.version, message.code, message.request_id)]
    for group in message.groups:
        parts.append(bytes([group.tag]))
        for attribute in group.attributes:
            parts.extend(_encoded_attribute(attribute))
    parts.append(bytes([GroupTag.END]))
    parts.append(message.data)
    return b"".join(parts)


def decode(content: bytes) -> Message:
    """Return the message that the bytes hold.

    Raises:
        DeviceProtocolError: not IPP, cut short, or too long.
    """
    if len(content) > MAX_BYTES:
        raise DeviceProtocolError(f"IPP message of {len(content)} bytes")
    reader = _Reader(content)
    version = (reader.byte(), reader.byte())
    if version[0] not in (1, 2):
        raise DeviceProtocolError(f"IPP version {version[0]}.{version[1]}")
    code, request_id = reader.u16(), reader.u32()
    groups = tuple(_groups(reader))
    return Message(code, request_id, groups, reader.rest(), version)


def _encoded_attribute(attribute: Attribute) -> Iterable[bytes]:
    if not attribute.values:
        raise ValueError(f"attribute {attribute.name} without a value")
    name = attribute.name.encode("ascii")
    for value in attribute.values:
        content = _encoded_value(attribute.tag, value)
        yield struct.pack(">BH", attribute.tag, len(name)) + name
        yield struct.pack(">H", len(content)) + content
        name = b""


def _encoded_value(tag: int, value: Value) -> bytes:
    match value:
        case None:
            return b""
        case bool():
            return bytes([value])
        case int():
            return struct.pack(">i", value)
        case bytes():
            return value
        case Range():
            return struct.pack(">ii", value.lower, value.upper)
        case Resolution():
            return struct.pack(">iib", value.across, value.along, value.unit)
        case str() if tag in _CHARACTERS:
            return value.encode("utf-8")
    raise ValueError(f"no encoding for tag {tag:#04x}")


class _Reader:
    """A place in the bytes that only moves forward."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def take(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._content):
            raise DeviceProtocolError("IPP message cut short")
        piece = self._content[self._at : end]
        self._at = end
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def u16(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def u32(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def rest(self) -> bytes:
        return self.take(len(self._content) - self._at)


def _groups(reader: _Reader) -> Iterable[Group]:
    tag = reader.byte()
    while tag != GroupTag.END:
        if tag >= _FIRST_VALUE_TAG or tag == 0:
            raise DeviceProtocolError(f"IPP delimiter {tag:#04x}")
        attributes, following = _attributes(reader)
        yield Group(tag, attributes)
        tag = following


def _attributes(reader: _Reader) -> tuple[tuple[Attribute, ...], int]:
    """Read one group; also returns the delimiter that ended it."""
    found: list[tuple[str, int, list[Value]]] = []
    while (tag := reader.byte()) >= _FIRST_VALUE_TAG:
        name = reader.take(reader.u16()).decode("ascii", "replace")
        value = _value(reader, tag)
        if name:
            found.append((name, tag, [value]))
        elif found:
            found[-1][2].append(value)
        else:
            raise DeviceProtocolError("IPP value without a name")
    return tuple(
        Attribute(name, kind, tuple(values)) for name, kind, values in found
    ), tag


def _value(reader: _Reader, tag: int) -> Value:
    content = reader.take(reader.u16())
    if tag == ValueTag.COLLECTION:
        _skip_collection(reader)
        return Collection()
    if tag in _OUT_OF_BAND:
        return None
    return _plain_value(tag, content)


def _plain_value(tag: int, content: bytes) -> Value:
    try:
        if tag in _INTEGERS:
            return int(struct.unpack(">i", content)[0])
        if tag == ValueTag.BOOLEAN:
            return bool(struct.unpack(">?", content)[0])
        if tag == ValueTag.RANGE:
            return Range(*struct.unpack(">ii", content))
        if tag == ValueTag.RESOLUTION:
            return Resolution(*struct.unpack(">iib", content))
    except struct.error as error:
        raise DeviceProtocolError(f"IPP value of tag {tag:#04x}") from error
    if tag in _WITH_LANGUAGE:
        return _text_with_language(content)
    if tag in _CHARACTERS:
        # Firmware puts GBK into names now and then: readable beats refused.
        return content.decode("utf-8", "replace")
    return content


def _text_with_language(content: bytes) -> str:
    reader = _Reader(content)
    reader.take(reader.u16())
    return reader.take(reader.u16()).decode("utf-8", "replace")


def _skip_collection(reader: _Reader) -> None:
    depth = 1
    while depth:
        tag = reader.byte()
        if tag < _FIRST_VALUE_TAG:
            raise DeviceProtocolError("IPP collection not ended")
        reader.take(reader.u16())
        reader.take(reader.u16())
        if tag == ValueTag.COLLECTION:
            depth += 1
        elif tag == ValueTag.END_COLLECTION:
            depth -= 1
        if depth > MAX_NESTING:
            raise DeviceProtocolError("IPP collections nested too deep")
