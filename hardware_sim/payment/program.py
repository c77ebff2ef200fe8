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

from hardware_sim.payment import speech
from hardware_sim.payment.acquirer import APPROVED
from hardware_sim.payment.dialogue import Dialogue
from hardware_sim.payment.memory import Record
from hardware_sim.payment.terminal import Hand, Terminal
from hardware_sim.payment.wire import Apdu

_REGISTER, _AUTHORISE, _REVERSE = (0x06, 0x00), (0x06, 0x01), (0x06, 0x30)
_REPEAT_RECEIPT, _STATUS, _DIAGNOSE = (0x06, 0x20), (0x05, 0x01), (0x06, 0x70)
_SECURED = (_REGISTER, _REVERSE, _REPEAT_RECEIPT, _STATUS, _DIAGNOSE)
"""Commands that begin with the password."""


class Program:
    """What one terminal does when it is told to."""

    def __init__(self, terminal: Terminal, dialogue: Dialogue) -> None:
        self._terminal = terminal
        self._memory = terminal.memory
        self._dialogue = dialogue

    async def obey(self, apdu: Apdu) -> None:
        """Carry out one command. Raises ``PowerGone``."""
        self._terminal.running = True
        self._dialogue.begin()
        try:
            await self._obey((apdu.cla, apdu.ins), apdu.data)
        finally:
            self._terminal.rest()

    async def _obey(self, command: tuple[int, int], data: bytes) -> None:
        if command in _SECURED and data[:3].hex() != self._terminal.password:
            await self._dialogue.refuse(speech.WRONG_PASSWORD)
        elif command == _REGISTER:
            await self._register(data[4:6])
        elif not self._terminal.registered:
            await self._dialogue.refuse(speech.NOT_REGISTERED)
        elif command == _AUTHORISE:
            await self._authorise(data)
        elif command == _REVERSE:
            await self._reverse(data[3:])
        elif command == _REPEAT_RECEIPT:
            await self._repeat_receipt()
        elif command == _STATUS:
            await self._tell_status()
        elif command == _DIAGNOSE:
            await self._dialogue.accept()
            await self._dialogue.say(speech.completion(), "diagnosis ended")
        else:
            await self._dialogue.refuse(speech.IMPOSSIBLE)

    async def _register(self, currency: bytes) -> None:
        if len(currency) == 2:
            self._terminal.currency = currency
        await self._dialogue.accept()
        self._terminal.registered = True
        told = speech.registered(self._memory, self._terminal.currency)
        await self._dialogue.say(told, "registered")

    async def _tell_status(self) -> None:
        await self._dialogue.accept()
        paper = speech.NO_PAPER if self._terminal.faults.paper_out else 0
        await self._dialogue.say(speech.health(paper), "status code")

    async def _repeat_receipt(self) -> None:
        record = self._memory.newest()
        await self._dialogue.accept()
        if record is None:
            await self._dialogue.say(speech.no_receipt_yet(self._memory), "never used")
        else:
            told = speech.result(record, self._memory, self._terminal.currency)
            await self._dialogue.say(told, "result again")
            lines = speech.print_block(speech.slip(record, self._memory))
            await self._dialogue.say(lines, "slip again")
        await self._dialogue.say(speech.completion(), "completed")

    # -- payments ------------------------------------------------------------------

    async def _authorise(self, data: bytes) -> None:
        refusal = self._refusal(data)
        if refusal is not None:
            await self._dialogue.refuse(refusal)
            return
        self._terminal.abortable = True
        await self._dialogue.accept()
        await self._pay(int(data[1:7].hex()))

    def _refusal(self, data: bytes) -> int | None:
        if self._terminal.faults.paper_out:
            return speech.NO_PAPER
        if data[:1] != b"\x04" or len(data) < 7 or not data[1:7].hex().isdecimal():
            return speech.BAD_MESSAGE
        if data[7:8] == b"\x49" and data[8:10] != self._terminal.currency:
            return speech.WRONG_CURRENCY
        return None

    async def _pay(self, amount_fen: int) -> None:
        hand = await self._card()
        if hand is None or hand.card.fault is not None:
            reason = hand.card.fault if hand else None
            await self._end_without_bank(reason or speech.ABORT_KEY)
            return
        if hand.card.needs_pin(amount_fen):
            await self._show(speech.SHOW_PIN)
            if await self._terminal.stopped_within(self._terminal.timings.pin_s):
                await self._end_without_bank(speech.ABORT_KEY)
                return
        self._terminal.abortable = False
        record = await self._take_money(hand, amount_fen)
        if record.result != APPROVED:
            await self._show(speech.SHOW_DECLINED)
        await self._card_out(hand)
        await self._tell(record)

    async def _card(self) -> Hand | None:
        """Return the card, ``None`` when none came or somebody stopped."""
        terminal = self._terminal
        if terminal.hand is None:
            await self._show(speech.SHOW_INSERT)
        if not await terminal.card_within(terminal.timings.card_wait_s):
            return None
        if await terminal.stopped_within(terminal.timings.card_s):
            return None
        return terminal.hand

    async def _take_money(self, hand: Hand, amount_fen: int) -> Record:
        terminal, card = self._terminal, hand.card
        record = self._memory.begin(
            amount_fen, card.number, card.scheme, card.card_type
        )
        await self._reach_bank()
        answer = terminal.bank.ask(record, card, hand.pin_right)
        terminal.cut("afterBank")
        self._memory.end(record, answer)
        terminal.cut("afterStored")
        return record

    async def _reach_bank(self) -> None:
        await self._show(speech.SHOW_HOST)
        self._terminal.cut("beforeBank")
        await asyncio.sleep(self._terminal.timings.bank_s)

    async def _end_without_bank(self, reason: int) -> None:
        self._terminal.abortable = False
        if self._terminal.hand is not None:
            await self._card_out(self._terminal.hand)
        told = speech.nothing_done(self._memory, reason)
        await self._dialogue.say(told, "nothing done")
        await self._dialogue.say(speech.abort(reason), "aborted")

    async def _card_out(self, hand: Hand) -> None:
        if not hand.card.contactless:
            await self._show(speech.SHOW_REMOVE)
            await asyncio.sleep(self._terminal.timings.removal_s)
        if not hand.stays:
            self._terminal.hand = None

    # -- reversals -----------------------------------------------------------------

    async def _reverse(self, data: bytes) -> None:
        number = int(data[1:3].hex()) if data[:1] == b"\x87" and len(data) == 3 else 0
        paid = self._memory.find(number)
        if paid is None or paid.result != APPROVED:
            await self._dialogue.refuse(speech.NO_REVERSAL)
            return
        await self._dialogue.accept()
        if paid.reversed:
            again = speech.abort(speech.ALREADY_REVERSED)
            await self._dialogue.say(again, "reversed before")
        else:
            await self._tell(await self._return_money(paid))

    async def _return_money(self, paid: Record) -> Record:
        record = self._memory.begin(
            paid.amount_fen, paid.card_number, paid.scheme, paid.card_type, paid.trace
        )
        await self._reach_bank()
        answer = self._terminal.bank.reverse(paid.trace)
        paid.reversed = answer == APPROVED
        self._memory.end(record, answer)
        return record

    # -- the end of both -----------------------------------------------------------

    async def _tell(self, record: Record) -> None:
        """Tell the result, print, and end the command."""
        faults = self._terminal.faults
        lost, faults.lost = faults.lost, ""
        told_fen, faults.told_fen = faults.told_fen, None
        if lost == "result":
            self._terminal.wire.add("note", b"", "result and end kept back")
            return
        currency = self._terminal.currency
        result = speech.result(record, self._memory, currency, told_fen)
        good = await self._dialogue.say(result, "result")
        if good is False and record.result == APPROVED:
            await self._take_back(record)
            return
        await self._print(record)
        if lost == "completion":
            self._terminal.wire.add("note", b"", "end kept back")
        elif record.result == APPROVED:
            await self._dialogue.say(speech.completion(), "completed")
        else:
            await self._dialogue.say(speech.abort(record.result or 0), "declined")

    async def _take_back(self, record: Record) -> None:
        """Reverse by itself: the cash register refused the result with 84."""
        self._terminal.bank.give_back(record.trace)
        record.result = speech.COMMUNICATION_FAULT
        await self._dialogue.say(speech.abort(record.result), "taken back")

    async def _print(self, record: Record) -> None:
        lines = speech.slip(record, self._memory)
        for number, text in enumerate(lines, 1):
            last = number == len(lines)
            await self._dialogue.say(speech.print_line(text, last), text)

    async def _show(self, status: int) -> None:
        self._terminal.display = speech.DISPLAY[status]
        await self._dialogue.say(speech.show(status), self._terminal.display)
