"""The keyboard for words, with the real engine where it is installed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kiosk.core import intents as i
from screens.ime import engine as engines
from screens.ime.pinyin import WordBoard

pytestmark = pytest.mark.screens


def _type(rig: Any, letters: str) -> None:
    for letter in letters:
        rig.tap(f"key:{letter}")


def test_name_is_typed_in_pinyin(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["form-words"]
    rig.show(view)
    _type(rig, "beijingshi")
    assert rig.sent == []
    rig.tap("cand:0")
    assert rig.sent == [i.FieldChanged("contact", "王小虎北京市")]


def test_part_of_the_letters_stays_for_the_next_character(
    rig: Any, samples: ModuleType
) -> None:
    rig.show(samples.every_view()["form-words"])
    _type(rig, "lifang")
    rig.tap("cand:3")
    rig.tap("cand:0")
    typed = rig.sent[-1].value.removeprefix("王小虎")
    assert len(typed) == 2 and typed[0] == "李"


def test_latin_letters_and_shift(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["form-words"])
    for key in ("key:en", "key:shift", "key:a", "key:shift", "key:b", "key:space"):
        rig.tap(key)
    assert rig.sent[-1].value == "王小虎Ab "


def test_rare_character_by_its_code(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["form-words"])
    for key in ("key:code", "key:4", "key:e", "key:0", "key:0", "cand:0"):
        rig.tap(key)
    assert rig.sent[-1].value == "王小虎一"


def test_nothing_half_typed_survives_leaving(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["form-words"]
    rig.show(view)
    _type(rig, "lifang")
    rig.show(samples.every_view()["home"])
    rig.show(view)
    assert rig.host.locate("cand:0") is None
    rig.tap("key:del")
    assert rig.sent[-1] == i.FieldChanged("contact", "王小")


def test_without_the_library_letters_and_codes_remain(
    rig: Any, samples: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_LIBRARY", "no-such-library.so")
    assert engines.pinyin_engine() is None
    board = WordBoard(None)
    monkeypatch.setattr("screens.ime.boards.WordBoard", lambda _engine: board)
    rig.show(samples.every_view()["form-words"])
    assert rig.host.locate("key:zh") is None
    rig.tap("key:a")
    assert rig.sent[-1].value == "王小虎a"


def test_engine_learns_nothing_from_one_visit_to_the_next() -> None:
    engine = engines.pinyin_engine()
    assert engine is not None
    before = engine.search("lifang")
    for _ in range(5):
        engine.choose("lifang", 7)
    engine.forget()
    assert engine.search("lifang") == before
    assert not list(Path("/dev/shm").glob("kiosk-pinyin-*"))


def test_choice_pages_turn(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["form-choice"]
    label = view.body.fields[0].choices[0][1]
    many = tuple((f"c{n}", label) for n in range(20))
    field = replace(view.body.fields[0], choices=many, value="")
    rig.show(replace(view, body=replace(view.body, fields=(field,))))
    rig.tap("key:more")
    rig.tap("key:more")
    rig.tap("choice:c19")
    assert rig.sent == [i.FieldChanged("city", "c19")]
