"""What stands or lies in front of a camera, as a handful of ready JPEG frames.

A scene is drawn once when a hand changes it; the stream then only repeats the
frames. They differ by a little movement and by sensor noise, so that a frozen
picture can be told from a still one.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from hardware_sim.camera.codes import ShownCode, draw_code, on_a_phone
from hardware_sim.camera.easel import CANVAS
from hardware_sim.camera.papers import SIZE, draw_paper
from hardware_sim.camera.portrait import draw_person, looks_of
from hardware_sim.scenarios.people import PersonCard, load_people

FACE_SIZE = (1280, 720)
DESK_SIZE = (1440, 1080)
JPEG_QUALITY = 86
FRAMES = 8

_FACE_MIDDLE = (320, 346)
"""Middle of the face on the drawn figure's canvas."""

_PHONE_WIDTH, _PHONE_PLACE = 330, (60, 60)
_CARD_WIDTH = 560
_PRINT_SCALE = 0.72

_PAGE_CORNERS = ((395, 62), (1042, 50), (1082, 1012), (352, 1024))
"""Where the corners of a page come to lie on the desk, clockwise from top left."""


@dataclass(frozen=True, slots=True)
class FaceScene:
    """Who stands before the face camera, and how the picture is spoilt.

    Attributes:
        printed: it is no person, but a photograph that somebody holds up.
    """

    people: tuple[str, ...] = ()
    printed: bool = False
    far: bool = False
    blurred: bool = False
    dark: bool = False


@dataclass(frozen=True, slots=True)
class DeskScene:
    """What lies under the document camera, and how the picture is spoilt."""

    paper: str = ""
    person: str = "li-fang"
    shaking: bool = False
    half_outside: bool = False
    glare: bool = False


@lru_cache(maxsize=8)
def black_frames(size: tuple[int, int]) -> tuple[bytes, ...]:
    """Return what a covered lens gives; noise is all that moves."""
    return _encoded([Image.new("RGB", size, (3, 3, 3))] * 4, noise=1.0)


@lru_cache(maxsize=8)
def blank_frames(size: tuple[int, int]) -> tuple[bytes, ...]:
    """Return what a sensor without data gives: one flat green, nothing moves."""
    return _encoded([Image.new("RGB", size, (0, 135, 0))], noise=0.0)


@lru_cache(maxsize=8)
def shrunk(frames: tuple[bytes, ...], size: tuple[int, int]) -> tuple[bytes, ...]:
    """Return the frames in another size."""
    small = []
    for frame in frames:
        sink = io.BytesIO()
        Image.open(io.BytesIO(frame)).resize(size).save(
            sink, "JPEG", quality=JPEG_QUALITY
        )
        small.append(sink.getvalue())
    return tuple(small)


@lru_cache(maxsize=8)
def face_frames_blocking(
    scene: FaceScene, code: ShownCode | None = None
) -> tuple[bytes, ...]:
    """Draw the frames of a face scene; for a worker thread."""
    hall = _draw_hall()
    if code is not None:
        hall.paste(on_a_phone(code, _PHONE_WIDTH), _PHONE_PLACE)
    pictures = []
    for number in range(FRAMES if scene.people or code else 3):
        picture = hall.copy()
        turn = 2 * math.pi * number / FRAMES
        sway = (3.5 * math.sin(turn), 2.0 * math.sin(2 * turn))
        if scene.printed:
            _hold_print(picture, scene, sway)
        else:
            _place_people(picture, scene, sway, eyes_open=number != FRAMES - 2)
        if scene.blurred:
            picture = picture.filter(ImageFilter.GaussianBlur(11))
        if scene.dark:
            picture = picture.point(lambda value: value * 0.16)
        pictures.append(picture)
    return _encoded(pictures, noise=1.2 if scene.blurred or scene.dark else 2.0)


def _hold_print(
    picture: Image.Image, scene: FaceScene, sway: tuple[float, float]
) -> None:
    """Hold a photograph up: it moves as one flat thing, and never blinks."""
    figure = _figure(scene.people[0], True, _PRINT_SCALE)
    card = Image.new("RGB", (figure.width + 60, figure.height + 40), (240, 240, 236))
    ImageDraw.Draw(card).rectangle(
        [14, 14, card.width - 15, card.height - 15], fill=(186, 202, 214)
    )
    card.paste(figure, (30, 24), figure)
    place = (round(400 + 2 * sway[0]), round(40 + 2 * sway[1]))
    picture.paste(card, place)


def _draw_hall() -> Image.Image:
    """Draw a service hall out of focus: wall, windows, counter."""
    width, height = FACE_SIZE
    hall = Image.new("RGB", FACE_SIZE, (196, 198, 194))
    draw = ImageDraw.Draw(hall)
    for x in range(-40, width, 330):
        draw.rectangle([x, 60, x + 250, 380], fill=(220, 228, 232))
    draw.rectangle([0, 470, width, height], fill=(150, 146, 138))
    draw.rectangle([0, 452, width, 486], fill=(116, 92, 70))
    return hall.filter(ImageFilter.GaussianBlur(16))


def _place_people(
    picture: Image.Image, scene: FaceScene, sway: tuple[float, float], eyes_open: bool
) -> None:
    count = len(scene.people)
    scale = 0.3 if scene.far else (0.92 if count < 2 else 0.78)
    for place, person in enumerate(scene.people):
        x = FACE_SIZE[0] * (place + 1) / (count + 1) + sway[0]
        y = 372 + sway[1]
        figure = _figure(person, eyes_open, scale)
        left = round(x - _FACE_MIDDLE[0] * scale)
        top = round(y - _FACE_MIDDLE[1] * scale)
        body = [left + 14, top + figure.height - 2, left + figure.width - 14, 720]
        if body[1] < body[3]:
            ImageDraw.Draw(picture).rectangle(body, fill=looks_of(person).clothes)
        picture.paste(figure, (left, top), figure)


@lru_cache(maxsize=8)
def _figure(person: str, eyes_open: bool, scale: float) -> Image.Image:
    figure = draw_person(person, eyes_open=eyes_open)
    return figure.resize((round(CANVAS[0] * scale), round(CANVAS[1] * scale)))


@lru_cache(maxsize=8)
def desk_frames_blocking(
    scene: DeskScene, code: ShownCode | None = None
) -> tuple[bytes, ...]:
    """Draw the frames of a desk scene; for a worker thread."""
    desk = _draw_desk()
    if scene.paper:
        people = load_people()
        person = people.get(scene.person) or next(iter(people.values()))
        _lay(desk, scene, person)
    if code is not None:
        card = (
            draw_code(code, _CARD_WIDTH)
            .convert("RGB")
            .rotate(7, expand=True, fillcolor=(50, 56, 62))
        )
        place = ((desk.width - card.width) // 2, (desk.height - card.height) // 2)
        desk.paste(card, place)
    if scene.glare:
        desk = _with_glare(desk)
    if scene.shaking:
        return _encoded([_motion_blur(desk, reach) for reach in (33, 29, 37)], 1.0)
    return _encoded([desk] * 4, noise=1.4)


def _draw_desk() -> Image.Image:
    width, height = DESK_SIZE
    across = np.linspace(0.85, 1.1, width)[None, :, None]
    down = np.linspace(1.05, 0.9, height)[:, None, None]
    mat = np.array([50, 56, 62])[None, None, :] * across * down
    return Image.fromarray(mat.astype(np.uint8))


def _lay(desk: Image.Image, scene: DeskScene, person: PersonCard) -> None:
    page = draw_paper(scene.paper, person)
    corners = np.array(_PAGE_CORNERS, dtype=float)
    if scene.half_outside:
        corners += (520, 60)
    shadow = Image.new("L", DESK_SIZE, 0)
    outline = [(x + 7, y + 9) for x, y in corners]
    ImageDraw.Draw(shadow).polygon(outline, fill=120)
    desk.paste((12, 14, 16), (0, 0), shadow.filter(ImageFilter.GaussianBlur(8)))
    seen = _perspective(SIZE, corners)
    method, fine = Image.Transform.PERSPECTIVE, Image.Resampling.BICUBIC
    mask = Image.new("L", SIZE, 255).transform(DESK_SIZE, method, seen, fine)
    desk.paste(page.transform(DESK_SIZE, method, seen, fine), (0, 0), mask)


def _perspective(size: tuple[int, int], corners: NDArray[np.float64]) -> list[float]:
    """Return Pillow's eight numbers that take desk points to page points."""
    width, height = size
    page = [(0, 0), (width, 0), (width, height), (0, height)]
    rows, values = [], []
    for (u, v), (x, y) in zip(page, corners, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        values += [u, v]
    solved = np.linalg.solve(np.array(rows, dtype=float), np.array(values, dtype=float))
    return [float(number) for number in solved]


def _with_glare(desk: Image.Image) -> Image.Image:
    """Let a ceiling lamp burn out an oval of the picture."""
    light = Image.new("L", DESK_SIZE, 0)
    ImageDraw.Draw(light).ellipse([540, 330, 900, 560], fill=255)
    soft = light.filter(ImageFilter.GaussianBlur(28))
    lit = desk.copy()
    lit.paste((255, 255, 255), (0, 0), soft.point(lambda v: min(255, int(v * 1.5))))
    return lit


def _motion_blur(picture: Image.Image, reach: int) -> Image.Image:
    """Smear the picture along a slanting line of ``reach`` pixels."""
    source = np.asarray(picture, dtype=np.float32)
    total = np.zeros_like(source)
    for step in range(reach):
        total += np.roll(source, (step * 2 // 3, step), axis=(0, 1))
    return Image.fromarray((total / reach).astype(np.uint8))


def _encoded(pictures: list[Image.Image], noise: float) -> tuple[bytes, ...]:
    chance = np.random.default_rng(24)
    frames = []
    for picture in pictures:
        pixels = np.asarray(picture, dtype=np.float32)
        grain = chance.normal(0, noise, pixels.shape[:2]).astype(np.float32)
        grainy = np.clip(pixels + grain[:, :, None], 0, 255).astype(np.uint8)
        sink = io.BytesIO()
        Image.fromarray(grainy).save(sink, "JPEG", quality=JPEG_QUALITY)
        frames.append(sink.getvalue())
    return tuple(frames)
