"""Power, and a disk that loses it in the middle of a transaction."""

from __future__ import annotations

import asyncio
import sqlite3
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.proof.world.world import World


class PowerCut(BaseException):
    """The machine goes dark inside a statement of the journal."""


class Power:
    """Counts the steps of one machine life and may cut it short."""

    __slots__ = ("dead", "process", "world")

    def __init__(self, world: World) -> None:
        self.world = world
        self.process: asyncio.Task[None] | None = None
        self.dead = False

    async def step(self) -> None:
        """One step; it may be the last."""
        if self.fails():
            self.cut()
        if self.dead:
            await asyncio.Event().wait()

    def fails(self) -> bool:
        """Count a step and tell whether power is lost in it."""
        world = self.world
        world.steps += 1
        return world.steps in world.crash_points or (
            world.crash_rate > 0 and world.dice.random() < world.crash_rate
        )

    def cut(self) -> None:
        """Power is lost."""
        if not self.dead:
            self.dead = True
            self.world.crashes += 1
            if self.world.tell_story:
                self.world.trace("machine", "power lost")
            if self.process is not None:
                self.process.cancel()


class FragileConnection(sqlite3.Connection):
    """A connection on which a statement may be the last, or meet a bad disk.

    Attributes:
        fuse: statements until power is lost, 0 for none; negative: it is lost.
        bad_disk: statements until the disk answers with an I/O error, 0 for none.
    """

    fuse = 0
    bad_disk = 0

    def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
        if self.fuse:
            self.fuse = max(self.fuse - 1, -1)
            if self.fuse <= 0:
                self.fuse = -1
                raise PowerCut
        if self.bad_disk:
            self.bad_disk -= 1
            if not self.bad_disk:
                if sql == "COMMIT":
                    super().execute(sql)  # the pages are there, the sync failed
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
                raise error
        return super().execute(sql, *args)
