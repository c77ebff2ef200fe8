"""Capabilities of what takes, reads and gives media: cards, codes, paper, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from drivers.host.capability_facts import Facts, Section, flags
from drivers.host.shapes import CHOSEN_BY_CARD
from drivers.host.status_form import camera_of

_CONTROLS: Final = """
    eject perforate cut skip flush retract stack partialCut alarm pageForward
    pageBackward turnMedia stamp park expel ejectToTransport rotate180 clearBuffer
"""
_SOURCES: Final = "upper lower external aux aux2 park"


def card_reader(facts: Facts) -> dict[str, Any]:
    """Return ``cardReader``: a slot that a person puts a chip card into and takes it.

    Of a meter card's reader nothing is served under the standard's names but its reset.
    """
    chip = "CardReader.ChipPower" in facts.commands
    talks = "CardReader.ChipIO" in facts.commands
    return {
        "type": "dip",
        "readTracks": None,
        "writeTracks": None,
        "chipProtocols": {CHOSEN_BY_CARD: True} if talks else None,
        "securityType": None,
        "powerOnOption": None,
        "powerOffOption": None,
        "fluxSensorProgrammable": False,
        "readWriteAccessFromExit": False,
        "writeMode": None,
        "chipPower": {"cold": True, "warm": True, "off": True} if chip else None,
        "memoryChipProtocols": None,
        "positions": None,
    }


def barcode_reader(facts: Facts) -> dict[str, Any]:
    """Return ``barcodeReader``; a module does not say which kinds it is set to read."""
    return {"canFilterSymbologies": False, "symbologies": None}


def printer(facts: Facts) -> dict[str, Any]:
    """Return ``printer``; paper leaves it and is not seen again."""
    own = _document(facts) if facts.kind == "printer" else _receipt(facts)
    return {
        "readForm": None,
        "extents": None,
        "acceptMedia": False,
        "paperSources": flags(_SOURCES, ("upper",) if facts.has("paper.upper") else ()),
        "mediaTaken": False,
        "imageType": None,
        "frontImageColorFormat": None,
        "backImageColorFormat": None,
        "imageSource": None,
        "dispensePaper": False,
        "autoRetractPeriod": 0,
        "retractToTransport": False,
        "coercivityType": None,
        "controlPassbook": None,
        "printSides": "single",
        **own,
    }


def _receipt(facts: Facts) -> dict[str, Any]:
    """Return what a receipt printer has: lines and QR codes on a roll that is cut."""
    full = facts.settings.get("full_cut")
    cut = () if full is None else ("cut",) if full else ("partialCut",)
    return {
        "type": _type("receipt"),
        "writeForm": _writes("text", "barcode"),
        "control": flags(_CONTROLS, cut),
        "multiPage": False,
        "osPrinter": None,
    }


def _document(facts: Facts) -> dict[str, Any]:
    """Return what an A4 printer has: pages of a PDF, which all come out."""
    control = {"eject", "flush"}
    if "Printer.ClearBuffer" in facts.commands:
        control.add("clearBuffer")
    return {
        "type": _type("document"),
        "writeForm": _writes("text", "graphics"),
        "control": flags(_CONTROLS, control),
        "multiPage": True,
        "extNativeFormats": ["application/pdf"],
    }


def _type(word: str) -> dict[str, bool]:
    return flags("receipt passbook journal document scanner", (word,))


def _writes(*what: str) -> dict[str, bool]:
    return flags("text graphics ocr micr msf barcode stamp", what)


def camera(facts: Facts) -> dict[str, Any]:
    """Return ``camera``; pictures are live, and none is stored or written upon."""
    cameras = flags("room person exitSlot", ())
    return {
        "cameras": {**cameras, camera_of(facts.name): True},
        "maxPictures": None,
        "camData": None,
        "maxDataLength": None,
    }


MEDIA_SECTIONS: Final[Mapping[str, Section]] = {
    "CardReader": card_reader,
    "BarcodeReader": barcode_reader,
    "Printer": printer,
    "Camera": camera,
}
