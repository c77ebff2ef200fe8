"""ZVT blocks, APDUs and fields: the cash register's side and the terminal's."""

from __future__ import annotations

from collections.abc import Callable

from drivers.payment.zvt.fields import mask_text, read_fields, read_tlv
from drivers.payment.zvt.frame import Apdu, ApduFinder, FrameFinder, crc, framed
from drivers.payment.zvt.messages import (
    read_print,
    read_prompt,
    read_reason,
    read_state,
    read_status_information,
)
from hardware_sim.payment.wire import Apdu as TerminalApdu
from hardware_sim.payment.wire import BlockReader, StreamReader, check_sum

GOLDEN = ("payment",)


def driver_frames(data: bytes) -> None:
    """A frame is taken only with its check right; pieces change nothing."""
    finder, slowly = FrameFinder(), FrameFinder()
    found = finder.feed(data)
    for heard in found:
        if isinstance(heard, Apdu):
            body = heard.packed()
            short = framed(heard)[-2:]
            assert crc(body + b"\x03") in data or short in data
    assert found == [one for byte in data for one in slowly.feed(bytes([byte]))]


def driver_stream(data: bytes) -> None:
    """The network form is cut without loss."""
    finder, slowly = ApduFinder(), ApduFinder()
    found = finder.feed(data)
    assert found == [one for byte in data for one in slowly.feed(bytes([byte]))]
    assert sum(3 + len(each.data) for each in found if isinstance(each, Apdu)) <= len(
        data
    )


def fields(data: bytes) -> None:
    """Fields end inside the data; no long number comes out of printed text."""
    assert sum(len(each) for each in read_tlv(data) for each in each[1:]) <= len(data)
    read_fields(data)
    read_status_information(data)
    read_prompt(data)
    read_reason(data)
    read_state(data)
    for control in (0x06D1, 0x06D3):
        for line in read_print(Apdu(control, data)):
            assert mask_text(line) == line


def simulator(data: bytes) -> None:
    """The terminal takes a block only with its check right."""
    reader = BlockReader()
    for heard in reader.feed(data, 0.0):
        if isinstance(heard, TerminalApdu):
            check = check_sum(heard.to_bytes()).to_bytes(2, "little")
            assert check in data or b"\xff" in data
    list(StreamReader().feed(data, 0.0))


TARGETS: dict[str, Callable[[bytes], None]] = {
    "zvt.driver": driver_frames,
    "zvt.stream": driver_stream,
    "zvt.fields": fields,
    "zvt.simulator": simulator,
}
