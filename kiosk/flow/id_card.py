"""Reading an ID card: what the citizen cures by laying it down again, and the page."""

from __future__ import annotations

from kiosk.core.bodies import CardStage, IdentifyBody
from kiosk.core.parts import Button
from kiosk.core.people import IdDocument
from kiosk.core.words import Say, say
from kiosk.flow.buttons import help_button
from kiosk.flow.move import Scene
from kiosk.flow.trouble import sentence

AGAIN = frozenset(
    {"noMedia", "invalidMedia", "cardCollision", "documentUnreadable", "timeOut"}
)
"""Troubles that the citizen cures by laying the card down again."""


def expired(document: IdDocument, scene: Scene) -> bool:
    """Tell whether the document's last day has passed."""
    return (
        document.valid_to is not None
        and scene.local is not None
        and document.valid_to < scene.local.date()
    )


def laid_wrong(code: str) -> bool:
    """Tell whether the card only has to be laid down again."""
    return code.partition(".")[2] in AGAIN


def note_of(code: str) -> str:
    """Return the trouble to be told; waiting in vain is none."""
    return "" if code.endswith(".timeOut") else code


def card_page(
    stage: CardStage,
    note: str,
    *,
    alternatives_title: Say | None = None,
    alternatives: tuple[Button, ...] = (),
) -> IdentifyBody:
    """Return the page that asks for the card; ``note`` names a trouble."""
    return IdentifyBody(
        title=say(f"identify.card.{stage.value}.title"),
        second_line=say(f"identify.card.{stage.value}.second"),
        stage=stage,
        alternatives_title=alternatives_title,
        alternatives=(*alternatives, help_button()),
        trouble=sentence(note) if note else None,
    )
