"""What is written of each note, and what the validator's own counter says of that.

Rows come before the step that cannot be taken back: before the poll that lets a note
into the box, and before the validator is told that its credit was heard. What happened
while nobody listened shows in the counter, and is written as missed: never guessed.
"""

from __future__ import annotations

import anyio

from drivers.link.counters import Counters
from kiosk.core.errors import KioskError, StoreError
from kiosk.core.money import Fen
from kiosk.core.peripherals import NOTHING, NoteBook, NoteRow, NoteStep
from kiosk.core.ports import EventLog

_WRAP = 1 << 32
"""The counter begins again here."""


class BookFailed(KioskError):
    """A row is not written, or the book cannot be read."""

    code = "device.note_book"


class Booking:
    """One process's side of the book.

    Attributes:
        failed: why the last row was not written, ``""`` when it was.

    Args:
        book: ``None`` = nobody keeps one; no row can be written.
        wait_s: longest wait for a row.
    """

    def __init__(
        self,
        device: str,
        book: NoteBook | None,
        log: EventLog,
        counters: Counters,
        wait_s: float,
    ) -> None:
        self._device = device
        self._book = book
        self._log = log
        self._counters = counters
        self._wait_s = wait_s
        self._last: NoteRow | None = None
        self._read = False
        self._before_us = False
        self._acceptor = ""
        self.failed = ""

    @property
    def kept(self) -> bool:
        """True when there is somebody who keeps a book."""
        return self._book is not None

    async def open(self, acceptor: str) -> None:
        """Read where the book stands, once, and go on with this validator.

        Raises:
            BookFailed: it cannot be read.
        """
        self._acceptor = acceptor
        if self._book is None or self._read:
            return
        try:
            with anyio.fail_after(self._wait_s):
                self._last = await self._book.last()
        except (StoreError, TimeoutError) as error:
            raise self._failed("cannot be read", error) from error
        self._read = self._before_us = True

    def is_told_again(self, value: Fen) -> bool:
        """Tell whether this credit is the one that the last process has written.

        It died before the validator was told so. No note is let in without a poll, so
        only what the first answer says can be that note.
        """
        last = self._own
        return (
            self._before_us
            and last is not None
            and (last.step, last.value) == (NoteStep.COUNTED, value)
        )

    def listened(self) -> None:
        """Take note that the validator has told what it had to tell again."""
        self._before_us = False

    async def accepting(self, value: Fen) -> None:
        """Write that a note is let into the box next; errors as ``compared``."""
        await self._append(NoteStep.ACCEPTING, value, self._stacked)

    async def counted(self, value: Fen, *, late: bool) -> None:
        """Write that a note is in the box; errors as ``compared``."""
        await self._append(NoteStep.COUNTED, value, self._one_more, late=late)

    async def nameless(self, value: Fen, *, late: bool) -> None:
        """Write that a note of which too little is known is in the box.

        Raises:
            BookFailed: as ``compared``.
        """
        await self._missed(1, value, self._one_more, late=late)

    async def heard(self) -> None:
        """Write that the validator was told; errors as ``compared``."""
        last = self._own
        if last is not None and last.step is NoteStep.COUNTED:
            await self._append(NoteStep.HEARD, last.value, last.stacked, late=last.late)

    async def compared(self, stacked: int | None, *, begins: bool) -> int:
        """Hold the validator's counter against the book; return what is missed.

        Args:
            stacked: its counter, ``None`` where it has none.
            begins: a transaction begins, which is written in any case.

        Raises:
            BookFailed: the row is not written.
        """
        expected, last = self._stacked, self._own
        if stacked is None or expected is None or stacked == expected:
            if begins or self.failed or expected != stacked:
                await self._append(NoteStep.COMPARED, NOTHING, stacked)
            return 0
        missed = (stacked - expected + _WRAP // 2) % _WRAP - _WRAP // 2
        let_in = last is not None and last.step is NoteStep.ACCEPTING and missed == 1
        value = last.value if last is not None and let_in else NOTHING
        await self._missed(missed, value, stacked, late=True)
        return missed

    def unbooked(self, value: Fen) -> None:
        """Tell the diary of a note where nobody keeps a book: it is not ours."""
        self._log("cash.notes_missed", device=self._device, missed=1, fen=value)

    @property
    def _own(self) -> NoteRow | None:
        """The newest row, if it is of this validator."""
        last = self._last
        return last if last is not None and last.acceptor == self._acceptor else None

    @property
    def _stacked(self) -> int | None:
        return None if self._own is None else self._own.stacked

    @property
    def _one_more(self) -> int | None:
        return None if self._stacked is None else (self._stacked + 1) % _WRAP

    async def _missed(
        self, missed: int, value: Fen, stacked: int | None, *, late: bool
    ) -> None:
        await self._append(NoteStep.MISSED, value, stacked, missed=missed, late=late)
        self._counters.add("missedNotes", abs(missed))
        self._log("cash.notes_missed", device=self._device, missed=missed, fen=value)

    async def _append(
        self,
        step: NoteStep,
        value: Fen,
        stacked: int | None,
        *,
        missed: int = 0,
        late: bool = False,
    ) -> None:
        number = 1 if self._last is None else self._last.number + 1
        row = NoteRow(step, self._acceptor, number, value, stacked, missed, late)
        if self._book is None:
            raise self._failed("is kept by nobody")
        try:
            with anyio.fail_after(self._wait_s):
                await self._book.write(row)
        except (StoreError, TimeoutError) as error:
            raise self._failed("cannot be written", error) from error
        self._last, self.failed = row, ""

    def _failed(self, what: str, error: Exception | None = None) -> BookFailed:
        why = "" if error is None else f": {type(error).__name__}"
        self.failed = f"the note book {what}{why}"
        return BookFailed(self.failed)
