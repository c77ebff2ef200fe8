"""Everything a session may act through, handed over by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from kiosk.core.clock import Clock
from kiosk.core.device import Device
from kiosk.core.gateway import Gateway
from kiosk.core.orders import Cashier
from kiosk.core.peripherals import (
    ChipCardReader,
    GuideLights,
    KeyPad,
    NoteAcceptor,
    PowerSupply,
    Speaker,
)
from kiosk.core.ports import (
    ActJournal,
    BarcodeReader,
    Camera,
    CardTerminal,
    DocumentMaker,
    DocumentPrinter,
    EventLog,
    FaceFinder,
    IdCardReader,
    MeterCardReader,
    Outbox,
    PageFinder,
    ReceiptPrinter,
    SignatureMaker,
)
from kiosk.core.words import Translator


@dataclass(frozen=True, slots=True)
class Ports:
    """Devices (``None`` = this machine has none) and services.

    Attributes:
        unsettled: tells the payment or act that has not ended, ``""`` = none.
    """

    clock: Clock
    log: EventLog
    words: Translator
    gateway: Gateway
    cashier: Cashier
    acts: ActJournal
    outbox: Outbox
    unsettled: Callable[[], Awaitable[str]]
    documents: DocumentMaker
    signatures: SignatureMaker
    faces: FaceFinder
    pages: PageFinder
    idcard: IdCardReader | None = None
    scanner: BarcodeReader | None = None
    receipt: ReceiptPrinter | None = None
    printer: DocumentPrinter | None = None
    face_camera: Camera | None = None
    document_camera: Camera | None = None
    card_terminal: CardTerminal | None = None
    meter_card: MeterCardReader | None = None
    chip_card: ChipCardReader | None = None
    keypad: KeyPad | None = None
    auxiliaries: GuideLights | None = None
    power: PowerSupply | None = None
    speaker: Speaker | None = None
    cash: NoteAcceptor | None = None

    def devices(self) -> Mapping[str, Device]:
        """Return the devices that this machine has, by settings name."""
        every: dict[str, Device | None] = {
            "idcard": self.idcard,
            "scanner": self.scanner,
            "receipt": self.receipt,
            "printer": self.printer,
            "face-camera": self.face_camera,
            "document-camera": self.document_camera,
            "card-terminal": self.card_terminal,
            "meter-card": self.meter_card,
            "chip-card": self.chip_card,
            "keypad": self.keypad,
            "auxiliaries": self.auxiliaries,
            "power": self.power,
            "speaker": self.speaker,
            "cash": self.cash,
        }
        return {name: device for name, device in every.items() if device is not None}
