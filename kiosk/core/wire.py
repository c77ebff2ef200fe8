"""What a technician sees of a device's cable: each frame in words, nothing personal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

Direction = Literal["sent", "received", "note"]
"""``sent`` from the kiosk to the device; ``note``: about the connection itself."""


@dataclass(frozen=True, slots=True)
class WireLine:
    """One frame that crossed the cable, explained.

    Attributes:
        at_s: monotonic seconds, for the time between frames.
        text: what it means: ``SELECT CARD -> 00 00 90 ok``. Personal values are named
            and counted (``text block, 256 bytes``), never shown.
        shown: the bytes as hexadecimal, ``""`` where they carry personal data.
    """

    at_s: float
    direction: Direction
    text: str
    shown: str = ""


class WireExplainer(Protocol):
    """Turns the bytes of one cable into words; one object for each listener.

    It sees bytes in the pieces in which they crossed: a frame may come in several,
    and several frames in one.
    """

    def explain(self, direction: Direction, data: bytes) -> Iterable[tuple[str, bytes]]:
        """Yield, for each frame that is complete now, its words and its bytes.

        Bytes that carry personal data are left out (``b""``). Never raises: what it
        cannot read it calls unknown, with its length.
        """
        ...
