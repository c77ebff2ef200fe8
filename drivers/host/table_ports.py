"""What a device host serves of ``kiosk.core.ports``: the devices that matters need."""

from __future__ import annotations

from typing import Any, Final

from drivers.host.contract import MEDIA, Capability, Command, Told
from drivers.host.pages import with_pages
from drivers.host.shapes import PRINT_NATIVE, READ_BARCODE
from kiosk.core import ports
from kiosk.core.media import PrintOutcome, Settled

_PAPER: Final[dict[str, Any]] = {
    "lost": PrintOutcome(Settled.UNKNOWN),
    "unsent": PrintOutcome(Settled.NOT_PRINTED),
}

ROWS: Final = (
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
                **MEDIA,
            ),
        ),
        events=(
            *("PresentCardEvent", "InvalidMediaEvent"),
            *("MediaDetectedEvent", "MediaRemovedEvent"),
        ),
    ),
    Capability(
        "scanner",
        ports.BarcodeReader,
        "BarcodeReader",
        "BarcodeReader.Reset",
        (
            Command(
                "BarcodeReader.Read",
                ports.BarcodeReader.read,
                "readOutput",
                shape=READ_BARCODE,
            ),
        ),
    ),
    Capability(
        "receipt",
        ports.ReceiptPrinter,
        "Printer",
        "Printer.Reset",
        (
            Command(
                "Printer.ExtPrintReceipt",
                ports.ReceiptPrinter.print_receipt,
                "outcome",
                **_PAPER,
            ),
        ),
        events=("MediaPresentedUnsolicitedEvent", "PaperThresholdEvent"),
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
                "extOutcome",
                (Told("on_sheet", "Printer.ExtSheetEvent", "sheets"),),
                shape=PRINT_NATIVE,
                fill=with_pages,
                **_PAPER,
            ),
            Command(
                "Printer.ClearBuffer",
                ports.DocumentPrinter.clear_buffer,
                "extJobs",
            ),
        ),
        events=(
            "MediaPresentedUnsolicitedEvent",
            *("PaperThresholdEvent", "TonerThresholdEvent"),
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
                (Told("on_prompt", "ExtPayment.PresentPaymentEvent", "prompt"),),
            ),
            Command(
                "ExtPayment.Query",
                ports.CardTerminal.last_receipt,
                "receipt",
            ),
            Command("ExtPayment.Reverse", ports.CardTerminal.reverse, "receipt"),
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
                **MEDIA,
            ),
        ),
    ),
)
