"""Frames, text blocks and pictures of the simulated ID card module."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from hardware_sim.idcard import frames, module
from hardware_sim.idcard.cards import Card, load_cards
from hardware_sim.idcard.frames import Request, RequestReader, build_response
from hardware_sim.idcard.photo import decode_photo, encode_photo

REQUESTS = {
    "reset-sam": module.RESET,
    "sam-status": module.STATUS,
    "sam-id": module.SAM_ID,
    "find-card": module.FIND,
    "select-card": module.SELECT,
    "read-base": module.READ_BASE,
    "read-base-fingerprint": module.READ_FINGER,
    "read-new-address": module.READ_ADDRESS,
    "read-management-number": module.READ_NUMBER,
    "set-uart-115200": 0x6000,
    "set-rf-80": module.SET_RF,
}
STATUS_WORDS = {
    "ok": frames.OK,
    "find-no-card": frames.NO_CARD,
    "select-failed": frames.SELECT_FAILED,
    "read-failed": frames.READ_FAILED,
    "item-absent": frames.ITEM_ABSENT,
    "card-rejects-sam": frames.CARD_REJECTS_SAM,
    "sam-rejects-card": frames.SAM_REJECTS_CARD,
    "text-verify-failed": frames.TEXT_VERIFY,
    "request-checksum-error": frames.WRONG_CHECKSUM,
    "request-length-error": frames.WRONG_LENGTH,
    "bad-command": frames.BAD_COMMAND,
    "no-permission": frames.NO_PERMISSION,
    "unknown-error": frames.UNKNOWN,
    "wrong-card-type": frames.WRONG_CARD,
    "self-test-failed": frames.SELF_TEST_FAILED,
    "sam-not-authorised": frames.NOT_AUTHORISED,
}


@pytest.mark.parametrize("name", REQUESTS)
def test_golden_requests_are_understood(golden, name) -> None:
    (request,) = RequestReader().feed(golden("idcard/sam.toml")[name], 0.0)
    assert request.fault is None
    assert request.code == REQUESTS[name]


@pytest.mark.parametrize("name", STATUS_WORDS)
def test_status_answers_are_the_golden_ones(golden, name) -> None:
    frame = golden("idcard/sam.toml")[name]
    assert build_response(STATUS_WORDS[name]) == frame


def test_answers_with_data_are_the_golden_ones(golden) -> None:
    table = golden("idcard/sam.toml")
    assert build_response(frames.FOUND, bytes(4)) == table["find-ok"]
    assert build_response(frames.OK, bytes(8)) == table["select-ok"]
    base = table["read-base-li-fang"]
    assert len(base) == 1295
    assert build_response(frames.OK, base[10:-1]) == base
    card = load_cards()["li-fang"]
    assert base[10:14] == bytes.fromhex("01 00 04 00")
    assert card.text == base[14:270]


def test_an_answer_with_a_fingerprint_is_the_golden_one(golden) -> None:
    frame = golden("idcard/sam.toml")["read-finger-li-fang"]
    assert len(frame) == 1809
    assert build_response(frames.OK, frame[10:-1]) == frame
    text, photo, finger = frame[16:272], frame[272:1296], frame[1296:-1]
    card = Card("li-fang", "", text, photo, finger)
    sam = module.SamModule(cards=[card])
    for code in (0x2001, 0x2002):
        sam.answer(Request(b"", code >> 8, code & 0xFF))
    reply = sam.answer(Request(b"", 0x30, 0x10))
    assert build_response(reply.sw3, reply.data) == frame


def test_text_blocks_of_all_people_are_the_golden_ones(golden) -> None:
    blocks = golden("idcard/text_blocks.toml")
    cards = load_cards()
    assert set(blocks) <= set(cards)
    for key, block in blocks.items():
        assert cards[key].text == block, key


def test_a_request_in_single_bytes_behind_noise_is_found(golden) -> None:
    frame = golden("idcard/sam.toml")["find-card"]
    reader = RequestReader()
    found = []
    for at, value in enumerate(b"\x00\xaa\xaa\xff\xaa" + frame):
        found += reader.feed(bytes((value,)), at * 0.001)
    assert [request.code for request in found] == [module.FIND]


def test_half_a_request_is_forgotten_after_a_pause(golden) -> None:
    frame = golden("idcard/sam.toml")["find-card"]
    reader = RequestReader()
    assert reader.feed(frame[:6], 0.0) == []
    (request,) = reader.feed(frame, 2.0)
    assert request.code == module.FIND


@pytest.mark.parametrize(
    ("hex_frame", "sw3"),
    [
        ("AA AA AA 96 69 00 03 20 01 23", frames.WRONG_CHECKSUM),
        ("AA AA AA 96 69 05 00 20 01 22", frames.WRONG_LENGTH),
        ("AA AA AA 96 69 00 01 20", frames.WRONG_LENGTH),
        ("AA AA AA 96 69 00 03 20 07 24", frames.BAD_COMMAND),
        ("AA AA AA 96 69 00 04 20 01 00 25", frames.WRONG_LENGTH),
    ],
)
def test_bad_requests_get_their_own_status(hex_frame, sw3) -> None:
    (request,) = RequestReader().feed(bytes.fromhex(hex_frame), 0.0)[:1]
    assert module.SamModule().answer(request).sw3 == sw3


def test_pictures_are_labelled_drawings_and_differ_by_person() -> None:
    blocks = {key: encode_photo(key) for key in load_cards()}
    assert {len(block) for block in blocks.values()} == {1024}
    assert len(set(blocks.values())) == len(blocks)
    assert all(block.startswith(b"KIOSK24-TESTPIC1") for block in blocks.values())
    picture = Image.open(io.BytesIO(decode_photo(blocks["li-fang"])))
    assert picture.size == (102, 126)


def test_a_real_picture_block_is_not_pretended_to_be_readable() -> None:
    with pytest.raises(ValueError, match="test codec"):
        decode_photo(b"WLf".ljust(1024, b"\0"))


def test_a_person_who_does_not_fit_on_a_card_is_refused(tmp_path) -> None:
    people = tmp_path / "people.toml"
    people.write_text(
        '[[people]]\nkey = "x"\ndocument = "resident"\nname = "甲"\nsex = "male"\n'
        'nation_code = "01"\nbirth = "20000101"\nnumber = "1"\naddress = "'
        + "路" * 36
        + '"\nissuer = ""\nvalid_from = ""\nvalid_to = ""\n'
    )
    with pytest.raises(ValueError, match="longer than 70 bytes"):
        load_cards(people)
