"""The shapes of the standard's commands: its payloads from ours and back.

Source: the message classes that KAL's open XFS4IoT framework generates from the
standard's schemas (``KAL_XFS4IoT_SP-Dev``, ``Framework/Core``, seen 2026-11-21), in
their forms of 2021 to 2023, which are those of version 1.0 of the messages. Where
version 3.0 spells a property otherwise, both spellings are read.
"""

from __future__ import annotations

from typing import Any, Final

from drivers.host.shape import Json, Shape, WrongValue, needed, only

# -- BarcodeReader.Read ----------------------------------------------------------------

_NAMES: Final = """
    ean128 ean8 ean8_2 ean8_5 ean13 ean13_2 ean13_5 jan13 upcA upcE0 upcE0_2 upcE0_5
    upcE1 upcE1_2 upcE1_5 upcA_2 upcA_5 codabar itf code11 code39 code49 code93
    code128 msi plessey std2Of5 std2Of5Iata pdf417 microPdf417 dataMatrix maxiCode
    codeOne channelCode telepenOriginal telepenAim rss rssExpanded rssRestricted
    compositeCodeA compositeCodeB compositeCodeC posiCodeA posiCodeB triopticCode39
    codablockF code16K qrCode aztec ukPost planet postnet canadianPost
    netherlandsPost australianPost japanesePost chinesePost koreanPost
"""
SYMBOLOGIES: Final = frozenset(_NAMES.split())
"""Kinds of code that the standard names."""
UNKNOWN_SYMBOLOGY: Final = "symbologyUnknown"
_OUR_UNKNOWN: Final = "unknown"


def _read_asked(payload: Json) -> dict[str, Any]:
    # A reader that cannot choose ignores which kinds are wanted: so the standard.
    only(payload, "symbologies")
    return {}


def _read_answer(barcode: Any, asked: Json) -> dict[str, Any]:
    if barcode is None:
        return {"readOutput": None}
    name = barcode["symbology"]
    known = name in SYMBOLOGIES
    code = {
        "symbology": name if known else UNKNOWN_SYMBOLOGY,
        "barcodeData": barcode["data"],
    }
    if not known and name != _OUR_UNKNOWN:
        code["symbologyName"] = name
    return {"readOutput": [code]}


def _read_answered(payload: Json) -> Any:
    codes = payload.get("readOutput")
    if codes is None:
        return None
    if not isinstance(codes, list) or len(codes) != 1 or not isinstance(codes[0], dict):
        raise WrongValue("readOutput: not one code")
    (code,) = codes
    name = needed(code, "symbology")
    if name == UNKNOWN_SYMBOLOGY:
        name = code.get("symbologyName")
        name = _OUR_UNKNOWN if name is None else name
    return {"data": code.get("barcodeData"), "symbology": name}


READ_BARCODE: Final = Shape(
    asked=_read_asked, answer=_read_answer, answered=_read_answered
)

# -- CardReader.ChipPower and ChipIO ---------------------------------------------------

CHOSEN_BY_CARD: Final = "chipProtocolNotRequired"
"""The reader and the card agree on a protocol between themselves (PC/SC does so)."""


def _power_ask(ours: Json) -> dict[str, Any]:
    return {"chipPower": ours["action"]}


def _power_asked(payload: Json) -> dict[str, Any]:
    only(payload, "chipPower")
    return {"action": needed(payload, "chipPower")}


def _chip_data(data: Any, asked: Json) -> dict[str, Any]:
    return {"chipData": data or None}  # null where the chip said nothing


def _chip_data_answered(payload: Json) -> Any:
    data = payload.get("chipData")
    return "" if data is None and payload.get("completionCode") == "success" else data


def _io_ask(ours: Json) -> dict[str, Any]:
    return {"chipProtocol": CHOSEN_BY_CARD, "chipData": ours["command"]}


def _io_asked(payload: Json) -> dict[str, Any]:
    only(payload, "chipProtocol", "chipData")
    if payload.get("chipProtocol", CHOSEN_BY_CARD) not in (CHOSEN_BY_CARD, None):
        why = f"chipProtocol: only {CHOSEN_BY_CARD} is served"
        raise WrongValue(why, "protocolNotSupported")
    return {"command": needed(payload, "chipData")}


def _io_answer(data: Any, asked: Json) -> dict[str, Any]:
    return {"chipProtocol": CHOSEN_BY_CARD, **_chip_data(data, asked)}


CHIP_POWER: Final = Shape(_power_ask, _power_asked, _chip_data, _chip_data_answered)
CHIP_IO: Final = Shape(_io_ask, _io_asked, _io_answer, _chip_data_answered)

# -- Printer.PrintNative ---------------------------------------------------------------

_OURS_OF_PDF: Final = {
    "extName": "name",
    "data": "content",
    "extPages": "pages",
    "extDigest": "digest",
}
_COMES_OUT: Final = frozenset({"eject", "flush"})
"""What becomes of every sheet anyway."""


def _print_ask(ours: Json) -> dict[str, Any]:
    document = ours["document"]
    return {key: document[name] for key, name in _OURS_OF_PDF.items()}


def _print_asked(payload: Json) -> dict[str, Any]:
    only(payload, *_OURS_OF_PDF, "mediaControl", "paperSource")
    _media_asked(payload.get("mediaControl"))
    if payload.get("paperSource") not in (None, "any", "upper"):
        raise WrongValue("paperSource: the printer has one", "sourceInvalid")
    needed(payload, "data")
    document = {name: needed(payload, key) for key, name in _OURS_OF_PDF.items()}
    return {"document": document}


def _media_asked(control: Any) -> None:
    if control is None:
        return
    if not isinstance(control, dict):
        raise WrongValue("mediaControl: no object")
    wanted = {key for key, value in control.items() if value}
    if wanted - _COMES_OUT:
        raise WrongValue("mediaControl: sheets come out, and nothing else is served")


PRINT_NATIVE: Final = Shape(ask=_print_ask, asked=_print_asked)
