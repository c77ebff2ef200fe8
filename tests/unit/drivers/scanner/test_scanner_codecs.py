"""Newland, Honeywell and SSI frames as the drivers make and read them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.scanner.bare import cut
from drivers.scanner.honeywell import codec as honeywell
from drivers.scanner.honeywell.codec import HoneywellFinder
from drivers.scanner.module import DamagedCode
from drivers.scanner.named import ACK, ENQ, NAK, said_in
from drivers.scanner.newland import codec as newland
from drivers.scanner.newland.codec import NewlandFinder
from drivers.scanner.ssi import codec as ssi
from drivers.scanner.ssi.codec import PacketReader
from drivers.scanner.symbology import symbology_of

Golden = Callable[[str], dict[str, bytes]]
BOUNDED = settings(max_examples=100, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (newland.command("SCNTRG1"), "trigger"),
        (newland.command("SCNTRG0"), "trigger-off"),
        (newland.command("SCNMOD0", keep=True), "set-mode-for-good"),
        (newland.query("SCNMOD"), "ask-mode"),
    ],
)
def test_newland_commands_are_the_golden_frames(
    golden: Golden, made: bytes, name: str
) -> None:
    assert made == golden("scanner/newland.toml")[name]


@pytest.mark.parametrize(
    ("name", "asked", "status", "data"),
    [
        ("trigger-done", "SCNTRG1", ACK, ""),
        ("mode-sensing", "SCNMOD", ACK, "2"),
        ("out-of-range", "SCNMOD7", NAK, ""),
        ("unknown", "XYZABC1", ENQ, ""),
    ],
)
def test_newland_answers_are_understood(
    golden: Golden, name: str, asked: str, status: int, data: str
) -> None:
    frame = golden("scanner/newland.toml")[name]
    reply = NewlandFinder(asked).feed(b"]C" + frame + b"7\r")
    assert reply is not None
    assert (reply.status, reply.data) == (status, data)
    assert (reply.before, reply.after) == (b"]C", b"7\r")


def test_a_newland_answer_about_something_else_is_passed_over(golden: Golden) -> None:
    table = golden("scanner/newland.toml")
    finder = NewlandFinder("SCNTRG1")
    assert finder.feed(table["mode-trigger"]) is None
    assert finder.feed(table["trigger-done"]) is not None


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (honeywell.TRIGGER, "trigger"),
        (honeywell.STOP, "trigger-off"),
        (honeywell.menu("TRGMOD0"), "set-mode"),
        (honeywell.menu("TRGMOD0", keep=True), "set-mode-for-good"),
        (honeywell.query("TRGMOD"), "ask-mode"),
        (honeywell.menu("SUFBK2" + honeywell.CR_FOR_ALL), "set-suffix"),
        (honeywell.menu("PREBK2" + honeywell.AIM_FOR_ALL), "set-mark"),
    ],
)
def test_honeywell_commands_are_the_golden_frames(
    golden: Golden, made: bytes, name: str
) -> None:
    assert made == golden("scanner/honeywell.toml")[name]


@pytest.mark.parametrize(
    ("name", "asked", "status", "data"),
    [
        ("mode-manual", "TRGMOD", ACK, "0"),
        ("set-mode-for-good-done", "TRGMOD0", ACK, ""),
        ("out-of-range", "TRGMOD9", NAK, ""),
        ("unknown", "XYZABC1", ENQ, ""),
    ],
)
def test_honeywell_answers_are_understood(
    golden: Golden, name: str, asked: str, status: int, data: str
) -> None:
    frame = golden("scanner/honeywell.toml")[name]
    finder = HoneywellFinder(asked)
    replies = [finder.feed(frame[at : at + 1]) for at in range(len(frame))]
    assert replies[:-1] == [None] * (len(frame) - 1)
    reply = replies[-1]
    assert reply is not None
    assert (reply.status, reply.data) == (status, data)


@pytest.mark.parametrize(
    ("made", "name"),
    [
        (ssi.packet(ssi.START_SESSION), "start"),
        (ssi.packet(ssi.STOP_SESSION), "stop"),
        (ssi.packet(ssi.SCAN_ENABLE), "enable"),
        (ssi.packet(ssi.REQUEST_REVISION), "ask-revision"),
        (ssi.packet(ssi.FLUSH_QUEUE), "flush"),
        (ssi.packet(ssi.ACK), "ack-host"),
        (ssi.packet(ssi.NAK, bytes((ssi.NAK_RESEND,))), "nak-resend"),
        (ssi.parameters({ssi.TRIGGER_MODE: 8}, keep=False), "trigger-by-host"),
        (ssi.parameters({ssi.TRIGGER_MODE: 8}, keep=True), "trigger-by-host-for-good"),
        (ssi.packet(ssi.PARAM_REQUEST, bytes.fromhex("8A9FECEE")), "ask-parameters"),
    ],
)
def test_ssi_packets_are_the_golden_frames(
    golden: Golden, made: bytes, name: str
) -> None:
    assert made == golden("scanner/ssi.toml")[name]


@pytest.mark.parametrize(
    ("name", "opcode", "status", "data"),
    [
        ("ack", ssi.ACK, 0, b""),
        ("nak-denied", ssi.NAK, 0, b"\x06"),
        ("parameters", ssi.PARAM_SEND, 0, bytes.fromhex("FF8A009F01EC01EE00")),
        ("code-ean13", ssi.DECODE_DATA, 0, b"\x0b6901234567892"),
        ("code-ean13-again", ssi.DECODE_DATA, ssi.RESENT, b"\x0b6901234567892"),
        ("code-qr-first", ssi.DECODE_DATA, ssi.MORE, b"\x1cK24"),
        ("code-long", ssi.LONG_DECODE_DATA, 0, b"\xf1LONG!"),
    ],
)
def test_ssi_packets_are_understood(
    golden: Golden, name: str, opcode: int, status: int, data: bytes
) -> None:
    frame = golden("scanner/ssi.toml")[name]
    reader = PacketReader()
    found = [one for at in range(len(frame)) for one in reader.feed(frame[at : at + 1])]
    assert [(one.opcode, one.status, one.data) for one in found] == [
        (opcode, status, data)
    ]
    assert not reader.damaged


def test_a_packet_inside_a_code_is_part_of_the_code(golden: Golden) -> None:
    inner = golden("scanner/ssi.toml")["ack"]
    body = bytes((5 + len(inner), ssi.DECODE_DATA, 0, 0, 0x1C)) + inner
    frame = body + ssi.check(body)
    reader = PacketReader()
    assert reader.feed(frame[:9]) == []
    (found,) = reader.feed(frame[9:])
    assert found.data[1:] == inner


def test_a_damaged_packet_is_dropped_whole(golden: Golden) -> None:
    frame = golden("scanner/ssi.toml")["code-ean13"]
    reader = PacketReader()
    assert reader.feed(frame[:8] + b"0" + frame[9:]) == []
    assert reader.damaged


def test_half_a_packet_is_damaged_after_a_silence(golden: Golden) -> None:
    frame = golden("scanner/ssi.toml")["code-ean13"]
    reader = PacketReader()
    reader.feed(frame[:7])
    reader.gap()
    assert reader.damaged
    reader.damaged = False
    assert len(reader.feed(frame)) == 1


@pytest.mark.parametrize(
    ("code_type", "kind"),
    [(0x0B, "ean13"), (0x4B, "ean13"), (0x1C, "qrCode"), (0xF1, "qrCode")],
)
def test_code_types_have_the_standards_names(code_type: int, kind: str) -> None:
    assert ssi.symbology(code_type) == kind
    assert ssi.symbology(0x7F) == "unknown"


@pytest.mark.parametrize(
    ("came", "data", "kind"),
    [
        (b"]Q1first\rsecond\r", b"first\rsecond", "qrCode"),
        (b"]C0134567\r", b"134567", "code128"),
        (b"]C1(01)069\r", b"(01)069", "ean128"),
        (b"]E412345670\r", b"12345670", "ean8"),
        (b"]Y0new\r", b"new", "unknown"),
        (b"]Q1twice\r]Q1twice\r", b"twice", "qrCode"),
    ],
)
def test_a_marked_code_is_cut_out(came: bytes, data: bytes, kind: str) -> None:
    barcode = cut(came, tailed=True, marked=True)
    assert (barcode.data, barcode.symbology) == (data, kind)


@pytest.mark.parametrize(
    "came",
    [b"]Q1no tail", b"no mark\r", b"\x9f]Q1led by noise\r", b"]Q1\r", b"\r", b""],
)
def test_what_is_no_whole_code_is_damaged(came: bytes) -> None:
    with pytest.raises(DamagedCode):
        cut(came, tailed=True, marked=True)


def test_without_a_mark_the_code_may_look_like_one() -> None:
    assert cut(b"]Q1x\r", tailed=True, marked=False).data == b"]Q1x"
    assert symbology_of(b"x]Q1") is None


def test_a_line_of_the_identity_is_found() -> None:
    text = "Product Name: FM430\r\nSerial Number : 7\r\n"
    assert said_in(text, "product name") == "FM430"
    assert said_in(text, "Serial Number") == "7"
    assert said_in(text, "Firmware Version") == ""


@BOUNDED
@given(st.binary(min_size=1, max_size=200), st.integers(1, 7))
def test_any_code_survives_ssi_packets(code: bytes, step: int) -> None:
    body = bytes((5 + len(code), ssi.DECODE_DATA, 0, 0, 0x1C)) + code
    stream = body + ssi.check(body)
    reader, found = PacketReader(), []
    for at in range(0, len(stream), step):
        found += reader.feed(stream[at : at + step])
    assert [packet.data[1:] for packet in found] == [code]
