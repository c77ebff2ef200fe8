"""SSP packets and poll answers of the driver, without a line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.cash.codec import Packet, PacketReader, packet, read_set_up, read_stacked
from drivers.cash.words import Command, Event, Happening, read_poll
from kiosk.core.errors import DeviceProtocolError

Golden = Callable[[str], dict[str, bytes]]

FILE = "cash/ssp.toml"
BOUNDED = settings(max_examples=200, derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("sequence", "data", "name"),
    [
        (1, b"\x11", "sync"),
        (1, b"\x07", "poll-1"),
        (0, b"\x07", "poll-0"),
        (0, b"\x01", "reset"),
        (0, b"\x0a", "enable"),
        (0, b"\x02\x07\x00", "inhibits-1-to-3"),
        (1, b"\x06\x06", "protocol-6"),
        (1, bytes([Command.POLL_WITH_ACK]), "poll-with-ack"),
        (1, bytes([Command.EVENT_ACK]), "event-ack"),
        (1, bytes([Command.GET_COUNTERS]), "get-counters"),
    ],
)
def test_commands_are_the_golden_packets(
    golden: Golden, sequence: int, data: bytes, name: str
) -> None:
    assert packet(sequence, 0, data) == golden(FILE)[name]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("ok", Packet(0x80, b"\xf0")),
        ("credit-1", Packet(0x80, b"\xf0\xee\x01")),
        ("escrow-4", Packet(0x00, b"\xf0\xef\x04")),
        ("stuffed", Packet(0x80, b"\xf0\x7f\x01\x7f")),
        ("refused", Packet(0x80, b"\xf5")),
        ("stacking-credit-1", Packet(0x80, b"\xf0\xcc\xee\x01")),
    ],
)
def test_answers_are_read_in_pieces_and_behind_noise(
    golden: Golden, name: str, found: Packet
) -> None:
    frame = golden(FILE)[name]
    assert PacketReader().feed(b"\x00\x01" + frame) == [found]
    reader = PacketReader()
    assert [each for byte in frame for each in reader.feed(bytes([byte]))] == [found]


def test_the_set_up_tells_values_in_fen(golden: Golden) -> None:
    (found,) = PacketReader().feed(golden(FILE)["set-up-cny"])
    told = read_set_up(found.data[1:])
    assert (told.firmware, told.currency, told.protocol) == ("0333", "CNY", 6)
    assert told.values == (100, 500, 1000, 2000, 5000, 10000)


@pytest.mark.parametrize("cut", [0, 11, 12, 30, -1])
def test_half_a_set_up_is_refused(golden: Golden, cut: int) -> None:
    (found,) = PacketReader().feed(golden(FILE)["set-up-cny"])
    with pytest.raises(DeviceProtocolError):
        read_set_up(found.data[1:][:cut])


def test_a_set_up_of_several_currencies_is_refused(golden: Golden) -> None:
    (found,) = PacketReader().feed(golden(FILE)["set-up-cny"])
    mixed = found.data[1:].replace(b"CNYCNYCNY", b"CNYUSDCNY", 1)
    with pytest.raises(DeviceProtocolError, match="several"):
        read_set_up(mixed)


@BOUNDED
@given(st.binary(max_size=40), st.integers(0, 1), st.integers(0, 0x7D))
def test_every_packet_survives_stuffing(
    data: bytes, sequence: int, address: int
) -> None:
    frame = packet(sequence, address, data)
    assert PacketReader().feed(frame) == [Packet(sequence << 7 | address, data)]
    assert (
        PacketReader().feed(frame + frame)
        == [Packet(sequence << 7 | address, data)] * 2
    )


@BOUNDED
@given(st.data())
def test_one_flipped_bit_never_makes_a_packet(data: st.DataObject) -> None:
    frame = bytearray(packet(1, 0, b"\xf0\xee\x03"))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] ^= 1 << data.draw(st.integers(0, 7))
    assert PacketReader().feed(bytes(frame)) == []


def test_events_of_a_poll_are_read_in_order() -> None:
    assert read_poll(bytes.fromhex("F1 EF 00 EE 04 CC EB E8")) == (
        Happening(Event.SLAVE_RESET),
        Happening(Event.READ, 0),
        Happening(Event.CREDIT, 4),
        Happening(Event.STACKING),
        Happening(Event.STACKED),
        Happening(Event.DISABLED),
    )


@pytest.mark.parametrize("rest", ["99 EE 04", "00", "EE", "EF 01 D5"])
def test_an_unknown_event_ends_the_reading_and_is_told(rest: str) -> None:
    found = read_poll(bytes.fromhex("EE 02" + rest))
    assert found[0] == Happening(Event.CREDIT, 2)
    assert found[-1] == Happening(Event.UNKNOWN)
    assert Happening(Event.CREDIT, 4) not in found


def test_the_counter_of_stacked_notes_is_read(golden: Golden) -> None:
    (found,) = PacketReader().feed(golden(FILE)["counters-17"])
    assert read_stacked(found.data[1:]) == 17


@pytest.mark.parametrize("data", ["", "05", "05 11 00 00 00", "04" + 20 * "00"])
def test_another_set_of_counters_is_refused(data: str) -> None:
    with pytest.raises(DeviceProtocolError, match="counters"):
        read_stacked(bytes.fromhex(data))
