"""Nothing of a person stays in a widget."""

from __future__ import annotations

import gc
from types import ModuleType
from typing import Any

import pytest

from screens.widgets.lettering import LetteringFigure
from screens.widgets.pictures import LiveFigure, StillFigure

pytestmark = pytest.mark.screens


def _words(rig: Any) -> str:
    return "\n".join(
        figure.words() for stage in rig.host.stages() for figure in stage.figures()
    )


def test_wipe_leaves_no_text_and_no_picture(rig: Any, samples: ModuleType) -> None:
    for view in samples.every_view().values():
        rig.show(view)
    rig.host.wipe()
    rig.idle()
    assert _words(rig).strip() == ""
    for stage in rig.host.stages():
        for figure in stage.figures():
            assert figure.leaf is None
            if isinstance(figure, (LetteringFigure, LiveFigure, StillFigure)):
                assert figure.textures() == ()
    assert not rig.host._gauge._known


def test_page_that_is_left_keeps_nothing(rig: Any, samples: ModuleType) -> None:
    pages = samples.every_view()
    rig.show(pages["review-draft"])
    assert samples.SECRETS[1] in _words(rig)
    rig.show(pages["home"])
    words = _words(rig)
    assert not [secret for secret in samples.SECRETS if secret in words]


def test_wiped_text_is_in_no_object_of_the_screens(
    rig: Any, samples: ModuleType
) -> None:
    secret = "".join(("欧阳", "夜", "来香"))
    view = samples.every_view()["form-words"]
    rig.show(view)
    rig.host._screens[type(view.body)]._value = secret
    rig.host.wipe()
    gc.collect()
    screen = rig.host._screens[type(view.body)]
    assert secret not in repr(vars(screen))
    assert screen._body is None


def test_camera_is_asked_only_while_it_is_shown(rig: Any, samples: ModuleType) -> None:
    asked: list[str] = []
    latest = rig.cameras.latest

    def counted(feed: str) -> object:
        asked.append(feed)
        return latest(feed)

    rig.cameras.latest = counted
    rig.show(samples.every_view()["face"])
    assert asked
    rig.show(samples.every_view()["home"])
    asked.clear()
    rig.idle(30)
    assert asked == []
