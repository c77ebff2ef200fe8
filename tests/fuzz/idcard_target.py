"""SAM_V frames and text blocks: the reader of answers, the module of the simulator."""

from __future__ import annotations

from collections.abc import Callable

from drivers.idcard.codec import (
    PREAMBLE,
    ResponseReader,
    base_blocks,
    check_byte,
    module_number,
)
from drivers.idcard.text_block import (
    LENGTH,
    TextBlockError,
    new_address,
    parse_text_block,
)
from hardware_sim.idcard import frames
from hardware_sim.idcard.frames import RequestReader
from hardware_sim.idcard.module import SamModule


def driver(data: bytes) -> None:
    """An answer stands in what came, with its check byte, however it came in pieces."""
    found = ResponseReader().feed(data)
    for each in found:
        length = (len(each.data) + 4).to_bytes(2, "big")
        body = length + bytes([each.sw1, each.sw2, each.sw3]) + each.data
        assert PREAMBLE + body + bytes([check_byte(body)]) in data
    slowly = ResponseReader()
    assert found == [one for byte in data for one in slowly.feed(bytes([byte]))]


def blocks(data: bytes) -> None:
    """A block is a document's, or refused without a word of what it held."""
    for read in (base_blocks, module_number, new_address, parse_text_block):
        try:
            read(data)
        except ValueError as error:
            assert isinstance(error, TextBlockError) or read is not parse_text_block
    try:
        document = parse_text_block(data.ljust(LENGTH, b"\0")[:LENGTH])
    except TextBlockError as error:
        assert error.__cause__ is None
        assert str(error).isascii()
    else:
        assert document.number.isalnum()
        assert document.name or document.english_name
        assert document.number not in repr(document)


def simulator(data: bytes) -> None:
    """The module answers each frame, and refuses those that are not in order."""
    module = SamModule()
    reader, slowly = RequestReader(), RequestReader()
    found = reader.feed(data, 0.0)
    for request in found:
        reply = module.answer(request)
        assert reply.sw3 in frames.MEANINGS
        if request.fault is None:
            assert frames.checksum(request.raw[5:-1]) == request.raw[-1]
    assert found == [one for byte in data for one in slowly.feed(bytes([byte]), 0.0)]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "idcard.driver": driver,
    "idcard.blocks": blocks,
    "idcard.simulator": simulator,
}
