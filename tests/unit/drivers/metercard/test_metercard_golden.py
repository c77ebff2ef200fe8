"""The meter card driver against recorded bytes: one whole load, and every oddity."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from drivers.link.card import CardError
from drivers.link.endpoint import link_to
from drivers.link.serial import SerialLine
from drivers.metercard.cable import serial_cable
from drivers.metercard.ccid import FrameFinder, Message
from drivers.metercard.driver import MeterCardDevice
from drivers.metercard.explain import CcidExplainer
from drivers.metercard.layout import image_of
from drivers.metercard.reader import CardReader, Delays
from kiosk.core.bills import CardLoad
from kiosk.core.clock import SystemClock
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.money import Fen

Golden = Callable[[str], dict[str, bytes]]
Table = dict[str, bytes]
Answers = Callable[[bytes], bytes]

FILE = "metercard/ccid.toml"
TOKEN = bytes(range(0x11, 0x21))
LOAD = CardLoad("A1", "9990030000000031", 13, 2000, "立方米", Fen(5500), TOKEN)
QUICK = Delays(reply_s=0.5, poll_s=0.01)
LONGEST = 284


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def table(golden: Golden) -> Table:
    return golden(FILE)


def talk(table: Table) -> list[tuple[bytes, bytes]]:
    """Return the requests of a load with their answers, in order."""
    load = [data for name, data in table.items() if name.startswith("load-")]
    return list(zip(load[::2], load[1::2], strict=True))


@asynccontextmanager
async def played(answers: Answers) -> AsyncIterator[str]:
    """Play a reader that answers whole frames; yield where it listens."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(LONGEST):
            writer.write(answers(data))
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()[:2]
    try:
        yield f"tcp://{host}:{port}"
    finally:
        server.close()


async def with_slot(
    answers: Answers, use: Callable[[CardReader], Awaitable[None]]
) -> None:
    clock = SystemClock()
    async with played(answers) as endpoint:
        link = link_to(endpoint, SerialLine(), clock)
        await link.open()
        try:
            await use(CardReader(link, clock, QUICK))
        finally:
            await link.close()


async def test_a_load_is_the_recorded_one_byte_for_byte(table: Table) -> None:
    wanted = iter(talk(table))
    heard: list[bytes] = []

    def answers(request: bytes) -> bytes:
        heard.append(request)
        return next(wanted)[1]

    clock = SystemClock()
    async with played(answers) as endpoint:
        cable = serial_cable(link_to(endpoint, SerialLine(), clock), clock, QUICK)
        reader = MeterCardDevice(
            "meter-card", cable, clock, lambda event, /, **facts: None, QUICK
        )
        completion = await reader.load(LOAD, timeout_s=5.0)
        await reader.close()
    assert heard == [request for request, _ in talk(table)]
    assert completion.ok
    card = completion.payload
    assert card is not None
    assert (card.serial, card.service, card.account) == (LOAD.serial, "gas", "80031031")
    assert (card.purchases, card.units) == (13, 2000)


def test_the_recorded_files_are_a_card_before_and_after(table: Table) -> None:
    def held(number: int) -> bytes:
        return table[f"load-{number:02}-answer"][12:-3]

    before = image_of(held(5), (held(7), held(9)), held(11))
    after = image_of(held(17), (held(19), held(21)), held(23))
    assert (before.current.purchase, before.waiting_units) == (12, 0)
    assert (after.current.purchase, after.waiting_units) == (13, 2000)
    assert after.current.token == TOKEN
    assert (after.taken, after.total) == (12, 0)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no-card", Message(0x81, 1, False, False, False, 0, b"")),
        ("powered", Message(0x81, 1, True, False, False, 0, b"")),
        ("mute", Message(0x80, 2, True, True, False, 0xFE, b"")),
        ("pulled", Message(0x80, 7, False, True, False, 0xFE, b"")),
        ("more-time", Message(0x80, 7, True, False, True, 1, b"")),
        ("not-supported", Message(0x81, 5, False, True, False, 0, b"")),
        ("wrong-length", Message(0x80, 8, True, False, False, 0, b"\x6c\x10")),
    ],
)
def test_answers_are_read_whole_and_in_pieces(
    table: Table, name: str, message: Message
) -> None:
    frame = table[name]
    assert FrameFinder().feed(table["card-went"] + frame) == message
    finder = FrameFinder()
    assert [finder.feed(bytes([byte])) for byte in frame][-1] == message


def test_a_refusal_has_its_own_check_byte(table: Table) -> None:
    finder = FrameFinder()
    assert finder.feed(table["refusal"]) is None
    assert finder.refused
    other = FrameFinder()
    assert other.feed(table["refusal"][:2] + b"\x17" + table["powered"]) is not None
    assert not other.refused


async def test_a_reader_that_says_requests_again_is_told_each_once(
    table: Table,
) -> None:
    wanted = iter(talk(table)[:4])
    heard: list[bytes] = []

    def answers(request: bytes) -> bytes:
        heard.append(request)
        return request + next(wanted)[1]

    async def use(slot: CardReader) -> None:
        assert await slot.card_present()
        assert await slot.power_on() == bytes.fromhex("3B6800004B32344D45544552")
        application = bytes.fromhex("00A4040009F04B32344D45544552")
        assert await slot.transmit(application) == b"\x90\x00"

    await with_slot(answers, use)
    assert heard == [request for request, _ in talk(table)[:3]]


async def test_a_card_may_ask_for_time_by_message_and_by_bare_byte(
    table: Table,
) -> None:
    (status, present), (_, reset) = talk(table)[:2]
    time = table["time-request"]

    def answers(request: bytes) -> bytes:
        if request == status:
            return time + table["card-came"] + time + present
        return time + reset

    async def use(slot: CardReader) -> None:
        assert await slot.card_present()
        assert await slot.power_on()

    await with_slot(answers, use)
    finder = FrameFinder()
    finder.feed(time + time + table["more-time"])
    assert finder.waits == 3


async def test_a_refused_transfer_is_sent_again_and_no_other(table: Table) -> None:
    heard: list[bytes] = []

    def answers(request: bytes) -> bytes:
        heard.append(request)
        return table["refusal"] if len(heard) == 1 else _done(request)

    async def use(slot: CardReader) -> None:
        assert await slot.transmit(b"\x00\xd6\x00\x00\x01\x5a") == b"\x90\x00"

    await with_slot(answers, use)
    assert [request[12:-1] for request in heard] == [b"\x00\xd6\x00\x00\x01\x5a"] * 2


async def test_a_transfer_answered_by_another_message_is_not_sent_again(
    table: Table,
) -> None:
    heard: list[bytes] = []

    def answers(request: bytes) -> bytes:
        heard.append(request)
        return _reseq(table["powered"], request[8])

    async def use(slot: CardReader) -> None:
        with pytest.raises(DeviceProtocolError):
            await slot.transmit(b"\x00\xd6\x00\x00\x01\x5a")

    await with_slot(answers, use)
    assert len(heard) == 1


async def test_a_mute_card_is_gone(table: Table) -> None:
    def answers(request: bytes) -> bytes:
        return _reseq(table["mute"], request[8])

    async def use(slot: CardReader) -> None:
        with pytest.raises(CardError):
            await slot.power_on()

    await with_slot(answers, use)


def test_every_frame_of_a_load_has_words_and_no_answer_of_the_card_is_shown(
    table: Table,
) -> None:
    explainer = CcidExplainer()
    for request, answer in talk(table):
        ((words, _),) = explainer.explain("sent", request)
        assert words
        ((words, shown),) = explainer.explain("received", answer)
        assert words
        assert b"80031031" not in shown
    odd = table["time-request"] + table["refusal"] + talk(table)[2][0]
    said = [words for words, _ in explainer.explain("received", odd)]
    assert said == [
        "the request, said again",
        "the card needs more time",
        "refused",
    ]


def _done(request: bytes) -> bytes:
    head = b"\x03\x06\x80\x02\x00\x00\x00\x00" + request[8:9] + b"\x00\x00\x00\x90\x00"
    return head + _check(head)


def _reseq(frame: bytes, sequence: int) -> bytes:
    head = frame[:8] + bytes([sequence]) + frame[9:-1]
    return head + _check(head)


def _check(head: bytes) -> bytes:
    value = 0
    for byte in head:
        value ^= byte
    return bytes([value])
