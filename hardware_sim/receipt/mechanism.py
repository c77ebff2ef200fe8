"""Paper, cover, cutter, power: what can be wrong in the box, and its status bytes.

```
DLE EOT answer   0xx1xx10
automatic status 0xx1xx00 | 0xx0xxxx | 0xx0xxxx | 0xx0xxxx
GS r answer      0000xxxx
```
Bits as in Epson's manuals; a printer whose roll is empty reports both paper sensors.
"""

from __future__ import annotations

from dataclasses import dataclass

DOTS_PER_MM = 8
FULL_ROLL_M = 60.0
LOW_ROLL_M = 2.0
NEAR_END_M = 3.0

ERRORS = {"mechanical": 0x04, "cutter": 0x08, "unrecoverable": 0x20, "headHot": 0x40}
"""Error states and their bit in DLE EOT 3 and in the second automatic byte."""

_RECOVERABLE = ("mechanical", "cutter")


@dataclass(slots=True)
class Mechanism:
    """State of the box.

    Attributes:
        blade_jammed: the next cut fails.
        lines_until_out, lines_until_power_cut, lines_until_jam: armed mishaps,
            counted in lines.
    """

    paper_m: float = FULL_ROLL_M
    cover_open: bool = False
    blade_jammed: bool = False
    error: str | None = None
    powered: bool = True
    lines_until_out: int | None = None
    lines_until_power_cut: int | None = None
    lines_until_jam: int | None = None

    @property
    def paper_end(self) -> bool:
        """True when the sensor before the head sees no paper."""
        return self.paper_m <= 0

    @property
    def near_end(self) -> bool:
        """True when the roll is thin."""
        return self.paper_m < NEAR_END_M

    @property
    def online(self) -> bool:
        """True when queued data is processed."""
        trouble = self.cover_open or self.paper_end or self.error is not None
        return self.powered and not trouble

    def begin_line(self) -> bool:
        """Count a line that is about to be printed; False when a mishap strikes."""
        self.lines_until_out = _count_down(self.lines_until_out)
        self.lines_until_power_cut = _count_down(self.lines_until_power_cut)
        self.lines_until_jam = _count_down(self.lines_until_jam)
        if self.lines_until_out == -1:
            self.lines_until_out = None
            self.paper_m = 0.0
        if self.lines_until_power_cut == -1:
            self.lines_until_power_cut = None
            self.powered = False
        if self.lines_until_jam == -1:
            self.lines_until_jam = None
            self.error = "mechanical"
        return self.online

    def feed(self, dots: int) -> None:
        """Use up paper."""
        self.paper_m = max(0.0, self.paper_m - dots / DOTS_PER_MM / 1000)

    def cut(self) -> bool:
        """Try to cut; False when the blade is stuck."""
        if self.blade_jammed:
            self.error = "cutter"
        return self.error is None

    def recover(self) -> None:
        """Leave a recoverable error; a blade that is still stuck is found again."""
        if self.error in _RECOVERABLE:
            self.error = "cutter" if self.blade_jammed else None

    def power_up(self) -> None:
        """Switch on: the blade goes home, and only what is broken stays so."""
        self.powered = True
        if self.error is None and self.blade_jammed:
            self.error = "cutter"
        self.recover()

    def real_time_status(self, number: int) -> int:
        """Return the answer to DLE EOT 1 to 4."""
        bits = 0
        if number == 1:
            bits = 0 if self.online else 0x08
        elif number == 2:
            bits = 0x04 if self.cover_open else 0
            bits |= 0x20 if self.paper_end else 0
            bits |= 0x40 if self.error else 0
        elif number == 3:
            bits = ERRORS[self.error] if self.error else 0
        elif number == 4:
            bits = 0x0C if self.near_end else 0
            bits |= 0x60 if self.paper_end else 0
        return 0x12 | bits

    def automatic_status(self) -> bytes:
        """Return the four bytes of automatic status back."""
        first = 0x10 | (0 if self.online else 0x08) | (0x20 if self.cover_open else 0)
        second = ERRORS[self.error] if self.error else 0
        return bytes((first, second, self.paper_status(), 0x0F))

    def paper_status(self) -> int:
        """Return the answer to GS r 1."""
        return (0x03 if self.near_end else 0) | (0x0C if self.paper_end else 0)


def _count_down(lines: int | None) -> int | None:
    return None if lines is None else lines - 1
