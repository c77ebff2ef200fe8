"""Draws people who do not exist: head and shoulders, seen from the front.

A drawing, not a photograph, yet with the light and dark of a face: brighter brow,
nose and cheeks, darker eyes and mouth. That is what frontal face detectors of the
Viola-Jones kind look for.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from PIL import Image

from hardware_sim.camera.easel import Colour, Easel

_SKINS: tuple[Colour, ...] = ((228, 188, 160), (220, 176, 146), (236, 200, 174))
_CLOTHES: tuple[Colour, ...] = (
    (58, 84, 120),
    (122, 44, 58),
    (64, 96, 80),
    (92, 84, 110),
    (150, 128, 92),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """How a person looks.

    Attributes:
        hair: ``short``, ``long`` or ``bun``.
        lines: wrinkles, for the old.
    """

    skin: Colour
    hair_colour: Colour
    clothes: Colour
    hair: str = "short"
    lips: Colour = (176, 110, 100)
    glasses: bool = False
    lines: bool = False


_BLACK: Colour = (34, 30, 32)
_LIP_LINE: Colour = (110, 56, 54)
_GREY: Colour = (150, 148, 150)

_KNOWN = {
    "li-fang": Looks(_SKINS[0], _GREY, _CLOTHES[1], "bun", (178, 98, 96), lines=True),
    "zhang-weimin": Looks(_SKINS[1], _BLACK, _CLOTHES[0], glasses=True),
    "ouyang-xiaoyu": Looks(_SKINS[2], _BLACK, _CLOTHES[2], "long", (190, 92, 96)),
    "wang-jie": Looks(_SKINS[1], (60, 48, 46), _CLOTHES[3], "bun", (178, 92, 92), True),
    "zhao-shoucheng": Looks(_SKINS[1], _BLACK, _CLOTHES[4]),
    "zhou-qing": Looks(_SKINS[2], _BLACK, _CLOTHES[2]),
    "chen-jiaxin": Looks(_SKINS[0], (70, 50, 40), _CLOTHES[3], "long", (190, 92, 96)),
}


def looks_of(person: str) -> Looks:
    """Return how a person looks; unknown keys always look the same way too."""
    if person in _KNOWN:
        return _KNOWN[person]
    chance = zlib.crc32(person.encode())
    return Looks(
        skin=_SKINS[chance % len(_SKINS)],
        hair_colour=_BLACK,
        clothes=_CLOTHES[chance // 8 % len(_CLOTHES)],
        hair=("short", "long")[chance // 64 % 2],
        glasses=bool(chance // 256 % 2),
    )


def _shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (min(255, int(part * factor)) for part in colour)
    return red, green, blue


def draw_person(person: str, *, eyes_open: bool = True) -> Image.Image:
    """Draw one person on a transparent ground, ``CANVAS`` in size."""
    looks = looks_of(person)
    easel = Easel()
    _draw_body(easel, looks)
    _draw_head(easel, looks)
    _draw_face(easel, looks, eyes_open)
    _draw_fringe(easel, looks)
    return easel.finished()


def _draw_body(easel: Easel, looks: Looks) -> None:
    if looks.hair == "long":
        easel.oval((320, 330), (178, 260), looks.hair_colour, 3)
    easel.oval((320, 800), (300, 220), looks.clothes, 2)
    easel.oval((230, 720), (90, 90), _shade(looks.clothes, 1.15), 40, 0.5)
    easel.outline(
        [(266, 470), (374, 470), (384, 600), (320, 640), (256, 600)],
        _shade(looks.skin, 0.78),
        2,
    )
    easel.outline([(256, 596), (320, 660), (300, 700), (236, 612)], (238, 236, 230), 1)
    easel.outline([(384, 596), (320, 660), (340, 700), (404, 612)], (226, 224, 220), 1)


def _draw_head(easel: Easel, looks: Looks) -> None:
    if looks.hair == "bun":
        easel.oval((320, 78), (64, 52), looks.hair_colour, 2)
    easel.oval((320, 268), (164, 196), looks.hair_colour, 3)
    for x in (172, 468):
        easel.oval((x, 320), (22, 40), _shade(looks.skin, 0.86), 2)
    easel.oval((320, 316), (146, 192), looks.skin, 2)
    easel.oval((410, 380), (70, 120), _shade(looks.skin, 0.84), 30, 0.6)
    easel.oval((320, 490), (90, 34), _shade(looks.skin, 0.80), 14, 0.6)
    easel.oval((306, 220), (92, 44), _shade(looks.skin, 1.10), 24, 0.8)


def _draw_face(easel: Easel, looks: Looks, eyes_open: bool) -> None:
    for x in (254, 386):
        easel.oval((x, 300), (50, 30), _shade(looks.skin, 0.70), 10, 0.75)
        easel.oval((x, 372), (42, 28), _shade(looks.skin, 1.10), 14, 0.9)
        _draw_eye(easel, looks, x, eyes_open)
    easel.outline(
        [(306, 270), (334, 270), (340, 380), (300, 380)],
        _shade(looks.skin, 1.12),
        7,
        0.9,
    )
    easel.oval((320, 396), (34, 14), _shade(looks.skin, 0.80), 5, 0.8)
    for x in (304, 336):
        easel.oval((x, 398), (8, 5), _shade(looks.skin, 0.5), 2)
    easel.oval((320, 446), (50, 14), looks.lips, 3)
    easel.stroke([(266, 440), (292, 447), (348, 447), (374, 440)], 3, _LIP_LINE, 1.2)
    if looks.lines:
        _draw_lines(easel, looks)
    if looks.glasses:
        _draw_glasses(easel)


def _draw_eye(easel: Easel, looks: Looks, x: float, is_open: bool) -> None:
    brow = _shade(looks.hair_colour, 0.9) if looks.hair_colour != _GREY else _BLACK
    easel.stroke(
        [(x - 42, 268), (x - 16, 260), (x + 16, 260), (x + 42, 268)], 9, brow, 2.5, 0.85
    )
    if not is_open:
        easel.stroke([(x - 32, 304), (x, 310), (x + 32, 304)], 5, _BLACK, 1)
        return
    easel.oval((x, 303), (33, 14), (240, 238, 234), 1.5)
    easel.oval((x, 302), (14, 14), (44, 30, 26), 1)
    easel.oval((x - 5, 297), (4, 4), (250, 250, 250), 0.8)
    easel.stroke([(x - 34, 300), (x, 287), (x + 34, 300)], 5, _BLACK, 1)


def _draw_lines(easel: Easel, looks: Looks) -> None:
    dark = _shade(looks.skin, 0.72)
    for y in (196, 214):
        easel.stroke([(240, y), (320, y - 6), (400, y)], 2, dark, 1.4, 0.7)
    for side in (-1, 1):
        x = 320 + side * 62
        easel.stroke([(x, 392), (x + side * 16, 440)], 3, dark, 1.6, 0.8)


def _draw_glasses(easel: Easel) -> None:
    for x in (254, 386):
        ring = [(x + dx, 304 + dy) for dx, dy in _RIM]
        easel.stroke([*ring, ring[0]], 3, (40, 40, 46), 0.6)
    easel.stroke([(306, 298), (334, 298)], 3, (40, 40, 46), 0.6)


_RIM = [(-50, -26), (50, -26), (52, 12), (34, 34), (-34, 34), (-52, 12)]


def _draw_fringe(easel: Easel, looks: Looks) -> None:
    hair = looks.hair_colour
    if looks.hair == "short":
        easel.outline(
            [
                (166, 250),
                (186, 146),
                (320, 80),
                (454, 146),
                (474, 250),
                (440, 180),
                (400, 156),
                (250, 150),
                (204, 184),
            ],
            hair,
            3,
        )
    elif looks.hair == "long":
        easel.outline(
            [
                (176, 300),
                (186, 140),
                (320, 90),
                (454, 140),
                (464, 300),
                (436, 190),
                (300, 136),
                (206, 216),
            ],
            hair,
            3,
        )
    else:
        easel.outline(
            [
                (172, 260),
                (190, 136),
                (320, 96),
                (450, 136),
                (468, 260),
                (424, 168),
                (320, 140),
                (216, 168),
            ],
            hair,
            3,
        )
