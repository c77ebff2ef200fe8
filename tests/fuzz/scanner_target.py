"""Scanner modules: answers and codes as drivers cut them, requests as modules do."""

from __future__ import annotations

from collections.abc import Callable

from drivers.scanner.bare import cut
from drivers.scanner.gm65.codec import DONE, ReplyFinder, crc
from drivers.scanner.gm65.explain import Gm65Explainer
from drivers.scanner.honeywell.codec import HoneywellFinder
from drivers.scanner.honeywell.explain import HoneywellExplainer
from drivers.scanner.module import DamagedCode
from drivers.scanner.named import ACK, ENQ, NAK
from drivers.scanner.newland.codec import END, REPLY_HEAD, NewlandFinder
from drivers.scanner.newland.explain import NewlandExplainer
from drivers.scanner.ssi.codec import CODES, FROM_DECODER, PacketReader, check
from drivers.scanner.ssi.explain import SsiExplainer
from hardware_sim.scanner.engine import Engine
from hardware_sim.scanner.gm65.window import Window
from hardware_sim.scanner.held import Held
from hardware_sim.scanner.honeywell.engine import HoneywellEngine
from hardware_sim.scanner.newland.engine import NewlandEngine
from hardware_sim.scanner.ssi.engine import SsiEngine
from kiosk.core.wire import WireExplainer

_STATUS = (ACK, NAK, ENQ)
_MARK_AND_TAIL = 4


def gm65(data: bytes) -> None:
    """A reply is one only with its check sum, and where it stood is known."""
    for length in (1, 2):
        finder = ReplyFinder(length)
        reply = finder.feed(data)
        if reply is None or reply.kind != DONE:
            continue
        assert len(reply.data) == length
        body = bytes((reply.kind, length)) + reply.data
        frame = b"\x02\x00" + body + crc(body)
        assert finder.before + frame + finder.after == data


def newland(data: bytes) -> None:
    """An answer is about what was asked, and stands whole in what came."""
    reply = NewlandFinder("SCNMOD").feed(data)
    if reply is not None:
        assert reply.status in _STATUS
        frame = f"SCNMOD{reply.data}".encode() + bytes((reply.status,)) + END
        assert data.startswith(reply.before + REPLY_HEAD)
        assert data.endswith(frame + reply.after)


def honeywell(data: bytes) -> None:
    """An answer is about what was asked; what stood around it is kept."""
    reply = HoneywellFinder("TRGMOD").feed(data)
    if reply is not None:
        assert reply.status in _STATUS
        assert data.endswith(reply.after)
        frame = f"TRGMOD{reply.data}".encode().upper() + bytes((reply.status,))
        assert frame in data.upper()


def ssi(data: bytes) -> None:
    """Every packet that is returned stood in what came, with its check."""
    reader = PacketReader()
    for found in reader.feed(data):
        assert found.opcode in FROM_DECODER
        short = bytes((4 + len(found.data) & 0xFF, found.opcode, 0, found.status))
        size = (7 + len(found.data)).to_bytes(2, "big")
        long = b"\xff" + bytes((found.opcode,)) + size
        long += bytes((found.opcode, 0, found.status))
        bodies = (short + found.data, long + found.data)
        assert any(body + check(body) in data for body in bodies)
    reader.gap()
    assert not reader.waiting


def bare_code(data: bytes) -> None:
    """A code is what stood between mark and tail, or damaged."""
    for marked in (False, True):
        try:
            barcode = cut(data, tailed=True, marked=marked)
        except DamagedCode:
            continue
        assert barcode.data
        assert barcode.data in data
        assert data.endswith(b"\r")
        if marked:
            assert data.startswith(b"]")
            assert len(barcode.data) <= len(data) - _MARK_AND_TAIL
            assert data[:3] not in barcode.data


def explainers(data: bytes) -> None:
    """Everything gets words, and nothing is shown that a packet calls a code."""
    makers: tuple[Callable[[], WireExplainer], ...] = (
        Gm65Explainer,
        NewlandExplainer,
        HoneywellExplainer,
        SsiExplainer,
    )
    for make in makers:
        explainer = make()
        for direction in ("sent", "received"):
            told = list(explainer.explain(direction, data))
            assert all(text for text, _ in told)
            assert sum(len(shown) for _, shown in told) <= len(data)
    for found in PacketReader().feed(data):
        if found.opcode in CODES and len(found.data) > _MARK_AND_TAIL:
            shown = [shown for _, shown in SsiExplainer().explain("received", data)]
            assert found.data not in shown


def simulators(data: bytes) -> None:
    """A module answers whatever it hears, in words, and still reads codes."""
    makers: tuple[Callable[[], Engine], ...] = (
        Window,
        NewlandEngine,
        HoneywellEngine,
        SsiEngine,
    )
    for make in makers:
        engine = make()
        engine.held = Held("K24")
        for exchange in engine.hear(data, 0.0):
            assert exchange.meaning
            assert exchange.raw in data
            assert all(answer.data and answer.meaning for answer in exchange.answers)
        assert engine.time_out_s >= 0
        assert engine.mode in ("button", "command", "continuous", "sensing")
        if engine.sees_code():
            assert b"K24" in b"".join(answer.data for answer in engine.decode())
        engine.lose_power()
        assert not engine.triggered


TARGETS: dict[str, Callable[[bytes], None]] = {
    "scanner.gm65": gm65,
    "scanner.newland": newland,
    "scanner.honeywell": honeywell,
    "scanner.ssi": ssi,
    "scanner.bare": bare_code,
    "scanner.explainers": explainers,
    "scanner.simulators": simulators,
}
