"""The simulated pad by itself, and on a real serial client."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardware_sim.keypad.pad import Pad, keys_of
from hardware_sim.keypad.simulator import create

Golden = Callable[[str], dict[str, bytes]]

FILE = "keypad/plain.toml"


def test_keys_send_the_golden_bytes(golden: Golden) -> None:
    pad, frames = Pad(), golden(FILE)
    assert b"".join(pad.press(key) for key in keys_of("0123456789")) == frames["digits"]
    for key in ("enter", "backspace", "cancel"):
        assert pad.press(key) == frames[key]


def test_closed_keys_send_nothing(golden: Golden) -> None:
    pad, frames = Pad(), golden(FILE)
    assert pad.obey(frames["close"][0])[0] == b""
    assert pad.press("5") == b""
    pad.obey(frames["open"][0])
    assert pad.press("5") == b"5"


def test_the_pad_answers_an_enquiry(golden: Golden) -> None:
    frames = golden(FILE)
    assert Pad().obey(frames["enquire"][0])[0] == frames["here"]


def test_power_opens_the_keys() -> None:
    pad = Pad()
    pad.obey(0x8B)
    pad.lose_power()
    assert pad.open


def test_a_word_that_is_no_key_is_refused() -> None:
    with pytest.raises(ValueError, match="no key 'ring'"):
        keys_of("12 ring")


async def test_a_plain_serial_client_hears_keys(tmp_path: Path, connect: Any) -> None:
    sim = create(directory=tmp_path)
    port = connect(await sim.start(), 9600)
    assert await port.ask(b"\x89", 3) == b"OK\r"
    await sim.verbs()["type"].call(keys="42 enter", ms=5)
    assert await port.ask(b"\x8a", 3) == b"42\r"
    await sim.stop()
