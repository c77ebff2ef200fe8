"""A visit: the robot citizen goes on by itself until the page that is waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

import anyio

from kiosk.core.bodies import AttractBody, Body
from kiosk.core.views import View
from kiosk.core.words import Message
from tests.system.fingers import messages
from tests.tour.citizen import Bench, Citizen, Hands, Wishes

Wanted: TypeAlias = str | type | Callable[[View], bool]
"""Title's message id, class of the body, or a question about the view."""

ACT_AGAIN_AFTER_S = 1.0
ANSWER_S = 5.0


class Screen(Protocol):
    """A kiosk as a citizen meets it.

    Attributes:
        seen: every view so far, oldest first.
        hands: fingers on this screen.
    """

    seen: list[View]
    hands: Hands

    async def next_view(self, timeout_s: float) -> bool:
        """Wait until another view comes; False when none did in time."""
        ...


def title_of(view: View) -> str:
    """Return the message id of the page's title, ``""`` if it has none."""
    title = getattr(view.body, "title", None)
    return title.id if isinstance(title, Message) else ""


def matches(view: View, wanted: Wanted) -> bool:
    """Tell whether this is the page that is waited for."""
    if isinstance(wanted, str):
        return title_of(view) == wanted
    if isinstance(wanted, type):
        return isinstance(view.body, wanted)
    return wanted(view)


class Visit:
    """One citizen in front of one screen."""

    def __init__(self, screen: Screen, bench: Bench, wishes: Wishes) -> None:
        self._screen = screen
        self.citizen = Citizen(screen.hands, bench, wishes)
        self._looked = max(0, len(screen.seen) - 1)

    @property
    def page(self) -> Body:
        """What is shown now."""
        return self._screen.seen[-1].body

    def says(self) -> set[str]:
        """Return the ids of all sentences that are shown now."""
        return messages(self._screen.seen[-1])

    async def until(self, wanted: Wanted, timeout_s: float = 30.0) -> View:
        """Do what pages ask for until the wanted page was seen; return it.

        Raises:
            AssertionError: it did not come in time; says what came instead.
        """
        return await self._go(wanted, timeout_s, acting=True)

    async def see(self, wanted: Wanted, timeout_s: float = 30.0) -> View:
        """Wait for a page with the hands in the lap; see ``until``."""
        return await self._go(wanted, timeout_s, acting=False)

    async def touch(self, key: str) -> None:
        """Touch something that has to be there, and see that the page changes.

        Raises:
            AssertionError: it is not, or nothing happens.
        """
        self._looked = len(self._screen.seen)
        assert await self._screen.hands.touch(key), f"no {key}: {self._story()}"
        while len(self._screen.seen) == self._looked:
            assert await self._screen.next_view(ANSWER_S), f"{key} did nothing"

    async def finish(self, timeout_s: float = 45.0) -> None:
        """Go on to the very end: the attract page is there again."""
        await self.until(lambda view: self._gone(view), timeout_s)

    def _gone(self, view: View) -> bool:
        return self.citizen.opened and isinstance(view.body, AttractBody)

    async def _go(self, wanted: Wanted, timeout_s: float, *, acting: bool) -> View:
        with anyio.move_on_after(timeout_s):
            while True:
                found = self._look(wanted)
                if found is not None:
                    return found
                acted = acting and await self._act()
                patience = ACT_AGAIN_AFTER_S if acted else 0.1
                await self._screen.next_view(patience)
        raise AssertionError(f"{wanted} did not come: {self._story()}")

    async def _act(self) -> bool:
        seen = self._screen.seen
        return bool(seen) and await self.citizen.act(seen[-1])

    def _look(self, wanted: Wanted) -> View | None:
        seen = self._screen.seen
        while self._looked < len(seen):
            view = seen[self._looked]
            if matches(view, wanted):
                return view
            self._looked += 1
        return None

    def _story(self) -> str:
        story: list[str] = []
        for view in self._screen.seen:
            words = f"{type(view.body).__name__}({title_of(view)})"
            if not story or story[-1] != words:
                story.append(words)
        return " → ".join(story[-12:])
