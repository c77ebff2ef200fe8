"""The one table of troubles: how bad, who must come, may the matter go on.

A trouble's name is ``<capability>.<XFS4IoT error code>`` for devices (``printer.
paperOut``) and ``platform.<code>`` for the platform, whose own codes are kept (``EQ``
codes: error vocabulary of utility payment, kind Q = inquiry). Words are in
``kiosk/locale``: ``trouble.<name>.title``, ``.citizen`` and ``.staff``; a test holds
table and words together.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.core.device import Completion


class Who(StrEnum):
    """Who has to come so that it works again."""

    NOBODY = "nobody"
    STAFF = "staff"
    TECHNICIAN = "technician"
    VENDOR = "vendor"


class Severity(StrEnum):
    """How bad it is for the machine."""

    NOTICE = "notice"
    DEGRADED = "degraded"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Trouble:
    """One row of the table.

    Attributes:
        without: True when a matter may go on without the device.
        action: XFS4IoT ``ErrorEvent`` action: reset, clear, maintenance, suspend …
    """

    severity: Severity
    who: Who
    action: str
    without: bool = False


_NOTICE = Trouble(Severity.NOTICE, Who.NOBODY, "suspend")
_STAFF = Trouble(Severity.DEGRADED, Who.STAFF, "clear")
_STAFF_GO_ON = Trouble(Severity.DEGRADED, Who.STAFF, "clear", without=True)
_TECHNICIAN = Trouble(Severity.DEGRADED, Who.TECHNICIAN, "maintenance")
_TECHNICIAN_GO_ON = Trouble(
    Severity.DEGRADED, Who.TECHNICIAN, "maintenance", without=True
)

TROUBLES: dict[str, Trouble] = {
    "idcard.noMedia": _NOTICE,
    "idcard.invalidMedia": _NOTICE,
    "idcard.cardCollision": _NOTICE,
    "idcard.documentUnreadable": _NOTICE,
    "idcard.documentExpired": _NOTICE,
    "idcard.samError": _TECHNICIAN,
    "idcard.authenticationFailed": _NOTICE,
    "idcard.timeOut": _NOTICE,
    "idcard.unavailable": _TECHNICIAN,
    "scanner.barcodeInvalid": _NOTICE,
    "scanner.timeOut": _NOTICE,
    "scanner.unavailable": _TECHNICIAN_GO_ON,
    "receipt.paperOut": _STAFF_GO_ON,
    "receipt.paperJammed": _STAFF_GO_ON,
    "receipt.coverOpen": _STAFF_GO_ON,
    "receipt.cutterError": _TECHNICIAN_GO_ON,
    "receipt.printerError": _TECHNICIAN_GO_ON,
    "receipt.unavailable": _TECHNICIAN_GO_ON,
    "receipt.unknown": _STAFF_GO_ON,
    "printer.paperOut": _STAFF,
    "printer.paperJammed": _STAFF,
    "printer.tonerOut": _STAFF,
    "printer.coverOpen": _STAFF,
    "printer.stackerFull": _STAFF,
    "printer.mediaRejected": _TECHNICIAN,
    "printer.unavailable": _TECHNICIAN,
    "printer.partly": _STAFF,
    "printer.unknown": _STAFF,
    "face-camera.lensCovered": _STAFF,
    "face-camera.pictureFrozen": _TECHNICIAN,
    "face-camera.pictureTooSmall": _TECHNICIAN,
    "face-camera.cameraInoperable": _TECHNICIAN,
    "face-camera.unavailable": _TECHNICIAN,
    "document-camera.lensCovered": _STAFF,
    "document-camera.pictureFrozen": _TECHNICIAN,
    "document-camera.pictureTooSmall": _TECHNICIAN,
    "document-camera.cameraInoperable": _TECHNICIAN,
    "document-camera.unavailable": _TECHNICIAN,
    "citizen.identity_mismatch": _NOTICE,
    "citizen.material_unreadable": _NOTICE,
    "platform.unreachable": _TECHNICIAN,
    "platform.outcome_unknown": _NOTICE,
    "platform.protocol": _TECHNICIAN,
    "platform.refused": _NOTICE,
    "platform.record.none": _NOTICE,
    "platform.identity.face_poor": _NOTICE,
    "platform.identity.face_unreadable": _NOTICE,
    "platform.identity.document_expired": _NOTICE,
    "platform.EQ0004": _NOTICE,
    "platform.EQ0005": _NOTICE,
    "platform.EQ0006": _NOTICE,
    "platform.EQ0007": _NOTICE,
    "platform.EQ0008": _NOTICE,
    "platform.EQ0009": _NOTICE,
    "platform.EQ0010": _NOTICE,
    "platform.EQ0014": _NOTICE,
    "platform.EQ0015": _NOTICE,
    "platform.EQ0024": _NOTICE,
    "platform.EQ0012": _NOTICE,
    "platform.EQ0013": _NOTICE,
    "platform.EQ0016": _NOTICE,
    "platform.EQ0017": _NOTICE,
    "platform.EQ0018": _NOTICE,
    "platform.EQ0019": _NOTICE,
    "platform.EQ0020": _NOTICE,
    "platform.EQ0022": _NOTICE,
    "platform.EQ0023": _NOTICE,
    "platform.EQ0025": _NOTICE,
    "platform.EQ0026": _NOTICE,
    "platform.EQ0027": _NOTICE,
    "platform.account.notYours": _NOTICE,
    "platform.payment.unknown": _NOTICE,
    "platform.payment.tooOld": _NOTICE,
    "platform.invoice.notIssued": _NOTICE,
    "platform.fee.answers": _NOTICE,
    "platform.fee.unknown": _NOTICE,
    "platform.bill.changed": _NOTICE,
    "platform.bill.paid": _NOTICE,
    "platform.bill.unknown": _NOTICE,
    "platform.amount.notAllowed": _NOTICE,
    "platform.method.notAllowed": _NOTICE,
    "platform.load.none": _NOTICE,
    "chip-card.noMedia": _NOTICE,
    "chip-card.invalidMedia": _NOTICE,
    "chip-card.authenticationFailed": _NOTICE,
    "chip-card.atrNotObtained": _NOTICE,
    "chip-card.protocolNotSupported": _NOTICE,
    "chip-card.timeOut": _NOTICE,
    "chip-card.unavailable": _TECHNICIAN_GO_ON,
    "meter-card.noMedia": _NOTICE,
    "meter-card.invalidMedia": _NOTICE,
    "meter-card.cardUnreadable": _NOTICE,
    "meter-card.timeOut": _NOTICE,
    "meter-card.wrongCard": _NOTICE,
    "meter-card.loadInterrupted": _NOTICE,
    "meter-card.writeFailed": _NOTICE,
    "meter-card.verifyFailed": _NOTICE,
    "meter-card.unitsNotTaken": _NOTICE,
    "meter-card.unavailable": _TECHNICIAN,
    "card-terminal.paperOut": _STAFF_GO_ON,
    "card-terminal.unavailable": _TECHNICIAN_GO_ON,
    "auxiliaries.invalidLight": _TECHNICIAN_GO_ON,
    "auxiliaries.lightError": _TECHNICIAN_GO_ON,
    "auxiliaries.unavailable": _TECHNICIAN_GO_ON,
    "power.overload": _STAFF_GO_ON,
    "power.unavailable": _TECHNICIAN_GO_ON,
    "keypad.entryTimeout": _NOTICE,
    "keypad.canceled": _NOTICE,
    "keypad.keyInvalid": _TECHNICIAN_GO_ON,
    "keypad.unavailable": _TECHNICIAN_GO_ON,
    "speaker.soundFailed": _TECHNICIAN_GO_ON,
    "speaker.noVoice": _TECHNICIAN_GO_ON,
    "speaker.unavailable": _TECHNICIAN_GO_ON,
    "cash.timeOut": _NOTICE,
    "cash.noItems": _NOTICE,
    "cash.noCashInActive": _NOTICE,
    "cash.foreignItemsDetected": _NOTICE,
    "cash.cashUnitError": _STAFF_GO_ON,
    "cash.unavailable": _TECHNICIAN_GO_ON,
    "desk.closed": _TECHNICIAN,
    "orders.unread": _NOTICE,
    "orders.unmatched": _NOTICE,
    "journal.failed": _TECHNICIAN,
    "journal.unmarked": _TECHNICIAN,
    "journal.unreconciled": _STAFF,
    "recon.late": _STAFF,
    "disk.full": _TECHNICIAN,
    "disk.unreadable": _TECHNICIAN,
    "clock.wrong": _TECHNICIAN,
    "order.left": _NOTICE,
    "order.expired": _NOTICE,
    "order.unreachable": _NOTICE,
    "order.restarted": _NOTICE,
    "store.error": _TECHNICIAN,
    "money.closed": _TECHNICIAN,
    "catalogue.error": _TECHNICIAN,
    "kiosk.unexpected": _TECHNICIAN,
}


def known_trouble(name: str) -> str:
    """Return the name if the table has it, else the nearest one that it has.

    An unknown error of a device is that device being unavailable; an unknown
    refusal of the platform is a refusal; anything else is unexpected.
    """
    if name in TROUBLES:
        return name
    family, _, _ = name.partition(".")
    for nearest in (f"{family}.unavailable", f"{family}.refused", f"{family}.error"):
        if nearest in TROUBLES:
            return nearest
    return "kiosk.unexpected"


def device_trouble(device: str, completion: Completion[object]) -> str:
    """Name the trouble of a device's completion: ``printer.paperOut``."""
    return known_trouble(f"{device}.{completion.trouble}")
