"""Card terminal: frames, APDUs and fields at the driver; frames at the simulator."""

from __future__ import annotations

from collections.abc import Callable

from drivers.payment.zvt import messages
from drivers.payment.zvt.explain import ZvtExplainer
from drivers.payment.zvt.fields import read_fields, read_tlv
from drivers.payment.zvt.frame import (
    Apdu,
    ApduFinder,
    Damaged,
    FrameFinder,
    crc,
    framed,
)
from hardware_sim.payment import wire as sim
from hardware_sim.payment.wire import BlockReader, StreamReader

GOLDEN = ("payment/zvt.toml",)


def _forms(apdu: Apdu) -> list[bytes]:
    """Return the frames that say this: a short length may be written long."""
    head, count = apdu.control.to_bytes(2, "big"), len(apdu.data)
    long = head + b"\xff" + count.to_bytes(2, "little") + apdu.data
    doubled = long.replace(b"\x10", b"\x10\x10")
    checked = b"\x10\x02" + doubled + b"\x10\x03" + crc(long + b"\x03")
    return [framed(apdu), checked]


def serial_frames(data: bytes) -> None:
    """An APDU comes out only of a frame whose check bytes and length fit."""
    whole = FrameFinder()
    heard = whole.feed(data)
    for each in heard:
        if isinstance(each, Apdu):
            assert any(form in data for form in _forms(each))
    in_pieces = FrameFinder()
    pieces = [each for byte in data for each in in_pieces.feed(bytes([byte]))]
    apdus = [each for each in pieces if isinstance(each, Apdu)]
    assert apdus == [each for each in heard if isinstance(each, Apdu)]


def flipped_frame(data: bytes) -> None:
    """One flipped bit inside a frame is never taken for the message that was sent."""
    if len(data) < 3:
        return
    apdu = Apdu(int.from_bytes(data[:2], "big"), data[3:])
    frame = bytearray(framed(apdu))
    at = data[2] % len(frame)
    frame[at] ^= 1 << (len(data) % 8)
    found = FrameFinder().feed(bytes(frame))
    assert apdu not in found
    assert all(isinstance(each, Damaged) or each != apdu for each in found)


def network_stream(data: bytes) -> None:
    """What was cut out of the stream adds up to its beginning."""
    finder = ApduFinder()
    packed = [each.packed() for each in finder.feed(data) if isinstance(each, Apdu)]
    assert sum(map(len, packed)) <= len(data) + 2 * len(packed)


def simulated_terminal(data: bytes) -> None:
    """The simulator takes a message only from a block that the driver reads too."""
    for each in BlockReader().feed(data, 0.0):
        if not isinstance(each, sim.Apdu):
            continue
        apdu = Apdu(each.cla << 8 | each.ins, each.data)
        assert apdu in FrameFinder().feed(each.to_block())
    list(StreamReader().feed(data, 0.0))


def reports(data: bytes) -> None:
    """Fields, slips and states: nothing raises, nothing is approved without a 00."""
    read_fields(data)
    read_tlv(data)
    status = messages.read_status_information(data)
    assert not status.approved or status.result == 0
    masked = status.card_masked
    assert sum(character.isdigit() for character in masked) <= 10
    messages.read_prompt(data)
    messages.read_reason(data)
    messages.read_state(data)
    for control in (messages.PRINT_LINE, messages.PRINT_BLOCK):
        messages.read_print(Apdu(control, data))


def explained(data: bytes) -> None:
    """Words for whatever crosses; bytes only of messages that carry mere codes."""
    for serial in (True, False):
        for direction in ("sent", "received"):
            explainer = ZvtExplainer(serial=serial)
            for words, shown in explainer.explain(direction, data):
                assert words
                assert not shown or "status information" not in words


TARGETS: dict[str, Callable[[bytes], None]] = {
    "zvt.frames": serial_frames,
    "zvt.flipped": flipped_frame,
    "zvt.network": network_stream,
    "zvt.simulator": simulated_terminal,
    "zvt.reports": reports,
    "zvt.explain": explained,
}
