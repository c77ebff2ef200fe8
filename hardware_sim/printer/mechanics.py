"""The mechanical half of the printer: tray, paper path, toner, cover, output bin.

One sheet at a time travels from the tray to the output bin and takes time. What
hands can do to the machine happens here, and the printer's state reasons (RFC 8011
section 5.4.12, PWG 5100.9 section 5) are read off from here.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from hardware_sim.printer.interpreter import Leaf


@dataclass(frozen=True, slots=True)
class Pace:
    """How long the machine takes, in seconds.

    Attributes:
        warm_up_s: from a received job to the first sheet fed.
        sheet_s: from tray to output bin.
        boot_s: from power to an answering network port.
    """

    warm_up_s: float = 0.8
    sheet_s: float = 2.5
    boot_s: float = 6.0


@dataclass(slots=True)
class Sheet:
    """One sheet of paper that left the machine.

    Attributes:
        whole: false for a sheet that was spoiled under way.
        at: seconds since the epoch.
    """

    number: int
    job_id: int
    job_name: str
    leaf: Leaf
    whole: bool = True
    taken: bool = False
    at: float = field(default_factory=time.time)


class Bell:
    """Wakes everybody who waits for the machine to change."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake them all."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float | None = None) -> bool:
        """Wait for the next ring; false when the seconds are over first."""
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True


class Mechanics:
    """Everything in the printer that can be touched."""

    tray_capacity = 250
    low_sheets = 20
    bin_capacity = 150
    toner_capacity = 1500
    low_toner_percent = 10

    def __init__(self, pace: Pace, bell: Bell) -> None:
        self.pace = pace
        self._bell = bell
        self.tray = 200
        self.toner_sides = self.toner_capacity * 4 // 5
        self.cover_open = False
        self.tray_out = False
        self.jammed = False
        self.jam_countdown = 0
        self.travelling: Leaf | None = None
        self.sheets: list[Sheet] = []
        self.changed_at = time.time()

    @property
    def toner_percent(self) -> int:
        """Toner left; above nothing it is never shown as 0."""
        return -(-100 * self.toner_sides // self.toner_capacity)

    @property
    def in_bin(self) -> list[Sheet]:
        """Sheets that lie in the output bin."""
        return [sheet for sheet in self.sheets if not sheet.taken]

    def faults(self) -> list[str]:
        """What stops the machine whether or not there is a job."""
        found = {
            "media-jam": self.jammed,
            "cover-open": self.cover_open,
            "input-tray-missing": self.tray_out,
            "toner-empty": self.toner_sides <= 0,
            "output-area-full": len(self.in_bin) >= self.bin_capacity,
        }
        return [word for word, present in found.items() if present]

    def can_feed(self) -> bool:
        """Whether the next sheet can start."""
        return self.tray > 0 and not self.faults()

    def reasons(self, *, needs_paper: bool) -> list[str]:
        """Return ``printer-state-reasons``.

        An empty tray is a warning while nothing is to be printed, and an error as
        soon as a job waits for paper.
        """
        words = [f"{word}-error" for word in self.faults()]
        if self.tray == 0:
            stopped = ["media-empty-error", "media-needed-error"]
            words += stopped if needs_paper else ["media-empty-warning"]
        elif self.tray <= self.low_sheets:
            words.append("media-low-warning")
        if 0 < self.toner_percent <= self.low_toner_percent:
            words.append("toner-low-warning")
        return words or ["none"]

    def change(self) -> None:
        """Tell everybody that a hand has changed something."""
        self.changed_at = time.time()
        self._bell.ring()

    def block_path(self) -> None:
        """Jam: whatever is in the path stays in it."""
        self.jammed = True
        self.change()

    def clear_path(self) -> None:
        """Pull the crumpled sheet out."""
        self.jammed = False
        self.jam_countdown = 0
        self.change()

    def put_in_order(self) -> None:
        """Close what is open, free the path, and fill up what has run low."""
        self.jammed = self.cover_open = self.tray_out = False
        self.jam_countdown = 0
        if self.tray <= self.low_sheets:
            self.tray = self.tray_capacity
        if self.toner_percent <= self.low_toner_percent:
            self.toner_sides = self.toner_capacity
        if len(self.in_bin) >= self.bin_capacity:
            for sheet in self.in_bin:
                sheet.taken = True
        self.change()

    async def feed(self, leaf: Leaf) -> bool:
        """Move one sheet from the tray towards the bin.

        Returns:
            True when it would drop into the bin now; false when it got stuck or
            the cover was opened on it. Either way the tray holds one less.
        """
        self.tray -= 1
        self.travelling = leaf
        jams = self._jam_is_due()
        try:
            arrived = await self._travel(self.pace.sheet_s / (2 if jams else 1))
            if arrived and jams:
                self.block_path()
                arrived = False
            return arrived
        finally:
            self.travelling = None

    def _jam_is_due(self) -> bool:
        if self.jam_countdown == 0:
            return False
        self.jam_countdown -= 1
        return self.jam_countdown == 0

    async def _travel(self, seconds: float) -> bool:
        arrival = time.monotonic() + seconds
        while not (self.jammed or self.cover_open):
            left = arrival - time.monotonic()
            if left <= 0 or not await self._bell.wait(left):
                return not (self.jammed or self.cover_open)
        return False

    def drop(self, job_id: int, name: str, leaf: Leaf, *, whole: bool = True) -> Sheet:
        """Let a printed sheet fall into the output bin."""
        self.toner_sides = max(0, self.toner_sides - leaf.sides)
        sheet = Sheet(len(self.sheets) + 1, job_id, name, leaf, whole)
        self.sheets.append(sheet)
        self.change()
        return sheet
