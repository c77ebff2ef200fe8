"""IPP messages as bytes: the printer's side, after RFC 8010 section 3.

::

    +-----------+-----------+-------------+------------------------ - - - -+
    | version   | operation | request-id  | attribute groups       | data  |
    | 02 00     | or status | 4 bytes     | ... 03 (end)           | rest  |
    +-----------+-----------+-------------+------------------------ - - - -+

    group      = delimiter tag (01 operation, 02 job, 04 printer, 05 unsupported)
    attribute  = value-tag(1) name-length(2) name value-length(2) value
    next value = value-tag(1) 00 00          value-length(2) value
    collection = 34 name 00 00, then pairs of 4A member-name / member-value, 37

All integers are big-endian and signed, save lengths.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

MAX_NESTING = 16
"""Collections in collections; media-col-database needs three."""

_HEADER = struct.Struct(">BBHI")


class MalformedMessage(ValueError):
    """The bytes are not an IPP message."""


class GroupTag(IntEnum):
    """Delimiter tags (RFC 8010 section 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    END = 0x03
    PRINTER = 0x04
    UNSUPPORTED = 0x05


class Tag(IntEnum):
    """Value tags (RFC 8010 section 3.5.2)."""

    UNSUPPORTED = 0x10
    UNKNOWN = 0x12
    NO_VALUE = 0x13
    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    OCTETS = 0x30
    DATE_TIME = 0x31
    RESOLUTION = 0x32
    RANGE = 0x33
    BEGIN_COLLECTION = 0x34
    TEXT_LANGUAGE = 0x35
    NAME_LANGUAGE = 0x36
    END_COLLECTION = 0x37
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    URI_SCHEME = 0x46
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49
    MEMBER_NAME = 0x4A


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: its value tag and its values.

    Values are ``int``, ``bool``, ``str``, ``bytes``, a tuple of two integers for
    ranges, of three for resolutions (cross feed, feed, unit 3 = dpi), a dict of
    ``Attribute`` for collections, or ``None`` for out-of-band values.
    """

    tag: int
    values: tuple[Any, ...]

    @property
    def first(self) -> Any:
        """The first value, ``None`` when there is none."""
        return self.values[0] if self.values else None


Attributes = dict[str, Attribute]


def attribute(tag: Tag, *values: Any) -> Attribute:
    """Build an attribute from its values."""
    return Attribute(tag, values)


@dataclass(slots=True)
class Group:
    """One attribute group, in wire order."""

    tag: int
    attributes: Attributes = field(default_factory=dict)


@dataclass(slots=True)
class Message:
    """One request or answer.

    Attributes:
        code: operation of a request, status of an answer.
        data: what follows the attributes: the document.
    """

    version: tuple[int, int]
    code: int
    request_id: int
    groups: list[Group] = field(default_factory=list)
    data: bytes = field(default=b"", repr=False)

    def group(self, tag: GroupTag) -> Attributes:
        """Return the first group of that tag; an empty one when it is missing."""
        return next((g.attributes for g in self.groups if g.tag == tag), {})


class _Cursor:
    """Reads length-prefixed fields and refuses to run over the end."""

    def __init__(self, data: bytes, offset: int) -> None:
        self._data = data
        self.offset = offset
        self.depth = 0

    def take(self, count: int) -> bytes:
        end = self.offset + count
        if end > len(self._data):
            raise MalformedMessage(f"message ends at {len(self._data)}, need {end}")
        piece = self._data[self.offset : end]
        self.offset = end
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def sized(self) -> bytes:
        return self.take(int.from_bytes(self.take(2), "big"))

    def rest(self) -> bytes:
        return self._data[self.offset :]


def decode(data: bytes) -> Message:
    """Read one message.

    Raises:
        MalformedMessage: the bytes end too early or break the grammar.
    """
    if len(data) < _HEADER.size:
        raise MalformedMessage("shorter than the header")
    major, minor, code, request_id = _HEADER.unpack_from(data)
    message = Message((major, minor), code, request_id)
    cursor = _Cursor(data, _HEADER.size)
    while (tag := cursor.byte()) != GroupTag.END:
        if tag < 0x10:
            message.groups.append(Group(tag))
        elif not message.groups:
            raise MalformedMessage("a value stands before the first group")
        else:
            _read_attribute(cursor, tag, message.groups[-1].attributes)
    message.data = cursor.rest()
    return message


def _read_attribute(cursor: _Cursor, tag: int, attributes: Attributes) -> None:
    name = _text(cursor.sized())
    value = _read_value(cursor, tag)
    if name:
        attributes[name] = Attribute(tag, (value,))
        return
    if not attributes:
        raise MalformedMessage("a further value stands before the first attribute")
    last = next(reversed(attributes))
    before = attributes[last]
    attributes[last] = Attribute(before.tag, (*before.values, value))


def _read_value(cursor: _Cursor, tag: int) -> Any:
    raw = cursor.sized()
    if tag == Tag.BEGIN_COLLECTION:
        return _read_collection(cursor)
    try:
        return _scalar(tag, raw)
    except struct.error as error:
        raise MalformedMessage(f"bad length {len(raw)} for tag {tag:#04x}") from error


def _scalar(tag: int, raw: bytes) -> Any:
    if tag in (Tag.INTEGER, Tag.ENUM):
        return struct.unpack(">i", raw)[0]
    if tag == Tag.BOOLEAN:
        return struct.unpack(">?", raw)[0]
    if tag == Tag.RANGE:
        return struct.unpack(">ii", raw)
    if tag == Tag.RESOLUTION:
        return struct.unpack(">iib", raw)
    if tag in (Tag.OCTETS, Tag.DATE_TIME):
        return raw
    if tag in (Tag.TEXT_LANGUAGE, Tag.NAME_LANGUAGE):
        inner = _Cursor(raw, 0)
        inner.sized()
        return _text(inner.sized())
    return _text(raw) if tag >= Tag.TEXT else None


def _read_collection(cursor: _Cursor) -> Attributes:
    members: Attributes = {}
    cursor.depth += 1
    if cursor.depth > MAX_NESTING:
        raise MalformedMessage("collections nested too deep")
    while (tag := cursor.byte()) != Tag.END_COLLECTION:
        if tag == Tag.MEMBER_NAME:
            cursor.sized()
            name = _text(cursor.sized())
            value_tag = cursor.byte()
            cursor.sized()
            members[name] = Attribute(value_tag, (_read_value(cursor, value_tag),))
        else:
            _read_attribute(cursor, tag, members)
    cursor.take(4)
    cursor.depth -= 1
    return members


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedMessage("text is not UTF-8") from error


def encode(message: Message) -> bytes:
    """Write one message, with its data at the end."""
    parts = [_HEADER.pack(*message.version, message.code, message.request_id)]
    for group in message.groups:
        parts.append(bytes([group.tag]))
        for name, item in group.attributes.items():
            parts.extend(_attribute_bytes(name, item))
    return b"".join(parts) + bytes([GroupTag.END]) + message.data


def _attribute_bytes(name: str, item: Attribute) -> Iterator[bytes]:
    label = name
    for value in item.values:
        yield bytes([item.tag]) + _sized(label.encode()) + _value_bytes(item.tag, value)
        label = ""


def _value_bytes(tag: int, value: Any) -> bytes:
    if tag == Tag.BEGIN_COLLECTION:
        return _collection_bytes(value)
    if tag in (Tag.INTEGER, Tag.ENUM):
        return _sized(struct.pack(">i", value))
    if tag == Tag.BOOLEAN:
        return _sized(struct.pack(">?", value))
    if tag == Tag.RANGE:
        return _sized(struct.pack(">ii", *value))
    if tag == Tag.RESOLUTION:
        return _sized(struct.pack(">iib", *value))
    if value is None:
        return _sized(b"")
    return _sized(value if isinstance(value, bytes) else str(value).encode())


def _collection_bytes(members: Attributes) -> bytes:
    parts = [_sized(b"")]
    for name, item in members.items():
        parts.append(bytes([Tag.MEMBER_NAME]) + _sized(b"") + _sized(name.encode()))
        parts.extend(
            bytes([item.tag]) + _sized(b"") + _value_bytes(item.tag, value)
            for value in item.values
        )
    return b"".join(parts) + bytes([Tag.END_COLLECTION, 0, 0, 0, 0])


def _sized(raw: bytes) -> bytes:
    return len(raw).to_bytes(2, "big") + raw
