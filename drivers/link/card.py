"""What a chip card in a reader can do wrong, whichever cable the reader is on."""

from __future__ import annotations

from kiosk.core.errors import MediaError


class CardError(MediaError):
    """The reader works; the card in it does not do what was asked."""

    code = "device.card"


class CardRemoved(CardError):
    """No card, or not the one that was there before."""


class CardMute(CardError):
    """A card that gives no answer to reset: upside down, dirty, broken."""


class CardProtocolUnknown(CardError):
    """A card that speaks neither T=0 nor T=1."""
