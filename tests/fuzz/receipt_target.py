"""Receipt printer: answers at the driver, commands at the driver and the simulator."""

from __future__ import annotations

from collections.abc import Callable

from drivers.receipt.commands import CommandCutter
from drivers.receipt.explain import ReceiptExplainer
from drivers.receipt.paper_used import paper_mm
from drivers.receipt.status_codec import PrinterStatus, StatusStream
from hardware_sim.receipt.commands import CommandReader
from hardware_sim.receipt.realtime import RealTimeScanner
from hardware_sim.receipt.typesetter import Typesetter
from hardware_sim.receipt.words import describe

_FLOW = frozenset({0x11, 0x13})


def status_stream(data: bytes) -> None:
    """Every byte is sorted once, and only into a place where its bits belong."""
    stream = StatusStream()
    for byte in data:
        before = (len(stream.realtime), len(stream.processed), stream.noise)
        stream.feed(bytes([byte]))
        if len(stream.realtime) > before[0]:
            assert byte & 0x93 == 0x12
            assert not PrinterStatus(printer=byte).silent
        if len(stream.processed) > before[1]:
            assert byte & 0xF0 == 0
        if stream.noise > before[2]:
            assert byte & 0x93 not in (0x12, 0x10)
            assert byte not in _FLOW
    for block in stream.automatic:
        assert len(block) == 4
        assert block[0] & 0x93 == 0x10
        assert all(byte & 0x90 == 0 for byte in block[1:])


def sent_commands(data: bytes) -> None:
    """Nothing is lost and nothing is invented: what was cut is what was sent."""
    cut = b"".join(sent.raw for sent in CommandCutter().feed(data))
    assert data.startswith(cut)
    assert paper_mm(data) >= 0


def explained(data: bytes) -> None:
    """Both directions, whole and byte by byte; text and codes are never shown."""
    for direction in ("sent", "received"):
        explainer = ReceiptExplainer()
        for words, shown in explainer.explain(direction, data):
            assert words
            assert not words.startswith("text") or shown == b""
        one_by_one = ReceiptExplainer()
        for byte in data:
            list(one_by_one.explain(direction, bytes([byte])))


def simulated_printer(data: bytes) -> None:
    """The simulator sets what it can read; whole commands add up to what came."""
    reader, typesetter = CommandReader(), Typesetter(four_byte=True)
    scanner = RealTimeScanner()
    for byte in data:
        scanner.see(byte)
    reader.feed(data)
    taken = 0
    while (command := reader.next()) is not None:
        taken += len(command.raw)
        describe(command)
        if command.name != "real-time":
            for _ in typesetter.apply(command):
                pass
    assert taken + len(reader) == len(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "receipt.status": status_stream,
    "receipt.commands": sent_commands,
    "receipt.explain": explained,
    "receipt.simulator": simulated_printer,
}
