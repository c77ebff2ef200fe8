"""Bytes of a keypad: keys and answers in the driver, commands in the simulator."""

from __future__ import annotations

from collections.abc import Callable

from drivers.keypad.codec import HERE, KeyReader, key_table
from drivers.keypad.entry import Entry
from drivers.keypad.explain import KeypadExplainer
from hardware_sim.keypad.pad import Pad
from kiosk.core.errors import DeviceProtocolError

_TABLE = key_table("fuzz", "")


def driver(data: bytes) -> None:
    """Every byte is a key or part of an answer, or the entry is spoilt."""
    reader = KeyReader(_TABLE)
    try:
        keys = reader.feed(data)
    except DeviceProtocolError:
        assert set(data) - set(_TABLE), "spoilt by nothing"
        return
    rest = data.replace(HERE, b"")
    assert reader.answers == data.count(HERE)
    assert rest.rstrip(b"OK").count(b"O") == 0
    assert keys == [_TABLE[byte] for byte in rest if byte in _TABLE]
    entry = Entry()
    for at, key in enumerate(keys):
        entry.press(key, at * 0.2)
    assert entry.digits == "" or entry.digits.isdigit()


def explainer(data: bytes) -> None:
    """No key is ever shown."""
    shown = [shown for _, shown in KeypadExplainer().explain("received", data)]
    assert all(each in (b"", HERE) for each in shown)


def simulator(data: bytes) -> None:
    """Every byte is a command or an unknown one, said in words."""
    pad = Pad()
    for byte in data:
        answer, asked, _ = pad.obey(byte)
        assert asked
        assert answer in (b"", HERE)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "keypad.driver": driver,
    "keypad.explainer": explainer,
    "keypad.simulator": simulator,
}
