"""ID card module: answers at the driver, requests at the simulator."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from drivers.idcard.codec import (
    Command,
    ResponseReader,
    base_blocks,
    check_byte,
    finger_blocks,
    module_number,
)
from drivers.idcard.explain import SamExplainer
from drivers.idcard.text_block import TextBlockError, new_address, parse_text_block
from drivers.idcard.wlt_layout import BLOCK_BYTES, picture
from hardware_sim.idcard.frames import RequestReader, checksum
from hardware_sim.idcard.module import SamModule
from hardware_sim.idcard.photo import MAGIC, decode_photo


def answers(data: bytes) -> None:
    """What is taken for an answer stands in the bytes, with length and check byte."""
    for answer in ResponseReader().feed(data):
        body = bytes([answer.sw1, answer.sw2, answer.sw3]) + answer.data
        body = (len(body) + 1).to_bytes(2, "big") + body
        assert body + bytes([check_byte(body)]) in data
        for command in Command:
            answer.answers(command)


def blocks(data: bytes) -> None:
    """A block is refused whole, or its parts add up."""
    with suppress(ValueError):
        text, photo = base_blocks(data)
        assert (len(text), len(photo)) == (256, 1024)
    with suppress(ValueError):
        text, photo, fingers = finger_blocks(data)
        assert len(fingers) in (0, 512, 1024)
        assert data.endswith(text + photo + fingers)
    with suppress(ValueError):
        assert module_number(data).count("-") == 3


def documents(data: bytes) -> None:
    """A document is refused, or it has a name and a number of letters and digits."""
    with suppress(TextBlockError):
        document = parse_text_block(data[:256].ljust(256, b"\x20"))
        assert document.name or document.english_name
        assert document.number.isascii()
        assert document.number.isalnum()
    with suppress(TextBlockError):
        assert len(new_address(data[:70].ljust(70, b"\0"))) <= 35


def pictures(data: bytes) -> None:
    """What a library wrote is a picture of the right size, or refused."""
    with suppress(ValueError):
        assert picture(data).startswith(b"\x89PNG")
    with suppress(ValueError):
        assert picture(b"BM" + data.ljust(38860, b"\x07")).startswith(b"\x89PNG")


def simulated_pictures(data: bytes) -> None:
    """The test codec refuses, or has a picture; whatever colours and points it has."""
    with suppress(ValueError):
        assert decode_photo(data).startswith(b"\x89PNG")
    block = (MAGIC + data)[:BLOCK_BYTES].ljust(BLOCK_BYTES, b"\0")
    assert decode_photo(block).startswith(b"\x89PNG")


def explained(data: bytes) -> None:
    """Both directions, whole and byte by byte; long answers are never shown."""
    for direction in ("sent", "received"):
        for words, shown in SamExplainer().explain(direction, data):
            assert words
            assert direction == "sent" or len(shown) <= 19
        one_by_one = SamExplainer()
        for byte in data:
            one_by_one.explain(direction, bytes([byte]))


def simulated_module(data: bytes) -> None:
    """The simulated module answers anything, and carries out whole frames only."""
    module = SamModule()
    for request in RequestReader().feed(data, 0.0):
        if request.fault is None:
            assert checksum(request.raw[5:]) == 0
            assert len(request.raw) == 7 + int.from_bytes(request.raw[5:7], "big")
        assert 0 <= module.answer(request).sw3 <= 0xFF


TARGETS: dict[str, Callable[[bytes], None]] = {
    "idcard.answers": answers,
    "idcard.blocks": blocks,
    "idcard.documents": documents,
    "idcard.pictures": pictures,
    "idcard.test_codec": simulated_pictures,
    "idcard.explain": explained,
    "idcard.simulator": simulated_module,
}
