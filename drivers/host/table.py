"""The one table of what a device host serves: wire names, methods, events.

Each capability of ``kiosk.core.ports`` and ``kiosk.core.peripherals`` is a row; each
row has the commands of its Protocol. Names are XFS4IoT's (CWA 17852); what it lacks
starts with ``Ext``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from drivers.host.contract import Capability, Command, Told
from kiosk.core import peripherals as near
from kiosk.core import ports
from kiosk.core.media import PrintOutcome, Settled
from kiosk.core.peripherals import CashIn

_PAPER: Final[dict[str, Any]] = {
    "lost": PrintOutcome(Settled.UNKNOWN),
    "unsent": PrintOutcome(Settled.NOT_PRINTED),
}
_CASH: Final[dict[str, Any]] = {
    "lost": CashIn(status="unknown"),
    "unsent": CashIn(status="unknown"),
}

_MEDIA: Final[dict[str, Any]] = {
    "queued": False,
    "lost": "unknown",
    "unsent": "unknown",
}

CAPABILITIES: Final[Mapping[str, Capability]] = MappingProxyType(
    {
        row.name: row
        for row in (
            Capability(
                "idcard",
                ports.IdCardReader,
                "ExtIdCard",
                "ExtIdCard.Reset",
                (
                    Command("ExtIdCard.Read", ports.IdCardReader.read, "document"),
                    Command(
                        "ExtIdCard.GetMedia",
                        ports.IdCardReader.media,
                        "media",
                        **_MEDIA,
                    ),
                ),
            ),
            Capability(
                "scanner",
                ports.BarcodeReader,
                "BarcodeReader",
                "BarcodeReader.Reset",
                (Command("BarcodeReader.Read", ports.BarcodeReader.read, "barcode"),),
            ),
            Capability(
                "receipt",
                ports.ReceiptPrinter,
                "Printer",
                "Printer.Reset",
                (
                    Command(
                        "Printer.PrintNative",
                        ports.ReceiptPrinter.print_receipt,
                        "outcome",
                        **_PAPER,
                    ),
                ),
            ),
            Capability(
                "printer",
                ports.DocumentPrinter,
                "Printer",
                "Printer.Reset",
                (
                    Command(
                        "Printer.PrintNative",
                        ports.DocumentPrinter.print_native,
                        "outcome",
                        (Told("on_sheet", "Printer.ExtSheetEvent", "sheets"),),
                        **_PAPER,
                    ),
                    Command(
                        "Printer.ClearBuffer",
                        ports.DocumentPrinter.clear_buffer,
                        "jobs",
                    ),
                ),
                at_start="clear_buffer",
            ),
            Capability(
                "camera",
                ports.Camera,
                "Camera",
                "Camera.Reset",
                (
                    Command("ExtLiveView.Start", ports.Camera.start),
                    Command("ExtLiveView.Stop", ports.Camera.stop, queued=False),
                ),
                held_by="ExtLiveView.Start",
                let_go="stop",
            ),
            Capability(
                "payment",
                ports.CardTerminal,
                "ExtPayment",
                "ExtPayment.Reset",
                (
                    Command(
                        "ExtPayment.Authorise",
                        ports.CardTerminal.authorise,
                        "receipt",
                        (
                            Told(
                                "on_prompt", "ExtPayment.PresentPaymentEvent", "prompt"
                            ),
                        ),
                    ),
                    Command(
                        "ExtPayment.Query",
                        ports.CardTerminal.last_receipt,
                        "receipt",
                    ),
                    Command(
                        "ExtPayment.Reverse", ports.CardTerminal.reverse, "receipt"
                    ),
                ),
            ),
            Capability(
                "metercard",
                ports.MeterCardReader,
                "CardReader",
                "CardReader.Reset",
                (
                    Command("ExtMeterCard.Read", ports.MeterCardReader.read, "card"),
                    Command("ExtMeterCard.Load", ports.MeterCardReader.load, "card"),
                    Command(
                        "ExtMeterCard.GetMedia",
                        ports.MeterCardReader.media,
                        "media",
                        **_MEDIA,
                    ),
                ),
            ),
            Capability(
                "smartcard",
                near.ChipCardReader,
                "CardReader",
                "CardReader.Reset",
                (
                    Command(
                        "CardReader.ReadRawData",
                        near.ChipCardReader.read_raw_data,
                        "card",
                    ),
                    Command(
                        "CardReader.ChipPower",
                        near.ChipCardReader.chip_power,
                        "chipData",
                    ),
                    Command(
                        "CardReader.ChipIO", near.ChipCardReader.chip_io, "chipData"
                    ),
                    Command(
                        "CardReader.ExtGetMedia",
                        near.ChipCardReader.media,
                        "media",
                        **_MEDIA,
                    ),
                ),
            ),
            Capability(
                "keypad",
                near.KeyPad,
                "Keyboard",
                "Keyboard.Reset",
                (
                    Command(
                        "Keyboard.DataEntry",
                        near.KeyPad.data_entry,
                        "digits",
                        (Told("on_key", "Keyboard.KeyEvent", "key"),),
                    ),
                ),
            ),
            Capability(
                "auxiliaries",
                near.GuideLights,
                "Auxiliaries",
                "Common.ExtReset",
                (Command("Lights.SetLight", near.GuideLights.set_light),),
            ),
            Capability("power", near.PowerSupply, "PowerManagement", "Common.ExtReset"),
            Capability(
                "speech",
                near.Speaker,
                "ExtSpeech",
                "ExtSpeech.Reset",
                (
                    Command("ExtSpeech.Say", near.Speaker.say),
                    Command(
                        "ExtSpeech.SetVolume", near.Speaker.set_volume, queued=False
                    ),
                ),
            ),
            Capability(
                "cash",
                near.NoteAcceptor,
                "CashAcceptor",
                "CashManagement.Reset",
                (
                    Command(
                        "CashAcceptor.CashInStart", near.NoteAcceptor.cash_in_start
                    ),
                    Command(
                        "CashAcceptor.CashIn",
                        near.NoteAcceptor.cash_in,
                        "cashIn",
                        (Told("on_note", "CashAcceptor.SubCashInEvent", "amount"),),
                        **_CASH,
                    ),
                    Command(
                        "CashAcceptor.CashInEnd",
                        near.NoteAcceptor.cash_in_end,
                        "cashIn",
                        **_CASH,
                    ),
                    Command(
                        "CashAcceptor.CashInRollback",
                        near.NoteAcceptor.cash_in_rollback,
                        "cashIn",
                        **_CASH,
                    ),
                    Command(
                        "CashAcceptor.GetCashInStatus",
                        near.NoteAcceptor.get_cash_in_status,
                        "cashIn",
                        **_CASH,
                    ),
                ),
            ),
        )
    }
)
"""Every kind of device, by ``DeviceInfo.capability``."""

CAPABILITY_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "face-camera": "camera",
        "document-camera": "camera",
        "card-terminal": "payment",
        "meter-card": "metercard",
        "chip-card": "smartcard",
        "speaker": "speech",
    }
)
"""Capability of a device of the settings, where it has another name."""


def capability_of(device: str) -> Capability:
    """Return the kind of a device of the settings.

    Raises:
        KeyError: the settings know no such device.
    """
    return CAPABILITIES[CAPABILITY_OF.get(device, device)]
