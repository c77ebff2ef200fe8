"""What an ESC/POS printer says of itself, sorted out of one stream.

Sources: published Epson-compatible command manuals; golden bytes in
``tests/golden/receipt/escpos.toml``.

    10 04 n    DLE EOT n, n = 1..4   one byte    0xx1xx10   at once, even offline
    1D 72 01   GS r 1, paper         one byte    0000xxxx   in its turn with the data
    1D 61 n    GS a n, automatic     four bytes  0xx1xx00 0xx0xxxx 0xx0xxxx 0xx0xxxx

    DLE EOT      bit 2 (04)      bit 3 (08)        bit 5 (20)         bit 6 (40)
    1 printer    drawer pin      offline           waits to recover   feed button
    2 offline    cover open      fed by button     paper ended        error
    3 error      mechanical      cutter            unrecoverable      goes by itself
    4 paper      near end        near end          end                end

An answer to DLE EOT does not name its n: one is asked at a time. Such an answer may
stand inside an automatic status, whose other bytes have bit 4 clear.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

DLE_EOT = bytes.fromhex("1004")
GS_R_PAPER = bytes.fromhex("1D7201")
RECOVER = bytes.fromhex("100502")
"""DLE ENQ 2: clear the buffers and recover from a recoverable error."""

_FLOW_CONTROL = frozenset({0x11, 0x13})
_ASB_LENGTH = 4


def ask_status(n: int) -> bytes:
    """Return DLE EOT n, n from 1 to 4."""
    return DLE_EOT + bytes([n])


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """Answers to DLE EOT 1 to 4; ``None`` where none came.

    Makers of look-alikes often leave out 3 and 4. A printer that does not answer 1
    is silent, which is not the same as offline.
    """

    printer: int | None = None
    offline: int | None = None
    error: int | None = None
    paper: int | None = None

    @property
    def silent(self) -> bool:
        """True when nothing at all was answered."""
        return (self.printer, self.offline, self.error, self.paper) == (None,) * 4

    @property
    def is_offline(self) -> bool:
        """True when the printer says that it takes no data."""
        return _bit(self.printer, 0x08)

    @property
    def cover_open(self) -> bool | None:
        """``None`` when it was not told."""
        return None if self.offline is None else _bit(self.offline, 0x04)

    @property
    def paper_level(self) -> str:
        """XFS4IoT ``paper``: ``full``, ``low``, ``out`` or ``unknown``."""
        if _bit(self.paper, 0x60) or _bit(self.offline, 0x20):
            return "out"
        if self.paper is None:
            return "unknown"
        return "low" if _bit(self.paper, 0x0C) else "full"

    @property
    def trouble(self) -> str | None:
        """The error code that keeps it from printing, the plainest cause first."""
        if self.cover_open:
            return "coverOpen"
        if self.paper_level == "out":
            return "paperOut"
        if _bit(self.error, 0x08):
            return "cutterError"
        if _bit(self.error, 0x04):
            return "paperJammed"
        if _bit(self.error, 0x60) or _bit(self.offline, 0x40):
            return "printerError"
        return None


class StatusStream:
    """Sorts incoming bytes into answers; the printer mixes them as it likes.

    Attributes:
        realtime: answers to DLE EOT, oldest first.
        processed: answers to GS r.
        automatic: whole automatic statuses of four bytes.
        noise: bytes that are none of these.
    """

    def __init__(self) -> None:
        self.realtime: deque[int] = deque(maxlen=64)
        self.processed: deque[int] = deque(maxlen=64)
        self.automatic: deque[bytes] = deque(maxlen=64)
        self.noise = 0
        self._block = b""

    def feed(self, data: bytes) -> None:
        """Take in bytes in the order they came."""
        for byte in data:
            self._sort(byte)

    def clear(self) -> None:
        """Forget answers that nobody waits for any more."""
        self.realtime.clear()
        self.processed.clear()
        self.automatic.clear()
        self._block = b""

    def _sort(self, byte: int) -> None:
        if byte in _FLOW_CONTROL:
            return
        if byte & 0x93 == 0x12:
            self.realtime.append(byte)
        elif byte & 0x93 == 0x10:
            self._block = bytes([byte])
        elif byte & 0x90 != 0x00:
            self.noise += 1
        elif self._block:
            self._block += bytes([byte])
            if len(self._block) == _ASB_LENGTH:
                self.automatic.append(self._block)
                self._block = b""
        elif byte & ~0x0F == 0:
            self.processed.append(byte)
        else:
            self.noise += 1


def _bit(answer: int | None, mask: int) -> bool:
    return answer is not None and answer & mask != 0
