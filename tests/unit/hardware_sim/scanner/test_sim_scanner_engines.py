"""Golden frames at the simulated Newland, Honeywell and SSI modules."""

from __future__ import annotations

import pytest

from hardware_sim.scanner.engine import Engine
from hardware_sim.scanner.held import Held, kind_of
from hardware_sim.scanner.honeywell.engine import HoneywellEngine
from hardware_sim.scanner.newland.engine import NewlandEngine
from hardware_sim.scanner.ssi.engine import SsiEngine


def asked(engine: Engine, frame: bytes) -> bytes:
    return b"".join(
        answer.data
        for exchange in engine.hear(frame, 0.0)
        for answer in exchange.answers
    )


@pytest.mark.parametrize(
    ("request_name", "answer_name"),
    [
        ("trigger", "trigger-done"),
        ("ask-mode", "mode-trigger"),
        ("set-mode-for-good", "set-mode-for-good-done"),
        ("set-mode-wrong", "out-of-range"),
        ("set-unknown", "unknown"),
    ],
)
def test_newland_answers(golden, request_name, answer_name) -> None:
    table = golden("scanner/newland.toml")
    assert asked(NewlandEngine(), b"\x7e" + table[request_name]) == table[answer_name]


@pytest.mark.parametrize(
    ("request_name", "answer_name"),
    [
        ("ask-mode", "mode-manual"),
        ("set-mode-for-good", "set-mode-for-good-done"),
        ("set-suffix", "set-suffix-done"),
        ("set-mode-wrong", "out-of-range"),
        ("set-unknown", "unknown"),
    ],
)
def test_honeywell_answers(golden, request_name, answer_name) -> None:
    table = golden("scanner/honeywell.toml")
    assert asked(HoneywellEngine(), b"\x16" + table[request_name]) == table[answer_name]


@pytest.mark.parametrize(
    ("request_name", "answer_name"),
    [
        ("enable", "ack"),
        ("trigger-by-host", "ack"),
        ("ask-parameters", "parameters"),
        ("start", "nak-denied"),
    ],
)
def test_ssi_answers(golden, request_name, answer_name) -> None:
    table = golden("scanner/ssi.toml")
    assert asked(SsiEngine(), b"\x00" + table[request_name]) == table[answer_name]


def test_ssi_sends_a_code_packet_by_packet(golden) -> None:
    table = golden("scanner/ssi.toml")
    engine = _packeting(table)
    engine.held = Held("x" * 300)
    asked(engine, table["start"])
    (first,) = engine.decode()
    assert engine.unsettled
    assert first.data[3] == 0x02, "more follows"
    second = asked(engine, table["ack-host"])
    assert (second[3], len(first.data) + len(second)) == (0x00, 300 + 2 * 7)
    assert asked(engine, table["ack-host"]) == b""
    assert not engine.unsettled


def test_ssi_says_again_what_is_not_acknowledged_and_gives_up(golden) -> None:
    table = golden("scanner/ssi.toml")
    engine = _packeting(table)
    engine.held = Held("6901234567892", kind="ean13")
    asked(engine, table["start"])
    (first,) = engine.decode()
    assert first.data == table["code-ean13"]
    assert [answer.data for answer in engine.resend()] == [table["code-ean13-again"]]
    assert asked(engine, table["nak-resend"]) == table["code-ean13-again"]
    assert engine.resend() == []
    assert not engine.unsettled


def test_ssi_long_packet_is_grows(golden) -> None:
    frame = golden("scanner/ssi.toml")["code-long"]
    engine = SsiEngine(long_packets=True)
    asked(engine, golden("scanner/ssi.toml")["trigger-by-host"])
    engine.live[0xEE] = 1
    engine.held = Held("L" * 300)
    engine.trigger(True)
    (packet,) = engine.decode()
    assert packet.data[:2] == frame[:2]
    assert packet.data[4:7] == frame[4:7]
    assert int.from_bytes(packet.data[2:4], "big") == len(packet.data) - 2


def test_ssi_forgets_what_was_not_for_good(golden) -> None:
    table = golden("scanner/ssi.toml")
    engine = SsiEngine()
    asked(engine, table["trigger-by-host"])
    assert engine.mode == "command"
    engine.lose_power()
    assert engine.mode == "button"
    asked(engine, table["trigger-by-host-for-good"])
    engine.lose_power()
    assert engine.mode == "command"


def test_honeywell_triggers_without_a_word(golden) -> None:
    table = golden("scanner/honeywell.toml")
    engine = HoneywellEngine()
    assert asked(engine, table["trigger"]) == b""
    assert engine.light
    assert asked(engine, table["trigger-off"]) == b""
    assert not engine.light


def test_honeywell_prefix_and_suffix_go_around_the_code(golden) -> None:
    table = golden("scanner/honeywell.toml")
    engine = HoneywellEngine()
    asked(engine, table["set-suffix"] + table["set-mark"] + table["trigger"])
    engine.held = Held("K24")
    assert engine.decode()[0].data == b"]Q1K24\r"


def test_a_torn_code_is_never_read() -> None:
    engine = NewlandEngine()
    engine.held = Held("x", readable=False)
    engine.trigger(True)
    assert engine.light
    assert not engine.sees_code()
    with pytest.raises(ValueError, match="readable"):
        engine.decode()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("6901234567892", "ean13"),
        ("6901234567893", "code128"),
        ("134567890123456789", "code128"),
        ("https://kiosk.example", "qrCode"),
    ],
)
def test_kind_is_guessed_from_the_text(text: str, kind: str) -> None:
    assert kind_of(text) == kind


def _packeting(table: dict[str, bytes]) -> SsiEngine:
    engine = SsiEngine()
    asked(engine, table["trigger-by-host"])
    engine.live[0xEE] = 1
    return engine
