"""What the face finder says about drawn faces."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kiosk.core.media import Frame, Pixels
from kiosk.core.ports import FaceFinding
from services.vision.faces import (
    PORTRAIT_LIMIT,
    FaceThresholds,
    HaarFaceFinder,
    judge_faces,
)

Draw = Callable[..., Pixels]
AsFrame = Callable[[Pixels], Frame]


@pytest.fixture(scope="module")
def finder() -> HaarFaceFinder:
    return HaarFaceFinder()


def test_face_in_the_middle_is_ok(
    finder: HaarFaceFinder, draw_face: Draw, as_frame: AsFrame
) -> None:
    finding = finder.find_blocking(as_frame(draw_face()))
    assert (finding.count, finding.hint) == (1, "ok")
    assert finding.box is not None
    left, top, wide, high = finding.box
    assert abs(left + wide / 2 - 0.5) < 0.05
    assert abs(top + high / 2 - 0.5) < 0.05


@pytest.mark.parametrize(
    ("drawing", "hint"),
    [
        ({"size": 0.22}, "closer"),
        ({"size": 0.9}, "back"),
        ({"middles": ((0.78, 0.5),)}, "centre"),
        ({"middles": ((0.3, 0.5), (0.7, 0.5)), "size": 0.4}, "several"),
        ({"middles": ()}, "none"),
        ({"middles": (), "wall": 16}, "dark"),
    ],
)
def test_hint_says_what_to_do(
    finder: HaarFaceFinder,
    draw_face: Draw,
    as_frame: AsFrame,
    drawing: dict[str, object],
    hint: str,
) -> None:
    assert finder.find_blocking(as_frame(draw_face(**drawing))).hint == hint


def test_face_without_light_is_dark(
    finder: HaarFaceFinder, draw_face: Draw, as_frame: AsFrame
) -> None:
    night = (draw_face() * 0.2).astype(np.uint8)
    assert finder.find_blocking(as_frame(night)).hint == "dark"


def test_face_out_of_focus_is_blurred(
    finder: HaarFaceFinder, draw_face: Draw, as_frame: AsFrame
) -> None:
    soft = np.asarray(cv2.GaussianBlur(draw_face(), (0, 0), 16), dtype=np.uint8)
    assert finder.find_blocking(as_frame(soft)).hint == "blurred"


def test_person_far_behind_is_no_company(draw_face: Draw) -> None:
    grey = np.full((100, 100), 120, np.uint8)
    near, far = (0.3, 0.3, 0.4, 0.4), (0.8, 0.2, 0.15, 0.15)
    assert judge_faces(grey, (near, far), FaceThresholds()).count == 1


def test_box_within_the_face_is_the_same_face() -> None:
    grey = np.full((100, 100), 120, np.uint8)
    boxes = ((0.3, 0.3, 0.4, 0.4), (0.35, 0.34, 0.3, 0.3))
    assert judge_faces(grey, boxes, FaceThresholds()).count == 1


def test_portrait_shows_the_whole_head_and_fits_the_platform(
    finder: HaarFaceFinder, draw_face: Draw, as_frame: AsFrame
) -> None:
    frame = as_frame(draw_face(1920, 1080))
    finding = finder.find_blocking(frame)
    content = finder.portrait_blocking(frame, finding)
    assert len(content) <= PORTRAIT_LIMIT
    portrait = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert portrait is not None
    assert finding.box is not None
    assert portrait.shape[0] > finding.box[3] * 1080
    found = finder.find_blocking(as_frame(np.asarray(portrait, dtype=np.uint8)))
    assert found.count == 1


def test_portrait_of_a_box_at_the_edge_stays_inside(
    finder: HaarFaceFinder, as_frame: AsFrame
) -> None:
    frame = as_frame(np.full((48, 64, 3), 90, np.uint8))
    finding = FaceFinding(1, (0.9, 0.9, 0.3, 0.3), "centre")
    assert finder.portrait_blocking(frame, finding).startswith(b"\xff\xd8")


def test_noise_has_no_face(finder: HaarFaceFinder, as_frame: AsFrame) -> None:
    noise = np.random.default_rng(3).integers(0, 255, (720, 1280, 3), dtype=np.uint8)
    assert finder.find_blocking(as_frame(noise)).hint == "none"
