"""What a print request asks for, checked against what the printer can do.

Formats, compression and job template attributes; RFC 8011 sections 4.2.1 and 5.2.
"""

from __future__ import annotations

from enum import IntEnum

from hardware_sim.printer import attributes as say
from hardware_sim.printer.codec import Attributes, GroupTag, Message
from hardware_sim.printer.everywhere import is_our_paper
from hardware_sim.printer.interpreter import sense_format

SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/pwg-raster": ".pwg",
}


class Status(IntEnum):
    """Status codes (RFC 8011 appendix B) that this printer gives."""

    OK = 0x0000
    OK_IGNORED = 0x0001
    BAD_REQUEST = 0x0400
    NOT_POSSIBLE = 0x0404
    NOT_FOUND = 0x0406
    FORMAT_NOT_SUPPORTED = 0x040A
    ATTRIBUTES_NOT_SUPPORTED = 0x040B
    CHARSET_NOT_SUPPORTED = 0x040D
    COMPRESSION_NOT_SUPPORTED = 0x040F
    OPERATION_NOT_SUPPORTED = 0x0501
    VERSION_NOT_SUPPORTED = 0x0503


class Refusal(Exception):
    """The operation is refused with a status code.

    Args:
        unsupported: attributes for the unsupported group.
    """

    def __init__(self, status: Status, unsupported: Attributes | None = None) -> None:
        super().__init__(status.name)
        self.status = status
        self.unsupported = unsupported or {}


def check_format(request: Message) -> None:
    """Refuse formats and packings that the printer cannot read."""
    asked = request.group(GroupTag.OPERATION)
    stated = asked.get("document-format")
    if stated is not None and stated.first not in say.FORMATS:
        raise Refusal(Status.FORMAT_NOT_SUPPORTED, {"document-format": stated})
    packing = asked.get("compression")
    if packing is not None and packing.first != "none":
        raise Refusal(Status.COMPRESSION_NOT_SUPPORTED, {"compression": packing})


def check_document(request: Message) -> str:
    """Return the file suffix of the document that came; refuse one of no use."""
    if not request.data:
        raise Refusal(Status.BAD_REQUEST)
    stated = request.group(GroupTag.OPERATION).get("document-format")
    kind = stated.first if stated else say.FORMATS[2]
    if kind == say.FORMATS[2]:
        kind = sense_format(request.data)
    if kind not in SUFFIXES:
        raise Refusal(Status.FORMAT_NOT_SUPPORTED)
    return SUFFIXES[kind]


def check_ticket(request: Message) -> tuple[dict[str, int | str], Attributes]:
    """Return the template values to use and those that cannot be honoured.

    Refuses the latter when the client insists (``ipp-attribute-fidelity``).
    """
    check_format(request)
    wanted = request.group(GroupTag.JOB)
    template: dict[str, int | str] = {}
    unsupported: Attributes = {}
    for name, item in wanted.items():
        if _is_supported(name, item.first):
            if name in ("copies", "sides"):
                template[name] = item.first
        else:
            unsupported[name] = item
    fidelity = request.group(GroupTag.OPERATION).get("ipp-attribute-fidelity")
    if unsupported and fidelity is not None and fidelity.first:
        raise Refusal(Status.ATTRIBUTES_NOT_SUPPORTED, unsupported)
    return template, unsupported


def _is_supported(name: str, value: object) -> bool:
    if name == "copies":
        return isinstance(value, int) and 1 <= value <= say.MAX_COPIES
    if name == "media-col":
        return is_our_paper(value)
    if name not in say.JOB_TEMPLATE:
        return False
    offered = say.template_attributes()[f"{name}-supported"]
    return value in offered.values
