"""Our own commands cut apart again, and the paper that they take."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from drivers.receipt.commands import CommandCutter, Sent, picture_size
from drivers.receipt.explain import ReceiptExplainer
from drivers.receipt.paper_used import paper_mm
from drivers.receipt.render import Paper, render
from kiosk.core.media import Receipt, ReceiptLine

Golden = Callable[[str], dict[str, bytes]]
FILE = "receipt/escpos.toml"
WORDS = {
    "init": "ESC @ initialise",
    "dle-eot-1": "DLE EOT 1: printer?",
    "dle-eot-2": "DLE EOT 2: cause of offline?",
    "dle-eot-3": "DLE EOT 3: cause of error?",
    "dle-eot-4": "DLE EOT 4: paper?",
    "recover": "DLE ENQ 2 forget and recover",
    "gs-r-paper": "GS r paper, in its turn",
    "asb-on": "GS a automatic status FF",
    "asb-off": "GS a automatic status 00",
    "cut-feed": "GS V feed and cut",
    "qr-model-2": "GS ( k model",
    "qr-module-6": "GS ( k module size",
    "qr-level-m": "GS ( k error correction",
    "qr-store": "GS ( k store a code of 5 bytes",
    "qr-print": "GS ( k print the code",
    "raster-8x2": "GS v 0 picture of 8 x 2 dots",
}
ANSWERS = {
    ("dle-eot-1", "n1-offline"): "answer to DLE EOT 1: offline",
    ("dle-eot-2", "n2-cover-open"): "answer to DLE EOT 2: coverOpen",
    ("dle-eot-2", "n2-paper-end"): "answer to DLE EOT 2: paperOut",
    ("dle-eot-2", "n2-error"): "answer to DLE EOT 2: printerError",
    ("dle-eot-3", "n3-cutter"): "answer to DLE EOT 3: cutterError",
    ("dle-eot-3", "n3-mechanical"): "answer to DLE EOT 3: paperJammed",
    ("dle-eot-3", "status-idle"): "answer to DLE EOT 3: nothing",
    ("dle-eot-4", "n4-near-end"): "answer to DLE EOT 4: paper low",
    ("dle-eot-4", "n4-end"): "answer to DLE EOT 4: paper out",
}


@pytest.mark.parametrize("name", WORDS)
def test_a_golden_command_is_one_frame_with_words(golden: Golden, name: str) -> None:
    frame = golden(FILE)[name]
    (told,) = ReceiptExplainer().explain("sent", frame)
    assert told[0] == WORDS[name]
    (sent,) = CommandCutter().feed(frame)
    assert sent.raw == frame


@pytest.mark.parametrize(("asked", "answer"), ANSWERS)
def test_a_golden_answer_is_told_by_its_question(
    golden: Golden, asked: str, answer: str
) -> None:
    frames = golden(FILE)
    explainer = ReceiptExplainer()
    list(explainer.explain("sent", frames[asked]))
    told = list(explainer.explain("received", frames[answer]))
    assert told == [(ANSWERS[asked, answer], frames[answer])]


def test_commands_come_out_of_any_pieces_alike() -> None:
    data = render(
        Receipt("K24-1", (ReceiptLine("水费"), ReceiptLine(qr="K24-1"))), Paper()
    )
    whole = b"".join(sent.raw for sent in CommandCutter().feed(data))
    assert whole == data
    cutter = CommandCutter()
    pieces = [sent for byte in data for sent in cutter.feed(bytes([byte]))]
    assert b"".join(sent.raw for sent in pieces) == data
    assert [sent.kind for sent in pieces if sent.kind == "unknown"] == []


def test_a_foreign_command_is_unknown_and_no_more() -> None:
    assert list(CommandCutter().feed(b"\x1bZ")) == [
        Sent("unknown", b"\x1b"),
        Sent("text", b"Z"),
    ]


def test_a_picture_tells_its_size() -> None:
    assert picture_size(bytes.fromhex("1D76300001000200FF81")) == (
        8,
        2,
    )


@pytest.mark.parametrize(
    ("data", "millimetres"),
    [
        (b"", 0),
        (b"A\n", 4),
        (b"A\n\n", 8),
        (b"\x1d!\x11A\n", 6),
        (b"\x1dVB\x00", 12),
        (b"\x1dv0\x00\x01\x00\x50\x00" + bytes(80), 10),
        (b"\x1d(k\x03\x001C\x08\x1d(k\x08\x001P0K24-1\x1d(k\x03\x001Q0", 21),
    ],
)
def test_paper_is_counted_in_millimetres(data: bytes, millimetres: int) -> None:
    assert paper_mm(data) == millimetres
