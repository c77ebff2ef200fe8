"""Everything that came out of the printers, in one list for the bench."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from hardware_sim.link.device import Paper, SimDevice


@runtime_checkable
class PrintsPaper(Protocol):
    """A device that paper comes out of (``PaperSource``, asked at run time)."""

    def papers(self) -> tuple[Paper, ...]:
        """Every piece so far, oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class PaperOnBench:
    """One piece of paper and the device that let it out."""

    device: str
    paper: Paper

    @property
    def id(self) -> str:
        """``printer-3``: device and number."""
        return f"{self.device}-{self.paper.number}"


def collect_papers(devices: Iterable[SimDevice]) -> list[PaperOnBench]:
    """Return the papers of all devices, oldest first."""
    found = [
        PaperOnBench(device.name, paper)
        for device in devices
        if isinstance(device, PrintsPaper)
        for paper in device.papers()
    ]
    return sorted(found, key=lambda piece: piece.paper.at)
