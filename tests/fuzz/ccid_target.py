"""CCID on a serial line, and the files of a meter card: reader and simulator."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from drivers.metercard.ccid import LONGEST, FrameFinder, Message, lrc
from drivers.metercard.layout import LayoutBroken, image_of
from hardware_sim.metercard.cards import load_cards
from hardware_sim.metercard.frames import RequestReader, checksum

GOLDEN = ("metercard", "smartcard")

_CHIP = next(iter(load_cards().values()))


def driver(data: bytes) -> None:
    """A message stands whole in what came, its LRC right; pieces change nothing."""
    finder, slowly = FrameFinder(), FrameFinder()
    found = _all(finder, data)
    for message in found:
        assert len(message.data) + 10 <= LONGEST
        assert _stands_in(message, data)
    assert found == [one for byte in data for one in _all(slowly, bytes([byte]))]


def _all(finder: FrameFinder, data: bytes) -> list[Message]:
    found = []
    message = finder.feed(data)
    while message is not None:
        found.append(message)
        message = finder.feed(b"")
    return found


def _stands_in(message: Message, data: bytes) -> bool:
    head = b"\x03\x06" + bytes([message.kind])
    head += len(message.data).to_bytes(4, "little")
    at = data.find(head)
    while at >= 0:
        whole = data[at : at + 13 + len(message.data)]
        if len(whole) == 13 + len(message.data) and lrc(whole) == 0:
            if whole[12:-1] == message.data and whole[8] == message.sequence:
                return True
        at = data.find(head, at + 1)
    return False


def card_files(data: bytes) -> None:
    """A card's files are in order, or refused."""
    account, meter = data[:48], data[-16:]
    slots = (data[48:112], data[112:176])
    try:
        image = image_of(account, slots, meter)
    except LayoutBroken:
        return
    card = image.card()
    assert card.serial.isdecimal()
    assert image.newest >= 0
    assert image.waiting_units >= 0


def simulator(data: bytes) -> None:
    """Requests with a right check are found; the chip answers each."""
    chip = deepcopy(_CHIP)
    assert len(chip.command(data)) >= 2
    reader, slowly = RequestReader(), RequestReader()
    found = reader.feed(data)
    for request in found:
        assert checksum(request.raw) == 0
        assert request.name
        answer = chip.command(request.data)
        assert len(answer) >= 2
    assert found == [one for byte in data for one in slowly.feed(bytes([byte]))]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "ccid.driver": driver,
    "ccid.card": card_files,
    "ccid.simulator": simulator,
}
