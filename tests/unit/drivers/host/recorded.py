"""What the recorded XFS4IoT messages of ``tests/golden/host`` say, as values of ports.

Written beside the recorded text, not made from it: a message that is read or written
otherwise than this table says is a changed wire.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from kiosk.core.bills import CardLoad, MeterCard
from kiosk.core.device import Completion, CompletionCode
from kiosk.core.health import HealthCheck, HealthLevel, HealthReport, HealthVerdict
from kiosk.core.media import (
    Align,
    Barcode,
    PdfDocument,
    PrintOutcome,
    Receipt,
    ReceiptLine,
    Settled,
)
from kiosk.core.money import Fen
from kiosk.core.orders import CardReceipt
from kiosk.core.people import DocumentKind, IdDocument, Sex
from kiosk.core.peripherals import CashIn, ChipCard, ChipCardKind, Light
from kiosk.core.words import Language

DEVICES: Mapping[str, str] = {
    "camera": "face-camera",
    "payment": "card-terminal",
    "metercard": "meter-card",
    "smartcard": "chip-card",
    "speech": "speaker",
}
"""Name in the settings, where it is not the capability's."""

FAILED = CompletionCode.COMMAND_ERROR


@dataclass(frozen=True)
class Said:
    """One command as the kiosk gives it, and how it ends.

    Attributes:
        arguments: by name, those that have no default or another one.
        told: what the callback ``on`` is told meanwhile.
        plain: the method returns its value without a completion.
    """

    arguments: Mapping[str, Any] = field(default_factory=dict)
    payload: Any = None
    on: str = ""
    told: tuple[Any, ...] = ()
    code: CompletionCode = CompletionCode.SUCCESS
    error: str | None = None
    plain: bool = False

    @property
    def completion(self) -> Any:
        """What the method returns."""
        if self.plain:
            return self.payload
        return Completion(self.code, self.error, payload=self.payload)


_DOCUMENT = IdDocument(
    DocumentKind.RESIDENT,
    "李芳",
    Sex.FEMALE,
    "汉",
    date(1958, 3, 12),
    "滨海区幸福路18号",
    "999001195803121225",
    "滨海区公安局",
    date(2016, 7, 5),
    None,
    photo=b"WLf\x01",
    module_id="05.01-20100706-0000000024-0",
)
_SLIP = Receipt(
    "A1",
    (
        ReceiptLine("缴费凭条", align=Align.CENTRE, large=True),
        ReceiptLine("合计", "86.40"),
        ReceiptLine(qr="A1"),
    ),
)
_PAID = CardReceipt(
    7,
    True,
    Fen(8640),
    12,
    "629999******0018",
    "UnionPay",
    "24000317",
    "007919",
    at=datetime(2026, 11, 21, 16, 35, 53, tzinfo=UTC),
)
_SERIAL, _RETURNED = "9990030000000031", {"taken": "12", "total": "0"}
_LOAD = CardLoad("A1", _SERIAL, 13, 2000, "立方米", Fen(5500), bytes(range(17, 33)))
_NOTES = (Fen(1000), Fen(5000))

RECORDED: Mapping[str, Mapping[str, Said]] = {
    "idcard": {
        "ExtIdCard.Read": Said({"photo": True}, _DOCUMENT),
        "ExtIdCard.GetMedia": Said(payload="present", plain=True),
    },
    "scanner": {
        "BarcodeReader.Read": Said(payload=Barcode(b"6901234567892", "ean13")),
    },
    "receipt": {
        "Printer.ExtPrintReceipt": Said(
            {"receipt": _SLIP}, PrintOutcome(Settled.PRESENTED, 1)
        ),
    },
    "printer": {
        "Printer.PrintNative": Said(
            {"document": PdfDocument("proof", b"%PDF-1.7\n", 2, "ab" * 32)},
            PrintOutcome(Settled.PRESENTED, 2),
            "on_sheet",
            (1, 2),
        ),
        "Printer.ClearBuffer": Said(payload=3),
    },
    "camera": {
        "ExtLiveView.Start": Said(),
        "ExtLiveView.Stop": Said(plain=True),
    },
    "payment": {
        "ExtPayment.Authorise": Said(
            {"amount": Fen(8640)}, _PAID, "on_prompt", ("insertCard", "enterPin")
        ),
        "ExtPayment.Query": Said(payload=_PAID),
        "ExtPayment.Reverse": Said(
            {"receipt_number": 7}, code=FAILED, error="alreadyReversed"
        ),
    },
    "metercard": {
        "ExtMeterCard.Read": Said(
            payload=MeterCard(_SERIAL, "gas", "80031031", 12, 0, _RETURNED)
        ),
        "ExtMeterCard.Load": Said(
            {"load": _LOAD}, MeterCard(_SERIAL, "gas", "80031031", 13, 2000, _RETURNED)
        ),
        "ExtMeterCard.GetMedia": Said(payload="notPresent", plain=True),
    },
    "smartcard": {
        "CardReader.ExtReadCard": Said(
            payload=ChipCard(
                ChipCardKind.SOCIAL_SECURITY,
                "Z99000011",
                "李芳",
                "999001195803121225",
                "999001",
                "2032-03-01",
            )
        ),
        "CardReader.ChipPower": Said(
            {"action": "cold"}, bytes.fromhex("3B6800004B32344D45544552")
        ),
        "CardReader.ChipIO": Said({"command": b"\x00\xa4\x04\x00\x00"}, b"\x90\x00"),
        "CardReader.ExtGetMedia": Said(payload="present", plain=True),
    },
    "keypad": {
        "Keyboard.DataEntry": Said(
            {"maximum": 4, "hidden": True},
            "0123",
            "on_key",
            ("0", "1", "2", "3", "enter"),
        ),
    },
    "auxiliaries": {
        "Lights.SetLight": Said(
            {"position": "cardReader", "light": Light("slow", "green")}
        ),
    },
    "power": {},
    "speech": {
        "ExtSpeech.Say": Said({"text": "请放身份证", "language": Language.CHINESE}),
        "ExtSpeech.SetVolume": Said({"percent": 40}),
    },
    "cash": {
        "CashAcceptor.ExtCashInStart": Said(),
        "CashAcceptor.ExtCashIn": Said(
            {"most": Fen(10000)}, CashIn(_NOTES), "on_note", _NOTES
        ),
        "CashAcceptor.ExtCashInEnd": Said(payload=CashIn(_NOTES, status="ok")),
        "CashAcceptor.ExtCashInRollback": Said(
            payload=CashIn(_NOTES[:1], _NOTES[1], "unknown", True),
            code=FAILED,
            error="cashUnitError",
        ),
        "CashAcceptor.ExtGetCashInStatus": Said(payload=CashIn(_NOTES, status="ok")),
    },
}
"""By capability and command; its reset is there for every one and yields nothing."""

DETAILS: Mapping[str, Mapping[str, object]] = {
    "idcard": {"media": "present", "samModule": "ok"},
    "scanner": {"scanner": "inop"},
    "receipt": {"paper.upper": "low", "cover": "closed"},
    "printer": {
        "paper.upper": "full",
        "toner": "low",
        "cover": "closed",
        "stacker": "ok",
    },
    "camera": {"cameras": "inop", "picture": "frozen"},
    "payment": {"terminal": "online", "statusCode": "unknown"},
    "metercard": {"media": "notPresent"},
    "smartcard": {"media": "present", "chipPower": "poweredOff"},
    "keypad": {"keys": "ok", "autoBeepMode": None},
    "auxiliaries": {
        "cabinetDoor": "open",
        "proximitySensor": None,
        "headsetMicrophoneSensor": "present",
        "operatorCallButtonSensor": None,
        "tamperSensor": "unknown",
        "lights.cardReader": "slow",
        "lights.scanner": "unknown",
    },
    "power": {
        "powerInStatus": "noPower",
        "batteryStatus": "unknown",
        "batteryChargingStatus": "discharging",
        "extOutput": "ok",
        "runtime_s": 840,
        "charge": None,
    },
    "speech": {"sound": "ok", "synthesis": "unknown"},
    "cash": {
        "banknoteReader": "ok",
        "cashBox": "full",
        "intermediateStacker": "empty",
    },
}
"""Class statuses as the drivers have them, by capability."""

HEALTH = HealthReport(
    "receipt",
    HealthLevel.INTERNAL,
    (HealthCheck("device", HealthVerdict.PASS, "fine"),),
)


def device_of(capability: str) -> str:
    """Return the name in the settings."""
    return DEVICES.get(capability, capability)
