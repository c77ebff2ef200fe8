"""What the head, the motor and the knife are told to do, in order."""

from __future__ import annotations

from dataclasses import dataclass

from hardware_sim.receipt.glyphs import Mask


@dataclass(frozen=True, slots=True)
class PrintRow:
    """Print one row of dots, as wide as the head, and feed past it.

    Attributes:
        feed: dots of paper used; at least the height of the mask.
        text: the words in it.
    """

    mask: Mask
    feed: int
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """Move the paper."""

    dots: int


@dataclass(frozen=True, slots=True)
class Cut:
    """Cut where the paper stands, or feed to the knife and ``extra`` dots first."""

    to_knife: bool
    extra: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """Answer in turn: ``paper``, ``drawer`` or ``id``."""

    about: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """Switch automatic status back; the mask names the groups, 0 = off."""

    groups: int


Action = PrintRow | Feed | Cut | Query | AutomaticStatus
