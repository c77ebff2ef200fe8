"""Frames and settings of the simulated scanner module."""

from __future__ import annotations

import pytest

from hardware_sim.scanner.gm65 import zones
from hardware_sim.scanner.gm65.frames import RequestReader, build_values
from hardware_sim.scanner.gm65.window import Window
from hardware_sim.scanner.held import Held

PATH = "scanner/gm65.toml"
SPEED_QUERY = "read-baud"


def obey(window: Window, frame: bytes) -> bytes:
    (request,) = RequestReader().feed(frame, 0.0)
    return window.obey(request)[0]


@pytest.mark.parametrize(
    "name",
    [
        "trigger",
        "trigger-unchecked",
        "trigger-off",
        "save",
        "set-9600",
        "set-command-mode",
        "set-tail-cr",
        "set-tail-tab",
    ],
)
def test_golden_commands_are_done(golden, name) -> None:
    table = golden(PATH)
    assert obey(Window(), table[name]) == table["ack"]


def test_golden_answers_are_given(golden) -> None:
    table = golden(PATH)
    window = Window()
    assert obey(window, table["set-command-mode"]) == table["ack"]
    assert obey(window, table["read-mode"]) == table["zone-value"]
    assert obey(window, table[SPEED_QUERY]) == build_values(b"\x39\x01")
    wrong = table["trigger"][:-1] + b"\x00"
    assert obey(window, wrong) == table["crc-error"]
    unknown = bytes.fromhex("7E 00 33 01 00 02 01 AB CD")
    assert obey(window, unknown) == table["bad-command"]


def test_a_request_in_single_bytes_behind_noise_is_found(golden) -> None:
    frame = b"\x00\x7e\x13" + golden(PATH)["trigger"]
    reader = RequestReader()
    found = []
    for at in range(len(frame)):
        found += reader.feed(frame[at : at + 1], at * 0.001)
    assert [request.address for request in found] == [zones.TRIGGER]


def test_half_a_request_is_forgotten_after_a_pause(golden) -> None:
    frame = golden(PATH)["trigger"]
    reader = RequestReader()
    assert reader.feed(frame[:5], 0.0) == []
    assert len(reader.feed(frame, 2.0)) == 1


def test_settings_that_were_not_saved_are_lost_with_the_power(golden) -> None:
    table = golden(PATH)
    window = Window()
    obey(window, table["set-tail-tab"])
    obey(window, table["save"])
    obey(window, table["set-tail-cr"])
    assert window.zones.tail == b"\r"
    window.lose_power()
    assert window.zones.tail == b"\t"


@pytest.mark.parametrize(
    ("value", "tail"),
    [(0x01, b"\r"), (0x21, b"\r\n"), (0x41, b"\t"), (0x61, b""), (0x00, b"")],
)
def test_tails(value, tail) -> None:
    window = Window()
    window.zones.write(zones.TAIL, bytes((value,)))
    assert window.zones.tail == tail


def test_the_trigger_works_in_command_mode_only(golden) -> None:
    table = golden(PATH)
    window = Window()
    obey(window, table["trigger"])
    assert not window.light
    obey(window, table["set-command-mode"])
    obey(window, table["trigger"])
    assert window.light
    obey(window, table["trigger-off"])
    assert not window.light


def test_modes_decide_when_the_light_is_on() -> None:
    window = Window()
    lights = {}
    for mode in (zones.BUTTON, zones.CONTINUOUS, zones.SENSING):
        window.zones.write(zones.MODE, bytes((0xD4 | mode,)))
        lights[mode] = window.light
    assert lights == {zones.BUTTON: False, zones.CONTINUOUS: True, zones.SENSING: False}
    window.held = Held("x")
    assert window.light
    window.decode()
    assert not window.light, "sensing reads a code once"


def test_without_light_nothing_is_decoded(golden) -> None:
    window = Window()
    window.zones.write(zones.MODE, b"\xd1")
    obey(window, golden(PATH)["trigger"])
    window.held = Held("x")
    assert not window.sees_code()


def test_text_comes_as_it_is_printed_unless_the_module_converts() -> None:
    window = Window()
    window.held = Held("水费", "gbk")
    assert window.decode()[0].data == "水费".encode("gbk") + b"\r"
    window.zones.write(zones.ENCODING, b"\x01")
    assert window.decode()[0].data == "水费".encode() + b"\r"


def test_factory_reset() -> None:
    window = Window()
    window.zones.write(zones.MODE, b"\xd5")
    obey(window, bytes.fromhex("7E 00 08 01 00 D9 50 AB CD"))
    assert window.mode == "button"
