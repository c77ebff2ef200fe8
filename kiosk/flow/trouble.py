"""From the name of a trouble to the page that tells it truly and offers a way on."""

from __future__ import annotations

from kiosk.core.bodies import TroubleBody
from kiosk.core.parts import Button
from kiosk.core.trouble import known_trouble
from kiosk.core.words import Say, say
from kiosk.flow.buttons import help_button, home_button, retry_button
from kiosk.flow.events import Failed
from kiosk.flow.move import Scene

SCAN_AGAIN = frozenset({"scanner.timeOut", "scanner.barcodeInvalid"})
"""Troubles after which the scanner is simply lit again."""


def sentence(code: str) -> Say:
    """Return what the citizen is told about a trouble."""
    return say(f"trouble.{known_trouble(code)}.citizen")


def title(code: str) -> Say:
    """Return the trouble in a few words."""
    return say(f"trouble.{known_trouble(code)}.title")


def trouble_body(
    failed: Failed,
    scene: Scene,
    *,
    actions: tuple[Button, ...] = (),
    may_retry: bool = True,
) -> TroubleBody:
    """Return the page for a failed effect.

    Args:
        actions: ways on of this step, before the usual ones.
        may_retry: False where doing it again could do it twice.
    """
    again = (retry_button(),) if may_retry and failed.retry != "never" else ()
    return TroubleBody(
        title=title(failed.code),
        sentence=sentence(failed.code),
        actions=(*again, *actions, home_button(), help_button()),
        reference=failed.reference,
        hotline=scene.hotline,
    )
