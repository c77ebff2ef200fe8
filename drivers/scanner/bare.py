"""Codes that come bare: no frame, no check sum, only a tail and perhaps a mark.

    ] | letter | modifier | data ... | CR
    \\-- AIM mark, if set --/          \\-- tail, if set

A code may hold CR itself, so silence after CR makes it the tail. What lacks the tail or
the mark that was agreed on is no whole code. One flipped bit in the data of a code
cannot be noticed on such a line: only the code's own check digits could tell.
"""

from __future__ import annotations

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.scanner.module import LONGEST_CODE, DamagedCode, Delays, OversizeCode
from drivers.scanner.symbology import MARK_LENGTH, UNKNOWN, has_mark, symbology_of
from kiosk.core.media import Barcode

TAIL = b"\r"
_TAILS = b"\r\n"


def cut(data: bytes, *, tailed: bool, marked: bool) -> Barcode:
    """Return the code in what came between two silences.

    Args:
        tailed: the module ends each code with CR.
        marked: the module begins each code with its AIM identifier.

    Raises:
        DamagedCode: tail or mark are missing, or there is nothing between them.
    """
    if tailed and not data.endswith(TAIL):
        raise DamagedCode
    code = data.rstrip(_TAILS)
    symbology = UNKNOWN
    if marked:
        found = symbology_of(code)
        if found is None:
            raise DamagedCode
        code, symbology = _told_once(code)[MARK_LENGTH:], found
    if not code:
        raise DamagedCode
    return Barcode(code, symbology)


def _told_once(code: bytes) -> bytes:
    """Return one of two equal codes in one piece: a line that says things twice."""
    middle = len(code) // 2
    first, between, second = code[:middle], code[middle : middle + 1], code[-middle:]
    twice = len(code) % 2 == 1 and between == TAIL and first == second
    return first if twice else code


class BareCodes:
    """Cuts codes out of a stream by their tail and by silence.

    Attributes:
        tailed, marked: what the module has been set to, see ``cut``.
        ahead: the acknowledgement of the trigger; a line that says things twice puts
            it before the code once more.
    """

    def __init__(self, link: Link, delays: Delays) -> None:
        self._link = link
        self._delays = delays
        self._heard = b""
        self._doubted = b""
        self._never_marked = False
        self.tailed = False
        self.marked = False
        self.ahead = b""

    def heard(self, data: bytes) -> None:
        """Take bytes that came with the answer to a request."""
        self._heard += data

    def forget(self) -> None:
        """Drop what came."""
        self._heard = self._doubted = b""

    async def next(self, deadline: Deadline) -> Barcode | None:
        """Return the next code, ``None`` when none began in time.

        Raises:
            DeviceMissing: the pipe is gone.
            OversizeCode, DamagedCode: see there.
        """
        data, self._heard = self._heard, b""
        while not data:
            if deadline.passed:
                return None
            data = await self._link.read(timeout_s=deadline.left_s)
        while len(data) <= LONGEST_CODE:
            ended = data.endswith(TAIL)
            wait_s = self._delays.tail_s if ended else self._delays.idle_s
            more = await self._link.read(timeout_s=wait_s)
            if not more:
                return self._believed(data)
            data += more
        raise OversizeCode

    def _believed(self, data: bytes) -> Barcode:
        """Return the code; one without its mark when it comes twice alike.

        Firmware may take the setting for the mark and do nothing with it.
        """
        data = data.removeprefix(self.ahead)
        marked = self.marked and not self._never_marked
        try:
            return cut(data, tailed=self.tailed, marked=marked)
        except DamagedCode:
            if not marked or has_mark(data) or data != self._doubted:
                self._doubted = data
                raise
            code = cut(data, tailed=self.tailed, marked=False)
            self._never_marked = True
            return code
