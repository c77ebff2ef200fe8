"""The terminal's program: takes commands, leads transactions, asks the bank.

```
register ----> 06 01 --80 00--> card --> PIN --> bank --> 04 0F --> slip --> 06 0F
                                  |       |       ^ from here on no abort
                                  +-------+--> 04 0F (6C) --> 06 1E
```

The receipt number is given, and kept, before the bank is asked.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from hardware_sim.link.device import WireLog
from hardware_sim.payment import speech
from hardware_sim.payment.acquirer import APPROVED, Acquirer, Card
from hardware_sim.payment.line import Line
from hardware_sim.payment.memory import Memory, Record
from hardware_sim.payment.wire import Apdu

CUTS = ("now", "beforeBank", "afterBank", "afterStored")
"""Where the power can go: at once, or in the next transaction."""

_PATIENCE = 2

LOST = ("result", "completion")
"""What can be left out of the next transaction: 04 0F and all behind it, or 06 0F."""


@dataclass(frozen=True, slots=True)
class Timings:
    """How long things take, in seconds.

    Attributes:
        card_wait_s: without a card for so long the terminal gives up with 6C.
        taken_s: an acknowledgement is waited for so long, then the block is repeated.
        answer_s: longest wait for the cash register's answer to a command.
    """

    card_s: float = 0.4
    pin_s: float = 0.8
    bank_s: float = 1.0
    removal_s: float = 0.6
    boot_s: float = 1.5
    card_wait_s: float = 60.0
    taken_s: float = 5.0
    answer_s: float = 15.0


class PowerGone(Exception):
    """The power went at this point of the program."""


@dataclass(slots=True)
class Hand:
    """The card that a citizen holds to the terminal or has put in.

    Attributes:
        stays: it is not taken out again: a forgotten card.
    """

    card: Card
    pin_right: bool = True
    stays: bool = False


@dataclass(slots=True)
class Faults:
    """What is armed for the next transaction, or until healed.

    Attributes:
        cut_at: one of ``CUTS``.
        keeps: what becomes of an approval that the power interrupted: kept, or taken
            back from the bank at the next start.
        lost: one of ``LOST``.
        told_fen: a wrong amount for the next result.
    """

    busy: bool = False
    paper_out: bool = False
    cut_at: str = ""
    keeps: bool = True
    lost: str = ""
    told_fen: int | None = None


@dataclass(slots=True)
class Terminal:
    """One terminal.

    Args:
        power_went: called where the power goes.

    Attributes:
        ending: the last word of a command is out; the next command may come.
    """

    line: Line
    wire: WireLog
    timings: Timings
    power_went: Callable[[], None]
    password: str = "000000"
    bank: Acquirer = field(default_factory=Acquirer)
    memory: Memory = field(default_factory=Memory)
    faults: Faults = field(default_factory=Faults)
    registered: bool = False
    running: bool = False
    ending: bool = False
    display: str = "欢迎使用"
    hand: Hand | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    _unheard: int = 0
    _stopped: int | None = None
    _abortable: bool = False
    _currency: bytes = b"\x01\x56"
    _answers: asyncio.Queue[Apdu] = field(default_factory=asyncio.Queue)

    def take_answer(self, apdu: Apdu) -> None:
        """Take 80 00 or 84 xx of the cash register."""
        self._answers.put_nowait(apdu)

    def stop(self) -> bool:
        """End the transaction as the abort key does; False when it is too late."""
        if not self._abortable:
            return False
        self._stopped = speech.ABORT_KEY
        self.changed.set()
        return True

    def lose_power(self) -> None:
        """Forget everything that is not in the memory."""
        self.registered = self.running = self._abortable = False
        self._stopped = None
        self.display = ""
        while not self._answers.empty():
            self._answers.get_nowait()

    def start_up(self) -> None:
        """Settle what the power interrupted."""
        self.display = "欢迎使用"
        record = self.memory.open
        if record is None:
            return
        booked = any(
            each.trace == record.trace and not each.reversed
            for each in self.bank.bookings
        )
        if booked and self.faults.keeps:
            self.memory.end(record, APPROVED)
        else:
            self.bank.give_back(record.trace)
            self.memory.end(record, 0x9B)
        self.wire.add("note", b"", f"receipt {record.number} settled at start")

    async def obey(self, apdu: Apdu) -> None:
        """Carry out one command. Raises ``PowerGone``."""
        self.running = True
        self.ending = False
        self._unheard = 0
        try:
            await self._obey(apdu)
        finally:
            self.running = self._abortable = False
            self._stopped = None
            self.display = "欢迎使用"

    async def _obey(self, apdu: Apdu) -> None:
        command = (apdu.cla, apdu.ins)
        secured = command in ((6, 0x00), (6, 0x20), (6, 0x30), (5, 0x01), (6, 0x70))
        if secured and apdu.data[:3].hex() != self.password:
            await self._answer(speech.no(speech.WRONG_PASSWORD))
        elif command == (6, 0x00):
            await self._register(apdu.data[4:6])
        elif not self.registered:
            await self._answer(speech.no(speech.NOT_REGISTERED))
        elif command == (6, 0x01):
            await self._authorise(apdu.data)
        elif command == (6, 0x30):
            await self._reverse(apdu.data[3:])
        elif command == (6, 0x20):
            await self._repeat_receipt()
        elif command == (5, 0x01):
            await self._answer(speech.YES)
            paper = speech.NO_PAPER if self.faults.paper_out else 0
            await self._say(speech.health(paper), "status code")
        elif command == (6, 0x70):
            await self._answer(speech.YES)
            await self._say(speech.completion(), "diagnosis ended")
        else:
            await self._answer(speech.no(speech.IMPOSSIBLE))

    async def _register(self, currency: bytes) -> None:
        if len(currency) == 2:
            self._currency = currency
        await self._answer(speech.YES)
        self.registered = True
        await self._say(speech.registered(self.memory, self._currency), "registered")

    async def _authorise(self, data: bytes) -> None:
        if self.faults.paper_out:
            await self._answer(speech.no(speech.NO_PAPER))
            return
        if data[:1] != b"\x04" or len(data) < 7 or not data[1:7].hex().isdecimal():
            await self._answer(speech.no(speech.BAD_MESSAGE))
            return
        if data[7:8] == b"\x49" and data[8:10] != self._currency:
            await self._answer(speech.no(speech.WRONG_CURRENCY))
            return
        self._abortable = True
        await self._answer(speech.YES)
        await self._pay(int(data[1:7].hex()))

    async def _pay(self, amount_fen: int) -> None:
        hand = await self._card()
        if hand is None or hand.card.fault is not None:
            reason = hand.card.fault if hand else self._stopped
            await self._end_without_bank(reason or speech.ABORT_KEY)
            return
        if hand.card.needs_pin(amount_fen):
            await self._show(speech.SHOW_PIN)
            if await self._stopped_within(self.timings.pin_s):
                await self._end_without_bank(speech.ABORT_KEY)
                return
        self._abortable = False
        record = await self._ask_bank(hand, amount_fen)
        if record.result != APPROVED:
            await self._show(speech.SHOW_DECLINED)
        await self._card_out(hand)
        await self._tell(record)

    async def _card(self) -> Hand | None:
        """Return the card, ``None`` when none came or somebody stopped."""
        if self.hand is None:
            await self._show(speech.SHOW_INSERT)
            try:
                async with asyncio.timeout(self.timings.card_wait_s):
                    while self.hand is None and self._stopped is None:
                        self.changed.clear()
                        await self.changed.wait()
            except TimeoutError:
                return None
        if self.hand is None or await self._stopped_within(self.timings.card_s):
            return None
        return self.hand

    async def _ask_bank(self, hand: Hand, amount_fen: int) -> Record:
        record = self.memory.begin(amount_fen)
        card = hand.card
        record.card_number, record.scheme = card.number, card.scheme
        record.card_type = card.card_type
        await self._show(speech.SHOW_HOST)
        self._cut("beforeBank")
        await asyncio.sleep(self.timings.bank_s)
        answer = self.bank.ask(record.trace, card, amount_fen, hand.pin_right)
        self._cut("afterBank")
        self.memory.end(record, answer)
        self._cut("afterStored")
        return record

    async def _card_out(self, hand: Hand) -> None:
        if not hand.card.contactless:
            await self._show(speech.SHOW_REMOVE)
            await asyncio.sleep(self.timings.removal_s)
        if not hand.stays:
            self.hand = None

    async def _tell(self, record: Record) -> None:
        """Tell the result, print, and end the command."""
        lost, self.faults.lost = self.faults.lost, ""
        told, self.faults.told_fen = self.faults.told_fen, None
        if lost == "result":
            self.wire.add("note", b"", "result and end kept back")
            return
        result = speech.result(record, self.memory, self._currency, told)
        if await self._say(result, "result") is False and record.result == APPROVED:
            await self._take_back(record)
            return
        await self._print(record)
        if lost == "completion":
            self.wire.add("note", b"", "end kept back")
        elif record.result == APPROVED:
            await self._say(speech.completion(), "completed")
        else:
            await self._say(speech.abort(record.result or 0), "declined")

    async def _take_back(self, record: Record) -> None:
        """Reverse by itself: the cash register refused the result with 84."""
        self.bank.give_back(record.trace)
        record.result = 0x9B
        await self._say(speech.abort(0x9B), "taken back")

    async def _end_without_bank(self, reason: int) -> None:
        self._abortable = False
        if self.hand is not None:
            await self._card_out(self.hand)
        await self._say(speech.nothing_done(self.memory, reason), "nothing done")
        await self._say(speech.abort(reason), "aborted")

    async def _reverse(self, data: bytes) -> None:
        number = int(data[1:3].hex()) if data[:1] == b"\x87" and len(data) == 3 else 0
        paid = self.memory.find(number)
        if paid is None or paid.result != APPROVED:
            await self._answer(speech.no(speech.NO_REVERSAL))
            return
        await self._answer(speech.YES)
        if paid.reversed:
            await self._say(speech.abort(speech.ALREADY_REVERSED), "reversed before")
            return
        record = self.memory.begin(paid.amount_fen, paid.trace)
        record.card_number, record.scheme = paid.card_number, paid.scheme
        record.card_type = paid.card_type
        await self._show(speech.SHOW_HOST)
        self._cut("beforeBank")
        await asyncio.sleep(self.timings.bank_s)
        answer, self.bank.decline_next = self.bank.decline_next, None
        if answer is None:
            paid.reversed = self.bank.give_back(paid.trace)
            answer = APPROVED if paid.reversed else speech.NO_REVERSAL
        self.memory.end(record, answer)
        await self._tell(record)

    async def _repeat_receipt(self) -> None:
        record = self.memory.newest()
        await self._answer(speech.YES)
        if record is None:
            await self._say(speech.no_receipt_yet(self.memory), "never used")
        else:
            told = speech.result(record, self.memory, self._currency)
            await self._say(told, "result again")
            lines = speech.print_block(speech.slip(record, self.memory))
            await self._say(lines, "slip again")
        await self._say(speech.completion(), "completed")

    async def _print(self, record: Record) -> None:
        lines = speech.slip(record, self.memory)
        for number, text in enumerate(lines, 1):
            await self._say(speech.print_line(text, number == len(lines)), text)

    async def _show(self, status: int) -> None:
        self.display = speech.DISPLAY[status]
        await self._say(speech.show(status), self.display)

    async def _answer(self, apdu: Apdu) -> None:
        self.ending = apdu != speech.YES
        await self.line.send(apdu, "refused" if self.ending else "yes")

    async def _say(self, apdu: Apdu, meaning: str) -> bool | None:
        """Send a command; return whether it was answered well, ``None`` for silence.

        A cash register that went away does not stop a transaction: after two commands
        without an answer the terminal goes on alone.
        """
        if self._unheard >= _PATIENCE:
            return None
        while not self._answers.empty():
            self._answers.get_nowait()
        self.ending = (apdu.cla, apdu.ins) in ((0x06, 0x0F), (0x06, 0x1E))
        if not await self.line.send(apdu, meaning):
            self._unheard += 1
            self.wire.add("note", b"", f"not acknowledged: {meaning}")
            return None
        try:
            async with asyncio.timeout(self.timings.answer_s):
                good = (await self._answers.get()).cla == 0x80
        except TimeoutError:
            self._unheard += 1
            self.wire.add("note", b"", f"not answered: {meaning}")
            return None
        self._unheard = 0
        return good

    async def _stopped_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                while self._stopped is None:
                    self.changed.clear()
                    await self.changed.wait()
        except TimeoutError:
            return False
        return True

    def _cut(self, place: str) -> None:
        """Let the power go here if it was armed for this place."""
        if self.faults.cut_at == place:
            self.faults.cut_at = ""
            self.power_went()
            raise PowerGone(place)
