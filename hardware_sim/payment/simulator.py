"""A card terminal on a serial cable or TCP, with citizens, a bank and power cuts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.arguments import one_of
from hardware_sim.link.cabled import SerialDevice
from hardware_sim.link.device import Argument, JsonValue, Verb
from hardware_sim.link.hands import verb, verbs_of
from hardware_sim.link.worker import Worker
from hardware_sim.payment import speech
from hardware_sim.payment.dialogue import Dialogue
from hardware_sim.payment.hands import YES_NO, Hands
from hardware_sim.payment.line import Line, drain
from hardware_sim.payment.memory import Record
from hardware_sim.payment.program import Program
from hardware_sim.payment.terminal import CUTS, PowerGone, Terminal, Timings
from hardware_sim.payment.wire import Apdu

_STEP = Argument("step", "choice", CUTS[0], CUTS)
_KEEPS = Argument("keeps", "choice", "yes", YES_NO)


class SimPayment(SerialDevice):
    """The terminal on the machine's front.

    Args:
        directory: of the path ``card-terminal``; a temporary one if ``None``.
        tcp_port: listen there instead (0 = any free port).
        strict_speed: garbage while the kiosk has set another speed.
    """

    name = "card-terminal"
    title = "银行卡终端"

    def __init__(
        self,
        *,
        directory: Path | str | None = None,
        baudrate: int = 9600,
        tcp_port: int | None = None,
        timings: Timings | None = None,
        strict_speed: bool = False,
    ) -> None:
        self._running = Worker(self._run)
        super().__init__(
            self._running,
            Worker(self._reply),
            directory=directory,
            baudrate=baudrate,
            tcp_port=tcp_port,
            strict_speed=strict_speed,
        )
        timings = timings or Timings()
        self._serial = tcp_port is None
        self._power = True
        self.terminal = Terminal(self.wire, timings, self._power_gone)
        self._hands = Hands(self.terminal)
        self._line = Line(
            self._cable,
            self.wire,
            self._heard,
            serial=self._serial,
            taken_s=timings.taken_s,
        )
        self._dialogue = Dialogue(self._line, self.wire, timings.answer_s)
        self._program = Program(self.terminal, self._dialogue)
        self._commands: asyncio.Queue[Apdu] = asyncio.Queue()
        self._replies: asyncio.Queue[Apdu] = asyncio.Queue()

    def _seen(self) -> dict[str, JsonValue]:
        """Return the display, the card, the newest receipts and the bank's book."""
        terminal = self.terminal
        hand, faults = terminal.hand, terminal.faults
        return {
            "power": self._power,
            "registered": terminal.registered,
            "running": terminal.running,
            "display": terminal.display,
            "card": hand.card.kind if hand else None,
            "receipts": [_as_seen(each) for each in terminal.memory.records[-5:]],
            "takenFen": terminal.bank.taken_fen,
            "busy": faults.busy,
            "paper": "out" if faults.paper_out else "full",
            "cutAt": faults.cut_at,
            "lost": faults.lost,
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        return {**verbs_of(self._hands), **super().verbs()}

    @verb("终端断电", "Power off, now or in the next one", _STEP, _KEEPS)
    async def _power_cut(self, step: str = "now", keeps: str = "yes") -> JsonValue:
        self.terminal.faults.keeps = one_of(keeps, "keeps", YES_NO) == "yes"
        if one_of(step, "step", CUTS) != "now":
            self.terminal.faults.cut_at = step
            return {"cutAt": step}
        self._power_gone()
        await self._running.stop()
        self._running.start()
        await self._dead()
        return {"power": False}

    @verb("终端上电", "Power on")
    async def _power_on(self) -> JsonValue:
        if not self._power:
            await asyncio.sleep(self.terminal.timings.boot_s)
            self.terminal.start_up()
            self._power = True
            await self._cable.plug_in()
            self.wire.add("note", b"", "power on")
        return {"power": True}

    async def _mend(self) -> None:
        self._hands.mend()
        await self._power_on()

    def _power_gone(self) -> None:
        """Go dark at once; the cable is seen to in the next moment."""
        self._power = False
        self.terminal.lose_power()
        self._dialogue.forget()
        self._line.forget()
        drain(self._commands)
        drain(self._replies)
        self.wire.add("note", b"", "power gone")

    async def _dead(self) -> None:
        """On a serial cable a dead terminal is silent, on a network it is gone."""
        if not self._serial:
            await self._cable.unplug()

    def _receive(self, data: bytes) -> None:
        if self._power:
            self._line.receive(data)

    def _heard(self, apdu: Apdu) -> None:
        """Sort what the cash register says."""
        if apdu.cla in (0x80, 0x84):
            self._dialogue.take_answer(apdu)
        elif self.terminal.faults.busy:
            self._replies.put_nowait(speech.no(speech.WAIT))
        elif (apdu.cla, apdu.ins) == (0x06, 0xB0):
            self._replies.put_nowait(self._abort())
        elif self._free():
            self._commands.put_nowait(apdu)
        else:
            self._replies.put_nowait(speech.no(speech.WAIT))

    def _abort(self) -> Apdu:
        """Stop what runs; return the answer, which is no when it is too late."""
        good = self.terminal.stop() or not self.terminal.running
        return speech.YES if good else speech.no(speech.IMPOSSIBLE)

    def _free(self) -> bool:
        idle = not self.terminal.running or self._dialogue.ending
        return idle and self._commands.empty()

    async def _run(self) -> None:
        while True:
            apdu = await self._commands.get()
            try:
                await self._program.obey(apdu)
            except PowerGone:
                await self._dead()

    async def _reply(self) -> None:
        while True:
            apdu = await self._replies.get()
            await self._line.send(apdu, f"answer {apdu}")


def _as_seen(record: Record) -> JsonValue:
    return {
        "number": record.number,
        "fen": record.amount_fen,
        "approved": record.result == 0 and record.original_trace is None,
        "reversed": record.reversed,
        "reversal": record.original_trace is not None,
        "result": f"{record.result or 0:02X}",
    }


create = SimPayment
"""Makes one that is not started yet, as in every simulator."""
