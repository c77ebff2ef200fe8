"""Find a face and say how to stand: detection only.

Viola-Jones with the frontal cascade that comes with opencv-python 4.x. It tells
that something face-like is there and where; it recognises nobody and cannot tell a
person from a photograph (no liveness). Whoever decides on identity must not lean
on it: here it frames the picture that the platform compares.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kiosk.core.media import Frame, Pixels
from kiosk.core.ports import FaceFinding
from services.vision.jpeg import encode_jpeg_blocking
from services.vision.measure import grey_of, laplacian_variance, scaled_down

if TYPE_CHECKING:
    import cv2

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width, height as fractions of the picture."""

PORTRAIT_LIMIT = 200_000
"""Bytes: what the platform's face comparison takes."""


@dataclass(frozen=True, slots=True)
class FaceThresholds:
    """Where the hints change over, each with its reason.

    Attributes:
        work_width_px: detection runs on a picture of this width: a face that is
            near enough is then at least 60 px wide, the cascade was trained on 24.
        scale_step, neighbours: 1.1 and 6 keep false faces in wood grain and
            curtains rare; they cost about 30 ms at 480 px on a small computer.
        smallest: faces lower than this share of the picture height are people
            passing behind, not the citizen.
        company: another face counts when it is at least this share of the largest.
        closer, back: share of the picture height. Below 0.28 a 720-line picture
            gives the platform fewer than 200 px; above 0.75 the chin or the hair
            is cut off.
        off_centre: distance of the face's middle from the picture's, as a share
            of the picture's side.
        dark: mean grey of the face below which comparison services refuse.
        picture_dark: mean grey of a picture in which no face can be expected.
        blurred: Laplacian variance of the face at 128 px; a face in motion or
            out of focus lies below 20, a sharp one above 150.
    """

    work_width_px: int = 480
    scale_step: float = 1.1
    neighbours: int = 6
    smallest: float = 0.12
    company: float = 0.5
    closer: float = 0.28
    back: float = 0.75
    off_centre: float = 0.2
    dark: float = 55.0
    picture_dark: float = 30.0
    blurred: float = 40.0


class HaarFaceFinder:
    """``FaceFinder`` with the bundled Haar cascade; usable from several threads."""

    def __init__(self, thresholds: FaceThresholds | None = None) -> None:
        self._thresholds = thresholds or FaceThresholds()
        self._cascade: cv2.CascadeClassifier | None = None
        # A cascade keeps working memory inside: one caller at a time.
        self._lock = threading.Lock()

    def find_blocking(self, frame: Frame) -> FaceFinding:
        """Find faces and choose a hint; for a worker thread."""
        grey = grey_of(scaled_down(frame.pixels, self._thresholds.work_width_px))
        return judge_faces(grey, self._detect(grey), self._thresholds)

    def portrait_blocking(self, frame: Frame, finding: FaceFinding) -> bytes:
        """Return the face with a margin as JPEG of at most 200 kB.

        Without a face the whole picture is returned: the caller chose to send it.
        """
        pixels = frame.pixels
        if finding.box is not None:
            pixels = cut_portrait(pixels, finding.box)
        return encode_jpeg_blocking(pixels, limit=PORTRAIT_LIMIT)

    def _detect(self, grey: Pixels) -> tuple[Box, ...]:
        import cv2

        limits = self._thresholds
        height, width = grey.shape[:2]
        smallest = max(24, int(height * limits.smallest))
        with self._lock:
            if self._cascade is None:
                self._cascade = load_cascade()
            found = self._cascade.detectMultiScale(
                cv2.equalizeHist(grey),
                scaleFactor=limits.scale_step,
                minNeighbors=limits.neighbours,
                minSize=(smallest, smallest),
            )
        return tuple(
            (
                int(left) / width,
                int(top) / height,
                int(wide) / width,
                int(high) / height,
            )
            for left, top, wide, high in found
        )


def load_cascade() -> cv2.CascadeClassifier:
    """Load the frontal cascade that lies inside the opencv-python wheel.

    Raises:
        FileNotFoundError: a wheel without the file (opencv-python 5): a build
            fault, not something that happens on a running kiosk.
    """
    import cv2
    import cv2.data

    cv2.setNumThreads(1)  # the screen needs the other core
    path = Path(cv2.data.haarcascades) / "haarcascade_frontalface_default.xml"
    cascade = cv2.CascadeClassifier(str(path))
    if cascade.empty():
        raise FileNotFoundError(path)
    return cascade


def judge_faces(
    grey: Pixels, boxes: Sequence[Box], limits: FaceThresholds
) -> FaceFinding:
    """Choose one hint, the most helpful first.

    Args:
        grey: the picture, height x width.
        boxes: faces found in it.
    """
    if not boxes:
        dark = float(grey.mean()) < limits.picture_dark
        return FaceFinding(0, None, "dark" if dark else "none")
    largest = max(boxes, key=_area)
    company = [
        box
        for box in boxes
        if _area(box) >= limits.company * _area(largest) and not _within(box, largest)
    ]
    if company:
        return FaceFinding(1 + len(company), largest, "several")
    return FaceFinding(1, largest, _hint_for(grey, largest, limits))


def _hint_for(grey: Pixels, box: Box, limits: FaceThresholds) -> str:
    left, top, wide, high = box
    if high < limits.closer:
        return "closer"
    if high > limits.back:
        return "back"
    sideways, upright = abs(left + wide / 2 - 0.5), abs(top + high / 2 - 0.5)
    if max(sideways, upright) > limits.off_centre:
        return "centre"
    face = _cut(grey, box)
    if float(face.mean()) < limits.dark:
        return "dark"
    if face_sharpness(face) < limits.blurred:
        return "blurred"
    return "ok"


def face_sharpness(face: Pixels) -> float:
    """Return the Laplacian variance of a grey face brought to 128 x 128."""
    import cv2

    small = cv2.resize(face, (128, 128), interpolation=cv2.INTER_AREA)
    return laplacian_variance(np.asarray(small, dtype=np.uint8))


def cut_portrait(pixels: Pixels, box: Box) -> Pixels:
    """Cut the face with hair, ears and chin, as a photograph for a document.

    The cascade's square ends at the brows and the chin: 45 % more on top, 30 %
    below and at the sides, as far as the picture reaches.
    """
    left, top, wide, high = box
    return _cut(pixels, (left - 0.3 * wide, top - 0.45 * high, 1.6 * wide, 1.75 * high))


def _area(box: Box) -> float:
    return box[2] * box[3]


def _within(box: Box, other: Box) -> bool:
    """Tell whether the middle of a box lies in the other: the same face, twice."""
    across, down = box[0] + box[2] / 2, box[1] + box[3] / 2
    inside = 0 <= across - other[0] <= other[2]
    return inside and 0 <= down - other[1] <= other[3]


def _cut(pixels: NDArray[np.uint8], box: Box) -> Pixels:
    height, width = pixels.shape[:2]
    left = min(max(int(box[0] * width), 0), width - 1)
    top = min(max(int(box[1] * height), 0), height - 1)
    right = min(max(round((box[0] + box[2]) * width), left + 1), width)
    bottom = min(max(round((box[1] + box[3]) * height), top + 1), height)
    return pixels[top:bottom, left:right]
