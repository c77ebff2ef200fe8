"""No driver takes an answer for silence because the machine looked too late.

Each line below is silent for a minute at the first look, which is longer than any
answer may take; then the answer is in the buffer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio.lowlevel
import pytest

from drivers.auxiliaries.codec import READ_INPUTS, read
from drivers.auxiliaries.master import Delays as BoardDelays
from drivers.auxiliaries.master import ModbusMaster
from drivers.cash.validator import Delays as CashDelays
from drivers.cash.validator import Validator
from drivers.cash.words import Command as Ssp
from drivers.idcard.codec import Command as Sam
from drivers.idcard.module import Delays as SamDelays
from drivers.idcard.module import SamModule
from drivers.link.deadline import Deadline
from drivers.metercard.reader import CardReader
from drivers.metercard.reader import Delays as CardDelays
from drivers.payment.zvt.channel import Channel
from drivers.payment.zvt.channel import Delays as ZvtDelays
from drivers.payment.zvt.dialogue import Dialogue
from drivers.payment.zvt.frame import Apdu
from drivers.payment.zvt.messages import ABORT, ANSWER, status_enquiry
from drivers.power.client import Delays as PowerDelays
from drivers.power.client import NutClient
from drivers.scanner.gm65.codec import DONE_REPLY, ZONE_TRIGGER, write_zone
from drivers.scanner.gm65.module import Gm65Module
from drivers.scanner.module import Delays as ScannerDelays
from drivers.scanner.named import NamedDialogue
from drivers.scanner.newland.codec import NewlandFinder, command
from drivers.scanner.ssi import codec as ssi
from drivers.scanner.ssi.module import SsiModule
from kiosk.core.errors import DeviceTimeout

Golden = Callable[[str], dict[str, bytes]]

STALL_S = 1000.0
COMPLETION = Apdu(0x060F)


class Stall:
    """A clock and a line: a look at silence takes longer than any time that is set."""

    endpoint = "/dev/ttyS9"
    is_open = True

    def __init__(self, *reads: bytes) -> None:
        self._reads = list(reads)
        self._time = 0.0
        self.sent: list[bytes] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)

    def monotonic(self) -> float:
        return self._time

    async def sleep(self, seconds: float) -> None:
        await anyio.lowlevel.checkpoint()

    async def open(self) -> None:
        """It is open."""

    async def close(self) -> None:
        """It stays open."""

    async def write(self, data: bytes, *, timeout_s: float) -> None:
        self.sent.append(data)

    async def drain(self) -> int:
        return 0

    async def read(self, *, timeout_s: float) -> bytes:
        heard = self._reads.pop(0) if self._reads else b""
        if not heard:
            self._time += STALL_S
        return heard


@dataclass(frozen=True)
class Question:
    """What a driver asks, and where the recorded answer stands."""

    file: str
    answer: str
    ask: Callable[[Stall], Awaitable[object]]


def gm65(line: Stall) -> Gm65Module:
    return Gm65Module(line, line, ScannerDelays())


def board(line: Stall) -> ModbusMaster:
    return ModbusMaster(line, line, BoardDelays(attempts=1), baudrate=9600)


def validator(line: Stall) -> Validator:
    return Validator(line, line, CashDelays(attempts=1), address=0)


def newland(line: Stall) -> NamedDialogue:
    return NamedDialogue(line, line, ScannerDelays(), NewlandFinder)


QUESTIONS = {
    "cash": Question("cash/ssp.toml", "ok", lambda at: validator(at).ask(Ssp.ENABLE)),
    "metercard": Question(
        "metercard/ccid.toml",
        "load-01-answer",
        lambda at: CardReader(at, at, CardDelays()).card_present(),
    ),
    "auxiliaries": Question(
        "auxiliaries/modbus.toml",
        "inputs-0-and-3",
        lambda at: board(at).ask(read(1, READ_INPUTS, 0, 5)),
    ),
    "idcard": Question(
        "idcard/sam.toml",
        "ok",
        lambda at: SamModule(at, at, SamDelays()).ask(Sam.STATUS),
    ),
    "newland": Question(
        "scanner/newland.toml",
        "trigger-done",
        lambda at: newland(at).ask(command("SCNTRG1"), "SCNTRG1"),
    ),
}


@pytest.mark.parametrize("name", QUESTIONS)
async def test_an_answer_in_the_buffer_at_the_end_of_the_time_is_taken(
    golden: Golden, name: str
) -> None:
    question = QUESTIONS[name]
    line = Stall(b"", golden(question.file)[question.answer])
    assert await question.ask(line) is not None
    assert len(line.sent) == 1


@pytest.mark.parametrize("name", QUESTIONS)
async def test_silence_at_the_last_look_is_a_time_out(name: str) -> None:
    with pytest.raises(DeviceTimeout):
        await QUESTIONS[name].ask(Stall())


async def test_a_late_list_of_upsd_is_taken() -> None:
    said = b'BEGIN LIST UPS\nUPS kiosk "x"\nEND LIST UPS\n'
    line = Stall(b"", said)
    assert await NutClient(line, line, PowerDelays()).supplies() == ("kiosk",)


async def test_a_late_gm65_is_not_asked_twice() -> None:
    line = Stall(b"", DONE_REPLY)
    await gm65(line).ask(write_zone(ZONE_TRIGGER, 1))
    assert len(line.sent) == 1


async def test_a_late_ssi_decoder_is_not_asked_twice(golden: Golden) -> None:
    line = Stall(b"", golden("scanner/ssi.toml")["ack"])
    await SsiModule(line, line, ScannerDelays()).light_on(again=False)
    assert line.sent == [ssi.packet(ssi.START_SESSION)]


async def test_a_bare_code_in_the_buffer_when_the_light_goes_out_is_read() -> None:
    line = Stall(b"", b"6901234567892\r")
    barcode = await gm65(line).code(Deadline(line, 5.0))
    assert barcode is not None
    assert barcode.data == b"6901234567892"


async def test_a_packed_code_in_the_buffer_when_the_light_goes_out_is_read(
    golden: Golden,
) -> None:
    line = Stall(b"", golden("scanner/ssi.toml")["code-ean13"])
    module = SsiModule(line, line, ScannerDelays())
    barcode = await module.code(Deadline(line, 5.0))
    assert barcode is not None
    assert barcode.data == b"6901234567892"


def dialogue(line: Stall) -> Dialogue:
    delays = ZvtDelays()
    return Dialogue(Channel(line, line, delays, serial=False), line, delays)


async def test_a_terminal_that_ends_late_has_ended() -> None:
    line = Stall(b"", ANSWER.packed(), COMPLETION.packed())
    ending = await dialogue(line).ask(status_enquiry("000000"))
    assert ending.completed


async def moved(line: Stall) -> bool:
    """Move money while somebody has long asked to stop; True when it ended."""
    ending = await dialogue(line).move_money(
        Apdu(0x0601), timeout_s=60.0, stop=lambda: line.monotonic() > 0, prompt=print
    )
    return ending.completed


async def test_money_that_moved_while_the_machine_stood_is_known() -> None:
    line = Stall(ANSWER.packed(), b"", b"", COMPLETION.packed())
    assert await moved(line)
    assert ABORT.packed() not in line.sent


async def test_the_last_look_for_money_sends_no_abort() -> None:
    line = Stall(ANSWER.packed())
    with pytest.raises(DeviceTimeout):
        await moved(line)
    assert ABORT.packed() not in line.sent
