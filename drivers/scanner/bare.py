"""Codes that come bare: no frame, no check sum, only a tail and perhaps a mark.

    ] | letter | modifier | data ... | CR
    \\-- AIM mark, if set --/          \\-- tail, if set

A code may hold CR itself, so silence after CR makes it the tail. What lacks the tail or
the mark that was agreed on is no whole code. One flipped bit in the data of a code
cannot be noticed on such a line: only the code's own check digits could tell.

A line that says things twice puts answers before and between codes, and codes behind
codes. Answers are known and taken out; codes are told apart by their marks. What can
be read in two ways is refused.
"""

from __future__ import annotations

import re

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.module import LONGEST_CODE, DamagedCode, Delays, OversizeCode
from drivers.scanner.symbology import (
    MARK_LENGTH,
    UNKNOWN,
    codes_in,
    has_mark,
    symbology_of,
)
from kiosk.core.media import Barcode

TAIL = b"\r"
_TAILS = b"\r\n"


def cut(data: bytes, *, tailed: bool, marked: bool) -> Barcode:
    """Return the code in what came between two silences.

    Args:
        tailed: the module ends each code with CR.
        marked: the module begins each code with its AIM identifier.

    Raises:
        DamagedCode: tail or mark are missing, there is nothing between them, or there
            may be more than one code.
    """
    if tailed and not data.endswith(TAIL):
        raise DamagedCode
    # One tail and no more: what stands before it may be a line end of the code's own.
    code = data.removesuffix(TAIL) if tailed else data.rstrip(_TAILS)
    symbology = UNKNOWN
    if marked:
        found = symbology_of(code)
        if found is None:
            raise DamagedCode
        code, symbology = _told_once(code), found
    elif _is_repeated(code):
        raise DamagedCode
    if not code.strip(_TAILS):
        raise DamagedCode
    return Barcode(code, symbology)


def _told_once(marked: bytes) -> bytes:
    """Return the code behind its mark, of which the same may stand behind it again.

    Raises:
        DamagedCode: it is not the same, or its mark stands in the middle of it.
    """
    first, *others = codes_in(marked)
    mark, code = first[:MARK_LENGTH], first[MARK_LENGTH:]
    if mark in code or any(other != first for other in others):
        raise DamagedCode
    return code


def _is_repeated(code: bytes) -> bool:
    """Tell whether its lines are the same few again: one such code, or one twice."""
    lines = code.split(TAIL)
    count = len(lines)
    return any(
        lines == lines[:few] * (count // few)
        for few in range(1, count // 2 + 1)
        if count % few == 0
    )


def answers_ahead(answer: bytes) -> re.Pattern[bytes]:
    """Return what finds answers before a code and behind a tail.

    Args:
        answer: pattern of one of them.
    """
    return re.compile(rb"(?:\A|(?<=\r))(?:" + answer + rb")+", re.IGNORECASE)


class BareCodes:
    """Cuts codes out of a stream by their tail and by silence.

    Attributes:
        tailed, marked: what the module has been set to, see ``cut``.

    Args:
        answers: finds the module's answers where they are not part of a code, see
            ``answers_ahead``.
    """

    def __init__(self, link: Link, delays: Delays, answers: re.Pattern[bytes]) -> None:
        self._link = link
        self._delays = delays
        self._answers = answers
        self._heard = b""
        self._doubted = b""
        self._marks: bool | None = None  # what it does, whatever it was set to
        self.tailed = False
        self.marked = False

    def heard(self, data: bytes) -> None:
        """Take bytes that came with the answer to a request."""
        self._heard += data

    def forget(self) -> None:
        """Drop what came."""
        self._heard = self._doubted = b""

    def meet(self) -> None:
        """Begin anew with a module that may be another one."""
        self.forget()
        self._marks = None

    async def next(self, deadline: Deadline) -> Barcode | None:
        """Return the next code, ``None`` when none began in time.

        Raises:
            DeviceMissing: the pipe is gone.
            OversizeCode, DamagedCode: see there.
        """
        while (data := await self._begun(deadline)) is not None:
            data = self._answers.sub(b"", await self._whole(data))
            if data:
                return self._believed(data)
        return None

    async def _begun(self, deadline: Deadline) -> bytes | None:
        """Return what has come; ``None`` when nothing came in time."""
        data, self._heard = self._heard, b""
        for left_s in deadline.looks():
            if data:
                break
            data = await self._link.read(timeout_s=left_s)
        return data or None

    async def _whole(self, data: bytes) -> bytes:
        """Return it with all that comes until silence.

        Raises:
            OversizeCode: there is no silence.
        """
        while len(data) <= LONGEST_CODE:
            ended = data.endswith(TAIL)
            wait_s = self._delays.tail_s if ended else self._delays.idle_s
            more = await self._link.read(timeout_s=wait_s)
            if not more:
                return data
            data += more
        raise OversizeCode

    def _believed(self, data: bytes) -> Barcode:
        """Return the code; one without its mark when it comes twice alike.

        Firmware may take the setting for the mark and do nothing with it. One that has
        marked a code marks them all: without a mark the first bytes are lost.
        """
        if symbology_of(data) is None and self._marks is False:
            return cut(data, tailed=self.tailed, marked=False)
        doubted, self._doubted = self._doubted, b""
        try:
            barcode = cut(data, tailed=self.tailed, marked=self.marked)
        except DamagedCode:
            twice = data == doubted and not has_mark(data)
            if not self.marked or self._marks is not None or not twice:
                self._doubted = data
                raise
            barcode = cut(data, tailed=self.tailed, marked=False)
            self._marks = False
        else:
            self._marks = True if self.marked else None
        return barcode
