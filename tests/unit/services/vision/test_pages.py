"""What the page finder says about drawn pages."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kiosk.core.errors import MaterialUnreadable
from kiosk.core.media import Frame, Pixels
from kiosk.core.ports import PageFinding
from services.vision.pages import PAGE_LIMIT, ContourPageFinder

Draw = Callable[..., Pixels]
AsFrame = Callable[[Pixels], Frame]
FINDER = ContourPageFinder()


def _pixels(finding: PageFinding, picture: Pixels) -> np.ndarray:
    assert finding.corners is not None
    height, width = picture.shape[:2]
    return np.array(finding.corners) * (width - 1, height - 1)


def _decoded(content: bytes) -> Pixels:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return np.asarray(picture, dtype=np.uint8)


@pytest.mark.parametrize(
    "corners",
    [
        ((330, 60), (905, 75), (950, 900), (300, 880)),
        ((500, 50), (1100, 300), (760, 900), (200, 640)),
        ((500, 400), (820, 400), (820, 600), (500, 600)),
    ],
    ids=["perspective", "turned", "card"],
)
def test_corners_are_right_to_a_few_pixels(
    draw_page: Draw, as_frame: AsFrame, corners: tuple[tuple[float, float], ...]
) -> None:
    picture = draw_page(corners)
    finding = FINDER.find_blocking(as_frame(picture))
    assert finding.hint == "ok"
    assert np.abs(_pixels(finding, picture) - np.array(corners)).max() < 5


def test_crop_is_upright_a4_without_the_mat(draw_page: Draw, as_frame: AsFrame) -> None:
    frame = as_frame(draw_page())
    page = _decoded(FINDER.crop_blocking(frame, FINDER.find_blocking(frame)))
    assert page.shape[0] / page.shape[1] == pytest.approx(297 / 210, rel=0.01)
    border = np.concatenate([page[6:10].ravel(), page[:, -10:-6].ravel()])
    assert float(np.median(border)) > 200


@pytest.mark.parametrize(
    ("drawing", "hint"),
    [
        ({"corners": ((330, -200), (905, -180), (950, 700), (300, 720))}, "partly"),
        ({"paper": 58}, "none"),
        ({"paper": 3, "mat": 2}, "dark"),
        ({"paper": 60, "mat": 10}, "dark"),
        ({"paper": 255}, "ok"),
    ],
)
def test_hint_says_what_is_wrong(
    draw_page: Draw, as_frame: AsFrame, drawing: dict[str, object], hint: str
) -> None:
    assert FINDER.find_blocking(as_frame(draw_page(**drawing))).hint == hint


def test_sharpness_falls_with_focus(draw_page: Draw, as_frame: AsFrame) -> None:
    sharp = draw_page()
    soft = np.asarray(cv2.GaussianBlur(sharp, (0, 0), 3), dtype=np.uint8)
    at_once = FINDER.find_blocking(as_frame(sharp))
    later = FINDER.find_blocking(as_frame(soft))
    assert later.hint == "blurred"
    assert later.sharpness < at_once.sharpness / 4


def test_burnt_out_spot_is_glare(draw_page: Draw, as_frame: AsFrame) -> None:
    picture = draw_page()
    cv2.circle(picture, (600, 400), 70, (255, 255, 255), -1)
    assert FINDER.find_blocking(as_frame(picture)).hint == "glare"


def test_crop_of_a_large_picture_fits_the_platform(as_frame: AsFrame) -> None:
    chance = np.random.default_rng(4)
    picture = chance.integers(0, 255, (2500, 2500, 3), dtype=np.uint8)
    whole = PageFinding(((0, 0), (1, 0), (1, 1), (0, 1)), 0.0, "ok")
    content = FINDER.crop_blocking(as_frame(picture), whole)
    assert len(content) <= PAGE_LIMIT
    assert max(_decoded(content).shape) > 800


def test_crop_without_a_page_is_refused(as_frame: AsFrame) -> None:
    frame = as_frame(np.zeros((10, 10, 3), np.uint8))
    with pytest.raises(MaterialUnreadable):
        FINDER.crop_blocking(frame, PageFinding(None, 0.0, "none"))


def test_noise_is_no_page(as_frame: AsFrame) -> None:
    noise = np.random.default_rng(5).integers(0, 255, (480, 640, 3), dtype=np.uint8)
    assert FINDER.find_blocking(as_frame(noise)).hint == "none"
