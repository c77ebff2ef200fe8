"""What IPP Everywhere (PWG 5100.14) wants a printer to say on top of IPP/2.0.

Page ranges and overrides are not offered: this printer prints whole documents, and
says so. Everything else that the standard demands is here and is true.
"""

from __future__ import annotations

from hardware_sim.printer.attributes import JOB_TEMPLATE, RESOLUTION, Address
from hardware_sim.printer.codec import Attributes, Tag, attribute

A4_HUNDREDTHS_MM = (21000, 29700)
MARGIN = 423
"""Hundredths of a millimetre: a sixth of an inch."""
DEVICE_ID = "MFG:kiosk24;MDL:Simulated A4 Printer;CMD:PDF,PWGRaster;SN:K24A40001;"
UUID = "urn:uuid:24a40001-0000-4000-8000-6b696f736b24"


def everywhere_attributes(address: Address) -> Attributes:
    """Return what PWG 5100.14 demands of an IPP Everywhere printer on top."""
    margin = attribute(Tag.INTEGER, MARGIN)
    paper = attribute(Tag.BEGIN_COLLECTION, _media_col())
    return {
        "ipp-features-supported": attribute(Tag.KEYWORD, "ipp-everywhere"),
        "job-creation-attributes-supported": attribute(
            Tag.KEYWORD, *sorted(JOB_TEMPLATE), "ipp-attribute-fidelity", "job-name"
        ),
        "job-ids-supported": attribute(Tag.BOOLEAN, True),
        "preferred-attributes-supported": attribute(Tag.BOOLEAN, False),
        "media-bottom-margin-supported": margin,
        "media-left-margin-supported": margin,
        "media-right-margin-supported": margin,
        "media-top-margin-supported": margin,
        "media-col-default": paper,
        "media-col-database": paper,
        "media-col-ready": paper,
        "media-col-supported": attribute(Tag.KEYWORD, *sorted(_media_col())),
        "media-size-supported": attribute(Tag.BEGIN_COLLECTION, _media_size()),
        "media-source-supported": attribute(Tag.KEYWORD, "main"),
        "media-type-supported": attribute(Tag.KEYWORD, "stationery"),
        "multiple-operation-time-out": attribute(Tag.INTEGER, 120),
        "multiple-operation-time-out-action": attribute(Tag.KEYWORD, "abort-job"),
        "print-content-optimize-default": attribute(Tag.KEYWORD, "auto"),
        "print-content-optimize-supported": attribute(Tag.KEYWORD, "auto"),
        "print-rendering-intent-default": attribute(Tag.KEYWORD, "auto"),
        "print-rendering-intent-supported": attribute(Tag.KEYWORD, "auto"),
        "printer-device-id": attribute(Tag.TEXT, DEVICE_ID),
        "printer-geo-location": attribute(Tag.UNKNOWN, None),
        "printer-get-attributes-supported": attribute(Tag.KEYWORD, "document-format"),
        "printer-icons": attribute(Tag.URI, f"{address.page}icon.png"),
        "printer-organization": attribute(Tag.TEXT, ""),
        "printer-organizational-unit": attribute(Tag.TEXT, ""),
        "printer-supply-description": attribute(Tag.TEXT, "Black toner"),
        "printer-supply-info-uri": attribute(Tag.URI, address.page),
        "printer-uuid": attribute(Tag.URI, UUID),
        "pwg-raster-document-resolution-supported": attribute(
            Tag.RESOLUTION, (150, 150, 3), (300, 300, 3), RESOLUTION
        ),
        "pwg-raster-document-sheet-back": attribute(Tag.KEYWORD, "normal"),
        "pwg-raster-document-type-supported": attribute(
            Tag.KEYWORD, "black_1", "sgray_8", "srgb_8"
        ),
        "which-jobs-supported": attribute(Tag.KEYWORD, "completed", "not-completed"),
    }


def _media_size() -> Attributes:
    return {
        "x-dimension": attribute(Tag.INTEGER, A4_HUNDREDTHS_MM[0]),
        "y-dimension": attribute(Tag.INTEGER, A4_HUNDREDTHS_MM[1]),
    }


def _media_col() -> Attributes:
    """Return the one paper there is, as a collection (PWG 5100.7)."""
    return {
        "media-bottom-margin": attribute(Tag.INTEGER, MARGIN),
        "media-left-margin": attribute(Tag.INTEGER, MARGIN),
        "media-right-margin": attribute(Tag.INTEGER, MARGIN),
        "media-size": attribute(Tag.BEGIN_COLLECTION, _media_size()),
        "media-source": attribute(Tag.KEYWORD, "main"),
        "media-top-margin": attribute(Tag.INTEGER, MARGIN),
        "media-type": attribute(Tag.KEYWORD, "stationery"),
    }


def is_our_paper(asked: object) -> bool:
    """Tell whether a ``media-col`` asks for nothing but the paper in the tray."""
    ours = _media_col()
    if not isinstance(asked, dict):
        return False
    return all(name in ours and ours[name] == asked[name] for name in asked)
