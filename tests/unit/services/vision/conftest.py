"""Drawn pictures: a face that never lived and a page that says nothing."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from kiosk.core.media import Frame, Pixels


def _draw_face(
    width: int = 1280,
    height: int = 720,
    middles: tuple[tuple[float, float], ...] = ((0.5, 0.5),),
    size: float = 0.55,
    wall: int = 160,
) -> Pixels:
    """Draw faces whose box is about ``size`` of the picture high."""
    picture = np.full((height, width, 3), (wall - 10, wall, wall + 5), np.uint8)
    for middle in middles:
        _draw_one(picture, (middle[0] * width, middle[1] * height), size * height)
    return _with_noise(picture, 3.0)


def _draw_one(picture: Pixels, middle: tuple[float, float], size: float) -> None:
    def at(across: float, down: float) -> tuple[int, int]:
        return int(middle[0] + across * size), int(middle[1] + down * size)

    def length(share: float) -> int:
        return max(1, int(share * size))

    def oval(
        across: float, down: float, wide: float, high: float, colour: tuple[int, ...]
    ) -> None:
        axes = (length(wide), length(high))
        cv2.ellipse(picture, at(across, down), axes, 0, 0, 360, colour, -1)

    oval(0, 1.15, 0.95, 0.5, (90, 70, 50))
    cv2.rectangle(picture, at(-0.18, 0.4), at(0.18, 0.8), (120, 150, 190), -1)
    oval(0, -0.12, 0.5, 0.6, (30, 28, 30))
    oval(0, 0.05, 0.42, 0.56, (150, 180, 220))
    for side in (-0.17, 0.17):
        oval(side, -0.10, 0.13, 0.08, (105, 130, 170))
        oval(side * 1.3, 0.14, 0.11, 0.09, (165, 195, 238))
    cv2.rectangle(picture, at(-0.05, -0.1), at(0.05, 0.2), (175, 205, 240), -1)
    kernel = length(0.05) | 1
    picture[:] = cv2.GaussianBlur(picture, (kernel, kernel), 0)
    for side in (-0.17, 0.17):
        brow = (length(0.12), length(0.03))
        cv2.ellipse(
            picture, at(side, -0.2), brow, 0, 180, 360, (40, 40, 45), length(0.03)
        )
        oval(side, -0.10, 0.085, 0.04, (225, 225, 225))
        cv2.circle(picture, at(side, -0.10), length(0.04), (35, 35, 40), -1)
    oval(0, 0.32, 0.14, 0.035, (95, 95, 175))
    nose = (length(0.07), length(0.025))
    cv2.ellipse(picture, at(0, 0.17), nose, 0, 0, 180, (95, 115, 160), length(0.02))


def _draw_page(
    corners: tuple[tuple[float, float], ...] = (
        (330, 60),
        (905, 75),
        (950, 900),
        (300, 880),
    ),
    width: int = 1280,
    height: int = 960,
    paper: int = 225,
    mat: int = 55,
) -> Pixels:
    """Draw a page with rows of small strokes, seen at an angle on a mat."""
    page = np.full((1131, 800, 3), paper, np.uint8)
    chance = np.random.default_rng(2)
    for down in range(60, 1080, 28):
        across = 60
        while across < 720:
            wide = int(chance.integers(8, 26))
            far = (across + wide, down + 12)
            cv2.rectangle(page, (across, down), far, (40, 40, 40), 1)
            across += wide + 6
    sheet = np.array([[0, 0], [800, 0], [800, 1131], [0, 1131]], np.float32)
    matrix = cv2.getPerspectiveTransform(sheet, np.array(corners, np.float32))
    picture = np.full((height, width, 3), mat, np.uint8)
    cv2.warpPerspective(
        page, matrix, (width, height), picture, cv2.INTER_AREA, cv2.BORDER_TRANSPARENT
    )
    return _with_noise(picture, 2.5)


def _with_noise(picture: Pixels, level: float) -> Pixels:
    noise = np.random.default_rng(1).normal(0, level, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


@pytest.fixture
def draw_face() -> Callable[..., Pixels]:
    return _draw_face


@pytest.fixture
def draw_page() -> Callable[..., Pixels]:
    return _draw_page


@pytest.fixture
def as_frame() -> Callable[[Pixels], Frame]:
    return lambda pixels: Frame(pixels, taken_at=0.0, number=1)
