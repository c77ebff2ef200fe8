"""The terminal's side of a dialogue: one thing is said at a time, and answered."""

from __future__ import annotations

import asyncio

from hardware_sim.link.device import WireLog
from hardware_sim.payment import speech
from hardware_sim.payment.line import Line, drain
from hardware_sim.payment.wire import Apdu

_PATIENCE = 2


class Dialogue:
    """What the terminal says, and what the cash register answers to it.

    Args:
        answer_s: longest wait for the cash register's answer.

    Attributes:
        ending: the last word of a command is out; the next command may come.
    """

    def __init__(self, line: Line, wire: WireLog, answer_s: float) -> None:
        self.ending = False
        self._line = line
        self._wire = wire
        self._answer_s = answer_s
        self._unheard = 0
        self._answers: asyncio.Queue[Apdu] = asyncio.Queue()

    def begin(self) -> None:
        """Take up a command: nothing is said yet, and somebody listens."""
        self.ending = False
        self._unheard = 0

    def take_answer(self, apdu: Apdu) -> None:
        """Take 80 00 or 84 xx of the cash register."""
        self._answers.put_nowait(apdu)

    def forget(self) -> None:
        """Forget answers that nobody waits for."""
        drain(self._answers)

    async def accept(self) -> None:
        """Answer that the command is carried out."""
        await self._line.send(speech.YES, "yes")

    async def refuse(self, reason: int) -> None:
        """Answer that the command is not carried out, and why."""
        self.ending = True
        await self._line.send(speech.no(reason), "refused")

    async def say(self, apdu: Apdu, meaning: str) -> bool | None:
        """Send a command; return whether it was answered well, ``None`` for silence.

        A cash register that went away does not stop a transaction: after two commands
        without an answer the terminal goes on alone.
        """
        if self._unheard >= _PATIENCE:
            return None
        self.forget()
        self.ending = (apdu.cla, apdu.ins) in speech.LAST_WORDS
        if not await self._line.send(apdu, meaning):
            self._miss("acknowledged", meaning)
            return None
        try:
            async with asyncio.timeout(self._answer_s):
                good = (await self._answers.get()).cla == speech.YES.cla
        except TimeoutError:
            self._miss("answered", meaning)
            return None
        self._unheard = 0
        return good

    def _miss(self, what: str, meaning: str) -> None:
        self._unheard += 1
        self._wire.add("note", b"", f"not {what}: {meaning}")
