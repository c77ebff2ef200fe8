"""An IPP message as values: groups of named attributes, and a document.

The bytes are in ``drivers.printer.codec``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from drivers.printer.tags import GroupTag, Status, ValueTag


@dataclass(frozen=True, slots=True)
class Range:
    """``rangeOfInteger``: both ends belong to it."""

    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """Dots along and across the feed; unit 3 = per inch, 4 = per centimetre."""

    across: int
    along: int
    unit: int


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection that was read over: a kiosk needs nothing from inside one."""


Value: TypeAlias = int | bool | str | bytes | Range | Resolution | Collection | None
"""One value; ``None`` stands for the out-of-band values (unknown, no-value)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A name with one or more values.

    Attributes:
        tag: of the first value (``ValueTag`` where it is a known one).
    """

    name: str
    tag: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Attributes between two delimiters."""

    tag: int
    attributes: tuple[Attribute, ...] = ()

    def values(self, name: str) -> tuple[Value, ...]:
        """Return all values of the first attribute of that name."""
        for attribute in self.attributes:
            if attribute.name == name:
                return attribute.values
        return ()

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the values that are text."""
        return tuple(value for value in self.values(name) if isinstance(value, str))

    def text(self, name: str) -> str:
        """Return the first text, ``""`` when there is none."""
        return next(iter(self.texts(name)), "")

    def integer(self, name: str) -> int | None:
        """Return the first whole number (or enum), ``None`` when there is none."""
        for value in self.values(name):
            if isinstance(value, int) and not isinstance(value, bool):
                return value
        return None

    def integers(self, name: str) -> tuple[int, ...]:
        """Return the values that are whole numbers."""
        return tuple(
            value
            for value in self.values(name)
            if isinstance(value, int) and not isinstance(value, bool)
        )

    def flag(self, name: str) -> bool | None:
        """Return the first truth value, ``None`` when there is none."""
        for value in self.values(name):
            if isinstance(value, bool):
                return value
        return None


@dataclass(frozen=True, slots=True)
class Message:
    """A request or an answer.

    Attributes:
        code: operation in a request, status in an answer.
        data: the document after the attributes.
    """

    code: int
    request_id: int
    groups: tuple[Group, ...] = ()
    data: bytes = field(default=b"", repr=False)
    version: tuple[int, int] = (2, 0)

    @property
    def succeeded(self) -> bool:
        """True when the status says that it was done (0x0000 to 0x00FF)."""
        return self.code < 0x0100

    @property
    def gone(self) -> bool:
        """True when the printer knows no such job."""
        return self.code in (Status.NOT_FOUND, Status.GONE)

    def group(self, tag: GroupTag) -> Group:
        """Return the first group of that kind, an empty one when there is none."""
        return next((one for one in self.groups if one.tag == tag), Group(tag))

    def all_groups(self, tag: GroupTag) -> tuple[Group, ...]:
        """Return every group of that kind: one a job in Get-Jobs."""
        return tuple(one for one in self.groups if one.tag == tag)


def keyword(name: str, *values: str) -> Attribute:
    """Make an attribute of keywords."""
    return Attribute(name, ValueTag.KEYWORD, values)


def integer(name: str, *values: int) -> Attribute:
    """Make an attribute of whole numbers."""
    return Attribute(name, ValueTag.INTEGER, values)


def boolean(name: str, value: bool) -> Attribute:
    """Make an attribute of one truth value."""
    return Attribute(name, ValueTag.BOOLEAN, (value,))


def name_text(name: str, value: str) -> Attribute:
    """Make an attribute of the type ``nameWithoutLanguage``."""
    return Attribute(name, ValueTag.NAME, (value,))


def mime_type(name: str, value: str) -> Attribute:
    """Make an attribute of the type ``mimeMediaType``."""
    return Attribute(name, ValueTag.MIME_TYPE, (value,))


def operation_group(
    printer_uri: str,
    user: str,
    extra: Iterable[Attribute] = (),
    job_id: int | None = None,
) -> Group:
    """Make the first group of a request.

    Charset and language come first, the target (printer, then job) third and
    fourth, as RFC 8011 sections 4.1.4 and 4.1.5 demand.
    """
    target = () if job_id is None else (integer("job-id", job_id),)
    return Group(
        GroupTag.OPERATION,
        (
            Attribute("attributes-charset", ValueTag.CHARSET, ("utf-8",)),
            Attribute(
                "attributes-natural-language", ValueTag.NATURAL_LANGUAGE, ("en",)
            ),
            Attribute("printer-uri", ValueTag.URI, (printer_uri,)),
            *target,
            name_text("requesting-user-name", user),
            *extra,
        ),
    )
