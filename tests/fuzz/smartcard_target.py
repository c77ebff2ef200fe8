"""Chip cards: what a card answers at the driver, what a kiosk sends at the card."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from drivers.link import apdu
from drivers.link.apdu_words import ApduExplainer
from drivers.smartcard import bank, social, tlv
from drivers.smartcard.bank import BankCard
from drivers.smartcard.social import SocialSecurityCard
from drivers.smartcard.trouble import CardLocked, CardRefused, NoSuchApplication
from hardware_sim.smartcard.cards import WRONG_MEDIA, load_cards
from hardware_sim.smartcard.words import CardWords
from kiosk.core.errors import DeviceProtocolError
from kiosk.core.peripherals import ChipCard

_REFUSED = (DeviceProtocolError, NoSuchApplication, CardLocked, CardRefused)
_CARDS = [*load_cards().values(), WRONG_MEDIA["transitCard"]()]


def objects(data: bytes) -> None:
    """Objects stand in the bytes as they were cut; lists add up."""
    with suppress(DeviceProtocolError):
        for tag, value in tlv.parse(data):
            assert value in data.partition(tag.to_bytes(4, "big").lstrip(b"\0"))[2]
    with suppress(DeviceProtocolError):
        assert 2 * len(list(tlv.walk(data))) <= len(data)
    with suppress(DeviceProtocolError):
        assert len(bank.terminal_data(data)) <= 252


def bank_records(data: bytes) -> None:
    """Places, entries, numbers and days are in bounds, or refused."""
    with suppress(DeviceProtocolError):
        assert all(1 <= file <= 30 and number for file, number in bank.places(data))
    with suppress(DeviceProtocolError):
        assert all(5 <= len(name) <= 16 for name, _label in bank.entries(data))
    with suppress(DeviceProtocolError):
        found = bank.chip_card({0x5A: data[:10], 0x5F20: data[10:]}, "x")
        assert found.number.isdigit()
    with suppress(DeviceProtocolError):
        assert len(bank.last_day(data)) in (0, 10)


def social_records(data: bytes) -> None:
    """Records have their own length and tag; names and numbers can be read."""
    with suppress(DeviceProtocolError):
        value = social.value_of(data, 0x09)
        assert data == b"\x09" + bytes([len(value)]) + value
    with suppress(DeviceProtocolError):
        assert social.person_name(data).isprintable()
    with suppress(DeviceProtocolError):
        assert 15 <= len(social.id_number(social.text(data))) <= 18
    with suppress(DeviceProtocolError):
        assert len(social.day(data)) in (0, 10)


def talking_card(data: bytes) -> None:
    """A card that answers anything is refused, or has numbers that check."""
    for protocol in ("T=0", "T=1"):
        for kind in (SocialSecurityCard, BankCard):
            answers = iter(_cut(data))

            async def exchange(command: bytes, rest: Any = answers) -> bytes:
                assert 4 <= len(command) <= 261
                return next(rest, b"\x6a\x82")

            async def ask(command: bytes, send: Any = exchange) -> apdu.Answer:
                return await apdu.ask(send, command)

            with suppress(*_REFUSED):
                card = _run(kind(ask, protocol).read())
                assert card.number.isalnum()


def explained(data: bytes) -> None:
    """Commands and answers of any length have words; what is read is not shown."""
    explainer = ApduExplainer({})
    explainer.explain("sent", bytes.fromhex("00B2012C00"))
    for words, shown in explainer.explain("received", data):
        assert words
        assert len(shown) <= 2
    for words, shown in explainer.explain("sent", data):
        assert words
        assert data.startswith(shown)


def simulated_cards(data: bytes) -> None:
    """Every card answers every command, with two status bytes at least."""
    words = CardWords()
    for card in _CARDS:
        card.power_on()
        for command in _cut(data):
            answer = card.command(command)
            assert 2 <= len(answer) <= 258
            assert words.command(command)
            assert words.answer(command, answer)


def _cut(data: bytes) -> list[bytes]:
    """Part the input into messages: a byte of length, then so many."""
    found, at = [], 0
    while at < len(data) and len(found) < 400:
        size = data[at]
        found.append(data[at + 1 : at + 1 + size])
        at += 1 + size
    return found


def _run(reading: Coroutine[Any, Any, ChipCard]) -> ChipCard:
    """Run to the end what waits for nothing but its own card."""
    try:
        reading.send(None)
    except StopIteration as done:
        card: ChipCard = done.value
        return card
    raise AssertionError("it waits for something")


TARGETS: dict[str, Callable[[bytes], None]] = {
    "smartcard.objects": objects,
    "smartcard.bank": bank_records,
    "smartcard.social": social_records,
    "smartcard.card": talking_card,
    "smartcard.explain": explained,
    "smartcard.simulator": simulated_cards,
}
