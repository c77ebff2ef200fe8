"""Chip card driver: commands and records against golden bytes, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.link import apdu
from drivers.link.apdu_words import ApduExplainer
from drivers.smartcard import bank, social, tlv
from drivers.smartcard.commands import (
    processing_options,
    read_record,
    read_tagged,
    select,
    select_file,
)
from drivers.smartcard.explain import CardExplainer
from drivers.smartcard.tlv import CardDataError
from kiosk.core.errors import DeviceProtocolError

Golden = Callable[[str], dict[str, bytes]]
FILE = "smartcard/apdu.toml"
PDOL = bytes.fromhex("9F1A029F37045F2A029A03")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (select(social.APPLICATION, "T=0"), "select-social"),
        (select(bank.DIRECTORY, "T=0"), "select-directory"),
        (select(bank.KNOWN[0], "T=0"), "select-debit"),
        (read_record(1, 6), "read-person-number"),
        (read_record(1, 6, 20), "read-person-number-20"),
        (read_record(2, 6, 32), "read-name"),
        (read_record(3, 5, 6), "read-version"),
        (select_file(0xEF06), "select-file-ef06"),
        (read_tagged(8), "read-tag-08"),
        (processing_options(bank.terminal_data(PDOL), "T=0"), "processing-options"),
    ],
)
def test_commands_are_the_golden_ones(
    golden: Golden, command: bytes, name: str
) -> None:
    assert command == golden(FILE)[name]


def test_a_card_of_blocks_is_asked_for_the_answer_at_once(golden: Golden) -> None:
    assert select(social.APPLICATION, "T=1") == golden(FILE)["select-social"] + b"\0"


async def test_an_answer_in_two_parts_is_put_together(golden: Golden) -> None:
    table = golden(FILE)
    talk = {
        table["select-social"]: table["select-social-answer"],
        table["get-response-19"]: table["social-fci"],
        table["read-person-number"]: table["read-person-number-length"],
        table["read-person-number-20"]: table["person-number"],
    }

    async def card(command: bytes) -> bytes:
        return talk[command]

    chosen = await apdu.ask(card, table["select-social"])
    assert chosen.done
    assert tlv.find(chosen.data, 0x84) == social.APPLICATION
    number = await apdu.ask(card, table["read-person-number"])
    assert social.value_of(number.data, 8) == b"999001195803121225"


async def test_a_card_whose_answer_never_ends_is_given_up() -> None:
    async def card(command: bytes) -> bytes:
        return b"\x01\x61\x01"

    with pytest.raises(DeviceProtocolError, match="no end"):
        await apdu.ask(card, b"\x00\xa4\x04\x00")


@pytest.mark.parametrize("answer", [b"", b"\x90"])
def test_an_answer_without_status_is_refused(answer: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        apdu.split(answer)


def test_golden_records_are_understood(golden: Golden) -> None:
    table = {name: apdu.split(raw).data for name, raw in golden(FILE).items()}
    name = social.value_of(table["person-name"], 9)
    assert social.person_name(name) == "李芳"
    assert social.text(social.value_of(table["card-version"], 3)) == "2.00"
    for form in ("options-bare", "options-tagged"):
        assert bank.places(table[form]) == [(2, 1), (2, 2)]
    found = dict(tlv.walk(table["account-record"]))
    card = bank.chip_card(found, "UnionPay Debit")
    assert (card.number, card.valid_until) == ("6299990000000025", "2030-12-31")


def test_a_number_from_track_data_leaves_the_rest_behind() -> None:
    track = bytes.fromhex("6299990000000025D30122200000000F")
    card = bank.chip_card({0x57: track}, "x")
    assert card.number == "6299990000000025"
    assert card.valid_until == ""


@pytest.mark.parametrize("digits", ["6299990000000026", "62999900000000AB", "629999"])
def test_an_account_number_that_does_not_check_is_refused(digits: str) -> None:
    with pytest.raises(CardDataError):
        bank.chip_card({0x5A: bytes.fromhex(digits)}, "x")


@pytest.mark.parametrize(
    "number", ["999001195803121226", "12345", "99900119580312122?"]
)
def test_a_person_number_that_does_not_check_is_refused(number: str) -> None:
    with pytest.raises(CardDataError):
        social.id_number(number)


@pytest.mark.parametrize(
    "options", ["80", "8002", "8006 7C00 00010200", "8006 7C00 10020100", "7700"]
)
def test_places_that_are_none_are_refused(options: str) -> None:
    with pytest.raises(CardDataError):
        bank.places(bytes.fromhex(options))


@pytest.mark.parametrize("data", ["6F", "6F05 84", "9F", "6F83 000001", "5A7F01"])
def test_objects_that_do_not_add_up_are_refused(data: str) -> None:
    with pytest.raises(CardDataError):
        list(tlv.walk(bytes.fromhex(data)))


@pytest.mark.parametrize(
    ("value", "day"), [("301231", "2030-12-31"), ("310200", "2031-02-28")]
)
def test_a_last_day_may_be_the_last_of_its_month(value: str, day: str) -> None:
    assert bank.last_day(bytes.fromhex(value)) == day


def test_the_trace_names_commands_and_keeps_records_to_itself(golden: Golden) -> None:
    table, explainer = golden(FILE), CardExplainer()
    said = explainer.explain("sent", table["select-social"])
    assert said == [("SELECT social security (sx1.sh.)", table["select-social"])]
    assert explainer.explain("received", b"\x61\x13") == [
        ("61 13 19 bytes wait", b"\x61\x13")
    ]
    explainer.explain("sent", table["get-response-19"])
    assert explainer.explain("received", table["social-fci"])[0][1] != b"\x90\x00"
    assert explainer.explain("sent", table["read-name"])[0][0] == (
        "READ RECORD 2 of file 6"
    )
    assert explainer.explain("received", table["person-name"]) == [
        ("90 00 ok, 32 bytes", b"\x90\x00")
    ]


def test_the_trace_keeps_the_number_that_contactless_cards_tell_with_the_options() -> (
    None
):
    explainer = CardExplainer()
    explainer.explain("sent", processing_options(b"", "T=1"))
    contact = bytes.fromhex("80061980080101009000")
    assert explainer.explain("received", contact)[0][1] == contact
    number = bytes.fromhex("770E5712622848000000000000") + b"\x90\x00"
    assert explainer.explain("received", number) == [
        ("90 00 ok, 13 bytes", b"\x90\x00")
    ]


def test_the_trace_never_shows_a_pin() -> None:
    pin = bytes.fromhex("0020000003123456")
    ((words, shown),) = ApduExplainer({}).explain("sent", pin)
    assert words == "VERIFY, 3 bytes"
    assert shown == pin[:5]
