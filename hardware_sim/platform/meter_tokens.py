"""Tokens of meter cards: what a meter checks before it takes credit over.

HMAC-SM3 under the biller's key over ``serial:purchase:units`` (ASCII, decimal, units
in hundredths), 32 bytes. The kiosk only carries it.
"""

from __future__ import annotations

import hmac


def load_token(key: bytes, serial: str, purchase: int, units: int) -> bytes:
    """Return the token for one load of one card."""
    text = f"{serial}:{purchase}:{units}".encode("ascii")
    return hmac.new(key, text, "sm3").digest()


def keyed_digest(key: bytes, *parts: str) -> str:
    """Return an opaque name for something of the biller's, 32 hex digits."""
    return hmac.new(key, "\n".join(parts).encode(), "sm3").hexdigest()[:32]
