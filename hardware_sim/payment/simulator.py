"""A card terminal on a serial cable or TCP, with citizens, a bank and power cuts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hardware_sim.link.arguments import one_of, whole_number
from hardware_sim.link.cable import Cable
from hardware_sim.link.device import Argument, JsonValue, Verb, WireLog
from hardware_sim.link.plug import create_cable
from hardware_sim.link.verbs import link_verbs
from hardware_sim.link.worker import Worker
from hardware_sim.payment import speech
from hardware_sim.payment.acquirer import REASONS, issue_cards
from hardware_sim.payment.line import Line
from hardware_sim.payment.memory import Record
from hardware_sim.payment.terminal import (
    CUTS,
    LOST,
    Hand,
    PowerGone,
    Terminal,
    Timings,
)
from hardware_sim.payment.wire import Apdu

_YES_NO = ("yes", "no")
_MOST_FEN = 100_000_000


class SimPayment:
    """The terminal on the machine's front."""

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
        self.wire = WireLog()
        self.cards = issue_cards()
        self._timings = timings or Timings()
        line = Line(
            self.wire,
            self._heard,
            serial=tcp_port is None,
            taken_s=self._timings.taken_s,
        )
        self.terminal = Terminal(line, self.wire, self._timings, self._power_gone)
        self._line = line
        self._serial = tcp_port is None
        self._power = True
        self._commands: asyncio.Queue[Apdu] = asyncio.Queue()
        self._replies: asyncio.Queue[Apdu] = asyncio.Queue()
        self._program = Worker(self._run)
        self._secretary = Worker(self._reply)
        self._cable: Cable = create_cable(
            self.name,
            self.wire,
            self._receive,
            directory=directory,
            baudrate=baudrate,
            tcp_port=tcp_port,
            strict_speed=strict_speed,
        )
        line.cable = self._cable

    async def start(self) -> str:
        """Begin to answer; return the serial path or ``tcp://host:port``."""
        self._program.start()
        self._secretary.start()
        return await self._cable.start()

    async def stop(self) -> None:
        """Stop answering; safe to call twice. Raises what a task died of."""
        await self._cable.stop()
        await self._program.stop()
        await self._secretary.stop()

    def state(self) -> dict[str, JsonValue]:
        """Return the display, the card, the newest receipts and the bank's book."""
        terminal = self.terminal
        hand, faults = terminal.hand, terminal.faults
        return {
            "connected": self._cable.connected,
            "endpoint": self._cable.endpoint,
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
            "faults": self._cable.faults.names(),
        }

    def verbs(self) -> Mapping[str, Verb]:
        """Return what hands can do."""
        verbs = (*self._card_verbs(), *self._trouble_verbs())
        shared = link_verbs(self._cable, self._heal)
        return {verb.name: verb for verb in verbs} | shared

    def _card_verbs(self) -> tuple[Verb, ...]:
        kinds = tuple(self.cards)
        card = (
            Argument("kind", "choice", kinds[0], kinds),
            Argument("pin", "choice", "right", ("right", "wrong")),
            Argument("balance_fen", "number"),
            Argument("forget", "choice", "no", _YES_NO),
        )
        return (
            Verb(
                "present_card", "插卡或挥卡", "Present a card", self._present_card, card
            ),
            Verb("remove_card", "拔出卡片", "Take the card out", self._remove_card),
            Verb("press_stop", "按终端取消键", "Press stop", self._press_stop),
            Verb(
                "decline",
                "银行拒绝下一笔",
                "The bank declines the next one",
                self._decline,
                (Argument("reason", "choice", "notEnough", tuple(REASONS)),),
            ),
        )

    def _trouble_verbs(self) -> tuple[Verb, ...]:
        keeps = Argument("keeps", "choice", "yes", _YES_NO)
        return (
            Verb(
                "busy",
                "终端忙",
                "Busy with itself",
                self._busy,
                (Argument("on", "choice", "yes", _YES_NO),),
            ),
            Verb(
                "paper",
                "终端纸卷",
                "Its paper",
                self._paper,
                (Argument("state", "choice", "out", ("out", "full")),),
            ),
            Verb(
                "lose",
                "结果不再送出",
                "Keep the result of the next one back",
                self._lose,
                (Argument("what", "choice", LOST[0], LOST),),
            ),
            Verb(
                "tell_wrong_amount",
                "报错金额",
                "Tell a wrong amount next time",
                self._tell_wrong_amount,
                (Argument("fen", "number", 1),),
            ),
            Verb(
                "power_cut",
                "终端断电",
                "Power off, now or in the next one",
                self._power_cut,
                (Argument("step", "choice", CUTS[0], CUTS), keeps),
            ),
            Verb("power_on", "终端上电", "Power on", self._power_on),
        )

    async def _present_card(
        self,
        kind: str = "debit",
        pin: str = "right",
        balance_fen: object = None,
        forget: str = "no",
    ) -> JsonValue:
        """Present a card now; with none asked for it waits for the next payment."""
        card = self.cards[one_of(kind, "kind", self.cards)]
        right = one_of(pin, "pin", ("right", "wrong")) == "right"
        stays = one_of(forget, "forget", _YES_NO) == "yes"
        if balance_fen not in (None, ""):
            card.balance_fen = whole_number(balance_fen, "balance_fen", most=_MOST_FEN)
        self.terminal.hand = Hand(card, right, stays)
        self.terminal.changed.set()
        self.wire.add("note", b"", f"{card.title} presented")
        return {"card": kind, "balance_fen": card.balance_fen}

    async def _remove_card(self) -> JsonValue:
        self.terminal.hand = None
        self.wire.add("note", b"", "no card")
        return {"card": None}

    async def _press_stop(self) -> JsonValue:
        if not self.terminal.stop():
            raise ValueError("nothing runs that can be stopped")
        return {"stopped": True}

    async def _decline(self, reason: str = "notEnough") -> JsonValue:
        code = REASONS[one_of(reason, "reason", REASONS)]
        self.terminal.bank.decline_next = code
        return {"result": f"{code:02X}"}

    async def _busy(self, on: str = "yes") -> JsonValue:
        self.terminal.faults.busy = one_of(on, "on", _YES_NO) == "yes"
        return {"busy": self.terminal.faults.busy}

    async def _paper(self, state: str = "out") -> JsonValue:
        out = one_of(state, "state", ("out", "full")) == "out"
        self.terminal.faults.paper_out = out
        return {"paper": state}

    async def _lose(self, what: str = "result") -> JsonValue:
        self.terminal.faults.lost = one_of(what, "what", LOST)
        return {"lost": what}

    async def _tell_wrong_amount(self, fen: object = 1) -> JsonValue:
        told = whole_number(fen, "fen", most=_MOST_FEN)
        self.terminal.faults.told_fen = told
        return {"fen": told}

    async def _power_cut(self, step: str = "now", keeps: str = "yes") -> JsonValue:
        self.terminal.faults.keeps = one_of(keeps, "keeps", _YES_NO) == "yes"
        if one_of(step, "step", CUTS) != "now":
            self.terminal.faults.cut_at = step
            return {"cutAt": step}
        self._power_gone()
        await self._program.stop()
        self._program.start()
        await self._dead()
        return {"power": False}

    async def _power_on(self) -> JsonValue:
        if not self._power:
            await asyncio.sleep(self._timings.boot_s)
            self.terminal.start_up()
            self._power = True
            await self._cable.plug_in()
            self.wire.add("note", b"", "power on")
        return {"power": True}

    async def _heal(self) -> None:
        faults = self.terminal.faults
        faults.busy = faults.paper_out = False
        faults.cut_at = faults.lost = ""
        faults.told_fen = self.terminal.bank.decline_next = None
        await self._power_on()

    def _power_gone(self) -> None:
        """Go dark at once; the cable is seen to in the next moment."""
        self._power = False
        self.terminal.lose_power()
        self._line.forget()
        for queue in (self._commands, self._replies):
            while not queue.empty():
                queue.get_nowait()
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
            self.terminal.take_answer(apdu)
        elif self.terminal.faults.busy:
            self._replies.put_nowait(speech.no(speech.WAIT))
        elif (apdu.cla, apdu.ins) == (0x06, 0xB0):
            running = self.terminal.running
            stopped = self.terminal.stop()
            good = stopped or not running
            answer = speech.YES if good else speech.no(speech.IMPOSSIBLE)
            self._replies.put_nowait(answer)
        elif not self._free():
            self._replies.put_nowait(speech.no(speech.WAIT))
        else:
            self._commands.put_nowait(apdu)

    def _free(self) -> bool:
        terminal = self.terminal
        return self._commands.empty() and (not terminal.running or terminal.ending)

    async def _run(self) -> None:
        while True:
            apdu = await self._commands.get()
            try:
                await self.terminal.obey(apdu)
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


def create(
    directory: Path | str | None = None,
    baudrate: int = 9600,
    tcp_port: int | None = None,
    timings: Timings | None = None,
    strict_speed: bool = False,
) -> SimPayment:
    """Return a terminal that is not started yet.

    Args:
        directory: of the path ``card-terminal``; a temporary one if ``None``.
        tcp_port: listen there instead (0 = any free port).
    """
    return SimPayment(
        directory=directory,
        baudrate=baudrate,
        tcp_port=tcp_port,
        timings=timings,
        strict_speed=strict_speed,
    )
