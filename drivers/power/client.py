"""The dialogue with ``upsd``: one question, its lines, in order.

A connection on which an answer was missed is given up: what comes late there would be
taken for the answer to the next question.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from drivers.link.deadline import Deadline
from drivers.link.pipe import Link
from drivers.power.codec import LineReader, line_of, words_of
from kiosk.core.clock import Clock
from kiosk.core.errors import (
    DeviceError,
    DeviceFault,
    DeviceProtocolError,
    DeviceTimeout,
)

_NOT_NOW: Final = frozenset({"DATA-STALE", "DRIVER-NOT-CONNECTED"})
"""The service runs, but knows nothing of the supply at present."""


@dataclass(frozen=True, slots=True)
class Delays:
    """Waits of the driver, in seconds.

    Attributes:
        reply_s: longest wait for a whole answer.
        poll_s: pause between two looks; ``upsd`` itself hears of a power cut within 2.
        missing_s: pause between two looks at a service that is not there.
        person_s: how long the interactive test waits for somebody.
    """

    reply_s: float = 2.0
    write_s: float = 1.0
    poll_s: float = 2.0
    missing_s: float = 5.0
    person_s: float = 60.0


class NutClient:
    """Reads what ``upsd`` knows; never changes anything."""

    def __init__(self, link: Link, clock: Clock, delays: Delays) -> None:
        self._link = link
        self._clock = clock
        self._delays = delays

    async def supplies(self) -> tuple[str, ...]:
        """Return the names of every supply.

        Raises:
            DeviceError: as ``variables``.
        """
        rows = await self._list(("UPS",))
        return tuple(row[0] for row in rows)

    async def variables(self, ups: str) -> dict[str, str]:
        """Return every variable of one supply.

        Raises:
            DeviceTimeout: no answer, or the data are stale.
            DeviceFault: there is no such supply, or it may not be asked.
            DeviceProtocolError: an answer to something else.
            DeviceMissing: the connection is lost.
        """
        rows = await self._list(("VAR", ups))
        return {name: value for _, name, value in rows}

    async def _list(self, what: tuple[str, ...]) -> list[tuple[str, ...]]:
        try:
            return await self._listed(what)
        except DeviceFault:
            raise
        except DeviceError:
            await self._link.close()
            raise

    async def _listed(self, what: tuple[str, ...]) -> list[tuple[str, ...]]:
        await self._link.drain()
        request = line_of("LIST", *what)
        await self._link.write(request, timeout_s=self._delays.write_s)
        deadline = Deadline(self._clock, self._delays.reply_s)
        reader = LineReader()
        answer = ListAnswer(what)
        for left_s in deadline.looks():
            data = await self._link.read(timeout_s=left_s)
            for line in reader.feed(data):
                if answer.take(words_of(line)):
                    return answer.rows
        raise DeviceTimeout("upsd does not answer")


class ListAnswer:
    """Collects the lines of one ``LIST``.

    Attributes:
        rows: the words of each line after the kind: name and description of a
            supply; supply, name and value of a variable.
    """

    def __init__(self, what: tuple[str, ...]) -> None:
        self._what = what
        self._begun = False
        self.rows: list[tuple[str, ...]] = []

    def take(self, words: tuple[str, ...]) -> bool:
        """Take in one line; True when it was the last.

        Raises:
            DeviceTimeout: the data are stale.
            DeviceFault: a refusal.
            DeviceProtocolError: a line that does not belong here.
        """
        if words[:1] == ("ERR",):
            raise refusal(words[1:2])
        if not self._begun:
            self._begun = words == ("BEGIN", "LIST", *self._what)
            if not self._begun:
                raise DeviceProtocolError("upsd answers something else")
            return False
        if words == ("END", "LIST", *self._what):
            return True
        if words[: len(self._what)] != self._what or len(words) != 3 + (
            len(self._what) - 1
        ):
            raise DeviceProtocolError("a line that belongs to another list")
        self.rows.append(words[1:])
        return False


def refusal(words: tuple[str, ...]) -> DeviceError:
    """Make an error of what follows ``ERR``."""
    code = words[0] if words else "without a code"
    if code in _NOT_NOW:
        return DeviceTimeout(f"upsd knows nothing at present: {code}")
    return DeviceFault(f"upsd refuses: {code}")
