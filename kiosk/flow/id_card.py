"""Reading an ID card: what the citizen cures by laying it down again, and the page."""

from __future__ import annotations

from kiosk.core.bodies import CardStage, IdentifyBody
from kiosk.core.parts import Button
from kiosk.core.people import IdDocument
from kiosk.core.words import Say, say
from kiosk.flow.buttons import help_button
from kiosk.flow.events import Failed
from kiosk.flow.move import Scene
from kiosk.flow.trouble import sentence

AGAIN = frozenset(
    {"noMedia", "invalidMedia", "cardCollision", "documentUnreadable", "timeOut"}
)
"""Troubles that the citizen cures by laying the card down again."""


EXPIRED = Failed("ReadCard", "idcard.documentExpired", "now")
"""What a card whose last day has passed comes to."""


def expired(document: IdDocument, scene: Scene) -> bool:
    """Tell whether the document's last day has passed."""
    return (
        document.valid_to is not None
        and scene.local is not None
        and document.valid_to < scene.local.date()
    )


def laid_again(failed: Failed) -> tuple[CardStage, str] | None:
    """Return how the page stands for a card that only has to be laid down again.

    Returns:
        Its stage and the trouble to be told (waiting in vain is none); ``None`` for
        any other failure.
    """
    if failed.effect != "ReadCard" or failed.code.partition(".")[2] not in AGAIN:
        return None
    if failed.code.endswith(".timeOut"):
        return CardStage.WAITING, ""
    return CardStage.FAILED, failed.code


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
