"""IPP bytes: golden ones, round trips, and rubbish."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.codec import MAX_BYTES, MAX_NESTING, decode, encode
from drivers.printer.message import (
    Attribute,
    Collection,
    Group,
    Message,
    Range,
    Resolution,
    boolean,
    integer,
    keyword,
    name_text,
    operation_group,
)
from drivers.printer.tags import GroupTag, JobState, Operation, ValueTag
from kiosk.core.errors import DeviceProtocolError

URI = "ipp://127.0.0.1:18632/ipp/print"
HEAD = bytes.fromhex("0200 0000 00000001")

quick = settings(max_examples=150, derandomize=True, deadline=None)


def test_create_job_is_written_as_ipptool_writes_it(
    ipp_frames: Mapping[str, bytes],
) -> None:
    golden = ipp_frames["create-job"]
    naming = (
        name_text("job-name", "kiosk24-0a1b2c3d-00000001"),
        boolean("ipp-attribute-fidelity", False),
    )
    template = (
        integer("copies", 1),
        keyword("sides", "one-sided"),
        keyword("media", "iso_a4_210x297mm"),
    )
    ours = Message(
        Operation.CREATE_JOB,
        int.from_bytes(golden[4:8], "big"),
        (operation_group(URI, "kiosk24", naming), Group(GroupTag.JOB, template)),
        version=(1, 1),
    )
    assert encode(ours) == golden


def test_question_about_a_job_is_written_as_ipptool_writes_it(
    ipp_frames: Mapping[str, bytes],
) -> None:
    golden = ipp_frames["get-job-attributes"]
    wanted = keyword(
        "requested-attributes",
        "job-state",
        "job-state-reasons",
        "job-impressions-completed",
    )
    ours = Message(
        Operation.GET_JOB_ATTRIBUTES,
        int.from_bytes(golden[4:8], "big"),
        (operation_group(URI, "kiosk24", (wanted,), job_id=123456789),),
        version=(1, 1),
    )
    assert encode(ours) == golden


def test_document_follows_the_attributes(ipp_frames: Mapping[str, bytes]) -> None:
    message = decode(ipp_frames["print-job-rfc"])
    assert (message.version, message.code) == ((1, 1), Operation.PRINT_JOB)
    assert message.data == b"%!PDF..."
    assert message.group(GroupTag.JOB).integer("copies") == 20
    assert message.group(GroupTag.OPERATION).flag("ipp-attribute-fidelity") is True
    assert encode(message) == ipp_frames["print-job-rfc"]


def test_printer_answer_is_read(ipp_frames: Mapping[str, bytes]) -> None:
    printer = decode(ipp_frames["printer-attributes"]).group(GroupTag.PRINTER)
    assert printer.integer("printer-state") == 3
    assert printer.texts("printer-state-reasons") == ("none",)
    assert "application/pdf" in printer.texts("document-format-supported")
    assert Operation.SEND_DOCUMENT in printer.integers("operations-supported")
    assert printer.integer("no-such-attribute") is None


def test_collections_are_read_over(ipp_frames: Mapping[str, bytes]) -> None:
    printer = decode(ipp_frames["collections"]).group(GroupTag.PRINTER)
    assert printer.values("media-col-ready") == (Collection(), Collection())
    assert printer.values("copies-supported") == (Range(1, 999),)
    assert printer.values("printer-resolution-supported") == (Resolution(600, 600, 3),)
    assert printer.texts("printer-state-reasons") == ("none",)


def test_counted_sheets_are_read(ipp_frames: Mapping[str, bytes]) -> None:
    job = decode(ipp_frames["job-completed"]).group(GroupTag.JOB)
    assert job.integer("job-state") == JobState.COMPLETED
    assert job.integer("job-impressions-completed") == 1


@pytest.mark.parametrize(
    "frame",
    ["print-job-rfc", "printer-attributes", "no-jobs", "job-created", "job-printing"],
)
def test_what_was_read_is_written_the_same(
    ipp_frames: Mapping[str, bytes], frame: str
) -> None:
    assert encode(decode(ipp_frames[frame])) == ipp_frames[frame]


@pytest.mark.parametrize(
    ("name", "golden"),
    [
        ("not ended", HEAD + b"\x01"),
        ("version", b"\x09" + HEAD[1:] + b"\x03"),
        ("reserved delimiter", HEAD + b"\x00\x03"),
        ("value before a group", HEAD + bytes.fromhex("21 0001 61 0004 00000001 03")),
        ("value without a name", HEAD + bytes.fromhex("01 21 0000 0004 00000001 03")),
        ("long name", HEAD + bytes.fromhex("01 21 FFFF 61")),
        ("short integer", HEAD + bytes.fromhex("01 21 0001 61 0002 0001 03")),
        ("long truth", HEAD + bytes.fromhex("01 22 0001 61 0002 0001 03")),
        ("open collection", HEAD + bytes.fromhex("01 34 0001 61 0000 03")),
        ("deep collection", HEAD + b"\x01" + b"\x34\x00\x01a\x00\x00" * 20),
        ("bad language", HEAD + bytes.fromhex("01 35 0001 61 0002 0009 03")),
        ("nothing", b""),
        ("a web page", b"<!doctype html><html><body>sleep mode</body></html>"),
    ],
)
def test_rubbish_is_refused(name: str, golden: bytes) -> None:
    with pytest.raises(DeviceProtocolError):
        decode(golden)


def test_endless_message_is_refused_unread() -> None:
    with pytest.raises(DeviceProtocolError, match="bytes"):
        decode(HEAD + b"\x03" + bytes(MAX_BYTES))


def test_nesting_that_occurs_is_accepted() -> None:
    deep = MAX_NESTING - 1
    body = b"\x34\x00\x01a\x00\x00" * deep + b"\x37\x00\x00\x00\x00" * deep
    group = decode(HEAD + b"\x01" + body + b"\x03").group(GroupTag.OPERATION)
    assert group.values("a") == (Collection(),)


def test_text_with_language_is_text() -> None:
    value = bytes.fromhex("0005") + b"zh-cn" + bytes.fromhex("0006") + "缺纸".encode()
    body = b"\x04\x35\x00\x01a" + len(value).to_bytes(2, "big") + value + b"\x03"
    assert decode(HEAD + body).group(GroupTag.PRINTER).text("a") == "缺纸"


def test_name_in_another_encoding_does_not_refuse_the_answer() -> None:
    value = "打印机".encode("gbk")
    body = b"\x04\x41\x00\x01a" + len(value).to_bytes(2, "big") + value + b"\x03"
    assert decode(HEAD + body).group(GroupTag.PRINTER).text("a")


names = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20)
whole = st.integers(-(2**31), 2**31 - 1)


def _attributes(
    tag: ValueTag, values: st.SearchStrategy[object]
) -> st.SearchStrategy[Attribute]:
    several = st.lists(values, min_size=1, max_size=3).map(tuple)
    return st.builds(Attribute, names, st.just(int(tag)), several)


attributes = st.one_of(
    _attributes(ValueTag.INTEGER, whole),
    _attributes(ValueTag.ENUM, whole),
    _attributes(ValueTag.BOOLEAN, st.booleans()),
    _attributes(ValueTag.TEXT, st.text(max_size=30)),
    _attributes(ValueTag.KEYWORD, names),
    _attributes(ValueTag.OCTET_STRING, st.binary(max_size=30)),
    _attributes(ValueTag.RANGE, st.builds(Range, whole, whole)),
    _attributes(
        ValueTag.RESOLUTION,
        st.builds(Resolution, whole, whole, st.integers(-128, 127)),
    ),
    _attributes(ValueTag.NO_VALUE, st.none()),
)
groups = st.builds(
    Group,
    st.sampled_from([1, 2, 4, 5]),
    st.lists(attributes, max_size=4).map(tuple),
)
messages = st.builds(
    Message,
    st.integers(0, 0xFFFF),
    st.integers(1, 2**31 - 1),
    st.lists(groups, max_size=4).map(tuple),
    st.binary(max_size=40),
)


@quick
@given(messages)
def test_every_message_survives_the_wire(message: Message) -> None:
    assert decode(encode(message)) == message


@quick
@given(st.binary(max_size=300))
def test_noise_is_refused_or_read_but_never_breaks(noise: bytes) -> None:
    try:
        decode(HEAD + noise)
    except DeviceProtocolError:
        return


@quick
@given(messages, st.data())
def test_cut_or_bent_messages_never_break(
    message: Message, data: st.DataObject
) -> None:
    content = bytearray(encode(message))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    try:
        decode(bytes(content[: data.draw(st.integers(0, len(content)))]))
    except DeviceProtocolError:
        return
