"""What crosses between kiosk and card, in words, for the technician."""

from __future__ import annotations

from drivers.link.apdu_words import ApduExplainer
from drivers.smartcard.bank import DIRECTORY, KNOWN
from drivers.smartcard.social import APPLICATION

_NAMES = {
    APPLICATION: "social security (sx1.sh.)",
    DIRECTORY: "bank card directory",
    **{name: f"bank {name.hex().upper()}" for name in KNOWN},
}


class CardExplainer(ApduExplainer):
    """Knows the applications that this driver reads."""

    def __init__(self) -> None:
        super().__init__(_NAMES)
