"""The real journal on a disk that survives the machine's lives.

Two kinds, both with the product's ``Journal`` and ``Ledger``: SQLite in memory, where
a power cut is the roll-back that SQLite's recovery would do, and a file on the disk
under the test, where a power cut copies the files as they are and the next life opens
the copy through ``open_journal`` with all its checks.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from kiosk.core.orders import OrderRow
from services.store.journal import Journal
from services.store.ledger import Ledger
from services.store.opening import Opened, open_journal
from tests.proof.world.loop import ORIGIN
from tests.proof.world.power import FragileConnection, Power, PowerCut

if TYPE_CHECKING:
    from tests.proof.world.world import World

NOWHERE = Path("/dev/shm/kiosk24-proof/journal.db")


class InlineJournal(Journal):
    """The real journal without its thread: virtual time cannot wait for threads."""

    async def _in_thread(self, work: Callable[[], Any]) -> Any:
        return work()


class Disk(Protocol):
    """What stays when power goes."""

    connection: FragileConnection

    def boot(self, world: World) -> InlineJournal:
        """Open the journal as a machine does that was just switched on."""
        ...

    @property
    def ledger(self) -> Ledger:
        """The journal's tables, for the judge."""
        ...

    def close(self) -> None:
        """Let go of everything."""
        ...


def _template() -> tuple[Opened, bytes]:
    """Have the product open its first journal, and keep the bytes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        opened = open_journal(Path(folder) / "journal.db", ORIGIN)
        image = bytearray(opened.ledger._connection.serialize())
        opened.ledger.close()
        os.close(opened.lock)
    image[18:20] = b"\x01\x01"  # memory has no write-ahead log
    return opened, bytes(image)


class MemoryDisk:
    """SQLite in memory with the journal's own tables and triggers."""

    _first: tuple[Opened, bytes] | None = None

    def __init__(self) -> None:
        if MemoryDisk._first is None:
            MemoryDisk._first = _template()
            NOWHERE.parent.mkdir(parents=True, exist_ok=True)
        self._opened, image = MemoryDisk._first
        self.connection = sqlite3.connect(
            ":memory:", isolation_level=None, factory=FragileConnection
        )
        self.connection.deserialize(image)
        self._ledger = Ledger(self.connection)

    def boot(self, world: World) -> InlineJournal:
        if self.connection.in_transaction:
            self.connection.rollback()
        self.connection.fuse = self.connection.bad_disk = 0
        self._ledger = Ledger(self.connection)
        opened = replace(self._opened, ledger=self._ledger, boot=world.boots)
        return InlineJournal(NOWHERE, opened, world.clock, world.log)

    @property
    def ledger(self) -> Ledger:
        return self._ledger

    def close(self) -> None:
        self.connection.close()


class FileDisk:
    """A journal file; every life of the machine works on its own copy of it."""

    connection: FragileConnection

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lives = 0
        self._journals: list[InlineJournal] = []

    def boot(self, world: World) -> InlineJournal:
        path = self._next_life(world)
        opened = open_journal(path, world.clock.now())
        opened.ledger._connection.close()
        connection = sqlite3.connect(
            path, isolation_level=None, factory=FragileConnection
        )
        connection.execute("PRAGMA synchronous = FULL")
        self.connection = connection
        opened.ledger._connection = connection
        self._journals.append(InlineJournal(path, opened, world.clock, world.log))
        return self._journals[-1]

    @property
    def ledger(self) -> Ledger:
        return self._journals[-1]._ledger

    def close(self) -> None:
        for journal in self._journals:
            journal._ledger.close()
            os.close(journal._opened.lock)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _next_life(self, world: World) -> Path:
        """Copy what a reader of the raw disk would find; a crash closes nothing.

        Where the scene says so, one life begins on an older image of the disk.
        """
        old = self._folder / str(self._lives)
        if world.scene.old_image and self._lives > 1 and world.fault_rate:
            if not world.set_back and world.dice.random() < 0.5:
                world.disk_was_set_back()
                old = self._folder / str(self._lives - 1)
        self._lives += 1
        new = self._folder / str(self._lives)
        new.mkdir(parents=True)
        if old.exists():
            for file in old.iterdir():
                if not file.name.endswith(("-shm", ".lock")):
                    copy = shutil.copytree if file.is_dir() else shutil.copy
                    copy(file, new / file.name)
        return new / "journal.db"


def order_rows(disk: Disk) -> list[OrderRow]:
    """Return the steps of all orders in the order in which they were written."""
    entries = [e for e in disk.ledger.entries() if e.kind == "order"]
    steps = {key: disk.ledger.history(key) for key in {e.key for e in entries}}
    return [steps[entry.key][entry.step - 1] for entry in entries]


class CrashingJournal:
    """The journal as one life of the machine sees it."""

    def __init__(self, inner: InlineJournal, disk: Disk, power: Power) -> None:
        self.inner = inner
        self._disk = disk
        self._power = power
        self.history = inner.history
        self.load_open_orders = inner.load_open_orders
        self.live_order_for_bill = inner.live_order_for_bill
        self.probe = inner.probe
        self.refusal = inner.refusal
        self.mark = inner.mark
        self.compare_head = inner.compare_head

    async def append(self, row: OrderRow) -> None:
        power = self._power
        world = power.world
        await power.step()
        begins = row.step == 1 and not row.facts.get("adopted")
        if begins and (why := self.inner.refusal()):
            world.found.add(f"I14 an order was begun in spite of {why}")
        if power.fails():
            self._disk.connection.fuse = 1 + world.dice.randrange(4)
            world.in_doubt = True
        elif world.fault_rate and world.dice.random() < world.bad_disk_rate:
            self._disk.connection.bad_disk = 1 + world.dice.randrange(3)
            world.in_doubt = True
        try:
            await self.inner.append(row)
        except PowerCut:
            power.cut()
        else:
            if self._disk.connection.fuse:
                power.cut()
            else:
                world.wrote(row)
        await power.step()
