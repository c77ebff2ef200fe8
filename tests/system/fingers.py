"""Fingers without a screen: what the view offers becomes the intent it stands for.

All but the pixels is real: a button that the view does not show, or shows greyed,
cannot be touched here either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

from kiosk.core.bodies import CasesBody, FormBody, ListBody, ReviewBody, SignBody
from kiosk.core.intents import (
    FieldChanged,
    FieldChosen,
    Intent,
    Signed,
    Touched,
    TurnPage,
)
from kiosk.core.parts import Button
from kiosk.core.views import View
from kiosk.core.words import Message

STROKES = (((0.2, 0.3), (0.8, 0.3)), ((0.5, 0.1), (0.5, 0.9)))


def parts_of(thing: object) -> Iterator[object]:
    """Walk through everything that a view holds."""
    yield thing
    if isinstance(thing, tuple):
        for each in thing:
            yield from parts_of(each)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from parts_of(getattr(thing, field.name))


def messages(view: object) -> set[str]:
    """Return the ids of all sentences on a page."""
    return {each.id for each in parts_of(view) if isinstance(each, Message)}


def buttons(view: View) -> dict[str, Button]:
    """Return what can be pressed now, by key; an overlay covers the page."""
    shown = view.overlay if view.overlay is not None else view
    found = [each for each in parts_of(shown) if isinstance(each, Button)]
    return {each.key: each for each in found if each.intent is not None}


def intent_of(view: View, key: str) -> Intent | None:
    """Return what touching this key means now, ``None`` if it cannot be touched."""
    button = buttons(view).get(key)
    return button.intent if button else _of_form(view, key) or _of_pager(view, key)


class ViewFingers:
    """Sends the intents of the newest view."""

    def __init__(
        self, newest: Callable[[], View | None], send: Callable[[Intent], None]
    ) -> None:
        self._newest = newest
        self._send = send

    async def touch(self, key: str) -> bool:
        """Press a button, choose a field or one of its choices."""
        view = self._newest()
        intent = intent_of(view, key) if view is not None else None
        if intent is not None:
            self._send(intent)
        return intent is not None

    async def touch_anywhere(self) -> bool:
        """Touch the attract page."""
        self._send(Touched())
        return True

    async def type(self, field: str, text: str) -> bool:
        """Type one letter after the other."""
        for end in range(1, len(text) + 1):
            self._send(FieldChanged(field, text[:end]))
        return True

    async def sign(self) -> bool:
        """Draw two strokes and say that this is it."""
        view = self._newest()
        if view is None or not isinstance(view.body, SignBody):
            return False
        self._send(Signed(STROKES))
        return True


def _of_pager(view: View, key: str) -> Intent | None:
    body = view.body
    if not isinstance(body, (CasesBody, ListBody, ReviewBody)) or view.overlay:
        return None
    if key == "page:next":
        return TurnPage(1) if body.page < body.pages else None
    return TurnPage(-1) if key == "page:prev" and body.page > 1 else None


def _of_form(view: View, key: str) -> Intent | None:
    body = view.body
    if not isinstance(body, FormBody) or view.overlay is not None:
        return None
    what, _, value = key.partition(":")
    if what == "field":
        return FieldChosen(value)
    return FieldChanged(body.active, value) if what == "choice" else None
