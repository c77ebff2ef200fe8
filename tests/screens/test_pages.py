"""Every page in both orientations, both languages, normal and elder letters."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any, get_args

import pytest

from kiosk.core import bodies
from kiosk.core.parts import Look, TextSize
from kiosk.core.words import Language
from screens.register import SCREENS

pytestmark = pytest.mark.screens

SIZES = ((1080, 1920), (1920, 1080))


def test_every_body_class_has_a_screen() -> None:
    assert set(SCREENS) == set(get_args(bodies.Body))


def test_every_body_class_has_a_sample(samples: ModuleType) -> None:
    shown = {type(view.body) for view in samples.every_view().values()}
    assert shown == set(get_args(bodies.Body))


@pytest.mark.parametrize("text_size", TextSize)
@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("size", SIZES)
def test_nothing_is_cut_or_covered_or_outside(
    rig: Any,
    samples: ModuleType,
    checks: ModuleType,
    size: tuple[int, int],
    language: Language,
    text_size: TextSize,
) -> None:
    rig.resize(size)
    found: dict[str, list[str]] = {}
    for name, view in samples.every_view().items():
        rig.place(replace(view, look=Look(language, text_size)))
        for stage in rig.host.stages():
            wrong = checks.faults(stage.placed(), rig.host._typeface, size, 1.0)
            if wrong:
                found.setdefault(name, []).extend(wrong)
    assert not found


@pytest.mark.parametrize("size", [(540, 960), (1366, 768), (720, 1280)])
def test_pages_fit_smaller_windows(
    rig: Any, samples: ModuleType, checks: ModuleType, size: tuple[int, int]
) -> None:
    rig.resize(size)
    unit = min(min(size) / 1080, max(size) / 1920)
    for name, view in samples.every_view().items():
        rig.place(view)
        stage = rig.host.stages()[0]
        wrong = checks.faults(stage.placed(), rig.host._typeface, size, unit)
        assert not wrong, name


def test_the_footer_never_moves(
    rig: Any, samples: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.widgets.stage._SETTLE_S", 0.0)
    for size in SIZES:
        rig.resize(size)
        places = set()
        for view in samples.every_view().values():
            if view.overlay is None:
                rig.show(view)
                places.add(rig.wait_for("help"))
        assert len(places) == 1


def test_pictures_are_the_same_each_time(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["home"]
    rig.show(view)
    first = rig.picture().copy()
    rig.show(samples.every_view()["pay"])
    rig.show(view)
    assert (rig.picture() == first).all()


def test_reach_mode_brings_the_page_down(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["question"]
    rig.show(replace(view, look=Look(reach=True)))
    assert all(rig.wait_for(key)[1] > 1920 * 0.4 for key in ("none-applies", "back"))
