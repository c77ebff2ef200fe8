"""The whole kiosk in this process, without a window: all but the pixels is real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from kiosk.app.settings import Settings
from kiosk.app.wiring import Kiosk, wired
from kiosk.core.views import View
from kiosk.session.runner import SessionRunner
from tests.system.fingers import ViewFingers
from tests.system.haste import hurried
from tests.tour.citizen import Hands


class Diary:
    """Keeps what the machine writes into its diary."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def __call__(self, event: str, /, **facts: object) -> None:
        self.lines.append((event, facts))

    def facts(self, event: str) -> list[dict[str, object]]:
        """Return what was written under one name."""
        return [facts for name, facts in self.lines if name == event]


class BareKiosk:
    """A running kiosk; implements ``tests.system.visit.Screen``.

    Attributes:
        session: its state is ``session.terminal``.
        wiped: how often the screens were told to forget.
    """

    def __init__(self, kiosk: Kiosk, diary: Diary) -> None:
        self.kiosk = kiosk
        self.diary = diary
        self.seen: list[View] = []
        self.wiped = 0
        self._changed = anyio.Event()
        self.session: SessionRunner = kiosk.session(self._show, self._wipe)
        self.hands: Hands = ViewFingers(self._newest, self.session.send)

    async def next_view(self, timeout_s: float) -> bool:
        """Wait until another view comes."""
        with anyio.move_on_after(timeout_s) as scope:
            await self._changed.wait()
        return not scope.cancelled_caught

    async def run(self) -> None:
        """Serve until cancelled, as ``kiosk run`` does."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.kiosk.run_services)
            await self.kiosk.prepare()
            await self.session.run()

    def _newest(self) -> View | None:
        return self.seen[-1] if self.seen else None

    def _show(self, view: View) -> None:
        self.seen.append(view)
        self._changed.set()
        self._changed = anyio.Event()

    def _wipe(self) -> None:
        self.wiped += 1


@asynccontextmanager
async def bare_kiosk(settings: Settings, diary: Diary) -> AsyncIterator[BareKiosk]:
    """Wire a kiosk, run it, and stop it at once in the end."""
    with hurried():
        async with wired(settings, diary) as kiosk:
            bare = BareKiosk(kiosk, diary)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(bare.run)
                yield bare
                tasks.cancel_scope.cancel()
