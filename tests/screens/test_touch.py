"""What a finger does: intents, pressed state, keyboards, signature."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kiosk.core import bodies as v
from kiosk.core import intents as i
from kiosk.core import parts
from kiosk.core.words import Words
from screens.layout.leaves import Local, Pressable

pytestmark = pytest.mark.screens


def _targets(rig: Any) -> dict[str, object]:
    found = {}
    for item in rig.host.stages()[0].placed():
        leaf = item.leaf
        deed = getattr(leaf, "deed", None)
        if deed is not None and not isinstance(deed, Local):
            found[leaf.key] = deed
    return found


@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080)])
def test_every_button_sends_its_intent(
    rig: Any,
    samples: ModuleType,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screens.widgets.stage._SETTLE_S", 0.0)
    rig.resize(size)
    for name, view in samples.every_view().items():
        if view.overlay is not None:
            continue
        rig.show(view)
        for key, deed in _targets(rig).items():
            rig.sent.clear()
            touch = rig.finger().touch(*rig.wait_for(key))
            touch.touch_down()
            touch.touch_up()
            assert rig.sent == [deed], (name, key)


def test_pressed_state_is_in_the_first_frame(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["home"])
    x, y = (int(each) for each in rig.wait_for("matter:water"))
    before = rig.picture()[y - 70, x].copy()
    touch = rig.finger().touch(x, y)
    touch.touch_down()
    assert not np.array_equal(rig.picture()[y - 70, x], before)
    assert rig.sent == []
    touch.touch_up()
    assert np.array_equal(rig.picture()[y - 70, x], before)
    assert rig.sent == [i.OpenMatter("water")]


def test_sliding_off_a_button_sends_nothing(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["home"])
    touch = rig.finger().touch(*rig.wait_for("help"))
    touch.touch_down()
    touch.touch_move(10, 1800)
    touch.touch_up()
    assert rig.sent == []


def test_greyed_button_cannot_be_pressed(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["home"])
    rig.wait_for("help")
    assert rig.host.locate("domain:business") is None


def test_second_tap_does_not_press_what_came_after(
    rig: Any, samples: ModuleType
) -> None:
    pages = samples.every_view()
    rig.show(pages["guide"])
    spot = rig.wait_for("next")
    rig.host.show(pages["form-digits"])
    touch = rig.finger().touch(*spot)
    touch.touch_down()
    touch.touch_up()
    assert rig.sent == []
    assert rig.wait_for("next")


def test_overlay_covers_the_page(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["overlay"])
    rig.wait_for("stay")
    assert rig.host.locate("back") is None
    touch = rig.finger().touch(540, 1850)
    touch.touch_down()
    touch.touch_up()
    assert rig.sent == []
    rig.tap("stay")
    assert rig.sent == [i.Stay()]


def test_digits_go_into_the_field(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["form-digits"])
    for key in ("key:7", "key:8", "key:del"):
        rig.tap(key)
    values = [each.value for each in rig.sent]
    assert values == ["3300127", "33001278", "3300127"]


def test_late_echo_does_not_undo_newer_keys(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["form-digits"]
    rig.show(view)
    rig.tap("key:7")
    rig.tap("key:8")
    field = replace(view.body.fields[0], value="3300127")
    rig.show(replace(view, body=replace(view.body, fields=(field,))))
    rig.tap("key:9")
    assert rig.sent[-1] == i.FieldChanged("account", "330012789")


def test_scanned_value_replaces_what_was_typed(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["form-digits"]
    rig.show(view)
    rig.tap("key:7")
    field = replace(view.body.fields[0], value="330099990000")
    rig.show(replace(view, body=replace(view.body, fields=(field,))))
    rig.tap("key:del")
    assert rig.sent[-1] == i.FieldChanged("account", "33009999000")


def test_id_number_keyboard_has_an_x(rig: Any, samples: ModuleType) -> None:
    view = samples.every_view()["form-digits"]
    field = v.FieldView("id", Words("证件号"), "digits", "9" * 17, max_length=18)
    rig.show(replace(view, body=replace(view.body, fields=(field,), active="id")))
    rig.tap("key:X")
    assert rig.sent == [i.FieldChanged("id", "9" * 17 + "X")]


def test_date_is_written_with_dashes(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["form-date"])
    for key in ("key:2", "key:0", "key:1"):
        rig.tap(key)
    assert rig.sent[-1] == i.FieldChanged("since", "2026-12-01")
    assert rig.host.locate("key:5") is None


def test_choice_is_sent_by_its_code(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["form-choice"])
    rig.tap("choice:city3")
    assert rig.sent == [i.FieldChanged("city", "city3")]


def test_another_field_is_chosen_by_touch(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["form-words"])
    rig.tap("field:phone")
    assert rig.sent == [i.FieldChosen("phone")]
    assert rig.host.locate("field:name") is None


def test_signature_is_sent_as_fractions(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["sign"])
    rig.tap("sign:done")
    assert rig.sent == []
    x, y = rig.wait_for("sign:field")
    touch = rig.finger().touch(x, y)
    touch.touch_down()
    for step in range(1, 6):
        touch.touch_move(x + step * 20, rig.window.height - (y + step * 5))
    touch.touch_up()
    rig.tap("sign:done")
    (signed,) = rig.sent
    (stroke,) = signed.strokes
    assert stroke[0] == pytest.approx((0.5, 0.5), abs=0.01)
    assert stroke[-1][0] > 0.55 and stroke[-1][1] > 0.5
    assert 0.5 < signed.aspect < 5


def test_signature_can_be_cleared(rig: Any, samples: ModuleType) -> None:
    rig.show(samples.every_view()["sign"])
    touch = rig.finger().touch(*rig.wait_for("sign:field"))
    touch.touch_down()
    touch.touch_up()
    rig.tap("sign:clear")
    rig.tap("sign:done")
    assert rig.sent == []


@pytest.mark.parametrize("high_contrast", [False, True])
def test_pressing_changes_every_kind_of_button(
    rig: Any, samples: ModuleType, high_contrast: bool
) -> None:
    for view in samples.every_view().values():
        rig.show(replace(view, look=parts.Look(high_contrast=high_contrast)))
        for stage in rig.host.stages():
            for item in stage.placed():
                leaf = item.leaf
                if isinstance(leaf, Pressable) and leaf.deed is not None:
                    assert leaf.rest.fill != leaf.pressed.fill, leaf.key
