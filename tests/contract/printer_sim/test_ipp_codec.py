"""The simulator's IPP codec against bytes written down by hand from RFC 8010."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from hardware_sim.printer.codec import (
    MAX_NESTING,
    Attribute,
    GroupTag,
    MalformedMessage,
    Tag,
    decode,
    encode,
)

_FRAMES = Path(__file__).parents[2] / "golden" / "printer" / "ipp.toml"
GOLDEN = tomllib.loads(_FRAMES.read_text())["frame"]

GET_PRINTER_ATTRIBUTES = bytes.fromhex(
    "0200 000b 00000007"  # version 2.0, Get-Printer-Attributes, request 7
    "01"  # operation attributes
    "47 0012 617474726962757465732d63686172736574 0005 7574662d38"
    "48 001b 617474726962757465732d6e61747572616c2d6c616e6775616765 0002 656e"
    "21 0001 69 0004 ffffffff"  # integer i = -1
    "33 0001 72 0008 00000001 0000000a"  # range r = 1..10
    "44 0001 6b 0001 61"  # keyword k = a,
    "44 0000 0001 62"  # b
    "03"
    "25504446"  # the document follows
)


def test_message_from_the_standard_is_read() -> None:
    message = decode(GET_PRINTER_ATTRIBUTES)

    assert (message.version, message.code, message.request_id) == ((2, 0), 0x0B, 7)
    asked = message.group(GroupTag.OPERATION)
    assert asked["attributes-charset"].first == "utf-8"
    assert asked["attributes-natural-language"].first == "en"
    assert asked["i"] == Attribute(Tag.INTEGER, (-1,))
    assert asked["r"].first == (1, 10)
    assert asked["k"].values == ("a", "b")
    assert message.data == b"%PDF"


def test_message_is_written_as_it_was_read() -> None:
    assert encode(decode(GET_PRINTER_ATTRIBUTES)) == GET_PRINTER_ATTRIBUTES


def test_collection_survives_the_way_there_and_back() -> None:
    size = bytes.fromhex(
        "020000000000000101"
        "34 0009 6d656469612d636f6c 0000"  # media-col = {
        "4a 0000 000a 6d656469612d73697a65 34 0000 0000"  # media-size = {
        "4a 0000 000b 782d64696d656e73696f6e 21 0000 0004 00005208"
        "37 0000 0000"
        "37 0000 0000"
        "03"
    )
    message = decode(size)
    media = message.group(GroupTag.OPERATION)["media-col"].first
    assert media["media-size"].first["x-dimension"].first == 21000
    assert encode(message) == size


@pytest.mark.parametrize("length", range(8, len(GET_PRINTER_ATTRIBUTES) - 5))
def test_every_cut_message_is_refused(length: int) -> None:
    with pytest.raises(MalformedMessage):
        decode(GET_PRINTER_ATTRIBUTES[:length])


@pytest.mark.parametrize("frame", GOLDEN, ids=[frame["name"] for frame in GOLDEN])
def test_golden_bytes_of_strangers_are_read_and_written_alike(
    frame: dict[str, str],
) -> None:
    raw = bytes.fromhex(frame["hex"])
    assert encode(decode(raw)) == raw


def _nested(depth: int) -> bytes:
    begin = bytes.fromhex("34 0001 61 0000") + bytes.fromhex(
        "4a 0000 0001 62 34 0000 0000"
    ) * (depth - 1)
    return (
        bytes.fromhex("0200000b0000000101")
        + begin
        + bytes.fromhex("37 0000 0000") * depth
        + b"\x03"
    )


@pytest.mark.parametrize("depth", [1, 3, MAX_NESTING])
def test_collections_that_occur_are_read(depth: int) -> None:
    value = decode(_nested(depth)).group(GroupTag.OPERATION)["a"].first
    for _ in range(depth - 1):
        value = value["b"].first
    assert value == {}


@pytest.mark.parametrize("depth", [MAX_NESTING + 1, 5000])
def test_collections_nested_too_deep_are_refused(depth: int) -> None:
    with pytest.raises(MalformedMessage, match="nested too deep"):
        decode(_nested(depth))
