"""Simulated chip cards against golden bytes: both ways to answer, locks, old ones."""

from __future__ import annotations

import pytest

from hardware_sim.smartcard.apdu import parse
from hardware_sim.smartcard.cards import WRONG_MEDIA, load_cards
from hardware_sim.smartcard.system import cryptogram
from hardware_sim.smartcard.words import CardWords

FILE = "smartcard/apdu.toml"


@pytest.fixture
def table(golden):
    return golden(FILE)


def powered(key):
    card = load_cards()[key]
    assert card.power_on()
    return card


def test_a_social_security_card_answers_the_golden_bytes(table) -> None:
    card = powered("social-li-fang")
    for command, answer in (
        ("select-social", "select-social-answer"),
        ("get-response-19", "social-fci"),
        ("read-person-number", "read-person-number-length"),
        ("read-person-number-20", "person-number"),
        ("read-name", "person-name"),
        ("read-version", "card-version"),
    ):
        assert card.command(table[command]) == table[answer], command


def test_a_bank_card_answers_the_golden_bytes(table) -> None:
    card = powered("bank-li-fang")
    fci = table["directory-fci"]
    assert card.command(table["select-directory"]) == bytes([0x61, len(fci) - 2])
    assert card.command(b"\x00\xc0\x00\x00" + bytes([len(fci) - 2])) == fci
    assert card.command(table["select-debit"])[0] == 0x61
    assert card.command(table["processing-options"]) == b"\x61\x08"
    assert card.command(b"\x00\xc0\x00\x00\x08") == table["options-bare"]
    record = table["account-record"]
    ask = b"\x00\xb2\x02\x14" + bytes([len(record) - 2])
    assert card.command(ask) == record


def test_a_credit_card_has_the_other_form_of_options(table) -> None:
    card = powered("bank-zhang-weimin")
    debit = bytearray(table["select-debit"])
    debit[-1] = 2
    card.command(bytes(debit))
    assert card.command(table["processing-options"]) == b"\x61\x0c"
    assert card.command(b"\x00\xc0\x00\x00\x0c") == table["options-tagged"]


def test_a_card_of_blocks_answers_at_once(table) -> None:
    card = powered("social-zhang-weimin")
    assert card.command(table["select-social"] + b"\0") == table["social-fci"]
    assert card.command(table["select-social"]) == b"\x90\x00"


def test_an_old_card_knows_records_by_tag_only(table) -> None:
    card = powered("social-ouyang-xiaoyu")
    card.command(table["select-social"])
    assert card.command(table["read-person-number"]) == b"\x6a\x86"
    assert card.command(table["select-file-ef06"]) == b"\x90\x00"
    assert card.command(table["read-tag-08"]) == b"\x6c\x14"


def test_a_locked_card_opens_to_the_test_key_until_power_goes(table) -> None:
    card = powered("social-locked")
    card.command(table["select-social"])
    assert card.command(table["read-person-number-20"]) == b"\x69\x82"
    assert card.command(table["read-version"])[-2:] == b"\x90\x00"
    challenge = card.command(bytes.fromhex("0084000008"))[:-2]
    wrong = bytes.fromhex("0082000010") + bytes(16)
    assert card.command(wrong) == b"\x63\xc2"
    challenge = card.command(bytes.fromhex("0084000008"))[:-2]
    right = bytes.fromhex("0082000010") + cryptogram(challenge)
    assert card.command(right) == b"\x90\x00"
    assert card.command(table["read-person-number-20"])[-2:] == b"\x90\x00"
    card.power_on()
    card.command(table["select-social"])
    assert card.command(table["read-person-number-20"]) == b"\x69\x82"


@pytest.mark.parametrize(
    ("command", "word"),
    [
        ("00", "6700"),
        ("00A4040005 7378", "6700"),
        ("00B2010C00", "6986"),
        ("0082000010" + "00" * 16, "6985"),
        ("00C0000010", "6985"),
        ("F0A4040000", "6E00"),
        ("00FF000000", "6D00"),
        ("80A80000028300", "6985"),
    ],
)
def test_what_cannot_be_carried_out_has_its_own_status(command, word) -> None:
    card = powered("bank-li-fang")
    assert card.command(bytes.fromhex(command)) == bytes.fromhex(word)


def test_a_card_upside_down_gives_no_answer_to_reset() -> None:
    card = WRONG_MEDIA["upsideDown"]()
    assert card.presence
    assert card.power_on() == b""


def test_every_command_and_answer_has_words(table) -> None:
    words = CardWords()
    assert words.command(table["select-social"]) == (
        "select application sx1.sh.社会保障"
    )
    assert words.command(table["read-name"]) == "read record by number 02 of file 6"
    assert words.answer(table["read-name"], b"\x6c\x20") == "ask again for 32 bytes"
    assert words.answer(b"", b"\x63\xc2") == "wrong; 2 attempts left"
    assert parse(b"\x00\xa4") is None
